#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""python3: an asyncio loop on epoll and a socket pair, tasks that sleep and talk, threads behind it."""
import survive

PROGRAM = r"""
import asyncio

def crunch(number):
    total = number
    for i in range(600000):
        total = (total * 31 + i) % 1000003
    return total

async def worker(number, queue):
    for i in range(60):
        await asyncio.sleep(0.004)
        await queue.put(number * 1000 + i)

async def main():
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()
    workers = [asyncio.create_task(worker(number, queue)) for number in range(4)]
    for round in range(4):
        jobs = [loop.run_in_executor(None, crunch, round * 7 + job) for job in range(3)]
        print(round, await asyncio.gather(*jobs), flush=True)
    got = sorted([await asyncio.wait_for(queue.get(), 20) for _ in range(240)])
    await asyncio.gather(*workers)
    print(sum(got), got == sorted(number * 1000 + i for number in range(4) for i in range(60)))

asyncio.run(main())
"""

survive.survive([survive.need("/usr/bin/python3"), "-c", PROGRAM])
