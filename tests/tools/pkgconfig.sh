#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pkg-config tells where the library will be.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
command -v pkg-config >/dev/null || skip "pkg-config is not installed"

PKG_CONFIG_PATH=$build
export PKG_CONFIG_PATH
expect 0 pkg-config --validate krgghost
libdir=$(pkg-config --variable=libdir krgghost)
expect 0 pkg-config --variable=preload krgghost
[ "$(cat "$folder/out")" = "$libdir/libkrgghost.so" ] || wrong "preload is $(cat "$folder/out")"
case $libdir in
/*) ;;
*) wrong "the folder of the library is $libdir" ;;
esac
expect 0 pkg-config --modversion krgghost
[ "krg-run (krgghost) $(cat "$folder/out")" = "$("$run" --version)" ] || wrong "another version"
finish
