#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one example: ghosts at random moments, kill -9, resumes, and ghosts of what was resumed.

    run.py examples/NAME.c      the name of its source, as make check has it, or just NAME

As root with the ids of the host, as root and as an ordinary user in a namespace, and once with a
ghost that is not packed, whose memory is mapped and read on first touch.
"""
import os
import sys

import example

GHOSTS = 3                  # before the first kill
DEPTH = 3                   # resumes, each from a ghost of the one before


def story(life):
    life.begin_and_wait()
    for _ in range(GHOSTS):
        example.moment()
        life.checkpoint()
    for depth in range(DEPTH):
        if depth:
            example.moment()
            life.checkpoint()
        if example.lives.dice.random() < 0.5:
            example.moment()
        life.kill()
        life.resume_again()
    life.expect_pass()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    example.run_cases(os.path.splitext(os.path.basename(sys.argv[1]))[0], story)
