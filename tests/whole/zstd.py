#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""zstd with a pool of threads."""
import survive

survive.survive(["/usr/bin/zstd", "-T2", "-9", "-q", "{}/words", "-o", "words.zst"],
                survive.make_words(60 << 20), verify=survive.unpacks("zstd", "words.zst"))
