#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ghosts that nobody asks for: by KRG_INTERVAL, in the first life and in those after it."""
import example

INTERVAL = "0.05"
GHOSTS = 3


def made(life):
    """How many ghosts the log tells of."""
    return example.read_or(life.log).count(" bytes: ")


def await_ghosts(life):
    before = made(life)
    example.lives.wait_until(lambda: made(life) >= before + GHOSTS or life.life.has_ended(),
                             "ghosts at intervals", example.SOON)
    life.verify()


def story(life):
    life.begin_and_wait(KRG_INTERVAL=INTERVAL)
    for _ in range(3):
        await_ghosts(life)
        example.moment()
        life.kill()
        life.resume_again()
    await_ghosts(life)
    life.expect_pass()


example.run_cases("at_intervals", story)
