# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a checkpoint and a restart cost, by codec and size of the memory."""
import os
import signal
import statistics
import subprocess
import tempfile
import time

from table import progress, seconds, size

WRITE_AIM = 1.3         # times a plain write of the same bytes
PACK_AIM = 1.0          # times ISA-L alone
UNPACK_AIM = 1.0
LAZY_AIM = 0.05         # seconds to the first instruction
PATIENCE = 300


class Failed(Exception):
    pass


class Notes:
    """The lines that bench/memory writes, by their first words."""

    def __init__(self, path):
        self.path = path
        self.seen = 0

    def lines(self):
        try:
            with open(self.path, encoding="ascii") as file:
                return [line.split() for line in file.read().split("\n")[:-1]]
        except FileNotFoundError:
            return []

    def expect(self, word, alive):
        """The numbers of the next line that begins with `word`."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            # Asked before the reading: what a process wrote before its end is seen.
            running = alive()
            for place, line in enumerate(self.lines()[self.seen:], self.seen + 1):
                if line[0] == word:
                    self.seen = place
                    return [int(number) for number in line[1:]]
            if not running:
                break
            time.sleep(0.002)
        raise Failed(f"no line \"{word}\" came; the notes so far: {self.lines()}")


class Subject:
    """bench/memory under the shim, its ghost, and what is measured about them."""

    def __init__(self, tools, folder, codec, mib):
        self.tools, self.codec, self.mib = tools, codec, mib
        self.ghost = os.path.join(folder, "memory.ghost")
        self.notes = Notes(os.path.join(folder, "notes"))
        self.log = os.path.join(folder, "log")
        self.yardstick = "write" if codec == "none" else "deflate"
        self.process = None
        self.rounds = []

    def start(self, rounds):
        environment = dict(self.tools.environment(True), KRG_GHOST=self.ghost,
                           KRG_CODEC=self.codec, KRG_LOG=self.log)
        self.process = subprocess.Popen(
            [self.tools.program("bench/memory"), str(self.mib), self.notes.path, self.ghost,
             self.yardstick, str(rounds)], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        self.notes.expect("ready", self.alive)

    def alive(self):
        return self.process.poll() is None

    def checkpoint(self):
        """One checkpoint: when it was asked for, and the numbers of its line."""
        began = time.time_ns()
        self.process.send_signal(signal.SIGUSR2)
        return began, self.notes.expect("pause", self.alive)

    def measure(self):
        """A checkpoint, then the yardstick over the same memory."""
        asked, (pause_from, pause_to, length, disk) = self.checkpoint()
        numbers = self.notes.expect(self.yardstick, self.alive)
        found = {"pause": (pause_to - pause_from) * 1e-9, "total": (pause_to - asked) * 1e-9,
                 "size": length, "disk": disk,
                 "yardstick": numbers[0] * 1e-9, "bytes": numbers[1]}
        if self.yardstick == "deflate":
            found["packed"] = numbers[2]
            found["inflate"] = self.notes.expect("inflate", self.alive)[0] * 1e-9
        self.rounds.append(found)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def resume(self, *options):
        """Seconds to the first instruction, until all is read, until all is written."""
        began = time.time_ns()
        self.process = subprocess.Popen([self.tools.program("krg-resume"), *options, self.ghost],
                                        env=self.tools.environment(False),
                                        stdin=subprocess.DEVNULL)
        first = self.notes.expect("pause", self.alive)[1]
        read = self.notes.expect("read", self.alive)[0]
        wrote = self.notes.expect("wrote", self.alive)[0]
        self.notes.expect("right", self.alive)
        self.process.wait()
        return [(moment - began) * 1e-9 for moment in (first, read, wrote)]

    def median(self, what):
        """Of all rounds but the first, which finds the file system cold."""
        return statistics.median(found[what] for found in self.rounds[1:] or self.rounds)

    def ratio(self, what, yardstick):
        return statistics.median(found[what] / found[yardstick]
                                 for found in self.rounds[1:] or self.rounds)

    def read_log(self):
        try:
            with open(self.log, encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []


def show_checkpoint(table, subject, case):
    aim = WRITE_AIM if subject.codec == "none" else PACK_AIM
    ratio = subject.ratio("pause", "yardstick")
    for what, unit in (("pause", "s"), ("total", "s"), ("size", "B"), ("disk", "B")):
        table.add("checkpoint", case, what, subject.median(what), unit)
    table.add("checkpoint", case, subject.yardstick, subject.median("yardstick"), "s")
    table.add("checkpoint", case, f"pause / {subject.yardstick}", ratio, "", aim)
    rate = subject.median("bytes") / subject.median("pause") / 1e9
    table.line(f"{case:16} pause {seconds(subject.median('pause')):>8}"
               f"  total {seconds(subject.median('total')):>8}"
               f"  {size(subject.median('disk')):>8}  {rate:.2f} GB/s"
               f"  {subject.yardstick} {seconds(subject.median('yardstick')):>8}"
               f"  x {table.against(ratio, aim, '{:.2f}')}")


def show_resume(table, subject, case, times, options):
    first, read, wrote = (statistics.median(column) for column in zip(*times))
    label = f"{case} {' '.join(options)}".strip()
    aim = ""
    if subject.codec == "none" and not options:
        table.add("resume", label, "first", first, "s", LAZY_AIM)
        aim = "  " + table.against(first * 1e3, LAZY_AIM * 1e3, "{:.1f} ms")
    else:
        table.add("resume", label, "first", first, "s")
    if subject.codec != "none":
        ratio = first / subject.median("inflate")
        table.add("resume", label, "first / inflate", ratio, "", UNPACK_AIM)
        aim = (f"  inflate {seconds(subject.median('inflate'))}"
               f"  x {table.against(ratio, UNPACK_AIM, '{:.2f}')}")
    table.add("resume", label, "read", read, "s")
    table.add("resume", label, "written", wrote, "s")
    table.line(f"{label:16} first {seconds(first):>8}  all read {seconds(read):>8}"
               f"  all written {seconds(wrote):>8}{aim}")


def measure_ghost(table, tools, codec, mib, rounds):
    case = f"{size(mib * 2**20)} {codec}"
    with tempfile.TemporaryDirectory(prefix="krg-bench-", dir=tools.folder) as folder:
        subject = Subject(tools, folder, codec, mib)
        try:
            progress(f"{case}: filling")
            subject.start(rounds + 1)
            for number in range(rounds + 1):
                progress(f"{case}: checkpoint {number}")
                subject.measure()
            subject.checkpoint()
            subject.kill()
            results = {}
            for options in ((), ("--eager",)) if codec == "none" else ((),):
                results[options] = []
                for number in range(rounds):
                    progress(f"{case}: resume {number}")
                    results[options].append(subject.resume(*options))
        finally:
            if subject.process and subject.alive():
                subject.kill()
        progress("")
        show_checkpoint(table, subject, case)
        for options, times in results.items():
            show_resume(table, subject, case, times, options)
        if tools.verbose:
            for line in subject.read_log():
                table.line("    " + line)


def measure_ghosts(table, tools, sizes, rounds):
    table.head(f"Ghosts: medians of {rounds}, first round left out; yardsticks on the same memory")
    for mib in sizes:
        for codec in ("none", "zlib"):
            measure_ghost(table, tools, codec, mib, rounds)
