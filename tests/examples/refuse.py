#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cannot be carried: one line that names it, the program and the earlier ghost unharmed.

With KRG_FORCE=1 the same line is a warning, and the thing is gone after the restart.
"""
import hashlib
import re
import signal

import example
from example import lives

DESCRIPTOR = r"descriptor [0-9]+ \(%s\): %s cannot be carried; [a-z].*"
LINES = {
    "socket": DESCRIPTOR % (r"socket:\[[0-9]+\]", "a socket"),
    "listener": DESCRIPTOR % (r"socket:\[[0-9]+\]", "a socket with connections that have not .*"),
    "epoll": DESCRIPTOR % (r"anon_inode:\[eventpoll\]",
                           "its registration of a descriptor that has been closed here .*"),
    "inotify": DESCRIPTOR % (r"anon_inode:inotify", ".*"),
    "renamed": DESCRIPTOR % (r"/.*/deleted \(deleted\)", "a file that has another name .*"),
    "fifo": DESCRIPTOR % (r"/.*/fifo", "a named pipe"),
    "child": r"a process with children cannot be carried; [a-z].*",
}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def open_it(life):
    life.life.process.send_signal(signal.SIGUSR1)
    lives.wait_until(lambda: "open\n" in life.printed() or life.life.has_ended(),
                       "the thing is there", example.SOON)


def expect_lines(life, pattern, count):
    lines = life.complained().splitlines()
    if len(lines) < count or not all(re.fullmatch(pattern, line) for line in lines):
        raise lives.Failure("what was said is not %d lines like %s" % (count, pattern))


def refused(kind):
    def story(life):
        life.begin_and_wait()
        life.checkpoint()
        before = digest(life.ghost)
        open_it(life)
        for number in range(1, 3):
            try:
                life.checkpoint()
            except lives.Failure as failure:
                if "refused" not in str(failure):
                    raise
            else:
                raise lives.Failure("%s was not refused" % kind)
            expect_lines(life, "krgghost: no checkpoint: " + LINES[kind], number)
        life.verify()
        if digest(life.ghost) != before:
            raise lives.Failure("the earlier ghost is another one")
        # The program goes on with what it has; then the ghost does, from before that.
        life.tell()
        if life.life.end(example.SOON) or not life.printed().endswith("open\nPASS\n"):
            raise lives.Failure("the program was harmed: status %d"
                                  % life.life.process.returncode)
        life.resume_again()
        if life.life.end(example.SOON):
            raise lives.Failure("the earlier ghost ended with status %d"
                                  % life.life.process.returncode)
    return story


def forced(kind):
    def story(life):
        life.begin_and_wait(KRG_FORCE="1")
        open_it(life)
        life.checkpoint()
        expect_lines(life, "krgghost: " + LINES[kind] + r" \(KRG_FORCE: left out\)", 1)
        life.kill()
        life.resume_again()
        life.tell()
        if life.life.end(example.SOON) or not life.printed().endswith("PASS\n"):
            raise lives.Failure("ended with status %d" % life.life.process.returncode)
    return story


def trials():
    everybody = example.cases()
    found = []
    for number, kind in enumerate(sorted(LINES)):
        case = everybody[number % len(everybody)]
        found.append(example.Trial("%s (%s)" % (kind, case.name), case, refused(kind), kind))
        found.append(example.Trial("%s, forced (%s)" % (kind, case.name), case, forced(kind), kind,
                                   "forced"))
    return found


example.run_trials("refused", trials())
