#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill -9 at random moments: of the program in a checkpoint, of its helper tasks, of krg-resume in
a restart. What has the ghost's name is whole, a program whose helpers are killed goes on, and of
nothing is anything left.

HARM_ROUNDS=500 tries more moments of each (make soak does).
"""
import contextlib
import os
import signal
import time

import harm
import lives

ROUNDS = int(os.environ.get("HARM_ROUNDS", "60"))


def wait(seconds):
    """A busy wait: the moments lie closer together than a sleep is exact."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def nobody_left(build):
    """Processes of ours, by the name of the folder that their programs and tools lie in."""
    top, found = os.path.dirname(os.path.dirname(build.shim)), []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if top in lives.read_text("/proc/%s/maps" % name):
                    found.append(name)
    return not found


def gone(build, what):
    lives.wait_until(lambda: nobody_left(build), what + ": everybody has ended", 10)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def duration(case):
    """Of a checkpoint, as the one who asks sees it."""
    begin = time.perf_counter()
    case.checkpoint("the first")
    return time.perf_counter() - begin


def kill_program(case, build):
    """Its end in the middle of the second checkpoint, or a third of them long after it."""
    longest = 0.1
    for number in range(ROUNDS):
        what = "kill -9 of the program, %d" % number
        case.begin()
        longest = min(longest, duration(case) * 1.3)
        os.kill(case.pid(), signal.SIGUSR2)
        wait(lives.dice.uniform(0, longest))
        kill(case.pid())
        case.subject.process.wait()
        gone(build, what)
        case.verify(what)
        case.expect_no_debris(what)
        case.subject.close()
        if number % 10 == 0:
            case.resume(what)
            gone(build, what)


def kill_helpers(case):
    """Whatever looks like its child is killed while a checkpoint lasts."""
    case.begin()
    longest, killed = duration(case) * 1.2, 0
    case.subject.look("the first")
    state = case.calm_state()
    for number in range(ROUNDS * 2):
        what = "kill -9 of a helper, %d" % number
        os.kill(case.pid(), signal.SIGUSR2)
        wait(lives.dice.uniform(0, longest))
        for child in lives.children_of(case.pid()):
            victims = [child, *lives.children_of(child)]
            kill(lives.dice.choice(victims))
            killed += 1
        case.subject.look(what)
        case.settle(state, what)
        case.verify(what)
        case.expect_no_debris(what)
    case.checkpoint("the last")
    case.subject.end("the last")
    if not killed:
        raise lives.Failure("no helper was ever met")
    case.resume("the last")
    return killed


def kill_resume(case, build):
    """krg-resume ends anywhere between its start and the program's; nobody stays behind."""
    case.begin()
    case.checkpoint("a ghost to resume")
    case.subject.look("a ghost to resume")
    kill(case.pid())
    case.subject.process.wait()
    case.subject.close()
    before = sorted(os.listdir(case.work))
    begin = time.perf_counter()
    case.resume("the ghost")
    longest = time.perf_counter() - begin
    for number in range(ROUNDS):
        what = "kill -9 of krg-resume, %d" % number
        reborn = harm.Subject([build.resume, "--pids=" + ("auto", "namespace")[number % 2],
                               "--fd", "2=null", case.ghost], case.account, case.work, {})
        wait(lives.dice.uniform(0, longest))
        kill(reborn.process.pid)
        reborn.process.wait()
        reborn.process.stdin.close()
        gone(build, what)
        reborn.process.stdout.close()
        if sorted(os.listdir(case.work)) != before:
            raise lives.Failure("%s: left behind in the folder" % what)
    case.expect_no_debris("kill -9 of krg-resume")
    case.resume("afterwards")


def main():
    with lives.workshop() as (top, build):
        for account in lives.accounts():
            for name in ("program", "helpers", "resume"):
                case = harm.Harm(build, top, account, account.name + "-" + name)
                try:
                    if name == "helpers":
                        killed = kill_helpers(case)
                        lives.say("   %s: %d helpers killed" % (account.name, killed))
                    else:
                        {"program": kill_program, "resume": kill_resume}[name](case, build)
                        lives.say("   %s: %s killed %d times" % (account.name, name, ROUNDS))
                finally:
                    case.close()


main()
