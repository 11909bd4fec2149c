#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint does not meddle with the processes of another user; root may.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "$(id -u)" -ne 0 ]; then
	# Somebody else's, for sure, and always there.
	[ "$(stat -c %u /proc/1)" -eq 0 ] || skip "process 1 is not root's"
	expect 2 "$checkpoint" 1
	says 'belongs to user root'
	finish
fi

nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
$nobody true 2>/dev/null || skip "setpriv cannot become another user"
chmod 755 "$folder"
cp "$checkpoint" "$folder/krg-checkpoint"

start_fake whole
# shellcheck disable=SC2086 # words
expect 2 $nobody "$folder/krg-checkpoint" "$pid"
says "process $pid belongs to user root (0)"
alive "$pid"
never_asked

# The mailbox that root makes is the user's: the program could not open it else.
theirs=$folder/theirs
mkdir "$theirs"
chown 65534:65534 "$theirs"
cp "$fake" "$folder/fake-shim"
# shellcheck disable=SC2086
$nobody "$folder/fake-shim" "$theirs" whole &
pid=$!
started="$started $pid"
until_there "$theirs/ready"
expect 0 "$checkpoint" "$pid"
prints '/there/fake.ghost  12.3 MiB  pause 2.5 ms  total 1.25 s'
number=$(cat "$theirs/number")
[ ! -e "/tmp/krgghost-$number" ] || wrong "/tmp/krgghost-$number was left behind"
finish
