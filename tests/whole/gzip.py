#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gzip compresses 200 MB from a file on standard input to a file on standard output."""
import survive

survive.survive(["/usr/bin/gzip", "-1"], survive.make_words(200 << 20),
                stdin="{}/words", stdout="words.gz", verify=survive.unpacks("gzip", "words.gz"))
