#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint asks a program in namespaces of its own, with another root user and /tmp.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

[ -x "$fake" ] || skip "fake-shim was not built"
unshare --user --map-root-user --pid --mount --fork true 2>/dev/null ||
	skip "this user may not make namespaces"

cd "$folder" || exit 99
cp "$fake" fake-shim

# inside COMMANDS: starts the fake after these, as root of namespaces of its own; its
# id here is in $pid. The folder stays the current directory under the new mounts.
inside()
{
	rm -f "$folder/ready" "$folder/number"
	unshare --user --map-root-user --pid --mount --fork --kill-child \
		sh -c "$1 && exec ./fake-shim . whole" &
	started="$started $!"
	until_there "$folder/ready"
	pid=$(grep -l "^PPid:[[:blank:]]*$!\$" /proc/[0-9]*/status 2>/dev/null | tr -dc 0-9)
}

inside true
expect 0 "$checkpoint" "$pid"
prints '/there/fake.ghost'
no_mailbox

inside 'mount -t tmpfs none /tmp'
expect 0 "$checkpoint" "$pid"
prints '/there/fake.ghost'
[ ! -e "/proc/$pid/root/tmp/krgghost-$(cat number)" ] || wrong "the mailbox was left behind"

# A link in the program's root means a place in that root, not in ours.
# shellcheck disable=SC2016 # for the shell inside
inside 'mkdir root && mount -t tmpfs none root && cd root && mkdir other && ln -s /other tmp &&
	mkdir lib lib64 usr work && mount --rbind /lib lib && mount --rbind /lib64 lib64 &&
	mount --rbind /usr usr && mount --bind .. work && cd .. && PATH=$PATH:/usr/sbin:/sbin &&
	exec chroot root sh -c "cd /work && exec ./fake-shim . whole"'
expect 0 "$checkpoint" "$pid"
prints '/there/fake.ghost'
number=$(cat number)
[ ! -e "/proc/$pid/root/other/krgghost-$number" ] || wrong "the mailbox was left behind"
[ ! -e "/other/krgghost-$number" ] || wrong "the mailbox was made in the wrong root"
finish
