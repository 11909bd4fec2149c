#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run says what is wrong with the command line, the program's name and the library.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

refuses()
{
	wanted_status=$1
	words=$2
	shift 2
	expect "$wanted_status" "$run" "$@"
	says 'krg-run: '
	says "$words"
}

refuses 125 'which program?'
refuses 125 'which program?' -f
refuses 125 'no option -x' -x true
refuses 125 'no option --nonsense' --nonsense true
refuses 125 'needs a value' --log
refuses 125 'no codec "lzma"' -c lzma true
refuses 125 'not one of 1 to 9' -c zlib:12 true
refuses 125 'not one of 1 to 9' -c zlib: true
refuses 125 'is empty' -o '' true
refuses 125 'fixed meaning' -s KILL true
refuses 125 'fixed meaning' -s 32 true
refuses 125 'no signal "NONSENSE"' -s NONSENSE true
refuses 125 'no signal' -s RTMAX+1 true
refuses 125 'no signal' -s RTMIN+99999999999999999999 true
refuses 125 'no signal' -s 65 true

refuses 127 'no program "no-such-program"' no-such-program
refuses 127 'no program ""' ''
refuses 127 'does not exist' "$folder/nothing"
refuses 127 'does not exist' /dev/null/nothing
refuses 126 'is a directory' "$folder"
refuses 126 'may not be executed' /dev/null

cp /bin/true "$folder/plain"
chmod 644 "$folder/plain"
refuses 126 'may not be executed' "$folder/plain"
expect 126 env PATH="$folder" "$run" plain

refuses 125 'cannot be opened' -L "$folder/nothing.so" true
refuses 125 'is not a shared library' -L /etc/passwd true
mkdir "$folder/with blank"
cp /bin/true "$folder/with blank/libkrgghost.so"
refuses 125 'cannot preload' -L "$folder/with blank/libkrgghost.so" true

# Names must not give orders to a terminal.
refuses 127 'no program "a?[31mb?c"' "$(printf 'a\033[31mb\nc')"

if [ "$(id -u)" -ne 0 ]; then
	chmod 111 "$folder/plain"
	refuses 125 'may be executed but not read' "$folder/plain"
fi
finish
