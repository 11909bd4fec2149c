#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""xz compresses 200 MB into a file, in one thread."""
import survive

survive.survive(["/usr/bin/xz", "-0", "--threads=1", "--stdout", "{}/words"],
                survive.make_words(200 << 20, copies=4), stdout="words.xz",
                verify=survive.unpacks("xz", "words.xz"))
