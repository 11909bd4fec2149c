# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the shim adds to calls and to starts, while no checkpoint is made."""
import statistics
import subprocess

from table import progress, seconds

AIM = 1.01
AIMS = {"open + close": 1.05}
START_AIM = 1e-3        # seconds added to a start


def run_calls(tools, cpu, milliseconds, shim):
    """Seconds for each call, by name."""
    command = [tools.program("bench/calls"), str(cpu), str(milliseconds)]
    lines = subprocess.run(command, env=tools.environment(shim), check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return {name: float(cost) * 1e-9 for cost, name in (line.split(" ", 1) for line in lines)}


def measure_calls(table, tools, pairs, milliseconds):
    plain, shim = [], []
    for pair in range(pairs):
        progress(f"calls: pair {pair + 1} of {pairs}")
        # Whoever comes second would always find the machine as the first left it.
        for with_shim in (pair % 2, 1 - pair % 2):
            result = run_calls(tools, pair // 2 % tools.cpus, milliseconds, with_shim)
            (shim if with_shim else plain).append(result)
    progress("")
    table.head(f"Calls: medians of {pairs} pairs, without and with the shim")
    for name in plain[0]:
        ratio = statistics.median(b[name] / a[name] for a, b in zip(plain, shim))
        without = statistics.median(a[name] for a in plain)
        aim = AIMS.get(name, AIM)
        table.add("calls", name, "plain", without, "s")
        table.add("calls", name, "ratio", ratio, "", aim)
        table.line(f"{name:24}{seconds(without):>12}    x {table.against(ratio, aim)}")


def measure_start(table, tools, pairs):
    progress("starts")
    command = [tools.program("bench/start"), str(pairs), tools.library, "/bin/true"]
    lines = subprocess.run(command, check=True, text=True, env=tools.environment(False),
                           stdout=subprocess.PIPE).stdout.splitlines()
    times = [[int(word) * 1e-9 for word in line.split()] for line in lines]
    added = statistics.median(shim - plain for plain, shim in times)
    without = statistics.median(plain for plain, _ in times)
    progress("")
    table.head(f"Start and end of /bin/true: medians of {pairs} pairs")
    table.add("start", "/bin/true", "plain", without, "s")
    table.add("start", "/bin/true", "added", added, "s", START_AIM)
    table.line(f"{'/bin/true':24}{seconds(without):>12}    + "
               f"{table.against(added * 1e3, START_AIM * 1e3, '{:.3f} ms')}")
