#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What code may call that runs in a signal handler or in a wrapper: nothing that locks or allocates.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"
needs nm

# libc's plain functions on bytes, and what the compiler calls for arithmetic. No
# errno: a handler that changed it would be noticed by the program.
plain='
memchr memcmp memcpy memmove memset
strchr strchrnul strcmp strcpy strlen strncmp strnlen strrchr strstr
__popcountdi2
_GLOBAL_OFFSET_TABLE_
'

# Code of ours that is zone free but lies in a file of the signal zone, and those who
# may call it: constructors, and krg-resume.
free_zone='
codec_load		shim/init.c
engine_open		ghost/codec/isal.c
engine_open		ghost/codec/zlib.c
index_read		ghost/image.c
inherited_note		shim/init.c
orphan_of_object
orphan_open		ghost/kind/orphan.c
orphan_revive_done
passed_done
passed_find		ghost/kind/unix_message.c
pipe_revive_done
settings_read		shim/init.c
unix_complete		ghost/kind/unix.c
unix_revive		ghost/kind/unix.c
unix_revive_done
unix_revive_names
'

# Exceptions, file by file.
#  - codec.c and the engines open libraries: codec_load() and what it calls are
#    called by the constructor.
#  - index_read() sorts with qsort(), which may allocate: krg-resume and tools only.
#  - Pipes and sockets are revived with a list in the heap: krg-resume only.
#  - init.c is the constructor, and asks libc where it keeps things.
#  - real.c is one too, and looks for the functions behind the wrappers.
#  - Sets of signals are plain memory; environ is what the exec family takes.
#  - awaits.c, filters.c and memory.c fail as libc does, with errno; the size of a block
#    stands in its head.
exceptions='
ghost/codec.c		dlopen dlsym
ghost/codec/isal.c	dlsym
ghost/codec/zlib.c	dlsym
ghost/index.c		qsort
ghost/kind/orphan_file.c	calloc free
ghost/kind/passed.c	calloc free
ghost/kind/pipe.c	calloc free
ghost/kind/unix_revive.c	calloc free
shim/init.c		dladdr1 dlsym environ getauxval gnu_get_libc_version
wrappers/awaits.c	__errno_location sigismember
wrappers/filters.c	__errno_location
wrappers/forks.c	environ
wrappers/memory.c	__errno_location malloc_usable_size
wrappers/old_signals.c	sigaddset sigdelset sigemptyset sigismember
wrappers/real.c		dlsym
wrappers/signals.c	sigaddset sigdelset sigismember
'

# Zone free altogether: the reading side of a ghost.
unchecked='
ghost/image.c
ghost/image_sense.c
'

# listed TABLE FILE: what the table has behind that file.
listed()
{
	echo "$1" | awk -v file="$2" '$1 == file { for (i = 2; i <= NF; i++) print $i }'
}

# Names that files of FOLDER... define for others.
defined_in()
{
	sources "$@" | while read -r file; do
		object=$(object_of "$file")
		[ ! -e "$object" ] || symbols --defined-only --extern-only "$object"
	done | sort -u
}

# check FILE: what it needs must be defined by its own layer or one below, or allowed.
check()
{
	object=$(object_of "$1")
	[ -e "$object" ] || {
		echo "$object"
		return
	}
	symbols --undefined-only "$object" >"$folder/needed"
	{
		cat "$folder/known"
		echo "$plain"
		listed "$exceptions" "$1"
	} | tr ' ' '\n' | sort -u >"$folder/allowed"
	comm -23 "$folder/needed" "$folder/allowed" | while read -r name; do
		wrong "$1 calls $name, which is not known to be safe there"
	done
	listed "$exceptions" "$1" | sort | comm -23 - "$folder/needed" | while read -r name; do
		wrong "$1 does not call $name any more: take it off the exceptions"
	done
	echo "$free_zone" | awk 'NF { print $1 }' | sort -u | comm -12 - "$folder/needed" |
		while read -r name; do
			listed "$(echo "$free_zone" | awk -v name="$name" \
				'$1 == name { print $2, "yes" }')" "$1" | grep -q . ||
				wrong "$1 calls $name, which is zone free"
		done
}

# check_layer FOLDER LAYER...: LAYER is FOLDER and those below.
check_layer()
{
	where=$1
	shift
	defined_in "$@" >"$folder/known"
	sources "$where" | while read -r file; do
		echo "$unchecked" | grep -qx "$file" || check "$file"
	done
}

check_layer ghost ghost
check_layer shim ghost shim
check_layer wrappers ghost shim wrappers

# Linked, nothing is left but the exceptions and what every library asks for: the plain
# functions are shim/string.c's, because a program may bring its own that do more.
library=$build/.libs/libkrgghost.so
if [ -e "$library" ]; then
	{
		echo "$exceptions" | awk '{ for (i = 2; i <= NF; i++) print $i }'
		echo __environ
	} | sort -u >"$folder/allowed"
	nm --dynamic --undefined-only "$library" | awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' |
		sort -u | comm -23 - "$folder/allowed" >"$folder/needed"
	while read -r name; do
		wrong "libkrgghost.so takes $name from the program or its libraries"
	done <"$folder/needed"
fi

for file in $(echo "$exceptions" | awk '{ print $1 }') $unchecked; do
	[ -e "$file" ] || wrong "$file of the exceptions is gone"
done
finish
