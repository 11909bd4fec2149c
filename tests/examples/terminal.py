#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An example at a terminal: the one it was started at is gone, that of krg-resume is its own."""
import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import termios

import example
from example import lives


class AtTerminal:
    """What a Life is, with a session and a terminal of 99 columns of its own."""

    def __init__(self, command, account, folder, variables, stderr):
        self.master, slave = pty.openpty()
        self.said = b""
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 99, 0, 0))
        account.give(os.ttyname(slave))
        environment = {name: value for name, value in os.environ.items()
                       if name not in lives.OWN_VARIABLES}
        with open(stderr, "ab") as error:
            account.give(stderr)
            self.process = subprocess.Popen(
                command, cwd=folder, env={**environment, **variables}, stdin=slave, stdout=slave,
                stderr=error, start_new_session=True, **account.popen_arguments(),
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        os.set_blocking(self.master, False)
        self.program = self.process.pid
        self.error_path = stderr

    has_ended = lives.Life.has_ended
    end = lives.Life.end
    said_errors = lives.Life.said
    stop_for_good = lives.Life.stop_for_good

    def printed(self):
        with contextlib.suppress(OSError):
            self.said += os.read(self.master, 4096)
        return self.said.replace(b"\r", b"").decode()

    def expect(self, words):
        lives.wait_until(lambda: words in self.printed() or self.has_ended(), words,
                         example.SOON)
        if words not in self.printed():
            raise lives.Failure("the terminal shows %r, not %r; status %s"
                                % (self.said, words, self.process.returncode))


def story(life):
    errors = os.path.join(life.work, "err")
    life.life = AtTerminal(life.command, life.account, life.work,
                           {"LD_PRELOAD": life.build.shim, "KRG_GHOST": life.ghost,
                            "KRG_LOG": life.log, "KRG_EXAMPLE_GO": life.go,
                            **life.case.variables}, errors)
    life.life.expect("ready\n")
    for _ in range(2):
        life.checkpoint()
        life.kill()
        life.life = AtTerminal([life.build.resume, "--verbose", "--pids=" + life.case.pids,
                                life.ghost], life.account, life.ghosts, {},
                               os.path.join(life.ghosts, "resume.err"))
        wanted = os.path.join(life.ghosts, "resume.err")
        lives.wait_until(lambda: " goes on, " in lives.read_text(wanted)
                         or life.life.has_ended(), "krg-resume", example.SOON)
        life.life.program = example.program_behind(life.life.process.pid)
        os.truncate(wanted, 0)
    life.tell()
    life.life.expect("by /dev/tty\nPASS\n")
    if life.life.end(example.SOON) or life.complained():
        raise lives.Failure("ended with status %d" % life.life.process.returncode)


example.run_cases("terminal", story)
