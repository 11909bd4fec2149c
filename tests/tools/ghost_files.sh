#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-ghost verify, list and rm: what is whole, what is damaged, and what is no ghost at all.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

export TZ=UTC LC_ALL=C
ghost=$build/krg-ghost

# shows PATTERN: a line of what the last command wrote to stdout.
shows()
{
	grep -q -e "$1" out || {
		wrong "nothing like \"$1\" in:"
		cat out
	}
}

cd "$folder" || exit 99
mkdir some some/directory.ghost
"$build/tests/fuzz/image" --write some/whole.ghost || exit 99
cp some/whole.ghost some/without-suffix
cp some/whole.ghost some/pages.ghost
printf '\377' | dd of=some/pages.ghost bs=1 seek=4200 conv=notrunc 2>/dev/null
head -c 9000 some/whole.ghost >some/cut.ghost
echo 'not at all' >some/fake.ghost
echo 'my diary' >some/diary.txt
odd=$(printf 'some/red\033[31m\nline.ghost')
cp some/whole.ghost "$odd"
ln -s whole.ghost some/link

expect 0 "$ghost" verify some/whole.ghost
shows '^some/whole\.ghost: whole, 32\.0 KiB of memory in 4 chunks, '
[ "$(wc -l <out)" -eq 1 ] || wrong "verify prints more than a line"
expect 1 "$ghost" verify some/pages.ghost
says 'some/pages.ghost: damaged: memory at 0x10000000 (chunk 1 of 4)'
expect 1 "$ghost" verify some/cut.ghost
says 'some/cut.ghost: damaged: the end is missing'
expect 1 "$ghost" verify some/fake.ghost some/whole.ghost
shows 'whole\.ghost: whole'

expect 0 "$ghost" list some
shows '^some/whole\.ghost  *sample  *4711  2023-11-14 22:13 '
shows '^some/without-suffix  *sample '
shows '^some/cut\.ghost  *damaged: the end is missing$'
shows '^some/fake\.ghost  *not a ghost'
shows '^some/red\\x1b\[31m\\nline\.ghost  *sample '
[ "$(wc -l <out)" -eq 7 ] || wrong "list shows more or less than the ghosts"
expect 1 "$ghost" list nowhere
says 'nowhere: cannot read this directory: No such file or directory'

expect 1 "$ghost" rm some/diary.txt
says 'diary.txt: not a ghost, not removed'
expect 1 "$ghost" rm some/fake.ghost
expect 1 "$ghost" rm some/link
expect 1 "$ghost" rm some/directory.ghost
expect 1 "$ghost" rm some/none.ghost
says 'none.ghost: cannot open'
for kept in diary.txt fake.ghost whole.ghost directory.ghost; do
	[ -e "some/$kept" ] || wrong "$kept is gone"
done
expect 0 "$ghost" rm some/whole.ghost some/cut.ghost "$odd"
for gone in some/whole.ghost some/cut.ghost "$odd"; do
	[ ! -e "$gone" ] || wrong "$gone is still there"
done
finish
