#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run refuses a program that the loader would protect from it.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

library=$(ldd /bin/sh | sed -n 's/.*=> \(.*libc\.so[^ ]*\).*/\1/p')

[ "$(id -u)" -eq 0 ] || skip "only root can make a program of another user setuid"
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
$nobody true 2>/dev/null || skip "setpriv cannot become another user"
chmod 755 "$folder"
cp "$run" "$folder/krg-run"

# Where the mount is nosuid, there is nothing to refuse.
cp /usr/bin/id "$folder/id"
chmod 4755 "$folder/id"
[ "$($nobody "$folder/id" -u)" -eq 0 ] || skip "setuid has no effect in $folder"

program=$folder/program
# copy_of OWNER MODE
copy_of()
{
	rm -f "$program"
	cp /bin/true "$program"
	chown "$1" "$program"
	chmod "$2" "$program"
}

copy_of 0:0 4755
expect 0 "$run" -L "$library" "$program"
# shellcheck disable=SC2086 # words
expect 125 $nobody "$folder/krg-run" -L "$library" "$program"
says "$program would run as user root (setuid)"

copy_of 65534:0 4755
expect 125 "$run" -L "$library" "$program"
says "(setuid)"
# shellcheck disable=SC2086
expect 0 $nobody "$folder/krg-run" -L "$library" "$program"

copy_of 0:0 2755
expect 0 "$run" -L "$library" "$program"
# shellcheck disable=SC2086
expect 125 $nobody "$folder/krg-run" -L "$library" "$program"
says "$program would run as group root (setgid)"
# Without the bit to execute, setgid means nothing.
copy_of 0:0 2745
# shellcheck disable=SC2086
expect 0 $nobody "$folder/krg-run" -L "$library" "$program"

# A sandbox takes the rights away, and then the loader trusts us.
copy_of 0:0 4755
# shellcheck disable=SC2086
expect 0 $nobody --no-new-privs "$folder/krg-run" -L "$library" "$program"

copy_of 0:0 755
PATH=$PATH:/sbin:/usr/sbin
if setcap cap_net_raw+ep "$program" 2>/dev/null; then
	expect 0 "$run" -L "$library" "$program"
	# shellcheck disable=SC2086
	expect 125 $nobody "$folder/krg-run" -L "$library" "$program"
	says "$program has file capabilities"
else
	echo "not tried: file capabilities (no setcap)"
fi
finish
