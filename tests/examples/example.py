# SPDX-License-Identifier: LGPL-2.1-or-later
"""One of the examples under checkpoint, kill -9 and resume: what the tests of this folder share.

An example prints "ready", goes on until the file of KRG_EXAMPLE_GO is there, looks at itself and
prints "PASS". Life, folders and accounts are those of tests/whole/lives.py; SURVIVE_SEED repeats
the random moments of a test that failed, SURVIVE_KEEP=1 leaves its folder behind.
"""
import contextlib
import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import lives  # noqa: E402 pylint: disable=wrong-import-position

SOON = 30                   # seconds within which an example comes to its end
MOMENT = 0.03               # the longest random pause between two events, in seconds


class Skipped(Exception):
    """The example says that this machine does not have what it is about."""


class Case:
    """A way to run an example: who, with which ids, with which settings of the shim."""

    def __init__(self, name, account, pids, **variables):
        self.name, self.account, self.pids, self.variables = name, account, pids, variables


def cases():
    user = lives.NOBODY if os.getuid() == 0 else os.getuid()
    ordinary = lives.Account("user", user, "in a namespace")
    found = [Case("user, namespace", ordinary, "auto"),
             Case("user, namespace, not packed", ordinary, "auto", KRG_CODEC="none")]
    if os.getuid() == 0:
        host = lives.Account("root", 0, "on this host")
        inner = lives.Account("root", 0, "in a namespace")
        found[:0] = [Case("root, host", host, "host"), Case("root, namespace", inner, "namespace")]
    wanted = os.environ.get("EXAMPLE_CASE")
    return [case for case in found if wanted in (None, case.name)]


def program_of(name, folder):
    """The example that was built, copied to where an ordinary user can reach it."""
    path = os.path.join(os.environ.get("GHOST_BUILD", "."), "examples", name)
    if not os.path.exists(path):
        lives.skip("%s was not built" % path)
    return shutil.copy(path, folder)


def moment(longest=MOMENT):
    time.sleep(lives.dice.uniform(0, longest))


def read_or(path, otherwise=""):
    try:
        return lives.read_text(path)
    except (FileNotFoundError, ProcessLookupError):
        return otherwise


def program_behind(pid):
    """The program itself: the shim may have a helper that looks like its child for a moment."""
    while read_or("/proc/%d/comm" % pid).startswith("krg-resume") and lives.children_of(pid):
        pid = lives.children_of(pid)[0]
    return pid


