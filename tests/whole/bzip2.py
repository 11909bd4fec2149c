#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bzip2 replaces a file by a smaller one, as it does without options."""
import survive

survive.survive(["/usr/bin/bzip2", "--keep", "--stdout", "{}/words"],
                survive.make_words(30 << 20), stdout="pipe")
