#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A batch job: krg-run --resume --interval, killed three times with all that belongs to it.

The command line is always the same; the last time it is left alone. Then its status is 0, what it
wrote is what an undisturbed run writes, each life went on from a ghost, and no ghost is left.
"""
import contextlib
import os
import signal
import time

import lives

ROUNDS = 3
INTERVAL = "0.5"
PROGRAM = """
import sys, time
end, table = 60, {}
with open("result", "w") as file:
    for number in range(1, end + 1):
        seed = number
        for step in range(40000):
            seed = (seed * 1103515245 + 12345) & 0x7fffffff
            table[seed % 5003] = step
        time.sleep(0.05)
        print(number, seed, sum(table.values()), file=file, flush=True)
print("done", flush=True)
"""


def family(pid):
    """The process and all below it, the eldest first."""
    return [pid] + [other for child in lives.children_of(pid) for other in family(child)]


class Job(lives.Run):
    """One command line, however often it is given."""

    def there(self):
        return sorted(name for name in os.listdir(self.ghosts) if name.endswith(".ghost"))

    def newest(self):
        return max([int(name[2:-6]) for name in self.there()], default=0)

    def preempt(self, life, before):
        """Some time after a new ghost, everything is killed."""
        lives.wait_until(lambda: self.newest() > before or life.has_ended(), "a ghost")
        time.sleep(lives.dice.uniform(0, 0.6))
        for pid in family(life.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        status = life.end()
        if status != -signal.SIGKILL:
            raise lives.Failure("status %d before it was killed: %s" % (status, life.said()))
        left = lives.end_leftovers()
        if left:
            raise lives.Failure("not killed: %s" % left)


def read_result(job):
    return lives.read_text(os.path.join(job.work, "result"))


def undisturbed(build, top, account, command):
    run = lives.Run(build, command, stdout="out")
    run.folder(top, account.name + "-alone", account)
    status = run.begin().end()
    if status:
        raise lives.Failure("undisturbed it ended with %d" % status)
    return read_result(run)


def try_account(build, top, account, command):
    wanted = undisturbed(build, top, account, command)
    job = Job(build, command, stdout=None)
    job.folder(top, account.name, account)
    job.command = [build.run, "--library", build.shim, "--resume", "--interval", INTERVAL,
                   "--keep", "2", "--output", os.path.join(job.ghosts, "j-%n.ghost"), *command]
    for number in range(ROUNDS + 1):
        before = job.newest()
        life = job.begin()
        if number < ROUNDS:
            job.preempt(life, before)
        elif life.end():
            raise lives.Failure("the last life ended with %d: %s"
                                % (life.process.returncode, life.said()))
    if life.said().count("krg-run: goes on from ") != ROUNDS:
        raise lives.Failure("not each life went on from a ghost: %s" % life.said())
    if read_result(job) != wanted:
        raise lives.Failure("what it wrote is not that of an undisturbed run")
    if job.there():
        raise lives.Failure("left behind: %s" % job.there())
    lives.say("%s: passed" % account.name)


def main():
    command = ["/usr/bin/python3", "-c", PROGRAM]
    lives.need(command[0])
    with lives.workshop() as (top, build):
        for account in lives.accounts():
            try_account(build, top, account, command)


main()
