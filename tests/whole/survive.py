# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole programs under checkpoint, kill -9 and resume: what the tests of this folder share.

A test names a command and what it needs, and calls survive():

    import survive
    survive.survive(["/usr/bin/perl", "-e", PROGRAM])

The command runs once undisturbed, in a folder of its own. Then it runs under the shim, as root and
as an ordinary user; three times, at a random moment, a ghost is written, the program killed and the
ghost resumed. At the end its exit status, its output and all files in its folder must be those of
the undisturbed run. Moments are counted in CPU time, so that a busy machine does not move them.

SURVIVE_MOMENTS sets how often a program is killed; more variables are in lives.py.
"""
import contextlib
import filecmp
import os
import random
import re
import signal
import subprocess
import time

# What other tests need of it, they find here.
from lives import (NOBODY, PATIENCE, SKIPPED, Account, Failure, Life, Run, TooLate, accounts,
                   children_of, dice, need, read_text, say, skip, stat_fields, wait_until,
                   workshop)

# --- what programs work on ----------------------------------------------------------------------

def words(size, copies=1):
    """Short words of hexadecimal digits, the same each time; they pack to about half, and faster
    with several copies of each."""
    numbers, table = random.Random(1), bytes.maketrans(b"048c", b"    ")
    pieces = []
    for start in range(0, size, 1 << 24):
        digits = numbers.randbytes(min(size - start, 1 << 24) // 2 // copies).hex().encode()
        text = digits.translate(table).replace(b"   ", b" \n")
        pieces += [text[at:at + 16384] * copies for at in range(0, len(text), 16384)]
    return b"".join(pieces)


def make_words(size, copies=1):
    """For prepare=: the file {}/words."""
    def prepare(folder):
        with open(os.path.join(folder, "words"), "wb") as file:
            file.write(words(size, copies))
    return prepare


def unpacks(packer, name, tests="-t"):
    """For verify=: the packed file is whole by itself."""
    def verify(folder):
        result = subprocess.run([packer, tests, os.path.join(folder, name)], check=False,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode:
            raise Failure("%s %s: %s" % (packer, tests, result.stderr))
    return verify


def compile_c(source, *options, compiler="gcc"):
    """For prepare=: the program {}/program."""
    need(compiler)

    def prepare(folder):
        path = os.path.join(folder, "source." + ("c" if compiler == "gcc" else "cc"))
        with open(path, "w", encoding="ascii") as file:
            file.write(source)
        subprocess.run([compiler, "-O2", path, "-o", os.path.join(folder, "program"), *options,
                        "-lm"], stdin=subprocess.DEVNULL, check=True)
    return prepare


# --- the test -----------------------------------------------------------------------------------

def join_output(pieces, whole):
    """Whether the lives' outputs are the whole: each goes on where the ghost was, so it may repeat
    what the lives before it had said after that, but leave nothing out."""
    start = reached = 0
    for piece in pieces[:-1]:
        start = whole.find(piece, start)
        if not 0 <= start <= reached:
            return False
        reached = max(reached, start + len(piece))
    return whole.endswith(pieces[-1]) and len(whole) - len(pieces[-1]) <= reached


def compare_folders(expected, found):
    names = set(os.listdir(expected)) | set(os.listdir(found))
    for name in sorted(names):
        one, other = os.path.join(expected, name), os.path.join(found, name)
        if not (os.path.exists(one) and os.path.exists(other)):
            raise Failure("%s is only in %s" % (name, expected if os.path.exists(one) else found))
        if not filecmp.cmp(one, other, shallow=False):
            raise Failure("%s is not that of the undisturbed run (in %s)" % (name, found))


class Undisturbed:
    """What the program does when it is left alone."""

    def __init__(self, run, tidy):
        start = time.monotonic()
        life = run.begin()
        _, status, usage = os.wait4(life.process.pid, 0)
        life.process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.status = life.process.returncode
        self.output = life.reader.all() if life.reader else b""
        self.folder = run.work
        tidy(self.folder)
        say("undisturbed: status %d, %.2f s, %.2f s of CPU time"
            % (self.status, self.seconds, self.cpu))
        if self.status < 0 or life.said() and self.status:
            raise Failure("the program fails by itself: %s" % life.said()[-400:])


def stop_once(run, life, ahead):
    """A ghost and kill -9, perhaps after the program has gone on for a while."""
    if ahead:
        run.checkpoint(life)
        time.sleep(dice.choice([0, dice.uniform(0, 0.3)]))
        with contextlib.suppress(ProcessLookupError):
            os.kill(life.program, signal.SIGKILL)
    else:
        run.checkpoint_and_end(life)
    status = life.end(PATIENCE)
    # It may have come to its own end after the ghost, before the kill.
    if status != -signal.SIGKILL and not (ahead and status >= 0):
        raise Failure("killed with -9 it ended with status %d" % status)


def live_through(run, moments, ahead):
    """All lives of the program; its exit status and what it put out in each life."""
    life, done, pieces = run.begin_under_shim(), 0.0, []
    try:
        for moment in moments:
            life.wait_for_cpu(moment - done)
            done = moment
            stop_once(run, life, ahead and dice.random() < 0.6)
            pieces.append(life.reader.all() if life.reader else b"")
            life = run.resume()
        status = life.end()
        pieces.append(life.reader.all() if life.reader else b"")
        return status, pieces
    finally:
        life.stop_for_good()


def survive_as(run, top, account, plain, ahead, tidy):
    count = int(os.environ.get("SURVIVE_MOMENTS", "3"))
    moments = sorted(dice.uniform(0.02, 0.8) * plain.cpu for _ in range(count))
    for attempt in range(4):
        run.folder(top, "%s-%d" % (account.name, attempt), account)
        say("%s: killed after %s s of CPU time" % (account.name,
                                                   ", ".join("%.2f" % m for m in moments)))
        try:
            status, pieces = live_through(run, moments, ahead)
            break
        except TooLate:
            # Ghosts take time that the undisturbed run did not.
            say("%s: it ended before that" % account.name)
            moments = [moment * 0.6 for moment in moments]
    else:
        raise Failure("%s: the program always ends too early" % account.name)
    if status != plain.status:
        raise Failure("%s: status %d, not %d" % (account.name, status, plain.status))
    tidy(run.work)
    compare_folders(plain.folder, run.work)
    if not join_output(pieces, plain.output):
        raise Failure("%s: the output is not that of the undisturbed run: %d bytes, not %s"
                      % (account.name, len(plain.output), [len(piece) for piece in pieces]))


def drop_lines(*patterns):
    """For tidy=: without the parts that are never the same twice, as those with the time."""
    def tidy(folder):
        for name in ("out", "err"):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                text = file.read()
            for pattern in patterns:
                text = re.sub(pattern.encode(), b"", text)
            with open(path, "wb") as file:
                file.write(text)
    return tidy


def survive(command, prepare=None, stdin=None, stdout="out", ahead=True, verify=lambda _: None,
            tidy=lambda _: None, preload="{}", variables=None, only=None):
    """The whole test of one program.

    prepare(folder) makes what it reads, in a folder that {} in the command and a path in stdin
    stand for. stdin: a path, bytes for a pipe, or None. stdout: a file's name, "pipe", or None.
    ahead=False where the world must not be further than the ghost. verify(folder) looks at a
    finished folder and raises Failure; tidy(folder) takes out what differs with each run. preload:
    LD_PRELOAD, where {} is the shim. variables: more of the environment. only: some of accounts()."""
    if "{}" not in command[0]:
        need(command[0])
    ahead = ahead and not isinstance(stdin, bytes)
    with workshop() as (top, build):
        data = os.path.join(top, "data")
        os.mkdir(data)
        if prepare:
            prepare(data)
        run = Run(build, [word.replace("{}", data) for word in command],
                  stdin.replace("{}", data) if isinstance(stdin, str) else stdin, stdout)
        run.preload, run.variables = preload, variables or {}
        everybody = only or accounts()
        run.folder(top, "plain", everybody[-1])
        plain = Undisturbed(run, tidy)
        verify(run.work)
        for account in everybody:
            survive_as(run, top, account, plain, ahead, tidy)
            verify(run.work)
        say("passed")
