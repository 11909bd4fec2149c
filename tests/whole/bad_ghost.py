#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""krg-resume refuses what is no whole ghost of this user, or what cannot be had again: one line on
standard error, status 125, and nothing has changed."""
import os
import shutil
import subprocess

import survive
from survive import dice

FLIPS = 50
complaints = []
CUTS = 15
PROGRAM = r"""
exec 3<"$1/file"
while [ ! -e go ]; do :; done
echo "went on" >&3 2>/dev/null || echo "went on"
"""


def look(folder):
    """Everything in the folder, to see whether something has changed."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            stat = os.stat(os.path.join(path, name))
            found[os.path.join(path, name)] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found


def complain(words):
    survive.say("WRONG:", words)
    complaints.append(words)


def expect_refusal(run, what, *options):
    before = look(run.work)
    life = run.resume_with(*options)
    try:
        status = life.end(20)
        said = life.said()
        if status != 125 or said.count("\n") != 1 or not said.startswith("krg-resume: "):
            complain("%s: status %d: %s" % (what, status, said or "nothing said"))
        if look(run.work) != before:
            complain("%s: something has changed" % what)
    except survive.Failure as error:
        complain("%s: %s: %s" % (what, error, life.said()))
    finally:
        life.stop_for_good()
    survive.say("   %s: %s" % (what, life.said().strip()))


class Variants:
    """Ghosts that are not what they should be."""

    def __init__(self, run, whole):
        self.run, self.whole = run, whole

    def write(self, data, mode=0o600):
        self.run.ghost = os.path.join(self.run.ghosts, "variant.ghost")
        with open(self.run.ghost, "wb") as file:
            file.write(data)
        self.run.account.give(self.run.ghost)
        os.chmod(self.run.ghost, mode)

    def refused(self, what, data):
        self.write(data)
        expect_refusal(self.run, what)

    def seems_whole(self):
        verify = subprocess.run([self.run.build.ghost, "verify", self.run.ghost], check=False,
                                stdin=subprocess.DEVNULL, capture_output=True)
        return not verify.returncode

    def foreign(self):
        self.refused("an empty file", b"")
        self.refused("text", b"#!/bin/sh\necho no ghost\n" * 1000)
        self.refused("zeros", bytes(100000))
        self.refused("random bytes", dice.randbytes(100000))
        self.refused("its first page alone", self.whole[:4096])
        self.refused("its first page and zeros", self.whole[:4096] + bytes(len(self.whole) - 4096))
        self.refused("two of them", self.whole + self.whole)
        with open("/bin/true", "rb") as file:
            self.refused("a program", file.read())

    def cut(self):
        size = len(self.whole)
        for length in [1, 8, 4095, 4097, size - 1, size - 64] + \
                [dice.randrange(size) for _ in range(CUTS)]:
            self.refused("cut to %d of %d bytes" % (length, size), self.whole[:length])

    def flipped(self):
        size = len(self.whole)
        for number in range(FLIPS):
            at = dice.randrange(4096) if number % 5 == 0 else dice.randrange(size)
            bit = dice.randrange(8)
            data = bytearray(self.whole)
            data[at] ^= 1 << bit
            self.write(data)
            # Between what is written lie gaps that nobody reads.
            if not self.seems_whole():
                expect_refusal(self.run, "bit %d of byte %d" % (bit, at), "--eager")

    def rights(self):
        run = self.run
        self.write(self.whole, 0o666)
        expect_refusal(run, "writable by everybody")
        self.write(self.whole, 0o660)
        expect_refusal(run, "writable by the group")
        if os.getuid() != 0:
            return
        self.write(self.whole, 0o644)
        os.chown(run.ghost, 1 if run.account.uid == 0 else 0, 0)
        expect_refusal(run, "another user's")
        os.chmod(run.ghost, 0o600)
        expect_refusal(run, "another user's, unreadable" if run.account.uid else "another user's")
        self.write(self.whole, 0)
        if run.account.uid:
            expect_refusal(run, "unreadable")

    def no_file(self):
        run = self.run
        run.ghost = os.path.join(run.ghosts, "missing.ghost")
        expect_refusal(run, "missing")
        run.ghost = run.work
        expect_refusal(run, "a directory")
        run.ghost = os.path.join(run.ghosts, "fifo")
        os.mkfifo(run.ghost)
        run.account.give(run.ghost)
        expect_refusal(run, "a fifo")
        run.ghost = "/dev/zero"
        expect_refusal(run, "a device")


def world(run, data, whole):
    """The ghost is whole, but something that it needs is not there."""
    file, library = os.path.join(data, "file"), os.path.join(data, "library.so")
    away = os.path.join(data, "away")
    run.ghost = whole
    os.rename(file, away)
    expect_refusal(run, "the file that it had open is missing")
    os.mkdir(file)
    expect_refusal(run, "the file that it had open is a directory")
    os.rmdir(file)
    os.rename(away, file)
    os.rename(library, away)
    expect_refusal(run, "a library is missing")
    shutil.copy("/lib/x86_64-linux-gnu/libm.so.6", library)
    expect_refusal(run, "a library is another one")
    shutil.copy(away, library)
    with open(library, "ab") as changed:
        changed.write(b"more")
    expect_refusal(run, "a library has grown")
    os.unlink(library)
    os.rename(away, library)
    away, own = run.work + "-away", run.work
    os.rename(run.work, away)
    run.work = away
    expect_refusal(run, "its directory is missing")
    os.rename(away, own)
    run.work = own


def options(run):
    good = run.ghost
    for words in (["--pids=rubbish"], ["--fd", "rubbish"], ["--fd", "77=null"], ["--rubbish"],
                  ["--fd", "0=/missing/file"], [good], ["--pids"],
                  ["--fd", "1=%s/new" % run.work, "--fd", "2=/missing/file"]):
        expect_refusal(run, " ".join(words), *words)


def still_good(run):
    """After all that the ghost can be resumed, and --trust takes one that others may write."""
    os.chmod(run.ghost, 0o666)
    with open(os.path.join(run.work, "go"), "wb"):
        pass
    life = run.resume_with("--trust")
    status = life.end(60)
    if status or survive.read_text(os.path.join(run.work, "out")) != "went on\n":
        raise survive.Failure("the whole ghost: status %d: %s" % (status, life.said()))


def refuse_as(account, build, top):
    survive.say("%s:" % account.name)
    data = os.path.join(top, "data-" + account.name)
    os.mkdir(data)
    with open(os.path.join(data, "file"), "wb") as file:
        file.write(b"contents\n")
    library = os.path.join(data, "library.so")
    shutil.copy("/lib/x86_64-linux-gnu/libz.so.1", library)
    run = survive.Run(build, ["/bin/dash", "-c", PROGRAM, "dash", data])
    run.folder(top, account.name, account)
    # What is not used of a ghost is not read: tests/examples/embedded.py damages that.
    life = run.begin_under_shim(LD_PRELOAD=build.shim + ":" + library, KRG_EMBED="none")
    try:
        life.wait_for_cpu(0.05)
        run.checkpoint_and_end(life)
    finally:
        life.stop_for_good()
    whole = run.ghost
    with open(whole, "rb") as file:
        variants = Variants(run, file.read())
    variants.foreign()
    variants.cut()
    variants.flipped()
    variants.rights()
    variants.no_file()
    world(run, data, whole)
    options(run)
    still_good(run)


with survive.workshop() as (folder, tools):
    for user in survive.accounts():
        refuse_as(user, tools, folder)
    if complaints:
        raise survive.Failure("%d complaints, see above" % len(complaints))
    survive.say("passed")
