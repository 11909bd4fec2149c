#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ghosts are asked for every few milliseconds from a program that starts children all the time.

While it has children that is refused, by name; neither it nor they may notice. When they have ended
a checkpoint works again.
"""
import contextlib
import os
import re
import signal
import time

import example
from example import lives

ROUNDS = {"system": 80, "popen": 40, "spawn": 50, "vfork": 50, "fork": 30}
INTERVAL = 0.005
REFUSAL = r"krgghost: no checkpoint: a process with children cannot be carried; [a-z].*"


def asked_all_the_time(life):
    """Until it has done its rounds. Each request when the one before has been answered: a program
    that is asked more often than it can answer does nothing else."""
    asked = answered = 0
    while "alone\n" not in life.printed():
        if life.life.has_ended():
            raise lives.Failure("status %d after %d requests" % (life.life.end(), asked))
        if answers(life) > answered or not asked:
            answered = answers(life)
            time.sleep(lives.dice.uniform(0, 2 * INTERVAL))
            with contextlib.suppress(ProcessLookupError):
                os.kill(life.life.program, signal.SIGUSR2)
            asked += 1
        time.sleep(0.001)
    return asked


def answers(life):
    """The log has a line for each."""
    return example.read_or(life.log).count("\n")


def story(life):
    life.begin_and_wait()
    asked_all_the_time(life)
    said = life.complained().splitlines()
    strange = [line for line in said if not re.fullmatch(REFUSAL, line)]
    if strange:
        raise lives.Failure("it said: %s" % strange[0])
    if not said:
        raise lives.Failure("no request came while it had a child: nothing was tested")
    # What was asked last may still be under way, by a task that looks like a child.
    lives.wait_until(lambda: not lives.children_of(life.life.program), "all is answered")
    life.checkpoint()
    life.kill()
    life.resume_again()
    life.tell()
    if life.life.end(example.SOON) or not life.printed().endswith("alone\nPASS\n"):
        raise lives.Failure("resumed it ended with status %d" % life.life.process.returncode)


def trials():
    everybody = example.cases()
    found = []
    for number, (way, rounds) in enumerate(ROUNDS.items()):
        for threads in ([], ["thread"]):
            case = everybody[(number + len(threads)) % len(everybody)]
            found.append(example.Trial(" ".join([way, *threads, "(%s)" % case.name]), case, story,
                                       way, str(rounds), *threads))
    return found


example.run_trials("spawning", trials())
