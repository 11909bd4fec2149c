#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every system call of a checkpoint fails once, one after the other, and every helper task dies at
each of its calls: the program is unharmed, one line says why, the ghost before stays whole, nothing
is left behind, and the next checkpoint works. What did not matter must not have harmed the ghost.

FAIL_EACH=openat,die:scribe takes only these.
"""
import os
import re
import signal

import harm
import lives

# Calls that the kernel does not refuse, for the reason given in ghost/inject.c.
NEVER = {"brk", "exit_group", "geteuid", "getgid", "getpid", "getppid", "gettid", "getuid", "kill",
         "sched_yield", "tgkill"}
DEATHS = ("die:stopper", "die:scribe", "die:worker")
FAR = 3000                  # no checkpoint of the subject makes that many of one call


class Walk(harm.Harm):
    """One program; each second checkpoint of it meets the next failure."""

    def checkpoint_to_its_end(self, what):
        """Waits for the line that the leader writes last; returns it."""
        before = self.logged().count("KRG_FAIL:")
        os.kill(self.pid(), signal.SIGUSR2)
        lives.wait_until(lambda: self.logged().count("KRG_FAIL:") > before
                         or self.subject.process.poll() is not None, what + ": its end", 20)
        found = re.findall(r"^KRG_FAIL:(.*)$", self.logged(), re.M)
        if len(found) == before:
            raise lives.Failure("%s: the program ended with %s; it said: %s"
                                % (what, self.subject.process.returncode, self.subject.said()))
        return found[-1].strip()

    def plain(self, what, state):
        before, said = self.inode(), self.subject.said()
        self.checkpoint_to_its_end(what)
        if self.inode() == before or self.subject.said() != said:
            raise lives.Failure("%s: the next checkpoint did not work: %s"
                                % (what, self.subject.said()[len(said):].strip()))
        if state:
            self.settle(state, what + ", the next")

    def failing(self, what, state, ordinal):
        """True where there was something to fail."""
        before, said = self.inode(), self.subject.said()
        answer = self.checkpoint_to_its_end(what)
        words = self.subject.said()[len(said):]
        hit = not answer.startswith("nothing")
        self.settle(state, what)
        self.expect_no_debris(what)
        self.subject.look(what)
        if self.inode() == before:
            if not hit or not re.fullmatch(r"krgghost: no checkpoint: [^\n]+\n", words):
                raise lives.Failure("%s (%s): no ghost, and it says: \"%s\""
                                    % (what, answer, words.strip()))
            return True
        self.verify(what)
        if hit:
            self.harmless.append((what, os.path.join(self.work, "%d.ghost" % ordinal)))
            os.link(self.ghost, self.harmless[-1][1])
        # A file that has its name already may still not have come to the disk.
        if words and not re.fullmatch(r"krgghost: no checkpoint: [^\n]+\n", words):
            raise lives.Failure("%s: a ghost, and it says: %s" % (what, words.strip()))
        return hit

    def walk(self, name):
        self.harmless, ordinal, going = [], 0, True
        self.begin(KRG_FAIL=name + ":each")
        self.plain(name, None)
        state = self.calm_state()
        while going and ordinal < FAR:
            ordinal += 1
            what = "%s, %s, %d" % (self.account.name, name, ordinal)
            going = self.failing(what, state, ordinal)
            self.plain(what, state)
        if ordinal == FAR:
            raise lives.Failure("%s: there is no end of them" % name)
        self.subject.end(name)
        for what, ghost in self.harmless:
            self.resume(what, ghost)
        lives.say("   %-22s %3d times, %d of them harmless"
                  % (name, ordinal - 1, len(self.harmless)))
        return ordinal - 1

    def count(self):
        """Which calls there are."""
        self.begin(KRG_FAIL="count")
        self.checkpoint_to_its_end("count")
        answer = self.checkpoint_to_its_end("count")
        self.subject.end("count")
        calls = dict(word.split("=") for word in answer.split())
        unknown = [name for name in calls if name.isdigit()]
        if unknown or len(calls) < 30:
            raise lives.Failure("calls that ghost/inject.c does not know: " + " ".join(unknown))
        return sorted(set(calls) - NEVER)


def walk_one(name, *place, **settings):
    walk = Walk(*place, name.replace(":", "-"), **settings)
    try:
        hits = walk.walk(name)
    finally:
        walk.close()
    if not hits:
        raise lives.Failure("%s never failed" % name)


def main():
    with lives.workshop() as (top, build):
        place = build, top, lives.accounts()[0]
        wanted = os.environ.get("FAIL_EACH")
        for name in wanted.split(",") if wanted else [*Walk(*place, "count").count(), *DEATHS]:
            walk_one(name, *place)
        # These are made for much memory that is not packed.
        for name in () if wanted else ("fallocate", "sync_file_range"):
            walk_one(name, *place, size=20, KRG_CODEC="none")


main()
