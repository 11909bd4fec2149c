# SPDX-License-Identifier: LGPL-2.1-or-later
# What the rule tests share: where things are, what is said, which objects there are.
# shellcheck shell=sh disable=SC2034 # it is the tests that use the variables

source=$(cd "${GHOST_SOURCE:-$(dirname "$0")/../..}" && pwd) || exit 99
build=$(cd "${GHOST_BUILD:-$source/build}" && pwd) || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT PIPE TERM

export LC_ALL=C
cd "$source" || exit 99

skip()
{
	echo "skipped: $*"
	exit 77
}

# In a file, because many a loop runs in a subshell.
wrong()
{
	echo "wrong: $*"
	echo "$*" >>"$folder/wrong"
}

finish()
{
	[ ! -s "$folder/wrong" ] || exit 1
	exit 0
}

needs()
{
	for needed; do
		command -v "$needed" >/dev/null || skip "$needed is not installed"
	done
}

# sources FOLDER...: the C and assembler sources there.
sources()
{
	find "$@" -name '*.c' -o -name '*.S' | sort
}

# object_of SOURCE: what libtool made of it for a library; nothing where nothing did.
object_of()
{
	name=${1##*/}
	name=${name%.*}
	for object in "$build/${1%/*}"/.libs/*-"$name.o" "$build/${1%/*}/.libs/$name.o"; do
		[ ! -e "$object" ] || {
			echo "$object"
			return
		}
	done
	wrong "$1: no object of it is found in $build"
}

# symbols OPTIONS OBJECT...: their names alone.
symbols()
{
	nm "$@" | awk 'NF >= 2 { print $NF }' | sort -u
}
