#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A seccomp filter that no checkpoint would survive: there is none, and nobody is harmed.

The ghost from before it was installed comes back.
"""
import contextlib
import ctypes
import os
import re
import signal

import example
from example import lives

SAYS = (r"krgghost: no checkpoint: a seccomp filter of the program forbids %s, without which "
        r"there is none; [a-z].*")
KINDS = {"one": SAYS % "getdents64", "fails": SAYS % "getdents64", "mute": None,
         "strict": SAYS % "hardly anything"}
TGKILL = 234


def ask_every_thread(life):
    """Each of them, also the one that may do nothing, is sent a request of its own."""
    pid = life.life.program
    for task in os.listdir("/proc/%d/task" % pid):
        with contextlib.suppress(ProcessLookupError):
            ctypes.CDLL(None).syscall(TGKILL, pid, int(task), int(signal.SIGUSR2))


def story(life, says):
    life.begin_and_wait()
    life.checkpoint()
    life.verify()
    life.life.process.send_signal(signal.SIGUSR1)
    lives.wait_until(lambda: "confined\n" in life.printed() or life.life.has_ended(),
                     "it has confined itself", example.SOON)
    inode = os.stat(life.ghost).st_ino
    for _ in range(3):
        ask_every_thread(life)
        life.life.process.send_signal(signal.SIGUSR2)
    if says:
        lives.wait_until(life.complained, "it is said why", example.SOON)
    life.tell()
    status = life.life.end(example.SOON)
    if status or not life.printed().endswith("PASS\n"):
        raise lives.Failure("the program was harmed: status %d" % status)
    words = life.complained().splitlines()
    if bool(says) != bool(words) or not all(re.fullmatch(says, line) for line in words):
        raise lives.Failure("what was said is not %s" % says)
    if os.stat(life.ghost).st_ino != inode:
        raise lives.Failure("the earlier ghost is another one")
    life.resume_again()
    if life.life.end(example.SOON):
        raise lives.Failure("the earlier ghost ended with status %d"
                            % life.life.process.returncode)


if __name__ == "__main__":
    everybody = example.cases()
    example.run_trials("filters_deadly", [
        example.Trial("%s (%s)" % (kind, everybody[number % len(everybody)].name),
                      everybody[number % len(everybody)],
                      lambda life, says=KINDS[kind]: story(life, says), kind)
        for number, kind in enumerate(sorted(KINDS))])
