#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""m4: recursion, and diversions in temporary files that have no name any more."""
import survive

PROGRAM = rb"""
define(`forloop', `pushdef(`$1', `$2')_forloop($@)popdef(`$1')')
define(`_forloop', `$4`'ifelse($1, `$3', `', `define(`$1', incr($1))$0($@)')')
define(`collatz', `ifelse($1, 1, `1', `eval($1 % 2), 0', `incr(collatz(eval($1 / 2)))',
    `incr(collatz(eval($1 * 3 + 1)))')')
define(`round', `forloop(`i', 1, 900, `divert(eval(i % 4 + 1))i collatz(i)
')')
forloop(`r', 1, 14, `round')
"""

survive.survive(["/usr/bin/m4"], stdin=PROGRAM, stdout="pipe")
