#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mawk: from a file on standard input to a pipe."""
import survive

PROGRAM = r"""
{
    gsub(/[02468]/, "e"); gsub(/[13579]/, "o")
    for (i = 1; i <= NF; i++) count[substr($i, 1, 4)]++
    if (NR % 500 == 0) print NR, $1, length($0)
}
END { for (n = 0; n < 100; n++) print n, count["eo" n] + count["oo" n], sqrt(n) }
"""

survive.survive(["/usr/bin/mawk", PROGRAM], survive.make_words(80 << 20), stdin="{}/words",
                stdout="pipe")
