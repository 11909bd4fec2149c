#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""doc/format.md tells the truth: a reader written from it finds in ghosts what is in the programs."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import reader

BUILD = os.environ.get("GHOST_BUILD", "build")
PATIENCE = 60

# Prints where things are, and stays.
SUBJECT = r"""
import ctypes, fcntl, mmap, os, select, sys, threading, time

def address(buffer):
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))

private = bytearray(b"private " * 100000)
noise = bytearray(os.urandom(1 << 20))
shared = mmap.mmap(-1, 3 << 20)
shared[1 << 20:(1 << 20) + 6] = b"shared"
with open("file", "wb") as file:
    file.write(b"in the file" + bytes(16384))
file = open("file", "r+b")
changed = mmap.mmap(file.fileno(), 16384, mmap.MAP_PRIVATE)
changed[4096:4103] = b"changed"
file.seek(7)
fcntl.flock(file, fcntl.LOCK_SH)
fcntl.lockf(file, fcntl.LOCK_EX, 100, 50)
twin = os.dup(file.fileno())
reading, writing = os.pipe()
os.write(writing, b"nobody has read this")
os.set_inheritable(reading, True)
event = os.eventfd(5, os.EFD_SEMAPHORE)
folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
libc = ctypes.CDLL(None)
timer = libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
libc.timerfd_settime(timer, 0, (ctypes.c_long * 4)(7, 5, 500, 9), None)
signals = libc.signalfd(-1, (ctypes.c_ulong * 16)(1 << 11), 0)
epoll = select.epoll()
epoll.register(event, select.EPOLLIN)
null = os.open("/dev/null", os.O_WRONLY)
thread = threading.Thread(target=time.sleep, args=(600,), daemon=True)
thread.start()
print(address(private), noise[:16].hex(), address(noise), address(shared), address(changed),
      file.fileno(), twin, reading, writing, event, folder, null,
      timer, signals, epoll.fileno(), flush=True)
time.sleep(600)
"""


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain for " + what
        time.sleep(0.01)


def make_ghost(command, codec, folder):
    """Runs a command under the shim until it has printed a line, and takes its ghost."""
    path = os.path.join(folder, codec + ".ghost")
    environment = dict(os.environ, KRG_GHOST=path, KRG_CODEC=codec,
                       LD_PRELOAD=os.path.join(os.path.abspath(BUILD), ".libs/libkrgghost.so"))
    for name in ("KRG_LOG", "KRG_SIGNAL", "KRG_FORCE", "KRG_EMBED"):
        environment.pop(name, None)
    if os.path.exists(path):
        os.unlink(path)
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as program:
        try:
            line = program.stdout.readline().decode().split()
            program.send_signal(signal.SIGUSR2)
            wait_for(lambda: os.path.exists(path) or program.poll() is not None, "a ghost")
            assert program.poll() is None, "the program did not survive its checkpoint"
        finally:
            program.kill()
    return path, line, program.pid


def check_memory(ghost, line):
    private, noise_head, noise, shared, changed = (line[0], line[1], *line[2:5])
    assert ghost.memory(int(private), 800000) == b"private " * 100000
    assert ghost.memory(int(noise), 16).hex() == noise_head
    assert len(ghost.memory(int(noise), 1 << 20)) == 1 << 20
    assert ghost.memory(int(shared), 100) == bytes(100)
    assert ghost.memory(int(shared) + (1 << 20), 8) == b"shared\0\0"
    assert ghost.memory(int(changed), 11) == b"in the file"
    assert ghost.memory(int(changed) + 4096, 8) == b"changed\0"


def check_descriptors(ghost, numbers):
    file, twin, reading, writing, event, folder, null, timer, signals, epoll = numbers
    table = {descriptor["fd"]: descriptor for descriptor in ghost.records[b"DESC"]}
    what = {fd: ghost.descriptions[table[fd]["object"]] for fd in table}
    assert what[file]["kind"] == "file" and what[file]["offset"] == 7
    assert os.path.basename(what[file]["file"]["path"]) == "file"
    assert table[file]["object"] == table[twin]["object"]
    assert what[reading]["pipe"] == what[writing]["pipe"]
    assert (table[reading]["close_on_exec"], table[writing]["close_on_exec"]) == (0, 1)
    assert what[reading]["flags"] & 3 == os.O_RDONLY and what[writing]["flags"] & 3 == os.O_WRONLY
    queued = {pipe["id"]: pipe["queued"] for pipe in ghost.records[b"PIPE"]}
    assert queued[what[reading]["pipe"]] == b"nobody has read this"
    assert (what[event]["kind"], what[event]["count"]) == ("eventfd", 5)
    assert what[folder]["kind"] == "directory"
    assert what[folder]["path"] == ghost.process["directory"]
    assert (what[null]["kind"], what[null]["path"]) == ("device", "/dev/null")
    assert what[timer]["kind"] == "timerfd" and what[timer]["clock"] == time.CLOCK_MONOTONIC
    assert what[timer]["interval"] == 7 * 10**9 + 5 and what[timer]["ticks"] == 0
    assert 400 * 10**9 < what[timer]["left"] <= 500 * 10**9 + 9
    assert (what[signals]["kind"], what[signals]["mask"]) == ("signalfd", 1 << 11)
    (registration,) = ghost.records[b"EPRG"]
    assert (what[epoll]["kind"], registration["epoll"]) == ("epoll", table[epoll]["object"])
    assert (registration["fd"], registration["target"]) == (event, table[event]["object"])
    assert registration["events"] == 0x19 and registration["data"] & 0xffffffff == event
    assert (what[1]["kind"], what[1]["fd"]) == ("outside", 1)
    locks = {(lock["type"], lock["exclusive"], lock["start"], lock["length"])
             for lock in ghost.records[b"LOCK"]}
    assert locks == {(0, 1, 50, 100), (2, 0, 0, 0)}, locks


