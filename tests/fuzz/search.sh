#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# make fuzz: searches with libFuzzer, ASan and UBSan, each reader for FUZZ_SECONDS; from the build.

build=$(pwd)
mkdir -p fuzz || exit
cd "$GHOST_SOURCE" || exit

# compile NAME SOURCE...: the code under test is compiled once more, with the sanitizers.
compile()
{
	name=$1
	shift
	# shellcheck disable=SC2046 # one word a file
	$FUZZ_CC -g -O1 -D_GNU_SOURCE -I. -I"$build" -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o "$build/fuzz/$name" "$@" \
		$(find ghost -name '*.[cS]') -ldl
}

compile image tests/fuzz/image.c tests/fuzz/reseal.c || exit
compile readers tests/fuzz/readers.c shim/maps.c shim/post.c shim/settings.c shim/timers.c || exit
cd "$build/fuzz" || exit

for name in ${FUZZ:-image $(../tests/fuzz/readers --names)}; do
	mkdir -p "corpus-$name"
	program=readers
	if [ "$name" = image ]; then
		program=image
		../tests/fuzz/image --write "corpus-$name/sample"
	else
		../tests/fuzz/readers --seed "$name" "corpus-$name/sample"
	fi
	echo "$name, $FUZZ_SECONDS s"
	FUZZ_READER=$name "./$program" -max_total_time="$FUZZ_SECONDS" -max_len=65536 -timeout=10 \
		-rss_limit_mb=4096 -verbosity=0 -artifact_prefix="$name-" "corpus-$name" || {
		echo "$name: what was found is in $build/fuzz/$name-*"
		exit 1
	}
done
