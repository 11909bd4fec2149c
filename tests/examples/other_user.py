#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A ghost of an ordinary user's program, resumed by root: the program is that user's again."""
import os

import example
from example import lives

ROOT = [example.Case("on the host", lives.Account("root", 0, "on this host"), "host"),
        example.Case("in a namespace", lives.Account("root", 0, "in a namespace"), "namespace")]


def ids_of(life):
    """User, group and capabilities as /proc shows them, from outside."""
    return [line for line in lives.read_text("/proc/%d/status" % life.life.program).splitlines()
            if line.startswith(("Uid:", "Gid:", "Groups:", "Cap"))]


def story(life):
    user = lives.Account("user", lives.NOBODY, life.account.mode)
    root, life.account = life.account, user
    for path in (life.work, life.ghosts):
        user.give(path)
    life.begin_and_wait()
    before = ids_of(life)
    if "Uid:\t%d\t" % lives.NOBODY not in before[0]:
        raise lives.Failure("it is not that user's: %s" % before)
    for _ in range(2):
        example.moment()
        life.checkpoint()
        life.kill()
        life.account = root
        life.life = life.resume_with("--verbose", "--trust", "--pids=" + life.case.pids)
        life.life.find_program()
        life.life.program = example.program_behind(life.life.process.pid)
        # The last thing that happens to it, after krg-resume has spoken.
        lives.wait_until(lambda: ids_of(life) == before, "it has its user again", example.SOON)
        life.account = user
    life.expect_pass()


if __name__ == "__main__":
    if os.getuid():
        lives.skip("only root can become another user")
    example.run_cases("credentials", story, ROOT)
