#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ten lives: each is resumed from the ghost of the one before, and killed."""
import example

DEPTH = 10


def story(life):
    life.begin_and_wait()
    for _ in range(DEPTH):
        example.moment()
        life.checkpoint()
        life.kill()
        life.resume_again()
    life.expect_pass()


example.run_cases("busy", story)
