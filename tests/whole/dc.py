#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""dc: factorials and square roots of thousands of digits."""
import survive

survive.survive(["/usr/bin/dc", "-e",
                 "[lx1+sx lx*lx3000>F]sF 0sx 1lFxp 0sx 1 lFx 2500k vp 7 vp * p 3 vp"])
