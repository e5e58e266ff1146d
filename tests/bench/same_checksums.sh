#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every benchmark guest computes what it computes under QEMU: an emulator that
# is fast and wrong is no use. The checksums stand in guests.txt; where QEMU is
# installed, it is asked as well.
#
# Usage: same_checksums.sh            check
#        same_checksums.sh --bless    write QEMU's checksums into guests.txt
set -u

source=$(cd "${top_srcdir:-.}" && pwd)/tests/bench
images=$(cd "${top_builddir:-.}" && pwd)/tests/bench/guest
list=$source/guests.txt
. "${top_srcdir:-.}/tests/cli/setup.sh"

if [ ! -e "$images/int.elf" ]; then
    echo 'there is no compiler for guests here: none was built'
    exit 77
fi

# ours GUEST ITERATIONS, theirs GUEST ITERATIONS: "checksum iterations".
ours()
{
    "$PAGEWALK" run -m 128M --timeout 600 "$images/$1.elf" -- \
        iters="$2" con=1 2>err </dev/null | result "$1"
}

theirs()
{
    timeout 600 "$QEMU" -accel tcg -m 128 -kernel "$images/$1.elf" \
        -append "iters=$2 con=1" -display none -monitor none -serial stdio \
        -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=0x04 \
        2>err </dev/null | result "$1"
}

# What is not an END is shown as it is: SKIP, DIE, TRAP.
result()
{
    tr -d '\r' | awk -v name="$1" '
        /^(SKIP|DIE|TRAP)/ { print; exit }
        $1 == "END" && $2 == name { print $3, $4; exit }'
}

guests()
{
    grep -v '^#' "$list"
}

bless()
{
    [ -n "${QEMU-}" ] || { echo 'no QEMU to ask'; exit 1; }
    guests | while read -r guest iterations _; do
        answer=$(theirs "$guest" "$iterations")
        echo "$guest ${answer%% *}"
    done >answers
    awk 'NR == FNR { sum[$1] = $2; next }
        $1 in sum {
            $0 = sprintf("%-14s %9d  %-9s %-6s %8d %8d  %s",
                         $1, $2, sum[$1], $4, $5, $6, $7)
        }
        { print }' answers "$list" >blessed
    cat blessed >"$list"
}

if [ "${1-}" = --bless ]; then
    bless
    exit
fi

guests >table
while read -r guest iterations checksum _ usual _ waits; do
    check "$guest: its own iterations are $usual" \
        grep -q "bench_iters = $usual;" "$source/guest/$guest.c"
    answer=$(ours "$guest" "$iterations")
    if [ "$waits" != - ]; then
        echo "$guest: waits for $waits, not counted"
        check "$guest: is right by now, and need not wait any more" \
            test "$answer" != "$checksum $iterations"
        continue
    fi
    check "$guest: $answer, QEMU's is $checksum $iterations: $(cat err)" \
        test "$answer" = "$checksum $iterations"
    if [ -n "${QEMU-}" ]; then
        answer=$(theirs "$guest" "$iterations")
        check "$guest: QEMU says $answer, recorded is $checksum: $(cat err)" \
            test "$answer" = "$checksum $iterations"
    fi
done <table
[ -n "${QEMU-}" ] || echo 'QEMU is not installed: recorded checksums only'

finish
