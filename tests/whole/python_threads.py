#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's python3: threads, locks, hashing, big integers; the output goes into a pipe."""
import survive

PROGRAM = r"""
import hashlib, queue, threading, zlib
work, done = queue.Queue(), queue.Queue(3)
def run():
    while (n := work.get()) is not None:
        data = b""
        for i in range(900):
            data = hashlib.sha256(data + str(pow(3, n * 900 + i, 10**40)).encode()).digest() * 20
        done.put((n, zlib.crc32(zlib.compress(data * 200, 6)), (7 ** (n * 50)).bit_length()))
threads = [threading.Thread(target=run) for _ in range(4)]
for thread in threads:
    thread.start()
for n in range(500):
    work.put(n)
results, printed = dict(), 0
for _ in range(500):
    n, *result = done.get()
    results[n] = result
    while printed in results:
        print(printed, *results.pop(printed), flush=True)
        printed += 1
for _ in threads:
    work.put(None)
for thread in threads:
    thread.join()
print("done", printed)
"""

survive.survive(["/usr/bin/python3", "-c", PROGRAM], stdout="pipe")
