#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A ghost on another machine, whose clocks are behind or ahead: the program's own go on.

krg-resume is made to believe that the ghost comes from another one (KRG_TEST_CLOCKS_AHEAD).
"""
import os

import example

# How far ahead each machine was of the next; None: the same machine.
WAYS = [["1000000"], ["0"], ["-20", None, "1000000", None], ["300", "4000000", "-30"]]
VARIABLE = "KRG_TEST_CLOCKS_AHEAD"


def go_through(ways):
    def story(life):
        life.begin_and_wait(KRG_EXAMPLE_AHEAD=str(sum(int(ahead or 0) for ahead in ways)))
        for ahead in ways:
            example.moment()
            life.checkpoint()
            life.kill()
            if ahead:
                os.environ[VARIABLE] = ahead
            try:
                life.resume_again()
            finally:
                os.environ.pop(VARIABLE, None)
        life.expect_pass()
    return story


if __name__ == "__main__":
    example.run_trials("clocks", [
        example.Trial("%s, %s" % (case.name, ways), case, go_through(ways))
        for case in example.cases() for ways in WAYS])
