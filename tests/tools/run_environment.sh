#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run hands its options on in the environment, and leaves the program's own alone.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# Any library will do to be preloaded; this one every program has anyway.
library=$folder/libkrgghost.so
ln -s "$(ldd /bin/sh | sed -n 's/.*=> \(.*libc\.so[^ ]*\).*/\1/p')" "$library"

cd "$folder" || exit 99

expect 0 "$run" -L "$library" -o '%e-%p.ghost' -c zlib:9 -s rtmin+1 -l log -f env -u NOTHING
prints 'KRG_GHOST=%e-%p.ghost'
prints 'KRG_CODEC=zlib:9'
prints "KRG_SIGNAL=$(($(kill -l RTMIN 2>/dev/null || echo 34) + 1))"
prints "KRG_LOG=$folder/log"
prints 'KRG_FORCE=1'
prints "LD_PRELOAD=$library"

expect 0 "$run" --library libkrgghost.so --output=o --codec=none --signal SIGUSR1 env
prints 'KRG_GHOST=o'
prints 'KRG_CODEC=none'
prints 'KRG_SIGNAL=10'
prints "LD_PRELOAD=$library"

# What is there already stays, and only once. (A sanitizer in krg-run wants to be first.)
other=$folder/other.so
ln -s "$library" "$other"
expect 0 env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$other" \
	"$run" -L "$library" "$run" -L "$library" env
prints "LD_PRELOAD=$library:$other"

# The program's status and arguments are its own.
status=0
"$run" -L "$library" sh -c 'exit 42' || status=$?
[ "$status" -eq 42 ] || wrong "the status is $status, not 42"
# shellcheck disable=SC2016 # for the shell inside
expect 0 "$run" -L "$library" sh -c 'echo "$0 $*"' --help -x --output y
prints '--help -x --output y'

# The first in PATH that can be started.
mkdir one two
printf '#!/bin/sh\necho one\n' >one/word
printf '#!/bin/sh\necho two\n' >two/word
chmod +x two/word
expect 0 env PATH="$folder/one:$folder/two:$PATH" "$run" -L "$library" word
prints two
expect 0 env PATH="$folder/one::$PATH" sh -c 'cd two && exec "$@"' - "$run" -L "$library" word
prints two

expect 0 "$run" --help
prints 'Usage: krg-run'
expect 0 "$run" --version
prints 'krg-run'
finish
