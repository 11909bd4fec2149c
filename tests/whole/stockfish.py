#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""stockfish: a chess engine that searches in a thread of its own, with a large hash table."""
import survive

# What it tells while it thinks for long depends on the clock, what it finds does not.
survive.survive(["/usr/games/stockfish", "bench", "32", "1", "13", "default", "depth"], ahead=False,
                tidy=survive.drop_lines(r"Total time.*", r"Nodes/second.*", r"(?m)^info .*\n"))
