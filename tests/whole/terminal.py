#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""krg-resume at a terminal: the program has that terminal as its own, with job control, and
krg-resume ends as the program ends.

Names of cases as arguments: only these."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import survive

# Obeys one word per line; every answer is a line that begins with "= ".
PROGRAM = r"""
import os, signal, sys, termios
count = 0
def say(*words):
    os.write(1, ("= " + " ".join(map(str, words)) + "\n").encode())
def on_signal(number, frame):
    say("signal", number)
signal.signal(signal.SIGWINCH, on_signal)
say("ready")
while word := sys.stdin.readline().strip():
    count += 1
    if word == "count":
        say("count", count)
    elif word == "tty":
        say("tty", *map(os.ttyname, range(3)))
    elif word == "size":
        size = os.get_terminal_size(1)
        say("size", size.columns, size.lines)
    elif word == "catch":
        signal.signal(signal.SIGINT, on_signal)
        say("catching")
    elif word == "group":
        say("foreground", os.tcgetpgrp(0) == os.getpgrp())
    elif word.startswith("echo"):
        flags = termios.tcgetattr(0)
        flags[3] ^= termios.ECHO
        termios.tcsetattr(0, termios.TCSADRAIN, flags)
        say(word)
    elif word == "open":
        with open("/dev/tty", "w") as terminal:
            terminal.write("= by name\n")
    elif word.startswith("exit"):
        sys.exit(int(word.split()[1]))
    elif word.startswith("die"):
        os.kill(os.getpid(), int(word.split()[1]))
say("end of input")
"""
PROMPT = "ready>"
TIOCGPTN = 0x80045430


