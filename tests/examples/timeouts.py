#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Relative timeouts: they end on time however many ghosts are made, and wait on after a resume.

Ghosts follow each other without a pause until the wait is over: one that began anew with each of
them would never end. After a resume only the rest is waited for: ways that sleep for as long again
would be a whole length late. Each way by itself, in a program of one thread, and all in one program.
"""
import os
import signal
import time

import example

WAYS = """nanosleep nanosleep_rest clock_nanosleep usleep sleep thrd_sleep poll ppoll select pselect
sigtimedwait futex raw_nanosleep raw_poll raw_select constant_select condition epoll_wait
epoll_pwait epoll_pwait2 recv read send""".split()
NEVER_KEPT = ["semtimedop"]     # what it waits for is not in a ghost: only interrupted
SHORT, LONG = 600, 4000         # milliseconds
LATE = 3.0                      # seconds that a busy machine may take


class Waits(example.Example):
    """Programs that wait in one way each, all at the same time."""

    def __init__(self, build, top, program, case, length, ways):
        super().__init__(build, top, program, case, str(length), *ways)


def pursue(life):
    """Ghosts, or attempts, all the time."""
    life.begin_and_wait(KRG_FORCE="1")
    count = 0
    end = time.monotonic() + SHORT / 1000 + LATE
    while not life.life.has_ended():
        if time.monotonic() > end:
            raise example.lives.Failure("still waiting after %d signals" % count)
        with example.contextlib.suppress(ProcessLookupError):
            os.kill(life.life.program, signal.SIGUSR2)
        count += 1
        time.sleep(0.02)
    finish(life)


def finish(life):
    status = life.life.end(example.SOON)
    if status or not life.printed().endswith("PASS\n"):
        raise example.lives.Failure("ended with status %d" % status)


def come_back(life):
    """Killed when two thirds are over; the pause before the resume does not count."""
    life.begin_and_wait()
    began = time.monotonic()
    time.sleep(LONG / 1000 * 2 / 3)
    life.checkpoint()
    over = time.monotonic() - began
    life.kill()
    time.sleep(0.2)
    again = time.monotonic()
    life.resume_again()
    finish(life)
    rest = LONG / 1000 - over
    waited = time.monotonic() - again
    if not rest - 0.3 < waited < rest + LONG / 1000 / 3:
        raise example.lives.Failure("waited %.2f s, but %.2f s were left" % (waited, rest))


def trials():
    found = []
    cases = example.cases()
    for way in WAYS + NEVER_KEPT:
        found.append(example.Trial("ghosts while in %s" % way, cases[-1], pursue, SHORT, [way]))
    found.append(example.Trial("ghosts while in all", cases[-1], pursue, SHORT, WAYS + NEVER_KEPT))
    for case in (cases[0], cases[-2]):
        found.append(example.Trial("resumed in all: %s" % case.name, case, come_back, LONG, WAYS))
    for way in ("nanosleep", "poll", "epoll_wait", "futex", "read"):
        found.append(example.Trial("resumed in %s" % way, cases[-1], come_back, LONG, [way]))
    return found


example.run_trials("timeouts", trials(), make=Waits)
