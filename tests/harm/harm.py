# SPDX-License-Identifier: LGPL-2.1-or-later
"""The program of subject.c and what is done to it: what the tests of this folder share.

Life, folders and accounts are those of tests/whole/lives.py; SURVIVE_SEED repeats the random
moments of a test that failed, SURVIVE_KEEP=1 leaves its folder behind.
"""
import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import lives  # noqa: E402 pylint: disable=wrong-import-position

SOON = 30                   # seconds for an answer
KEPT = ("Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "Threads", "Umask", "SigQ", "SigPnd",
        "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapEff", "TracerPid")


ALL_BLOCKED = "fffffffffffbfeff"    # but SIGKILL and SIGSTOP


def program(folder):
    """The subject that was built, copied to where an ordinary user can reach it."""
    path = os.path.join(os.environ.get("GHOST_BUILD", "."), "tests", "harm", "subject")
    if not os.path.exists(path):
        lives.skip("%s was not built" % path)
    return shutil.copy(path, folder)


def fields(path):
    """What must not change of a status file; the size of the queue is a limit of its own."""
    found = {}
    for line in lives.read_text(path).splitlines():
        name, _, value = line.partition(":")
        if name in KEPT:
            found[name] = value.split("/")[-1].strip() if name == "SigQ" else value.strip()
    return found


def maps(pid):
    """The address space without what the kernel may join or leave apart."""
    found = []
    for line in lives.read_text("/proc/%d/maps" % pid).splitlines():
        words = line.split(None, 5)
        start, end = (int(word, 16) for word in words[0].split("-"))
        path = words[5] if len(words) > 5 else ""
        if found and found[-1][1] == start and found[-1][2:] == (words[1], path):
            found[-1] = (found[-1][0], end, words[1], path)
        elif path != "[stack]":
            found.append((start, end, words[1], path))
    return found


def state(pid):
    """Everything of the process that can be seen from outside and that a checkpoint must not change."""
    root = "/proc/%d/" % pid
    tasks = sorted(os.listdir(root + "task"), key=int)
    links = {}
    for name in sorted(os.listdir(root + "fd"), key=int):
        info = lives.read_text(root + "fdinfo/" + name).splitlines()
        # Where 2 stands does change: our line is written there.
        kept = ("pos", "flags") if name != "2" else "flags"
        links[int(name)] = (os.readlink(root + "fd/" + name),
                            [line for line in info if line.startswith(kept)])
    return {
        "threads": [(task, fields(root + "task/" + task + "/status")) for task in tasks],
        "children": [lives.read_text(root + "task/" + task + "/children") for task in tasks],
        "descriptors": links,
        "limits": lives.read_text(root + "limits"),
        "memory": maps(pid),
        "owner": os.stat(root + "fd").st_uid,
        "timers": re.sub(r"signal: .*\n", "", lives.read_text(root + "timers")),
    }


def difference(before, after):
    for key, value in before.items():
        if value != after[key]:
            if isinstance(value, dict):
                value, after = list(value.items()), {key: list(after[key].items())}
            if isinstance(value, list):
                gone = [item for item in value if item not in after[key]]
                new = [item for item in after[key] if item not in value]
                return "%s: %s became %s" % (key, gone, new)
            return "%s: %s became %s" % (key, value, after[key])
    return None


