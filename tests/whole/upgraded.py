#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python in a folder of its own, which is upgraded while it runs, and then removed.

The interpreter, its modules and their libraries are replaced by others between the ghost and the
restart, later under the running program, and in the end nothing of them is left.
"""
import glob
import os
import shutil
import signal
import sys

import lives
from lives import Failure, say

PYTHON = os.path.realpath("/usr/bin/python3")
LIBRARIES = ("libbz2.so.1.0", "liblzma.so.5", "libz.so.1", "libexpat.so.1")
OTHER = "/lib/x86_64-linux-gnu/libm.so.6"

# All that is imported is there before the first ghost; most of it is used only later.
PROGRAM = r"""
import sys, time
sys.path.insert(0, sys.argv[1] + "/modules")
import bz2, decimal, json, lzma, zlib
assert decimal.HAVE_THREADS and "modules" in sys.modules["_lzma"].__file__
data = (" ".join(str(i * i) for i in range(20000))).encode()
print("ready", flush=True)
for turn in range(10 ** 9):
    decimal.getcontext().prec = 60 + turn % 50
    root = str(decimal.Decimal(turn).sqrt())
    if turn % 40 == 0:
        part = data[turn % 1000:]
        assert bz2.decompress(bz2.compress(part)) == lzma.decompress(lzma.compress(part)) == part
        assert zlib.decompress(zlib.compress(part)) == part
    assert json.loads(json.dumps({"root": [root, turn]})) == {"root": [root, turn]}
    if turn % 40 == 0:
        print(turn, root, flush=True)
"""


def make_folder(folder):
    os.makedirs(os.path.join(folder, "modules"))
    shutil.copy(PYTHON, os.path.join(folder, "python"))
    version = "python%d.%d" % sys.version_info[:2]
    for path in glob.glob("/usr/lib/%s/lib-dynload/*.so" % version):
        shutil.copy(path, os.path.join(folder, "modules"))
    for name in LIBRARIES:
        shutil.copy("/lib/x86_64-linux-gnu/" + name, folder)


def upgrade(folder):
    """New files under the old names, as a package manager brings them."""
    for top, _, names in os.walk(folder):
        for name in names:
            shutil.copy(OTHER, os.path.join(top, name + ".new"))
            os.rename(os.path.join(top, name + ".new"), os.path.join(top, name))


def turns(run):
    """How often it has printed; each line must be whole and follow the one before."""
    lines = lives.read_text(os.path.join(run.work, "out")).split("\n")[:-1]
    if lines and lines.pop(0) != "ready":
        raise Failure("the program printed something else")
    for number, line in enumerate(lines):
        if line.split()[0] != str(40 * number):
            raise Failure("line %d is %s" % (number, line))
    return len(lines)


def goes_on(run, life):
    before = turns(run)
    lives.wait_until(lambda: turns(run) > before + 2 or life.has_ended(), "three more lines")
    if life.has_ended():
        raise Failure("status %d: %s" % (life.process.returncode, lives.read_text(
            os.path.join(run.work, "err")) + life.said()))


def resume(run, taken):
    life = run.resume_with("--verbose")
    words = life.find_program()
    count = words.count("it is taken from the ghost")
    if run.account.mode not in words or bool(count) != taken:
        raise Failure("krg-resume (status %s) said: %s" % (life.process.poll(), words.strip()))
    goes_on(run, life)
    return life


def kill(life):
    os.kill(life.program, signal.SIGKILL)
    life.end()


def try_account(build, top, account):
    folder = os.path.join(top, account.name + "-python")
    make_folder(folder)
    run = lives.Run(build, [os.path.join(folder, "python"), "-c", PROGRAM, folder])
    run.folder(top, account.name, account)
    life = run.begin_under_shim(LD_LIBRARY_PATH=folder)
    try:
        goes_on(run, life)
        for what in ("nothing", "upgrade", "upgrade", "remove", "nothing"):
            run.checkpoint(life)
            kill(life)
            if what == "upgrade":
                upgrade(folder)
            elif what == "remove":
                shutil.rmtree(folder)
            # A ghost of what came out of a ghost has it all again.
            life = resume(run, taken=what != "nothing" or not os.path.exists(folder))
            say("%s: %s, and it goes on" % (account.name, what))
        kill(life)
        # Replaced under a running program, and no other ghost before.
        make_folder(folder)
        shutil.rmtree(run.ghosts)
        shutil.rmtree(run.work)
        run.folder(top, account.name, account)
        life = run.begin_under_shim(LD_LIBRARY_PATH=folder)
        goes_on(run, life)
        upgrade(folder)
        run.checkpoint(life)
        kill(life)
        life = resume(run, taken=True)
        say("%s: upgraded while it ran, and it goes on" % account.name)
        kill(life)
    finally:
        life.stop_for_good()


def main():
    lives.need(PYTHON)
    if not glob.glob("/usr/lib/python3.*/lib-dynload/_lzma*.so"):
        lives.skip("this python has its modules elsewhere")
    with lives.workshop() as (top, build):
        for account in lives.accounts():
            try_account(build, top, account)


if __name__ == "__main__":
    main()
