#!/bin/sh
# SPDX-License-Identifier: MIT
#
# SeaBIOS, where it is installed: from the reset vector to the words that there
# is nothing to boot from, twice the same, on every processor.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

bios=/usr/share/seabios/bios-256k.bin
if [ ! -r "$bios" ]; then
    echo 'SeaBIOS is not installed: it is not run'
    exit 77
fi

# seabios FILE ARGUMENT...: what it says on its debug port goes to FILE.
seabios()
{
    output=$1
    shift
    status=0
    "$PAGEWALK" run --serial null --debugcon stdio --stop-after 3G \
        --stop-on 'No bootable device' --timeout 100 "$@" \
        >"$output" 2>"$output.err" </dev/null || status=$?
    check "$*: status $status" [ "$status" = 0 ]
}

for cpu in 486 pentium pentiumpro; do
    seabios "$cpu.txt" --bios "$bios" --cpu "$cpu"
    check "$cpu: finds its fw_cfg" grep -q 'Found QEMU fw_cfg' "$cpu.txt"
    check "$cpu: runs the VGA ROM" grep -q 'VGA option rom' "$cpu.txt"
    check "$cpu: sees the memory" \
        grep -q 'addr 0x0*0 len 0x0*a000000 \[RAM\]' "$cpu.txt"
done
seabios again.txt --bios default --cpu pentiumpro
check 'the second run is as the first' cmp -s pentiumpro.txt again.txt
seabios small.txt --bios default --vga-bios none -m 4M
check 'works in 4 MiB without a VGA ROM' grep -q 'No bootable' small.txt

finish
