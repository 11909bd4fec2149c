#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A hundred ghosts of a busy program at random moments; each is whole, the last is resumed."""
import example

GHOSTS = 100


def story(life):
    life.begin_and_wait()
    for number in range(GHOSTS):
        # Some at once after the one before, some later.
        if number % 4:
            example.moment()
        life.checkpoint()
    life.kill()
    life.resume_again()
    life.expect_pass()


cases = example.cases()
example.run_cases("busy", story, only=[cases[0], cases[-1]])
