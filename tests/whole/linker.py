#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ld puts large objects with debug information together."""
import os
import subprocess

import survive


def prepare(folder):
    functions = []
    for number in range(24000):
        functions.append("__attribute__((section(\".text.f%d\"))) int work_%d(int n)"
                         "{ return n > 0 ? work_%d(n - %d) + table[n & 63] : (int)(long)name_%d; }"
                         % (number, number, number // 2, number % 7 + 1, number))
    for part in range(4):
        path = os.path.join(folder, "part%d.c" % part)
        with open(path, "w", encoding="ascii") as file:
            file.write("extern int table[64];\n")
            for number in range(24000):
                file.write("int work_%d(int); static const char name_%d[] = \"name %d\";\n"
                           % (number, number, number))
            file.write("\n".join(functions[part::4]))
            if not part:
                file.write("\nint table[64]; int main(void) { return work_23999(9); }\n")
        subprocess.run(["gcc", "-w", "-g", "-c", path, "-o", path[:-1] + "o"], check=True)


survive.need("gcc", "ld")
objects = ["{}/part%d.o" % part for part in range(4)]
survive.survive(["/usr/bin/ld.bfd", "-r", "--no-gc-sections", "-o", "whole.o", *objects], prepare)
