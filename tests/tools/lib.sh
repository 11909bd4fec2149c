# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of the tools share: a folder of their own, expectations, a program to ask.
# shellcheck shell=sh disable=SC2034 # it is the tests that use the variables

build=${GHOST_BUILD:-${top_builddir:-.}}
build=$(cd "$build" && pwd)
run=$build/krg-run
checkpoint=$build/krg-checkpoint
resume=$build/krg-resume
ghost=$build/krg-ghost
fake=$build/tests/tools/fake-shim

folder=$(mktemp -d) || exit 99
started=
failures=0

# No test may hear of the caller's choices.
unset KRG_GHOST KRG_CODEC KRG_SIGNAL KRG_LOG KRG_FORCE KRG_INTERVAL KRG_KEEP LD_PRELOAD

clean()
{
	for pid in $started; do
		# A number may be somebody else's by now; ours are our children.
		grep -qs "^PPid:[[:blank:]]*$$\$" "/proc/$pid/status" && kill -KILL "$pid"
	done
	wait 2>/dev/null
	rm -rf "$folder"
}
trap clean EXIT
trap 'exit 99' HUP INT PIPE TERM

skip()
{
	echo "skipped: $*"
	exit 77
}

# What is called python3 may be a script that starts another as its child.
needs_python()
{
	python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) ||
		skip "python3 is not installed"
}

wrong()
{
	echo "wrong: $*"
	failures=$((failures + 1))
}

# expect STATUS COMMAND...: its output is then in $folder/out and $folder/err. What
# ends with a status of its own says why, in one line.
expect()
{
	wanted=$1
	shift
	status=0
	"$@" >"$folder/out" 2>"$folder/err" || status=$?
	[ "$status" -eq "$wanted" ] || {
		wrong "$* ended with $status, not with $wanted"
		cat "$folder/err"
	}
	[ "$wanted" -eq 0 ] || [ "$(wc -l <"$folder/err")" -eq 1 ] || {
		wrong "$* did not say why in one line:"
		cat "$folder/err"
	}
}

# says WORDS, prints WORDS: in what the last command wrote to stderr, to stdout.
says()
{
	grep -qF -e "$1" "$folder/err" || {
		wrong "\"$1\" was not said, but:"
		cat "$folder/err"
	}
}

prints()
{
	grep -qF -e "$1" "$folder/out" || {
		wrong "\"$1\" was not printed, but:"
		cat "$folder/out"
	}
}

# until_there FILE: for programs that run beside us.
until_there()
{
	tries=0
	while [ ! -e "$1" ]; do
		tries=$((tries + 1))
		[ "$tries" -le 500 ] || {
			wrong "$1 did not appear"
			finish
		}
		sleep 0.02
	done
}

# start_fake ANSWER...: starts a program to ask; its id is in $pid.
start_fake()
{
	[ -x "$fake" ] || skip "fake-shim was not built"
	rm -f "$folder/ready" "$folder/number"
	"$fake" "$folder" "$@" &
	pid=$!
	started="$started $pid"
	until_there "$folder/ready"
}

# until_listening PID: the shim is there and can be asked.
until_listening()
{
	tries=0
	until grep -qs '^SigCgt:.*[89a-f][0-9a-f][0-9a-f]$' "/proc/$1/status" &&
		grep -qs libkrgghost "/proc/$1/maps"; do
		tries=$((tries + 1))
		[ "$tries" -le 1500 ] || {
			wrong "process $1 does not listen"
			finish
		}
		sleep 0.02
	done
}

# until_resumed PID: the program behind that krg-resume can be asked.
until_resumed()
{
	tries=0
	until "$checkpoint" --dry-run "$1" >/dev/null 2>&1 || [ $? -eq 1 ]; do
		tries=$((tries + 1))
		[ "$tries" -le 1500 ] || {
			wrong "the program behind $1 is not there"
			finish
		}
		sleep 0.02
	done
}

# end PID: a program, or what krg-resume stands in front of.
end()
{
	kill -TERM "$1"
	wait "$1"
}

alive()
{
	kill -0 "$1" 2>/dev/null || wrong "process $1 is no longer there"
}

gone()
{
	! kill -0 "$1" 2>/dev/null || wrong "process $1 is still there"
}

# The program got a mailbox, and it is no longer there.
no_mailbox()
{
	until_there "$folder/number"
	number=$(cat "$folder/number")
	[ "$number" -gt 0 ] || wrong "the program got no mailbox"
	[ ! -e "/tmp/krgghost-$number" ] || wrong "/tmp/krgghost-$number was left behind"
}

never_asked()
{
	[ ! -e "$folder/number" ] || wrong "a signal was sent"
}

finish()
{
	[ "$failures" -eq 0 ] || exit 1
	exit 0
}