class Example(lives.Run):
    """An example and one case; self.life is what runs now."""

    def __init__(self, build, top, program, case, *arguments):
        super().__init__(build, [program, *arguments])
        self.case = case
        self.folder(top, "run", case.account)
        self.go = self.work + ".go"
        self.life = None

    def begin_and_wait(self, **variables):
        self.life = self.begin_under_shim(KRG_EXAMPLE_GO=self.go, **self.case.variables,
                                          **variables)
        lives.wait_until(lambda: "ready\n" in self.printed() or self.life.has_ended(),
                           "the example is ready", SOON)
        if self.life.has_ended():
            if self.life.process.returncode == lives.SKIPPED:
                raise Skipped(self.life.said().strip())
            raise lives.Failure("status %d before it was ready"
                                  % self.life.process.returncode)

    def printed(self):
        return read_or(os.path.join(self.work, "out"))

    def complained(self):
        return read_or(os.path.join(self.work, "err"))

    def failed_checkpoints(self):
        return read_or(self.log).count(": failed: ")

    def checkpoint(self, life=None):
        """As that of the whole programs; a refusal is seen at once."""
        before = os.stat(self.ghost).st_ino if os.path.exists(self.ghost) else 0
        refused = self.failed_checkpoints()
        self.send(signal.SIGUSR2)
        lives.wait_until(lambda: self.ghost_differs(before) or self.life.has_ended()
                           or self.failed_checkpoints() > refused, "a ghost", SOON)
        if self.ghost_differs(before):
            self.verify()
        elif self.life.has_ended():
            raise lives.Failure("status %d when a ghost was asked for"
                                  % self.life.process.returncode)
        else:
            raise lives.Failure("the checkpoint was refused")

    def send(self, number):
        """To the program, or to krg-resume in front of it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(lives.dice.choice([self.life.program, self.life.process.pid]), number)

    def verify(self):
        if self.life.has_ended():
            raise lives.Failure("status %d after a checkpoint" % self.life.process.returncode)
        super().verify()

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.life.program, signal.SIGKILL)
        status = self.life.end(SOON)
        if status != -signal.SIGKILL:
            raise lives.Failure("killed with -9 it ended with status %d" % status)

    def resume_again(self):
        # Under load somebody else may have taken an id meanwhile: then auto means a namespace.
        pids = "auto" if self.case.pids == "host" else self.case.pids
        self.life = self.resume_with("--verbose", "--pids=" + pids)
        words = self.life.find_program()
        self.life.program = program_behind(self.life.process.pid)
        if self.account.mode not in words or words.count("\n") != 1:
            raise lives.Failure("krg-resume (status %s) said: %s"
                                  % (self.life.process.poll(), words.strip()))

    def tell(self):
        with open(self.go, "w", encoding="ascii"):
            pass

    def expect_pass(self):
        """Tells it to go on; its end must be a good one."""
        self.tell()
        status = self.life.end(SOON)
        if status or not self.printed().endswith("PASS\n"):
            raise lives.Failure("ended with status %d, not with 0 and PASS" % status)
        if self.complained():
            raise lives.Failure("it passed, but something was said")

    def evidence(self):
        """Everything that helps to understand a failure."""
        words = []
        with contextlib.suppress(OSError):
            words = lives.read_text("/proc/%d/status" % self.life.program).splitlines()[:3]
            for task in os.listdir("/proc/%d/task" % self.life.program)[:20]:
                base = "/proc/%d/task/%s/" % (self.life.program, task)
                words.append("thread %s %s: system call %s" % (
                    task, read_or(base + "comm").strip(), read_or(base + "syscall").strip()))
        for name in ("work/out", "work/err", "ghosts/log", "ghosts/resume.err"):
            folder, _, file = name.partition("/")
            text = read_or(os.path.join(self.work if folder == "work" else self.ghosts, file))
            words += ["%s: %s" % (file, line) for line in text.splitlines()[-6:]]
        return "\n".join("    " + word for word in words)

    def stop_for_good(self):
        if self.life:
            self.life.stop_for_good()


def run_cases(name, story, only=None, make=Example):
    """Runs story(example) for each case; a line for each; exits with the test's status."""
    run_trials(name, [Trial(case.name, case, story) for case in only or cases()], make)


class Trial:
    """A story and what it is told with."""

    def __init__(self, name, case, story, *arguments):
        self.name, self.case, self.story, self.arguments = name, case, story, arguments


def run_trials(program, trials, make=Example):
    with lives.workshop() as (top, build):
        path = program_of(program, os.path.join(top, "tools"))
        results = []
        for number, trial in enumerate(trials):
            folder = os.path.join(top, str(number))
            os.mkdir(folder)
            results.append(run_trial(make(build, folder, path, trial.case, *trial.arguments),
                                     trial))
        wrong = results.count("FAILED")
        if wrong:
            raise lives.Failure("%d of %d" % (wrong, len(results)))
    if results.count("skipped") == len(results):
        sys.exit(lives.SKIPPED)


def run_trial(example, trial):
    began = time.monotonic()
    result, why = "passed", ""
    try:
        trial.story(example)
    except Skipped as reason:
        result, why = "skipped", ": %s" % reason
    except lives.Failure as failure:
        result, why = "FAILED", ": %s\n%s" % (failure, example.evidence())
    finally:
        example.stop_for_good()
    lives.say("%s: %s (%.1f s)%s" % (trial.name, result, time.monotonic() - began, why))
    return result
