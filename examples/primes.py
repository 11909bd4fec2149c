#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Threads that count primes and print how far they are, with a checksum of all primes so far.

    primes.py run                       print a line per thread and batch, then "done"
    primes.py judge LOG SIGNAL KILL     LOG was SIGNAL lines long when the ghost was asked for
                                        and KILL lines when the program was killed: do the
                                        lines after that go on from the ghost?
"""
import os
import sys
import threading
import time

THREADS = 4
SPAN = 1000000          # thread n counts the primes from n * SPAN on
BATCH = 200             # primes between two lines
BATCHES = 40
PAUSE = 0.25            # seconds between two lines
LINE = "thread {} primes {:5} last {:8} checksum {:08x}"


def mix(checksum, prime):
    return (checksum * 31 + prime) & 0xFFFFFFFF


def is_prime(number):
    divisor = 3
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 2
    return number % 2 == 1


def count_primes(thread):
    count, checksum, number = 0, 0, thread * SPAN
    while count < BATCH * BATCHES:
        number += 1
        if not is_prime(number):
            continue
        count += 1
        checksum = mix(checksum, number)
        if count % BATCH == 0:
            # One write per line, so that lines of two threads do not mix.
            os.write(1, (LINE.format(thread, count, number, checksum) + "\n").encode())
            time.sleep(PAUSE)


def run():
    threads = [threading.Thread(target=count_primes, args=(n,)) for n in range(1, THREADS + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(1, b"done\n")


def expected_lines():
    """All lines of a run that nobody interrupts, per thread; found by another way, a sieve."""
    limit = (THREADS + 1) * SPAN
    sieve = bytearray([1]) * limit
    for n in range(2, int(limit ** 0.5) + 1):
        if sieve[n]:
            sieve[n * n::n] = bytes(len(range(n * n, limit, n)))
    lines = {}
    for thread in range(1, THREADS + 1):
        lines[thread] = []
        count, checksum, number = 0, 0, thread * SPAN
        while count < BATCH * BATCHES:
            number = sieve.index(1, number + 1)
            count += 1
            checksum = mix(checksum, number)
            if count % BATCH == 0:
                lines[thread].append(LINE.format(thread, count, number, checksum))
    return lines


def of_thread(lines, thread):
    return [line for line in lines if line.startswith("thread %d " % thread)]


def judge_thread(thread, expected, before, killed, after):
    """What is wrong with the lines of one thread, or None."""
    before, killed, after = (of_thread(part, thread) for part in (before, killed, after))
    if before + killed != expected[:len(before) + len(killed)]:
        return "was wrong before it was killed"
    if not after:
        return "did not go on"
    start = BATCHES - len(after)
    if after != expected[start:]:
        return "is wrong after the restart"
    if not len(before) <= start <= len(before) + len(killed):
        return "went on from line %d, not from the ghost" % start
    print("thread %d: killed after %d primes, went on from %d, came to %d: as if nothing happened"
          % (thread, (len(before) + len(killed)) * BATCH, start * BATCH, BATCH * BATCHES))
    return None


def judge(log, signal, kill):
    with open(log, encoding="utf-8") as file:
        lines = file.read().splitlines()
    before, killed, after = lines[:signal], lines[signal:kill], lines[kill:]
    expected = expected_lines()
    faults = []
    for thread in expected:
        fault = judge_thread(thread, expected[thread], before, killed, after)
        if fault:
            faults.append("thread %d %s" % (thread, fault))
    if lines[-1:] != ["done"]:
        faults.append("the program did not come to its end")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["run"]:
        run()
    elif sys.argv[1:2] == ["judge"] and len(sys.argv) == 5:
        sys.exit(judge(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        sys.exit(__doc__)
