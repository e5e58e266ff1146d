# SPDX-License-Identifier: MIT
#
# Sourced by the check and by `make bless`: makes a folder `runs` with the
# manifest, the guests, and the traces that are kept. Traces depend on the
# compiler that made the guests, so this is for gcc 12.
# shellcheck shell=sh
kept=$(cd "${top_srcdir:-.}" && pwd)/tests/traces
. "${top_srcdir:-.}/tests/guest/setup.sh"

# shellcheck disable=SC2086 # a compiler and its flags
if [ "$(${GUEST_COMPILE%% *} -dumpversion)" != 12 ]; then
    echo 'the guest was not built by gcc 12: its traces differ'
    exit 77
fi
if ! command -v zstd >/dev/null; then
    echo 'zstd is not installed: the kept traces cannot be unpacked'
    exit 77
fi

names=$(sed -n 's/^\([a-z][a-z_]*\) .*/\1/p' "$kept/manifest")
mkdir runs
cp "$kept/manifest" runs/
cp "$TOUR" runs/tour.elf
build "$guest_tests/every_tick.S" runs/every_tick.elf
for name in $names; do
    [ ! -e "$kept/$name.tar.zst" ] ||
        zstd -dqc "$kept/$name.tar.zst" | tar -xf - -C runs
done
