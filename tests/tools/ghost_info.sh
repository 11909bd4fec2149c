#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-ghost info tells what is in a ghost, to people and to programs, and gives no orders to terminals.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

export TZ=UTC LC_ALL=C
ghost=$build/krg-ghost
sample=$folder/sample.ghost
"$build/tests/fuzz/image" --write "$sample" || exit 99

expect 0 "$ghost" info "$sample"
prints '  program    /usr/bin/sample'
prints '  arguments  sample --of "a program"'
prints '  made       2023-11-14 22:13:20 +0000'
prints '  host       somewhere'
prints '  kernel     6.12.1'
prints '     4711  sample (main)'
prints '      10000000-10004000       16.0 KiB '
prints 'rw-p anon   [stack]  [growsdown]'
prints 'rw-s shared object 7  [noreserve]'
prints '        0  pipe-end   pipe '
prints '        1  flock exclusive from 0 to the end'
prints 'file   embedded 3 /usr/lib/libsample.so'
prints '        3    8.0 KiB '
prints '4 chunks'

LC_ALL=C grep -q '[^[:print:]]' "$folder/out" && wrong "the terminal gets something to interpret"

expect 0 "$ghost" info --json "$sample"
if command -v python3 >/dev/null; then
	python3 - "$folder/out" <<'PYTHON' || wrong "the JSON is not what was promised"
import json, sys

ghost = json.load(open(sys.argv[1]))
assert sorted(ghost) == ["arguments", "created", "descriptors", "files", "format", "ghost",
                         "host", "kernel", "krgghost", "locks", "process", "regions", "threads",
                         "totals"], sorted(ghost)
assert ghost["arguments"] == ["sample", "--of", "a program"]
assert ghost["created"] == 1700000000
assert ghost["process"]["pid"] == 4711 and ghost["process"]["program"] == "/usr/bin/sample"
assert ghost["threads"] == [{"tid": 4711, "name": "sample", "main": True, "ended": False}]
assert [region["type"] for region in ghost["regions"]] == ["anon", "file", "shared-file",
                                                           "shared", "vdso"]
assert ghost["regions"][0]["start"] == "0x10000000" and ghost["regions"][0]["size"] == 16384
assert [(f["embedded"], f["path"], f["size"]) for f in ghost["files"]] == [
    (3, "/usr/lib/libsample.so", 8192)]
assert ghost["regions"][1]["embedded"] == 3
assert sum(r["packed"] for r in ghost["regions"] + ghost["files"]) == ghost["totals"]["packed"]
assert ghost["locks"] == [{"fd": 1, "type": "flock", "exclusive": True, "start": 0, "length": 0}]
assert [d["fd"] for d in ghost["descriptors"]] == list(range(len(ghost["descriptors"])))
PYTHON
fi

expect 1 "$ghost" info "$folder/none.ghost"
says 'none.ghost: cannot open: No such file or directory'
expect 1 "$ghost" info "$0"
says 'not a ghost'
expect 2 "$ghost" info
expect 2 "$ghost" frobnicate "$sample"
says 'there is no command frobnicate'
expect 2 "$ghost" verify --json "$sample"
expect 2 "$ghost" --frobnicate
expect 2 "$ghost"
expect 0 "$ghost" --help
prints 'Usage: krg-ghost'
expect 0 "$ghost" --version
if [ -e /dev/full ] && "$ghost" info "$sample" >/dev/full 2>/dev/null; then
	wrong "a full disk is no success"
fi
finish
