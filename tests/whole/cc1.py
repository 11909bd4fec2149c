#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gcc's own compiler on a large file."""
import os
import subprocess

import survive

FUNCTION = r"""
static int table_%d[64];
int work_%d(int *values, int count, double factor)
{
	int sum = %d;
	for (int i = 0; i < count; i++) {
		switch (values[i] %% 7) {
		case 0: sum += table_%d[values[i] & 63] * i; break;
		case 1: sum ^= (int)(values[i] * factor); break;
		case 2: sum -= values[count - 1 - i]; break;
		case 5: sum += __builtin_popcount(values[i] + %d); break;
		default: table_%d[i & 63] = sum;
		}
	}
	return sum + (count > 10 ? work_%d(values, count - 3, factor * 1.5) : 0);
}
"""


def prepare(folder):
    with open(os.path.join(folder, "big.c"), "w", encoding="ascii") as file:
        for number in range(320):
            file.write("int work_%d(int *, int, double);\n" % (number // 2))
            file.write(FUNCTION % ((number,) * 6 + (number // 2,)))


survive.need("gcc")
cc1 = subprocess.run(["gcc", "-print-prog-name=cc1"], capture_output=True, text=True, check=True)
survive.survive([cc1.stdout.strip(), "-quiet", "-O2", "{}/big.c", "-o", "big.s"], prepare)
