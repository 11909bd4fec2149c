#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bc -l computes digits of pi; the question comes through a pipe that has ended."""
import survive

survive.survive(["/usr/bin/bc", "-l"], stdin=b"scale=1800\n4*a(1)\ne(1)\n", stdout="pipe")
