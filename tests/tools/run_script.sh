#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run follows a script to its interpreter, as the kernel and env do.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

library=$(ldd /bin/sh | sed -n 's/.*=> \(.*libc\.so[^ ]*\).*/\1/p')
script=$folder/script

# script LINE...: makes one of these lines.
script()
{
	printf '%s\n' "$@" >"$script"
	chmod 755 "$script"
}

works()
{
	script "$@"
	expect 0 "$run" -L "$library" "$script"
	prints works
}

works '#!/bin/sh' 'echo works'
works '#! 	/bin/sh -e' 'echo works'
works '#!/usr/bin/env sh' 'echo works'
works '#!/usr/bin/env -S sh -e' 'echo works'
# shellcheck disable=SC2016 # for the script
works '#!/usr/bin/env -S WORD=works sh -e' 'echo $WORD'
works '#!/usr/bin/env -S -i /bin/sh' 'echo works'

# A script of a script of a script.
printf '#!/bin/sh\necho works\n' >"$folder/1"
for i in 2 3 4; do
	printf '#!%s\n' "$folder/$((i - 1))" >"$folder/$i"
done
chmod 755 "$folder"/[1234]
expect 0 "$run" -L "$library" "$folder/4"
prints works
printf '#!%s\n' "$folder/4" >"$folder/5"
printf '#!%s\n' "$folder/5" >"$folder/6"
chmod 755 "$folder/5" "$folder/6"
expect 126 "$run" -L "$library" "$folder/6"
says 'is read by a script, that by another'
script "#!$script"
expect 126 "$run" -L "$library" "$script"

script 'echo no first line'
expect 125 "$run" "$script"
says 'neither an ELF program nor a script that begins with #!'
: >"$script"
expect 125 "$run" "$script"
printf '#!' >"$script"
expect 125 "$run" "$script"
script "#!/$(printf '%300s' x | tr ' ' x)"
expect 125 "$run" "$script"

script '#!/nowhere/interpreter -x'
expect 127 "$run" "$script"
says 'is to be read by "/nowhere/interpreter", which cannot be started'
script '#!/etc/passwd'
expect 126 "$run" "$script"
script '#!/usr/bin/env no-such-interpreter'
expect 127 "$run" "$script"
says 'is to be read by "no-such-interpreter" (/usr/bin/env)'
printf '#!/bin/sh\r\necho works\r\n' >"$script"
expect 127 "$run" "$script"
says 'ends as in DOS'
finish
