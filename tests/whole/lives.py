# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lives of programs for the tests of this folder: started under the shim, killed, resumed.

SURVIVE_SEED repeats the random choices of a failed test, SURVIVE_KEEP=1 leaves its folder behind,
SURVIVE_ACCOUNT=root or user selects one half, SURVIVE_CODEC is KRG_CODEC for the programs.
"""
import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
PATIENCE = 60               # seconds for anything that should take much less
LONGEST = 240               # seconds for a program to end
NOBODY = 65534
OWN_VARIABLES = ("LD_PRELOAD", "KRG_GHOST", "KRG_CODEC", "KRG_SIGNAL", "KRG_LOG", "KRG_FORCE",
                 "KRG_TIMEOUT", "KRG_EMBED", "KRG_MODE", "KRG_INTERVAL", "KRG_KEEP")

dice = random.Random()


class Failure(Exception):
    """The test has failed; the text says how."""


class TooLate(Exception):
    """The program ended before the moment at which it was to be stopped."""


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def need(*programs):
    """Skips the test where one of the programs is not installed; returns the first's path."""
    for program in programs:
        if not shutil.which(program):
            skip("%s is not installed" % program)
    return shutil.which(programs[0])


def say(*words):
    print(*words, flush=True)


def wait_until(condition, what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failure("waited %d s in vain: %s" % (seconds, what))
        time.sleep(0.003)


def read_text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


# --- processes ----------------------------------------------------------------------------------

def become_subreaper():
    """Whatever a program or krg-resume leaves behind becomes our child, and is noticed."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third on, or None."""
    try:
        return read_text("/proc/%d/stat" % pid).rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def children_of(pid):
    try:
        return [int(word) for word in read_text("/proc/%d/task/%d/children" % (pid, pid)).split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu_seconds(pid):
    fields = stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else None


def catches(pid, number):
    """Whether the process has a handler for the signal: the shim is there."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in read_text("/proc/%d/status" % pid).splitlines():
            if line.startswith("SigCgt:"):
                return int(line.split()[1], 16) >> (number - 1) & 1
    return 0


def end_leftovers():
    """Everything that should have ended by now, by name; it is ended."""
    left, end = [], time.monotonic() + 2
    while True:
        try:
            pid = os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            return left
        if not pid and time.monotonic() > end:
            for child in children_of(os.getpid()):
                with contextlib.suppress(OSError):
                    left.append("%d (%s)" % (child, read_text("/proc/%d/comm" % child).strip()))
                    os.kill(child, signal.SIGKILL)
            end += 10
        time.sleep(0.002)


# --- the tools of the build ---------------------------------------------------------------------

class Build:
    """What was built, copied to where an ordinary user can reach it."""

    def __init__(self, folder):
        source = os.environ.get("GHOST_BUILD", ".")
        for name in ("libkrgghost.so", "krg-resume", "krg-checkpoint", "krg-ghost", "krg-run"):
            path = os.path.join(source, ".libs", name)
            if not os.path.exists(path):
                path = os.path.join(source, name)
            shutil.copy(path, folder)
        self.shim = os.path.join(folder, "libkrgghost.so")
        self.resume = os.path.join(folder, "krg-resume")
        self.checkpoint = os.path.join(folder, "krg-checkpoint")
        self.ghost = os.path.join(folder, "krg-ghost")
        self.run = os.path.join(folder, "krg-run")


class Account:
    """Who runs the program."""

    def __init__(self, name, uid, mode):
        self.name, self.uid, self.mode = name, uid, mode

    def give(self, path):
        if self.uid != os.getuid():
            os.chown(path, self.uid, self.uid)

    def popen_arguments(self):
        if self.uid == os.getuid():
            return {}
        return {"user": self.uid, "group": self.uid, "extra_groups": []}


def accounts():
    """Root keeps its ids on the host, an ordinary user gets a namespace."""
    user = NOBODY if os.getuid() == 0 else os.getuid()
    both = [Account("user", user, "in a namespace")]
    if os.getuid() == 0:
        both.insert(0, Account("root", 0, "on this host"))
    wanted = os.environ.get("SURVIVE_ACCOUNT")
    return [account for account in both if wanted in (None, account.name)]


# --- one life of a program ----------------------------------------------------------------------

class Reader(threading.Thread):
    """Takes what comes out of a pipe."""

    def __init__(self, end):
        super().__init__(daemon=True)
        self.end, self.data = end, b""
        self.start()

    def run(self):
        with open(self.end, "rb", buffering=0) as file:
            while True:
                piece = file.read(1 << 20)
                if not piece:
                    return
                self.data += piece

    def all(self):
        self.join(PATIENCE)
        if self.is_alive():
            raise Failure("somebody still holds the pipe that was the program's output")
        return self.data


class Feeder:
    """A pipe that stays when its reader is killed, so that the next one reads on."""

    def __init__(self, data):
        self.out, self.into = os.pipe()
        threading.Thread(target=self.write, args=(data,), daemon=True).start()

    def write(self, data):
        with contextlib.suppress(BrokenPipeError), open(self.into, "wb") as file:
            file.write(data)

    def close(self):
        os.close(self.out)


class Life:
    """A process of ours: the program as it was started, or krg-resume in front of it."""

    def __init__(self, command, account, folder, variables, stdin, stdout, stderr):
        environment = {name: value for name, value in os.environ.items()
                       if name not in OWN_VARIABLES}
        environment.update(variables, LC_ALL="C.UTF-8", HOME=folder)
        self.reader = None
        self.error_path = stderr
        with open(stderr, "ab") as error, contextlib.ExitStack() as stack:
            account.give(stderr)
            if stdout == "pipe":
                ends = os.pipe()
                self.reader = Reader(ends[0])
                out = stack.enter_context(open(ends[1], "wb"))
            elif stdout:
                out = stack.enter_context(open(stdout, "wb"))
                account.give(stdout)
            else:
                out = subprocess.DEVNULL
            if isinstance(stdin, str):
                stdin = stack.enter_context(open(stdin, "rb"))
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=stdin or subprocess.DEVNULL,
                stdout=out, stderr=error, **account.popen_arguments())
        self.program = self.process.pid

    def has_ended(self):
        return self.process.poll() is not None

    def end(self, seconds=LONGEST):
        """Waits for the end; the status is negative for a signal, as subprocess has it."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure("did not end in %d s" % seconds) from None

    def explain_end(self):
        """It ended before there was a ghost: too late, or because of us?"""
        if self.process.returncode < 0:
            raise Failure("the program was ended by signal %d" % -self.process.returncode)
        raise TooLate

    def stop_for_good(self):
        for pid in {self.program, self.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                if self.process.poll() is None:
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def said(self):
        return read_text(self.error_path)

    def find_program(self):
        """Of krg-resume: waits until it says that the program goes on; returns what it said."""
        wait_until(lambda: " goes on, " in self.said() or self.has_ended(), "krg-resume")
        words = self.said()
        while " goes on, " in words and children_of(self.program):
            self.program = children_of(self.program)[0]
        return words

    def wait_for_cpu(self, seconds):
        """Until the program has used so much CPU time, and a little more by chance."""
        end = time.monotonic() + PATIENCE
        while (cpu_seconds(self.program) or 0) < seconds or not catches(self.program, 12):
            if self.has_ended():
                self.explain_end()
            if time.monotonic() > end:
                raise Failure("the program does not come to %.2f s of CPU time" % seconds)
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.015))


class Run:
    """A command and its surroundings; it makes lives."""

    def __init__(self, build, command, stdin=None, stdout="out"):
        self.build, self.command, self.stdin, self.stdout = build, command, stdin, stdout
        # {} is the shim; what is named beside it is there in the undisturbed run too.
        self.preload = "{}"
        self.variables = {}

    def folder(self, top, name, account):
        self.work = os.path.join(top, name)
        self.ghosts = os.path.join(top, name + "-ghosts")
        self.ghost = os.path.join(self.ghosts, "program.ghost")
        self.log = os.path.join(self.ghosts, "log")
        self.account = account
        for path in (self.work, self.ghosts):
            os.mkdir(path)
            account.give(path)

    def begin(self, shim="", **variables):
        variables.update(self.variables)
        preload = self.preload.replace("{}", shim).strip()
        if preload:
            variables.setdefault("LD_PRELOAD", preload)
        self.feed = Feeder(self.stdin) if isinstance(self.stdin, bytes) else None
        out = self.stdout
        return Life(self.command, self.account, self.work, variables,
                    self.feed.out if self.feed else self.stdin,
                    out if out in (None, "pipe") else os.path.join(self.work, out),
                    os.path.join(self.work, "err"))

    def begin_under_shim(self, **variables):
        if "SURVIVE_CODEC" in os.environ:
            variables.setdefault("KRG_CODEC", os.environ["SURVIVE_CODEC"])
        return self.begin(self.build.shim,
                          **{"KRG_GHOST": self.ghost, "KRG_LOG": self.log, **variables})

    def resume_with(self, *options):
        """krg-resume with options of our own; its words are in Life.said()."""
        path = os.path.join(self.ghosts, "resume.err")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return Life([self.build.resume, *options, self.ghost], self.account, self.ghosts, {},
                    self.feed.out if self.feed else None,
                    "pipe" if self.stdout == "pipe" else None, path)

    def resume(self):
        """krg-resume, when the program goes on."""
        life = self.resume_with("--verbose")
        words = life.find_program()
        if self.account.mode not in words or words.count("\n") != 1:
            raise Failure("krg-resume (status %s) said: %s" % (life.process.poll(), words.strip()))
        return life

    def checkpoint(self, life):
        """A ghost by kill -USR2; the program goes on."""
        before = os.stat(self.ghost).st_ino if os.path.exists(self.ghost) else 0
        target = dice.choice([life.program, life.process.pid])
        with contextlib.suppress(ProcessLookupError):
            os.kill(target, signal.SIGUSR2)
        wait_until(lambda: self.ghost_differs(before) or life.has_ended(), "a ghost; the log: "
                   + (read_text(self.log) if os.path.exists(self.log) else ""))
        if not self.ghost_differs(before):
            life.explain_end()
        self.verify()

    def ghost_differs(self, inode):
        try:
            return os.stat(self.ghost).st_ino != inode
        except FileNotFoundError:
            return False

    def checkpoint_and_end(self, life):
        """A ghost, and not one instruction more."""
        before = os.stat(self.ghost).st_ino if os.path.exists(self.ghost) else 0
        target = dice.choice([life.program, life.process.pid])
        result = subprocess.run([self.build.checkpoint, "--kill", "--quiet", str(target)],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=PATIENCE, check=False)
        if result.returncode:
            # Its parent learns of its end a moment after krg-checkpoint.
            if b" ended before " in result.stdout:
                life.end(PATIENCE)
            if life.has_ended() and not self.ghost_differs(before):
                life.explain_end()
            raise Failure("krg-checkpoint --kill: status %d: %s"
                          % (result.returncode, result.stdout.decode().strip()))
        self.verify()

    def verify(self):
        result = subprocess.run([self.build.ghost, "verify", self.ghost], timeout=PATIENCE,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, check=False)
        if result.returncode:
            raise Failure("krg-ghost verify: status %d: %s"
                          % (result.returncode, result.stdout.decode().strip()))
        debris = set(os.listdir(self.ghosts)) - {"program.ghost", "log", "resume.err"}
        if debris:
            raise Failure("left next to the ghost: %s" % ", ".join(debris))


# --- a place to work in --------------------------------------------------------------------------

@contextlib.contextmanager
def workshop():
    """A folder and a build in it; afterwards nothing is left, or the test has failed."""
    def on_signal(number, _):
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
    seed = os.environ.get("SURVIVE_SEED") or str(random.SystemRandom().randrange(10 ** 9))
    dice.seed(seed)
    say("SURVIVE_SEED=%s" % seed)
    become_subreaper()
    top = os.path.realpath(tempfile.mkdtemp(prefix="krg-%s-" % os.path.basename(sys.argv[0])))
    os.chmod(top, 0o755)
    failure = None
    try:
        tools = os.path.join(top, "tools")
        os.mkdir(tools)
        yield top, Build(tools)
    except Failure as error:
        failure = str(error)
    finally:
        left = end_leftovers()
        if not (os.environ.get("SURVIVE_KEEP") and (failure or left)):
            shutil.rmtree(top, ignore_errors=True)
    if left:
        failure = (failure + "; " if failure else "") + "left running: " + ", ".join(left)
    if failure:
        say("FAILED:", failure)
        sys.exit(1)
