#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""m4: recursion, and diversions in temporary files."""
import survive

PROGRAM = rb"""
define(`loop', `ifelse($1, $2, `', `divert(eval($1 % 3 + 1))$1 collatz($1, 0)
divert(-1)loop(incr($1), $2)')')
define(`collatz', `ifelse($1, 1, $2, `collatz(ifelse(eval($1 % 2), 0, `eval($1 / 2)',
    `eval($1 * 3 + 1)'), incr($2))')')
define(`long', format(`%100000s', `-'))
define(`rounds', `ifelse($1, 0, `', `loop(1, 500)divert(1)long
divert(-1)rounds(decr($1))')')
divert(-1)
rounds(70)
"""

survive.survive(["/usr/bin/m4"], stdin=PROGRAM, stdout="pipe", ahead=False)
