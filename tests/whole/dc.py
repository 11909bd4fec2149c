#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""dc: factorials and square roots of thousands of digits."""
import survive

survive.survive(["/usr/bin/dc", "-e",
                 "[d1-d1<F*]dsFx 2000 3lFxp 5 300 lFx 2 3000k vp 7 vp * p"])
