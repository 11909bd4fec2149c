#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run --resume: the same command line again, until the program has done its work.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
needs_python

cd "$folder" || exit 99

# It counts lines of its input into its output, and ends with a status of its own.
cat >count.py <<'END'
import sys, time
print("started", flush=True)
for number in range(1, 1 + int(sys.argv[1])):
    print(number, flush=True)
    while True:
        try:    # a file tells where to wait
            if open("limit").read() != str(number):
                break
        except OSError:
            break
        time.sleep(0.01)
sys.exit(int(sys.argv[2]))
END

# until_says WORD: in the program's output.
until_says()
{
	tries=0
	until grep -qx "$1" out.program 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -le 1500 ] || {
			wrong "$1 was not said: $(cat out.program), $(cat err.program)"
			finish
		}
		sleep 0.02
	done
}

# begin ARGUMENTS...: krg-run in front, its id in $pid.
begin()
{
	"$run" --resume "$@" </dev/null >>out.program 2>>err.program &
	pid=$!
	started="$started $pid"
}

# preempt: as a batch system does it.
preempt()
{
	for child in $(cat "/proc/$pid/task/$pid/children"); do
		for grandchild in $(cat "/proc/$child/task/$child/children"); do
			kill -KILL "$grandchild"
		done
		kill -KILL "$child" 2>/dev/null
	done
	kill -KILL "$pid" 2>/dev/null
	wait "$pid"
}

ends_with()
{
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ] || wrong "it ended with $status, not with $1: $(cat err.program)"
}

ghosts()
{
	find . -maxdepth 1 -name '*.ghost' | wc -l
}

# Nothing there: it is started. Then it goes on where its newest ghost is.
printf 3 >limit
begin --output g-%n.ghost "$python" count.py 5 0
until_says 3
expect 0 "$checkpoint" "$pid"
prints '/g-1.ghost  '
expect 0 "$checkpoint" "$pid"
prints '/g-2.ghost  '

# Two at once: the second says who is there.
expect 125 "$run" --resume --output g-%n.ghost "$python" count.py 5 0
says "another krg-run --resume (process $pid) runs this program"
preempt
[ -e .krg-run-*.lock ] || wrong "the lock was removed by somebody else"

# The newest is damaged: the one before it is taken, with a line that says so.
size=$(stat -c %s g-2.ghost)
printf 'damage' | dd of=g-2.ghost bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
printf 'no ghost' >g-7.ghost
: >err.program
begin --output g-%n.ghost "$python" count.py 5 0
printf 4 >limit
until_says 4
grep -q 'g-7.ghost: .*: passed over' err.program || wrong "no word of what is no ghost"
grep -q 'g-2.ghost: .*: passed over' err.program || wrong "no word of the damaged one"
grep -q "^krg-run: goes on from $folder/g-1.ghost\$" err.program || wrong "$(cat err.program)"
[ "$(grep -c started out.program)" -eq 1 ] || wrong "it was started again"
expect 0 "$checkpoint" "$pid"
prints '/g-8.ghost  '

# Status 0: what is left of it is removed, and only that.
rm limit
cp g-1.ghost other.ghost
ends_with 0
[ "$(tail -1 out.program)" = 5 ] || wrong "it ended with $(tail -1 out.program)"
[ "$(echo *.ghost)" = "g-7.ghost other.ghost" ] || wrong "there are $(echo *.ghost)"
[ ! -e .krg-run-*.lock ] || wrong "a lock is left"
rm -f ./*.ghost

# Done once, done again from the start.
: >out.program
begin --output g-%n.ghost "$python" count.py 2 0
ends_with 0
[ "$(tr '\n' ' ' <out.program)" = 'started 1 2 ' ] || wrong "it said $(cat out.program)"

# Any other status leaves the ghosts, and so does --keep-ghosts.
printf 2 >limit
: >out.program
begin --output g-%n.ghost "$python" count.py 3 7
until_says 2
expect 0 "$checkpoint" "$pid"
rm limit
ends_with 7
[ "$(ghosts)" -eq 1 ] || wrong "status 7 has left $(ghosts) ghosts"
begin --keep-ghosts --output g-%n.ghost "$python" count.py 3 7
ends_with 7
rm -f ./*.ghost
printf 2 >limit
: >out.program
begin --keep-ghosts --output g-%n.ghost "$python" count.py 3 0
until_says 2
expect 0 "$checkpoint" "$pid"
rm limit
ends_with 0
[ "$(ghosts)" -eq 1 ] || wrong "--keep-ghosts has left $(ghosts) ghosts"
rm -f ./*.ghost

# By the default name: the ghosts of other command lines are not its own.
printf 1 >limit
: >out.program
begin "$python" count.py 2 3
until_says 1
expect 0 "$checkpoint" "$pid"
preempt
rm limit
: >out.program
begin "$python" count.py 1 4
ends_with 4
[ "$(tr '\n' ' ' <out.program)" = 'started 1 ' ] || wrong "another's ghost: $(cat out.program)"
: >out.program
begin "$python" count.py 1 0
ends_with 0
[ "$(ghosts)" -eq 1 ] || wrong "the ghost of another command line was removed"
: >out.program
printf '1\n' >>out.program
begin "$python" count.py 2 3
ends_with 3
! grep -q started out.program || wrong "its own ghost was not taken: $(cat err.program)"
rm -f ./*.ghost

# A script is known behind its interpreter.
{ echo "#!$python"; cat count.py; } >script
chmod +x script
printf 1 >limit
: >out.program
begin ./script 2 6
until_says 1
expect 0 "$checkpoint" "$pid"
preempt
rm limit
begin ./script 2 6
ends_with 6
[ "$(grep -c started out.program)" -eq 1 ] || wrong "the script was started again"
rm -f ./*.ghost

# Signals go through, and its end by a signal is ours.
begin sleep 60
until_resumed "$pid"
kill -TERM "$pid"
ends_with 143
[ ! -e .krg-run-*.lock ] || wrong "a lock is left after a signal"
begin sleep 60
until_resumed "$pid"
read -r child rest <"/proc/$pid/task/$pid/children"
[ -z "$rest" ] || wrong "krg-run has children: $child $rest"
expect 0 "$checkpoint" --kill "$child"
ends_with 137
begin sleep 60
until_resumed "$pid"
kill -INT "$pid"
kill -TERM "$pid"
ends_with 143

expect 125 "$run" --resume --output "$folder/nowhere/x.ghost" true
says 'the lock '
expect 125 "$run" --keep-ghosts true
says 'leave out --keep-ghosts'
expect 125 "$run" --interval often true
says 'is not a time'
expect 125 "$run" --keep 0 true
says 'is not a number of ghosts'
finish
