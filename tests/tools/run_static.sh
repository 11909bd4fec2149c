#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run refuses a statically linked program at once.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/hello.c" <<'C'
int main(void)
{
	return 0;
}
C
${CC:-cc} -o "$folder/dynamic" "$folder/hello.c" 2>/dev/null || skip "there is no C compiler"
${CC:-cc} -static -o "$folder/static" "$folder/hello.c" 2>/dev/null ||
	skip "there is no static libc to link with"
expect 0 "$run" -L "$folder/dynamic" "$folder/dynamic"

expect 125 "$run" "$folder/static"
says "$folder/static is statically linked"
says 'link it dynamically'

if ${CC:-cc} -static-pie -o "$folder/static-pie" "$folder/hello.c" 2>/dev/null; then
	expect 125 "$run" "$folder/static-pie"
	says 'is statically linked'
fi

printf '#!%s\n' "$folder/static" >"$folder/script"
chmod +x "$folder/script"
expect 125 "$run" "$folder/script"
says "$folder/script is read by $folder/static, which is statically linked"
finish
