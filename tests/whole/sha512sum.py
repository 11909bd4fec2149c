#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sha512sum of a large file with a hole: nothing but a position and a few registers."""
import os

import survive


def prepare(folder):
    survive.make_words(200 << 20)(folder)
    os.truncate(os.path.join(folder, "words"), 1000 << 20)


survive.survive(["/usr/bin/sha512sum", "--binary"], prepare, stdin="{}/words")