class Terminal:
    """A terminal and the first process on it, which leads its session."""

    def __init__(self, command, account, folder, variables):
        self.text, self.at = "", 0
        self.pid, self.master = pty.fork()
        if not self.pid:
            with contextlib.suppress(OSError):
                os.chdir(folder)
                os.fchown(0, account.uid, -1)
                if account.uid != os.getuid():
                    os.setgroups([])
                    os.setgid(account.uid)
                    os.setuid(account.uid)
                environment = {name: value for name, value in os.environ.items()
                               if not name.startswith("KRG_") and name != "LD_PRELOAD"}
                environment.update(variables, PS1=PROMPT, TERM="dumb", LC_ALL="C.UTF-8", HOME=folder)
                os.execve(command[0], command, environment)
            os._exit(99)
        self.resize(81, 25)
        self.status = None

    def resize(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.text += os.read(self.master, 65536).decode(errors="replace")

    def expect(self, pattern, seconds=10):
        """Waits for the pattern in what comes after the last one found."""
        end = time.monotonic() + seconds
        while True:
            found = re.compile(pattern, re.M).search(self.text, self.at)
            if found:
                self.at = found.end()
                return found
            if time.monotonic() > end:
                raise survive.Failure("not seen on the terminal: %s; but: %r"
                                      % (pattern, self.text[self.at:][-500:]))
            self.read(0.05)

    def ask(self, word, answer):
        self.type(word + "\n")
        return self.expect(r"^= %s\r?$" % answer)

    def press(self, key):
        """A key that sends a signal, or none. python3 sees a signal that comes just before it
        reads only after that."""
        program = descent(self.pid)[-1]
        survive.wait_until(lambda: state_of(program) == "S", "the program to read", 10)
        time.sleep(0.02)
        self.type(key)

    def end(self, seconds=10):
        """Waits for the end of the first process: its status as subprocess has it."""
        end = time.monotonic() + seconds
        while self.status is None:
            self.read(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise survive.Failure("the first process on the terminal does not end: %r"
                                      % self.text[self.at:][-500:])
        return self.status

    def close(self):
        if self.status is None:
            for pid in reversed(descent(self.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -9
        os.close(self.master)


def descent(pid):
    """A process and all that come from it."""
    pids = [pid]
    for child in survive.children_of(pid):
        pids += descent(child)
    return pids


def state_of(pid):
    fields = survive.stat_fields(pid)
    return fields[0] if fields else "gone"


class Session:
    """One ghost of the program at one terminal, and krg-resume at others."""

    def __init__(self, build, account, top, name, shell, *options):
        self.run = survive.Run(build, ["/usr/bin/python3", "-c", PROGRAM])
        self.run.folder(top, "%s-%s" % (account.name, name), account)
        self.account, self.shell, self.options = account, shell, options
        self.script = os.path.join(self.run.work, "program.py")
        with open(self.script, "w", encoding="ascii") as file:
            file.write(PROGRAM)
        self.terminals = []

    def open(self, command, **variables):
        terminal = Terminal(command, self.account, self.run.work, variables)
        self.terminals.append(terminal)
        return terminal

    def bash(self):
        terminal = self.open(["/bin/bash", "--norc", "--noprofile", "-i"])
        terminal.expect(PROMPT)
        return terminal

    def make_ghost(self):
        """In the middle of a read from the terminal; afterwards that terminal is gone."""
        command = ["/usr/bin/python3", self.script]
        variables = {"LD_PRELOAD": self.run.build.shim, "KRG_GHOST": self.run.ghost,
                     "KRG_LOG": self.run.log}
        if self.shell:
            terminal = self.bash()
            terminal.type("%s %s\n" % (" ".join("%s=%s" % item for item in variables.items()),
                                       " ".join(command)))
        else:
            terminal = self.open(command, **variables)
        terminal.expect("^= ready")
        terminal.ask("count", "count 1")
        program = survive.children_of(terminal.pid)[0] if self.shell else terminal.pid
        os.kill(program, signal.SIGUSR2)
        survive.wait_until(lambda: os.path.exists(self.run.ghost), "a ghost", 10)
        self.run.verify()
        terminal.ask("count", "count 2")
        os.kill(program, signal.SIGKILL)
        if self.shell:
            terminal.expect("Killed")
            terminal.expect(PROMPT)
            terminal.type("exit\n")
        terminal.end()
        terminal.close()

    def resume_line(self):
        return " ".join([self.run.build.resume, *self.options, self.run.ghost])

    def resume_in_shell(self):
        """krg-resume as a job of an interactive shell: (terminal, its pid, the program's)."""
        terminal = self.bash()
        terminal.type(self.resume_line() + "\n")
        terminal.ask("count", "count 2")
        front = survive.children_of(terminal.pid)[0]
        program = descent(front)[-1]
        # Python loses a signal that comes between its last look and the read: it must sleep.
        survive.wait_until(lambda: state_of(program) == "S", "the program to wait for input", 5)
        return terminal, front, program

    def resume_alone(self):
        """krg-resume as the first process of a terminal."""
        terminal = self.open([self.run.build.resume, *self.options, self.run.ghost])
        terminal.ask("count", "count 2")
        return terminal

    def close(self):
        for terminal in self.terminals:
            with contextlib.suppress(OSError):
                terminal.close()


def terminal_is_its_own(session):
    terminal, _, _ = session.resume_in_shell()
    number = fcntl.ioctl(terminal.master, TIOCGPTN, bytes(4))
    terminal.ask("tty", "tty" + " /dev/pts/%d" % int.from_bytes(number, "little") * 3)
    terminal.ask("size", "size 81 25")
    terminal.resize(100, 40)
    terminal.expect("^= signal %d" % signal.SIGWINCH)
    terminal.ask("size", "size 100 40")
    terminal.ask("group", "foreground True")
    terminal.ask("open", "by name")
    terminal.ask("echo off", "echo off")
    before = len(terminal.text)
    terminal.ask("echo on", "echo on")
    if terminal.text[before:].count("echo on") != 1:
        raise survive.Failure("the program could not turn off the echo")
    terminal.type("exit 7\n")
    terminal.expect(PROMPT)
    terminal.type("echo status $?\n")
    terminal.expect("^status 7\r?$")


def interrupts_reach_it(session):
    terminal, _, _ = session.resume_in_shell()
    terminal.ask("catch", "catching")
    for _ in range(3):
        terminal.press("\x03")
        terminal.expect("^(\\^C)?= signal 2")
    terminal.ask("count", "count 4")
    terminal.press("\x1c")
    terminal.expect(PROMPT)
    terminal.type("echo status $?\n")
    terminal.expect("^status %d\r?$" % (128 + signal.SIGQUIT))


def interrupt_ends_it(session):
    terminal, _, _ = session.resume_in_shell()
    terminal.press("\x03")
    terminal.expect("KeyboardInterrupt")
    terminal.expect(PROMPT)
    terminal.type("echo status $?\n")
    terminal.expect("^status %d\r?$" % (128 + signal.SIGINT))


def end_of_file_reaches_it(session):
    terminal, _, _ = session.resume_in_shell()
    terminal.type("\x04")
    terminal.expect("^= end of input")
    terminal.expect(PROMPT)
    terminal.type("echo status $?\n")
    terminal.expect("^status 0\r?$")


def stops_and_goes_on(session):
    terminal, front, program = session.resume_in_shell()
    for count in (3, 4):
        terminal.press("\x1a")
        terminal.expect("Stopped")
        terminal.expect(PROMPT)
        survive.wait_until(lambda: state_of(front) == state_of(program) == "T",
                           "krg-resume and the program to be stopped (%s, %s)"
                           % (state_of(front), state_of(program)), 5)
        terminal.type("fg\n")
        terminal.expect("krg-resume")
        terminal.ask("count", "count %d" % count)
    terminal.ask("group", "foreground True")
    terminal.press("\x1a")
    terminal.expect("Stopped")
    terminal.type("kill -TERM %1\n")
    survive.wait_until(lambda: state_of(front) in ("Z", "gone"), "krg-resume to end", 5)
    terminal.type("\n")
    terminal.expect("Terminated")


def background(session):
    """bg: it reads from the terminal, so it stops again, until it is in front."""
    terminal, front, program = session.resume_in_shell()
    terminal.press("\x1a")
    terminal.expect("Stopped")
    terminal.expect(PROMPT)
    terminal.type("bg\n")
    terminal.expect(PROMPT)
    survive.wait_until(lambda: state_of(front) == state_of(program) == "T",
                       "a program in the background to stop", 5)
    terminal.type("fg\n")
    terminal.ask("count", "count 3")
    terminal.type("exit 0\n")
    terminal.expect(PROMPT)


def ends_as_it_ended(session):
    """Without a shell in between: the exit status, or death by the same signal."""
    for word, status in (("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("exit 125", 125),
                         ("die 15", -15), ("die 9", -9), ("die 11", -11), ("die 1", -1)):
        terminal = session.resume_alone()
        terminal.type(word + "\n")
        if terminal.end() != status:
            raise survive.Failure("%s: krg-resume ended with %d" % (word, terminal.status))


def signals_are_passed_on(session):
    """What is sent to krg-resume reaches the program."""
    terminal = session.resume_alone()
    terminal.ask("catch", "catching")
    for _ in range(3):
        terminal.press("")
        os.kill(terminal.pid, signal.SIGINT)
        terminal.expect("^= signal 2")
    os.kill(terminal.pid, signal.SIGTERM)
    if terminal.end() != -signal.SIGTERM:
        raise survive.Failure("SIGTERM to krg-resume: it ended with %d" % terminal.status)


def alone_keys_reach_it(session):
    """krg-resume is the first process of the terminal, as in a window of its own."""
    terminal = session.resume_alone()
    terminal.ask("catch", "catching")
    terminal.press("\x03")
    terminal.expect("^(\\^C)?= signal 2")
    terminal.ask("group", "foreground True")
    terminal.ask("open", "by name")
    terminal.resize(90, 30)
    terminal.expect("^= signal %d" % signal.SIGWINCH)
    terminal.press("\x1c")
    if terminal.end() != -signal.SIGQUIT:
        raise survive.Failure("Ctrl-\\: it ended with %d" % terminal.status)


def hang_up(session):
    """The terminal goes away: the program gets SIGHUP, and nothing stays behind."""
    terminal, _, program = session.resume_in_shell()
    os.close(terminal.master)
    survive.wait_until(lambda: state_of(program) in ("gone", "Z"), "the program to end", 10)
    os.waitpid(terminal.pid, 0)
    session.terminals.remove(terminal)


def alone_hang_up(session):
    """The same without a shell, and with the kernel's own SIGHUP."""
    terminal = session.resume_alone()
    program = descent(terminal.pid)[-1]
    os.close(terminal.master)
    survive.wait_until(lambda: state_of(program) in ("gone", "Z"), "the program to end", 10)
    os.waitpid(terminal.pid, 0)
    session.terminals.remove(terminal)


CASES = (terminal_is_its_own, interrupts_reach_it, interrupt_ends_it, end_of_file_reaches_it,
         stops_and_goes_on, background, ends_as_it_ended, signals_are_passed_on,
         alone_keys_reach_it, hang_up, alone_hang_up)


def try_as(account, build, top, complaints):
    kinds = [("job", True, ()), ("leader", False, ())]
    if account.uid == 0:
        kinds.append(("job-namespace", True, ("--pids=namespace",)))
    for name, shell, options in kinds:
        session = Session(build, account, top, name, shell, *options)
        chosen = [case for case in CASES if case.__name__ in sys.argv[1:] or not sys.argv[1:]]
        for case in [Session.make_ghost, *chosen]:
            what = "%s, %s, %s" % (account.name, name, case.__name__)
            try:
                case(session)
                survive.say(what + ": good")
            except survive.Failure as failure:
                survive.say("WRONG:", what + ":", failure)
                complaints.append(what)
            finally:
                session.close()
                session.terminals = []


with survive.workshop() as (folder, tools):
    wrong = []
    for user in survive.accounts():
        try_as(user, tools, folder, wrong)
    if wrong:
        raise survive.Failure("; ".join(wrong))
    survive.say("passed")
