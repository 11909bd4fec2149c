#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One ghost, resumed several times at once: each copy has the same ids, in a namespace of its own."""
import example

COPIES = 4


def story(life):
    if life.case.pids == "host":
        raise example.Skipped("the ids of the host can be had once only")
    life.begin_and_wait()
    example.moment()
    life.checkpoint()
    life.kill()
    copies = []
    try:
        for _ in range(COPIES):
            life.resume_again()
            copies.append(life.life)
        example.moment()
        life.tell()
        for copy in copies:
            if copy.end(example.SOON):
                raise example.lives.Failure("one of them ended with status %d"
                                              % copy.process.returncode)
    finally:
        for copy in copies:
            copy.stop_for_good()
    if not life.printed().endswith("PASS\n") or life.complained():
        raise example.lives.Failure("not all is well")


example.run_cases("threads", story)