def check_embedded(ghost):
    """What cannot be written of the program and its libraries is, in the ghost, as in the file."""
    paths = set()
    for region in ghost.records[b"REGN"]:
        if region["type"] != 1 or region["prot"] & 2:
            continue
        # The dynamic linker's doing: it is readable only, and may have been changed.
        if not region["object"] or ghost.stored(0, region["start"]):
            continue
        with open(region["file"]["path"], "rb") as file:
            file.seek(region["offset"])
            wanted = file.read(region["end"] - region["start"])
        for at in range(0, len(wanted), reader.PAGE):
            page = wanted[at:at + reader.PAGE].ljust(reader.PAGE, b"\0")
            assert ghost.page(region["start"] + at) == page, region["file"]["path"]
        paths.add(os.path.basename(region["file"]["path"]))
    assert "libkrgghost.so" in paths and "libc.so.6" in paths, paths
    assert {region["file"]["path"] for region in ghost.records[b"REGN"]
            if region["object"] and region["type"] == 1} >= {ghost.process["program"]["path"]}


def check_against_tool(ghost, path):
    """What krg-ghost says of the same file."""
    told = json.loads(subprocess.check_output([os.path.join(BUILD, "krg-ghost"), "info", "--json",
                                               path]))
    assert told["arguments"] == reader.arguments_of(ghost)
    assert [thread["tid"] for thread in told["threads"]] == [
        thread["tid"] for thread in ghost.records[b"THRD"]]
    assert [(int(region["start"], 0), region["size"], int(region["offset"], 0),
             region.get("path") or "") for region in told["regions"]] == [
        (region["start"], region["end"] - region["start"], region["offset"],
         region["file"]["path"]) for region in ghost.records[b"REGN"]]
    assert [(descriptor["fd"], descriptor["object"]) for descriptor in told["descriptors"]] == [
        (descriptor["fd"], descriptor["object"]) for descriptor in ghost.records[b"DESC"]]
    assert told["totals"]["chunks"] == len(ghost.chunks)
    embedded = {}
    for chunk in ghost.chunks:
        if reader.EMBEDDED < chunk["owner"] < reader.SHARED:
            number = chunk["owner"] - reader.EMBEDDED
            embedded[number] = embedded.get(number, 0) + chunk["length"]
    assert {file["embedded"]: file["size"] for file in told["files"]} == embedded
    assert told["totals"]["packed"] == sum(chunk["packed"] for chunk in ghost.chunks)


def check_damage(ghost, path):
    """Every bit of what is described is under a checksum. A small ghost: the reader is slow."""
    covered = [(0, 4096), (ghost.records_offset, ghost.records_size),
               (ghost.index_offset, ghost.index_count * 40), (len(ghost.data) - 64, 64)]
    covered += [(chunk["offset"], chunk["packed"]) for chunk in random.sample(ghost.chunks, 4)]
    for offset, size in covered:
        for _ in range(4):
            data = bytearray(ghost.data)
            at = offset + random.randrange(size)
            data[at] ^= 1 << random.randrange(8)
            with open(path, "wb") as file:
                file.write(data)
            try:
                broken = reader.Ghost(path)
                for chunk in broken.chunks:
                    if chunk["offset"] <= at < chunk["offset"] + chunk["packed"]:
                        broken.unpack(chunk)
            except reader.Damaged:
                continue
            raise AssertionError("a flipped bit in byte %d was not noticed" % at)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for codec in ("zlib", "none"):
            path, line, pid = make_ghost([sys.executable, "-c", SUBJECT], codec, folder)
            ghost = reader.Ghost(path)
            assert ghost.process["pid"] == pid and len(ghost.records[b"THRD"]) == 2
            check_memory(ghost, line)
            check_descriptors(ghost, [int(word) for word in line[5:]])
            check_against_tool(ghost, path)
            check_embedded(ghost)
            for chunk in ghost.chunks:
                ghost.unpack(chunk)
        path, line, pid = make_ghost(["/bin/sh", "-c", "echo; exec sleep 600"], "zlib", folder)
        ghost = reader.Ghost(path)
        check_against_tool(ghost, path)
        check_damage(ghost, os.path.join(folder, "broken"))


if __name__ == "__main__":
    main()
