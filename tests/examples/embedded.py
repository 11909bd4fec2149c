#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mapped files that are changed, cut or removed, before the ghost or after it.

What the ghost carries goes on with its own copy, and so does a ghost of what was resumed; what it
does not carry is refused by name.
"""
import os
import re
import shutil
import sys

import example
from example import lives

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "format"))
import reader  # noqa: E402 pylint: disable=wrong-import-position

LIBRARY = "/lib/x86_64-linux-gnu/libm.so.6"
OTHER = "/lib/x86_64-linux-gnu/libc.so.6"
NAMES = ("program", "own.so", "data")


class Embedded(example.Example):
    """With files of its own, in its folder."""

    def __init__(self, build, top, program, case, *arguments):
        super().__init__(build, top, program, case, *arguments)
        self.own("program", program)
        self.own("own.so", LIBRARY)
        self.command = [self.path("program"), *arguments]

    def path(self, name):
        return os.path.join(self.work, name)

    def own(self, name, source):
        shutil.copy(source, self.path(name))
        self.account.give(self.path(name))

    def files(self):
        return [name for name in NAMES if os.path.exists(self.path(name))]

    def shown(self):
        """What its maps say of its files."""
        maps = example.read_or("/proc/%d/maps" % self.life.program)
        return set(re.findall(r"\S*/(?:%s)(?: \(deleted\))?$" % "|".join(NAMES), maps, re.M))

    def resume_again(self):
        pids = "auto" if self.case.pids == "host" else self.case.pids
        self.life = self.resume_with("--verbose", "--pids=" + pids)
        words = self.life.find_program()
        self.life.program = example.program_behind(self.life.process.pid)
        if " goes on, " not in words:
            raise lives.Failure("krg-resume (status %s) said: %s"
                                % (self.life.process.poll(), words.strip()))

    def refuse(self, pattern):
        self.life = self.resume_with()
        if self.life.end(example.SOON) != 125:
            raise lives.Failure("resumed with status %d" % self.life.process.returncode)
        if not re.fullmatch("krg-resume: " + pattern + "\n", self.life.said()):
            raise lives.Failure("krg-resume said: " + self.life.said())


# --- what happens to files ----------------------------------------------------------------------

def replace(life):
    """As an upgrade does."""
    for name in life.files():
        life.own(name + ".new", OTHER)
        os.rename(life.path(name + ".new"), life.path(name))


def remove(life):
    for name in life.files():
        os.unlink(life.path(name))


def cut(life):
    for name in life.files():
        os.truncate(life.path(name), 5000)


def same_time(life):
    """Another content, of the same size and time: the build id tells."""
    for name in life.files():
        before = os.stat(life.path(name))
        with open(life.path(name), "r+b") as file:
            file.write(os.urandom(before.st_size))
        os.utime(life.path(name), ns=(before.st_atime_ns, before.st_mtime_ns))


# --- stories -------------------------------------------------------------------------------------

def expect_copies(life):
    names = {"/memfd:ghost:%s (deleted)" % life.path(name)
             for name in NAMES[:2 if len(life.command) == 1 else 3]}
    if life.shown() != names:
        raise lives.Failure("its maps show " + ", ".join(life.shown()))


def lives_on(life, expect):
    """A resume, and another from a ghost of that one."""
    for _ in range(2):
        life.kill()
        life.resume_again()
        expect(life)
        example.moment()
        life.checkpoint()
    life.expect_pass()


def afterwards(happen):
    def story(life):
        life.begin_and_wait(KRG_EMBED="all" if len(life.command) > 1 else "elf")
        life.checkpoint()
        life.kill()
        happen(life)
        life.resume_again()
        expect_copies(life)
        life.checkpoint()
        lives_on(life, expect_copies)
    return story


def before(happen):
    """The program has the files that nothing leads to any more; there is one ghost of each state."""
    def story(life):
        life.begin_and_wait(KRG_EMBED="all" if len(life.command) > 1 else "elf")
        life.checkpoint()
        happen(life)
        life.checkpoint()
        lives_on(life, expect_copies)
    return story


def unchanged(life):
    def expect(life):
        if life.shown() != {life.path(name) for name in life.files()}:
            raise lives.Failure("its maps show " + ", ".join(life.shown()))
    life.begin_and_wait(KRG_EMBED="all")
    life.checkpoint()
    lives_on(life, expect)


def none(life):
    """Nothing is carried: each is refused until all are there again."""
    life.begin_and_wait(KRG_EMBED="none")
    life.checkpoint()
    life.kill()
    for name in NAMES[:2]:
        os.rename(life.path(name), life.path("kept"))
        life.refuse(re.escape(life.path(name)) + ": No such file or directory; the program has "
                    "this file mapped: .*KRG_EMBED=elf.*")
        shutil.copy(OTHER, life.path(name))
        life.refuse(re.escape(life.path(name)) + ": has changed since the ghost was made; .*")
        os.rename(life.path("kept"), life.path(name))
    life.resume_again()
    life.expect_pass()


def only_elf(life):
    """The default carries no data."""
    life.begin_and_wait()
    life.checkpoint()
    life.kill()
    os.unlink(life.path("own.so"))
    os.rename(life.path("data"), life.path("kept"))
    life.refuse(re.escape(life.path("data")) + ": No such file or directory; .*KRG_EMBED=all.*")
    os.rename(life.path("kept"), life.path("data"))
    life.resume_again()
    life.expect_pass()


def damaged(life):
    """A flipped bit in a file that is needed; in one that is not it does no harm."""
    life.begin_and_wait()
    life.checkpoint()
    life.kill()
    ghost = reader.Ghost(life.ghost)
    number = next(region["object"] for region in ghost.records[b"REGN"]
                  if region["file"]["path"] == life.path("own.so"))
    chunk = next(chunk for chunk in ghost.chunks if chunk["owner"] == reader.EMBEDDED | number)
    with open(life.ghost, "r+b") as file:
        file.seek(chunk["offset"] + chunk["packed"] // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 4]))
    os.rename(life.path("own.so"), life.path("kept"))
    life.refuse("the ghost is damaged: .*own.so.*")
    os.rename(life.path("kept"), life.path("own.so"))
    life.resume_again()
    life.expect_pass()


def trials():
    found = []
    for number, case in enumerate(example.cases()):
        for what in (replace, remove, cut, same_time):
            arguments = ["data"] if number % 2 and what != same_time else []
            found.append(example.Trial("%s after (%s)" % (what.__name__, case.name), case,
                                       afterwards(what), *arguments))
        for what in (replace, remove):
            arguments = [] if number % 2 else ["data"]
            found.append(example.Trial("%s before (%s)" % (what.__name__, case.name), case,
                                       before(what), *arguments))
        found.append(example.Trial("unchanged (%s)" % case.name, case, unchanged, "data"))
        found.append(example.Trial("none (%s)" % case.name, case, none))
        found.append(example.Trial("only ELF (%s)" % case.name, case, only_elf, "data"))
        found.append(example.Trial("damaged (%s)" % case.name, case, damaged))
    return found


example.run_trials("embedded", trials(), Embedded)
