# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by check and demo at the top of the sources: packages, and a build in a folder.
# shellcheck shell=sh disable=SC2034

build_packages="
autoconf
automake
build-essential
clang
libcriterion-dev
libisal-dev
libjansson-dev
libtool
pkg-config
zlib1g-dev
"

# Programs that the tests checkpoint, and what the test scripts call.
test_packages="
bc
bzip2
dash
dc
default-jdk-headless
gawk
ghostscript
git
gnuplot-nox
groff-base
guile-3.0
gzip
imagemagick
libgomp1
libeatmydata1
libfakeroot
libfaketime
libjemalloc2
libmimalloc2.0
libtcmalloc-minimal4
lua5.4
luajit
m4
mawk
nodejs
octave
openssl
p7zip-full
perl
php8.2-cli
pigz
procps
python3
python3-numpy
r-base-core
ruby
sqlite3
stockfish
tcl
universal-ctags
util-linux
xz-utils
zstd
"

say()
{
	printf '== %s\n' "$*"
}

# mounts_setup COMMAND...: in a bare chroot, runs the calling script again with the
# file systems that a checkpoint and the tests need, and takes them away after it.
mounts_setup()
{
	if [ -n "$KRG_MOUNTED" ] || [ "$(id -u)" -ne 0 ]; then
		return 0
	fi
	made=
	[ -e /proc/self/exe ] || { mount -t proc proc /proc && made=/proc; }
	[ -e /dev/pts/ptmx ] || {
		mkdir -p /dev/pts &&
			mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts &&
			made="/dev/pts $made"
	}
	[ -n "$made" ] || return 0
	say "mounted for this run: $made"
	KRG_MOUNTED=yes "$@"
	status=$?
	# shellcheck disable=SC2086 # a list of words
	umount $made
	exit "$status"
}

# Prints those of its arguments that are not installed, on one line.
packages_missing()
{
	for package; do
		case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
		?i*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# Root on Debian gets what is missing; anybody else is told, and the build says if it matters.
packages_setup()
{
	if ! command -v dpkg-query >/dev/null; then
		say "not a Debian system: packages are left to you"
		return 0
	fi
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		say "not installed: $missing"
		return 0
	fi
	say "installing: $missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q -o Acquire::Retries=3 update || return
	# shellcheck disable=SC2086 # a list of words
	apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
		install --no-install-recommends $missing
}

# build_setup FOLDER ARGUMENT...: a configured FOLDER; again only if something is different.
# The path is part of it, because a build cannot be moved.
build_setup()
{
	folder=$1
	shift
	if [ ! -e configure ] || [ -n "$(find configure.ac m4/krg-*.m4 -newer configure)" ]; then
		say "bootstrap"
		./bootstrap || return
	fi
	wanted="$PWD/$folder $*"
	if [ -e "$folder/Makefile" ] && [ "$(cat "$folder/configured-as")" = "$wanted" ]; then
		return 0
	fi
	say "configure $folder $*"
	rm -rf "$folder"
	mkdir "$folder" &&
		(cd "$folder" && ../configure -q "$@") &&
		printf '%s\n' "$wanted" >"$folder/configured-as"
}

# build_make FOLDER TARGET...
build_make()
{
	folder=$1
	shift
	say "make $folder $*"
	make -C "$folder" --no-print-directory -j"$(nproc)" "$@"
}

# The build that is tested and shown.
build_default()
{
	build_setup build --enable-werror --with-tests=yes && build_make build all
}
