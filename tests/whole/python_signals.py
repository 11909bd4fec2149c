#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""python: an interval timer whose handler runs all the time, between decimal and ctypes."""
import survive

# How often the handler runs depends on the clock; that what it does is whole does not.
PROGRAM = r"""
import ctypes, decimal, mmap, signal, threading
ticks, broken = [0, 0], []
def tick(number, frame):
    ticks[0] += 1
    if ticks[0] - ticks[1] != 1:
        broken.append(tuple(ticks))
    ticks[1] += 1
signal.signal(signal.SIGALRM, tick)
signal.signal(signal.SIGVTALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.0007, 0.0007)
signal.setitimer(signal.ITIMER_VIRTUAL, 0.004, 0.004)
decimal.getcontext().prec = 150
lock, results = threading.Lock(), dict()
def roots(worker):
    for n in range(2 + worker, 12002, 2):
        value = decimal.Decimal(n).sqrt() * decimal.Decimal(n + 1).ln()
        with lock:
            results[n] = str(value)[-30:]
thread = threading.Thread(target=roots, args=(1,))
libc, shared = ctypes.CDLL(None), mmap.mmap(-1, 1 << 20)
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
compare = kind(lambda a, b: a[0] - b[0])
thread.start()
for step in range(60):
    numbers = (ctypes.c_int * 400)(*((k * 7919 + step) % 10007 for k in range(400)))
    libc.qsort(numbers, 400, 4, compare)
    assert list(numbers) == sorted(numbers)
    shared[step * 4096:step * 4096 + 4] = sum(numbers[::3]).to_bytes(4, "little")
roots(0)
thread.join()
before = ticks[0]
while ticks[0] < before + 20:
    pass
for timer in signal.ITIMER_REAL, signal.ITIMER_VIRTUAL:
    signal.setitimer(timer, 0)
print(len(results), "".join(results[n][-9] for n in sorted(results)[::40]), broken, hash(bytes(shared)) != 0)
print([int.from_bytes(shared[k * 4096:k * 4096 + 4], "little") for k in range(60)])
"""

survive.survive(["/usr/bin/python3", "-c", PROGRAM])
