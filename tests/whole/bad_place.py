#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A checkpoint that cannot be written: one line on standard error, the program goes on unharmed,
the ghost before it stays, and nothing else is left in its folder."""
import ctypes
import os
import signal
import subprocess
import time

import survive

# It waits in read(2) and it computes; what it says depends on what it reads alone.
PROGRAM = r"""
sum=1
while read word; do
    for i in 1 2 3 4 5 6 7 8; do sum=$(( (sum * 31 + ${#word} + i) % 1000003 )); done
    echo "$word $sum"
done
exit 5
"""
MS_REC, MS_PRIVATE, MNT_DETACH, CLONE_NEWNS = 0x4000, 0x40000, 2, 0x20000


class Talk(survive.Run):
    """The program, which is asked to speak."""

    def start(self, *prefix, **variables):
        self.words, self.count = os.pipe(), 0
        self.command = [*prefix, "/bin/dash", "-c", PROGRAM]
        self.stdin = self.words[0]
        self.life = self.begin_under_shim(**variables)
        os.close(self.words[0])
        self.speak()

    def printed(self):
        return survive.read_text(os.path.join(self.work, "out"))

    def said(self):
        return self.life.said()

    def speak(self):
        """A word goes in, and its answer comes out."""
        before = self.printed().count("\n")
        self.count += 1
        os.write(self.words[1], b"word-%d\n" % self.count)
        survive.wait_until(lambda: self.printed().count("\n") > before or self.life.has_ended(),
                           "an answer")
        time.sleep(survive.dice.uniform(0, 0.004))

    def ask(self):
        """Asks for a ghost in the middle of things."""
        os.write(self.words[1], b"".join(b"more-%d\n" % n for n in range(300)))
        self.count += 300
        os.kill(self.life.program, signal.SIGUSR2)


class Cases:
    """One program each; the folder of ghosts is looked at before and afterwards."""

    def __init__(self, build, account, top):
        self.build, self.account, self.top = build, account, top
        self.talks = []

    def close(self):
        for talk in self.talks:
            talk.life.stop_for_good()

    def talk(self, *prefix, ghost=None, **variables):
        talk = Talk(self.build, [])
        talk.folder(self.top, "%s-%d" % (self.account.name, len(self.talks)), self.account)
        if ghost:
            variables["KRG_GHOST"] = ghost.replace("{}", talk.ghosts)
        talk.start(*prefix, **variables)
        self.talks.append(talk)
        return talk

    def answers(self, talk):
        """The same words to a program that nobody disturbs."""
        lines = talk.printed().splitlines()
        words = "".join(line.split()[0] + "\n" for line in lines)
        plain = subprocess.run(["/bin/dash", "-c", PROGRAM], input=words, text=True, check=False,
                               stdout=subprocess.PIPE)
        return plain.stdout

    def end(self, what, talk, lines, files):
        """`lines`: how many it may have said; `files`: what must be in the folder of ghosts."""
        talk.speak()
        os.close(talk.words[1])
        status = talk.life.end(20)
        said = talk.said()
        survive.say("   %s: %s" % (what, said.strip() or "nothing said"))
        if status != 5 or talk.printed().count("\n") != talk.count or \
                talk.printed() != self.answers(talk):
            raise survive.Failure("%s: the program was harmed: status %d, %d of %d answers"
                                  % (what, status, talk.printed().count("\n"), talk.count))
        if said.count("\n") != lines or any(not line.startswith("krgghost: ")
                                            for line in said.splitlines()):
            raise survive.Failure("%s: %d lines, not %d: %s" % (what, said.count("\n"), lines, said))
        found = sorted(set(os.listdir(talk.ghosts)) - {"log"})
        if found != sorted(files):
            raise survive.Failure("%s: in the folder of ghosts: %s" % (what, ", ".join(found)))

    def fails(self, what, talk, files=()):
        """A request; exactly one line; then once more, and one more."""
        for times in (1, 2):
            talk.ask()
            survive.wait_until(lambda: talk.said().count("\n") >= times or talk.life.has_ended(),
                               "%s: a line on standard error" % what, 10)
        self.end(what, talk, 2, files)

    def succeeds(self, what, talk, lines, name="program.ghost", others=()):
        ghost = os.path.join(talk.ghosts, name)
        talk.ask()
        survive.wait_until(lambda: os.path.exists(ghost) or talk.life.has_ended(),
                           "%s: a ghost" % what, 10)
        talk.ghost = ghost
        self.end(what, talk, lines, [name, *others])
        verify = subprocess.run([self.build.ghost, "verify", ghost], check=False,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if verify.returncode:
            raise survive.Failure("%s: %s" % (what, verify.stderr))

    def earlier_ghost(self):
        """A whole ghost of another run, as bytes."""
        talk = self.talk()
        talk.checkpoint(talk.life)
        with open(talk.ghost, "rb") as file:
            data = file.read()
        self.end("a checkpoint that can be written", talk, 0, ["program.ghost"])
        return data

    def with_earlier(self, what, talk, earlier, attempt):
        """`attempt` fails, and the ghost that was there is as before."""
        with open(talk.ghost, "wb") as file:
            file.write(earlier)
        attempt(what, talk, ["program.ghost"])
        with open(talk.ghost, "rb") as file:
            if file.read() != earlier:
                raise survive.Failure("%s: the earlier ghost was changed" % what)


def paths(cases):
    cases.fails("a missing folder", cases.talk(ghost="{}/missing/x.ghost"))
    talk = cases.talk(ghost="{}/sub")
    os.mkdir(os.path.join(talk.ghosts, "sub"))
    cases.fails("the name of a folder", talk, ["sub"])
    cases.fails("a name that ends in a slash", cases.talk(ghost="{}/"))
    talk = cases.talk(ghost="{}/file/x.ghost")
    with open(os.path.join(talk.ghosts, "file"), "wb"):
        pass
    cases.fails("a folder that is a file", talk, ["file"])
    cases.fails("a long name", cases.talk(ghost="{}/" + "x" * 300))
    cases.fails("a folder of /proc", cases.talk(ghost="/proc/self/x.ghost"))
    talk = cases.talk()
    if cases.account.uid:
        os.chmod(talk.ghosts, 0o555)
        cases.fails("a folder that may not be written", talk)


def limit(talk, words):
    subprocess.run(["/usr/bin/prlimit", "--pid", str(talk.life.program), words], check=True,
                   stdin=subprocess.DEVNULL, **talk.account.popen_arguments())


def limits(cases, earlier):
    size = str(len(earlier) * 2 // 3 // 4096 * 4096)
    talk = cases.talk("/usr/bin/prlimit", "--fsize=%s:%s" % (size, size))
    cases.with_earlier("ulimit -f", talk, earlier, cases.fails)
    talk = cases.talk()
    limit(talk, "--nofile=0:0")
    cases.with_earlier("ulimit -n", talk, earlier, cases.fails)
    cases.succeeds("a soft ulimit -f and -n",
                   cases.talk("/usr/bin/prlimit", "--fsize=%s:" % size, "--nofile=4:"), 0)
    if cases.account.uid:
        cases.succeeds("ulimit -u", cases.talk("/usr/bin/prlimit", "--nproc=1:1"), 0)
    talk = cases.talk()
    limit(talk, "--as=4096:")
    cases.with_earlier("ulimit -v", talk, earlier, cases.fails)


def full_disk(cases, earlier):
    """A file system that holds one ghost and a half, in a mount namespace of our own. Ghosts of
    the same program differ by a page or two: the largest part leaves them that."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        survive.say("   no namespace for a full file system: left out")
        return
    for share in (1, 3, 5):
        talk = cases.talk()
        size = len(earlier) + len(earlier) * share // 8 + 8192
        options = b"size=%d,mode=777" % size
        if libc.mount(b"tmpfs", talk.ghosts.encode(), b"tmpfs", 0, options):
            survive.say("   no tmpfs: left out")
            return
        try:
            cases.with_earlier("a full file system (%d/8)" % share, talk, earlier, cases.fails)
        finally:
            libc.umount2(talk.ghosts.encode(), MNT_DETACH)


def rubbish(cases):
    for variable, value in (("KRG_CODEC", "rubbish"), ("KRG_CODEC", "zlib:99"),
                            ("KRG_CODEC", ":"), ("KRG_TIMEOUT", "soon"), ("KRG_TIMEOUT", "-1"),
                            ("KRG_SIGNAL", "KILL"), ("KRG_SIGNAL", "99")):
        cases.succeeds("%s=%s" % (variable, value), cases.talk(**{variable: value}), 1)
    cases.succeeds("KRG_LOG in a missing folder", cases.talk(KRG_LOG="/missing/log"), 0)
    for path, lines in (("", 0), ("/" + "x/" * 2500, 1)):
        talk = cases.talk(KRG_GHOST=path)
        talk.ghosts = talk.work
        cases.succeeds("the usual name instead of %.10s" % path, talk, lines,
                       "dash-%d.ghost" % talk.life.program, ["out", "err"])
    for codec in ("none", "zlib", "zlib:9"):
        cases.succeeds("KRG_CODEC=" + codec, cases.talk(KRG_CODEC=codec), 0)


def attempt_as(account, build, top):
    survive.say("%s:" % account.name)
    cases = Cases(build, account, top)
    try:
        earlier = cases.earlier_ghost()
        paths(cases)
        limits(cases, earlier)
        rubbish(cases)
        if os.getuid() == 0:
            full_disk(cases, earlier)
    finally:
        cases.close()


survive.need("/usr/bin/prlimit")
with survive.workshop() as (folder, tools):
    for user in survive.accounts():
        attempt_as(user, tools, folder)
    survive.say("passed")
