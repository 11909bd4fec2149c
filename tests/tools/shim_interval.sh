#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_INTERVAL: after an exec the timer is there again, after a fork it is not; one word for many failures.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
needs_python

cd "$folder" || exit 99

# The forked child has no timer, and the program that it becomes has one again.
cat >fork.py <<'END'
import os, sys
def ours():
    return "ID: 2147483647" in open("/proc/self/timers").read()
if len(sys.argv) > 1:
    print("image", ours())
    sys.exit(0)
first = ours()
child = os.fork()
if not child:
    second = ours()
    print("child", second, flush=True)
    os.execv(sys.executable, [sys.executable, sys.argv[0], "image"])
os.waitpid(child, 0)
print("parent", first)
END
expect 0 "$run" --interval 1h "$python" fork.py
# Before Linux 6.15 our number is the next one.
if grep -q 'parent True' out; then
	prints 'child False'
	prints 'image True'
else
	echo "the kernel has no numbers to choose"
fi

# Nobody asked: what cannot be carried is told once, and the log has it each time.
"$run" --interval 0.05 --log log "$python" -c '
import socket, time
kept = socket.socket()
time.sleep(60)' 2>said &
pid=$!
started="$started $pid"
tries=0
until [ -e log ] && [ "$(grep -c 'failed:' log)" -ge 4 ]; do
	tries=$((tries + 1))
	[ "$tries" -le 1500 ] || {
		wrong "no checkpoints were tried"
		finish
	}
	sleep 0.02
done
[ "$(wc -l <said)" -eq 1 ] || wrong "it was said $(wc -l <said) times: $(cat said)"
# Who asks is answered each time.
kill -USR2 "$pid"
tries=0
until [ "$(wc -l <said)" -ge 2 ]; do
	tries=$((tries + 1))
	[ "$tries" -le 500 ] || {
		wrong "a failure that was asked for was not said"
		finish
	}
	sleep 0.02
done
end "$pid"

# Longer than the interval: they do not pile up, each begins when the one before is over.
"$run" --interval 0.01 --log often --output often.ghost "$python" -c '
import time
end = time.monotonic() + 1
while time.monotonic() < end:
    pass' >/dev/null 2>&1
[ "$(grep -c ' bytes: ' often)" -ge 5 ] || wrong "there were only $(wc -l <often) checkpoints"
[ "$(grep -c ' bytes: ' often)" -le 100 ] || wrong "there were $(wc -l <often) checkpoints"

# Nothing is left of one that cannot be had.
expect 0 env KRG_INTERVAL=often LD_PRELOAD="$build/.libs/libkrgghost.so" true
says 'KRG_INTERVAL=often is not understood'
finish