class Subject:
    """One life of the program, or of krg-resume in front of it, that is asked things."""

    def __init__(self, command, account, work, variables):
        environment = {name: value for name, value in os.environ.items()
                       if name not in lives.OWN_VARIABLES and name != "KRG_FAIL"}
        environment.update(variables)
        self.errors = os.path.join(work, "err")
        self.heard = b""
        with open(self.errors, "ab") as error:
            self.process = subprocess.Popen(command, cwd=work, env=environment, stderr=error,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            bufsize=0, **account.popen_arguments())

    def answer(self, what):
        """The next line that it prints."""
        end = time.monotonic() + SOON
        while b"\n" not in self.heard:
            ready = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            data = os.read(self.process.stdout.fileno(), 4096) if ready[0] else b""
            if not data:
                raise lives.Failure("%s: no answer (status %s); it said: %s"
                                    % (what, self.process.poll(), self.said()))
            self.heard += data
        line, _, self.heard = self.heard.partition(b"\n")
        return line.decode()

    def ask(self, word, expected, what):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(word.encode() + b"\n")
        answer = self.answer(what)
        if answer != expected:
            raise lives.Failure("%s: the program says: %s" % (what, answer))

    def look(self, what):
        self.ask("look", "ok", what)

    def end(self, what):
        self.ask("end", "end ok", what)
        status = self.process.wait(SOON)
        self.close()
        if status != 7:
            raise lives.Failure("%s: status %d at the end" % (what, status))

    def said(self):
        return lives.read_text(self.errors)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Harm:
    """Folders, tools, and subjects that begin in them."""

    def __init__(self, build, top, account, name, threads=3, size=3, **variables):
        self.build, self.account = build, account
        self.arguments = [str(threads), str(size)]
        self.work = os.path.join(top, name)
        self.ghosts = self.work + "-ghosts"
        self.ghost = os.path.join(self.ghosts, "x.ghost")
        self.log = os.path.join(self.work, "log")
        for path in (self.work, self.ghosts):
            os.mkdir(path)
            account.give(path)
        self.variables = {"LD_PRELOAD": build.shim, "KRG_GHOST": self.ghost, "KRG_LOG": self.log,
                          **variables}
        self.program = program(self.work)
        self.subject = None

    def begin(self, *prefix, **variables):
        self.subject = Subject([*prefix, self.program, self.work, *self.arguments], self.account,
                               self.work, {**self.variables, **variables})
        line = self.subject.answer("the start")
        if line != "ready":
            raise lives.Failure("the program says: " + line)
        return self.subject

    def pid(self):
        return self.subject.process.pid

    def logged(self):
        return lives.read_text(self.log) if os.path.exists(self.log) else ""

    def inode(self):
        """Of the ghost: another one, another ghost."""
        try:
            return os.stat(self.ghost).st_ino
        except FileNotFoundError:
            return 0

    def debris(self):
        return sorted(set(os.listdir(self.ghosts)) - {"x.ghost"})

    def expect_no_debris(self, what):
        if self.debris():
            raise lives.Failure("%s: left behind: %s" % (what, ", ".join(self.debris())))

    def verify(self, what):
        result = subprocess.run([self.build.ghost, "verify", self.ghost], check=False,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            raise lives.Failure("%s: not whole: %s" % (what, result.stdout.strip()))

    def checkpoint(self, what):
        """One that works."""
        before, failed = self.inode(), self.logged().count(": failed: ")
        os.kill(self.pid(), signal.SIGUSR2)
        lives.wait_until(lambda: self.inode() != before or self.subject.process.poll() is not None
                         or self.logged().count(": failed: ") > failed, what + ": a ghost", SOON)
        if self.inode() == before:
            raise lives.Failure("%s: no ghost (status %s): %s"
                                % (what, self.subject.process.poll(), self.subject.said()))

    def resume(self, what, ghost=None):
        """From a ghost, when the program has ended, for it had locks; it must be all right."""
        reborn = Subject([self.build.resume, "--pids=namespace", "--fd", "2=null",
                          ghost or self.ghost], self.account, self.work, {})
        try:
            reborn.look(what + ", resumed")
            reborn.end(what + ", resumed")
        finally:
            reborn.close()

    def calm_state(self):
        """The state between two checkpoints: not while the log is being written, and not before
        all have left the handler, where everything is blocked."""
        end = time.monotonic() + 5
        while True:
            now = state(self.pid())
            if not any(path == self.log for path, _ in now["descriptors"].values()) and \
                    not any(fields["SigBlk"] == ALL_BLOCKED for _, fields in now["threads"]):
                return now
            if time.monotonic() > end:
                raise lives.Failure("the log stays open")

    def settle(self, before, what):
        """Waits until nothing of a checkpoint is left to be seen."""
        end = time.monotonic() + 5
        while True:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                now = difference(before, state(self.pid()))
                if not now:
                    return
                if time.monotonic() > end:
                    raise lives.Failure("%s: %s" % (what, now))
            if self.subject.process.poll() is not None:
                raise lives.Failure("%s: the program ended with %d; it said: %s"
                                    % (what, self.subject.process.returncode,
                                       self.subject.said()))
            time.sleep(0.0005)

    def close(self):
        if self.subject:
            self.subject.close()
