#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pigz: four threads that pack one file."""
import survive

survive.survive(["/usr/bin/pigz", "-p", "4", "-9", "-n", "-c", "{}/words"],
                survive.make_words(24 << 20), verify=survive.unpacks("gzip", "out"))
