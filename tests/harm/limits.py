#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program at its limits: each checkpoint works or says in one line why not, and the program is
unharmed, by our own signals and by what our writing brings about."""
import os
import re
import resource
import signal
import subprocess
import time

import harm
import lives

LINE = r"krgghost: no checkpoint: [^\n]+\n"


class Limited(harm.Harm):
    """One program under one limit, which is set when it is up."""

    def limit(self, **limits):
        """As the program's own user: root need not have the right to do it to another's."""
        for name, (soft, hard) in limits.items():
            words = "--%s=%d:%s" % (name.lower(), soft,
                                    hard if hard != resource.RLIM_INFINITY else "unlimited")
            subprocess.run(["/usr/bin/prlimit", "--pid", str(self.pid()), words], check=True,
                           stdin=subprocess.DEVNULL, **self.account.popen_arguments())

    def requests(self):
        return len(re.findall(r"^checkpoint \d+ of", self.logged(), re.M))

    def attempt(self, what, works, twice=True):
        """A request or two; nothing but one line each may come of them."""
        what = "%s, %s" % (self.account.name, what)
        state = self.calm_state()
        for _ in range(2 if twice else 1):
            before, said = self.inode(), self.subject.said()
            requests = self.requests()
            os.kill(self.pid(), signal.SIGUSR2)
            lives.wait_until(lambda b=before, s=said: self.inode() != b
                             or self.subject.said() != s
                             or self.subject.process.poll() is not None, what, 20)
            self.settle(state, what)
            words = self.subject.said()[len(said):]
            if (self.inode() != before) != works or \
                    not (words == "" if works else re.fullmatch(LINE, words)):
                raise lives.Failure("%s: %s, and it says: %s"
                                    % (what, "a ghost" if self.inode() != before else "no ghost",
                                       words.strip()))
            if works and self.requests() - requests > 1:
                raise lives.Failure("%s: %d checkpoints instead of one"
                                    % (what, self.requests() - requests))
        self.subject.look(what)
        self.expect_no_debris(what)
        if works:
            self.verify(what)
        self.subject.end(what)
        if works:
            self.resume(what)
        lives.say("   %s: %s" % (what, self.subject.said().strip().splitlines()[-1:] or "works"))


class Limits:
    """The cases, for one account."""

    def __init__(self, *place):
        self.place, self.count = place, 0

    def begin(self, threads=3, **settings):
        """First a checkpoint without the limit: what it maps, stays."""
        self.count += 1
        account = self.place[2]
        case = Limited(*self.place, "%s-%d" % (account.name, self.count), threads=threads,
                       **settings)
        case.begin()
        case.checkpoint("the first")
        case.subject.look("the first")
        return case

    def run(self, what, works, limits, threads=3, **settings):
        case = self.begin(threads, **settings)
        try:
            case.limit(**limits)
            case.attempt(what, works)
        finally:
            case.close()

    def signals(self):
        """The kernel drops what a signal says when the queue is full, ours and others."""
        self.run("RLIMIT_SIGPENDING", False, {"SIGPENDING": (0, 0)})
        self.run("RLIMIT_SIGPENDING, soft", True, {"SIGPENDING": (0, 1 << 16)})

    def descriptors(self, kind, hard, works):
        case = self.begin()
        used = max(int(name) for name in os.listdir("/proc/%d/fd" % case.pid())) + 1
        try:
            case.limit(NOFILE=(used, hard or used))
            case.attempt("every descriptor in use, %s limit" % kind, works)
        finally:
            case.close()

    def sizes(self):
        self.run("RLIMIT_FSIZE", False, {"FSIZE": (65536, 65536)})
        self.run("RLIMIT_FSIZE, soft", True, {"FSIZE": (0, resource.RLIM_INFINITY)})

    def memory(self):
        self.run("RLIMIT_AS", False, {"AS": (1 << 20, 1 << 20)})

    def alone(self):
        """Without a helper task the thread does it itself, with limits of the program."""
        none = {"NPROC": (0, 0)}
        self.run("RLIMIT_NPROC", True, none, 0)
        self.run("RLIMIT_NPROC, soft RLIMIT_FSIZE", True,
                 {**none, "FSIZE": (0, resource.RLIM_INFINITY)}, 0)
        self.run("RLIMIT_NPROC, RLIMIT_FSIZE", False, {**none, "FSIZE": (65536, 65536)}, 0)
        self.run("RLIMIT_NPROC, RLIMIT_NOFILE", False, {**none, "NOFILE": (0, 0)}, 0)
        self.run("RLIMIT_NPROC, threads", False, none, 3)


def broken_error(build, top, account):
    """Standard error that nobody reads any more, and a checkpoint that fails in the program's own
    thread: SIGPIPE must not come of it."""
    case = Limited(build, top, account, account.name + "-pipe", threads=0,
                   KRG_GHOST="/missing/x.ghost")
    try:
        case.begin("/bin/bash", "-c", 'exec 2> >(exit 0); wait $!; exec "$0" "$@"')
        case.limit(NPROC=(0, 0))
        os.kill(case.pid(), signal.SIGUSR2)
        lives.wait_until(lambda: ": failed: " in case.logged(), "the line of the log", 20)
        time.sleep(0.01)
        case.subject.look("a broken standard error")
        case.subject.end("a broken standard error")
    finally:
        case.close()


def main():
    with lives.workshop() as (top, build):
        for account in lives.accounts():
            limits = Limits(build, top, account)
            limits.signals()
            limits.descriptors("soft", 1 << 12, True)
            limits.descriptors("hard", 0, False)
            limits.sizes()
            limits.memory()
            if account.uid:
                limits.alone()
                broken_error(build, top, account)


main()
