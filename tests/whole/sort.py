#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sort of a file larger than its buffer, in one thread: its temporary files are open or deleted."""
import survive

survive.survive(["/usr/bin/sort", "--parallel=1", "--buffer-size=4M", "--temporary-directory=.",
                 "--batch-size=4", "{}/words"],
                survive.make_words(120 << 20), ahead=False)
