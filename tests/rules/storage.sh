#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Thread-local storage of the shim is initial-exec: the other models may call malloc in a handler.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"
needs nm readelf

library=$build/.libs/libkrgghost.so
[ -e "$library" ] || skip "$library was not built"

sources ghost shim wrappers >"$folder/sources"
while read -r file; do
	object=$(object_of "$file")
	[ -e "$object" ] || {
		echo "$object"
		continue
	}
	# General-dynamic, local-dynamic, and descriptors, which do the same later.
	readelf -Wr "$object" | grep -Eq 'R_X86_64_(TLSGD|TLSLD|GOTPC32_TLSDESC)' &&
		wrong "$file does not use the initial-exec model"
done <"$folder/sources"

nm --dynamic --undefined-only "$library" | grep -q '__tls_get_addr' &&
	wrong "libkrgghost.so calls __tls_get_addr"
readelf -Wr "$library" | grep -Eq 'R_X86_64_(DTPMOD64|DTPOFF64|TLSDESC)' &&
	wrong "libkrgghost.so has storage that is found at its first use"
readelf -Wd "$library" | grep -q 'STATIC_TLS' ||
	wrong "libkrgghost.so does not say that its storage is static"
# A preloaded library's is there from the start and takes nothing of what libraries that are
# opened later live on (rtld.optional_static_tls), but every thread's stack pays for it.
size=$(readelf -Wl "$library" | awk '$1 == "TLS" { print $6 }')
[ $((${size:-0})) -le 1024 ] || wrong "libkrgghost.so wants $((size)) bytes of static storage"
finish
