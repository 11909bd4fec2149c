#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ImageMagick: filters over a picture, with the threads of OpenMP."""
import survive

survive.survive(["/usr/bin/convert-im6.q16", "-seed", "7", "-size", "700x500", "plasma:red-blue",
                 "-blur", "0x6", "-sharpen", "0x3", "-swirl", "140", "-wave", "9x70", "-noise", "3",
                 "-modulate", "110,140,90", "-contrast", "-resize", "130%", "-depth", "8",
                 "-strip", "ppm:picture.ppm"])
