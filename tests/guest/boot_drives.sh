#!/bin/sh
# SPDX-License-Identifier: MIT
#
# SeaBIOS, where it is installed, starts what lies in the drives: a disk by its
# partition table, and a floppy disk. What these write is in the file if it may
# be written, and else nowhere.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

if [ ! -r /usr/share/seabios/bios-256k.bin ]; then
    echo 'SeaBIOS is not installed: it is not run'
    exit 77
fi

# sector FILE FLAG...: a boot sector.
sector()
{
    output=$1
    shift
    # shellcheck disable=SC2086 # a compiler and its flags
    $GUEST_COMPILE "$@" -nostdlib -static -Wl,--build-id=none \
        -Wl,-Ttext=0x7c00 -Wl,--oformat=binary -o "$output" \
        "$guest_tests/boot_sector.S" || fail "$output does not build"
    check "$output is a sector" [ "$(wc -c <"$output")" -eq 512 ]
}

# put FILE SECTOR IMAGE
put()
{
    dd if="$1" of="$3" bs=512 seek="$2" conv=notrunc 2>/dev/null
}

# boot LETTER SECTOR OPTION IMAGE: it says LETTER, writes sector SECTOR with
# ,rw, and leaves the file alone without.
boot()
{
    cp "$4" before.img
    for way in '' ,rw; do
        status=0
        "$PAGEWALK" run --bios default --timeout 100 "$3" "$4$way" \
            >out 2>err </dev/null || status=$?
        check "$4$way: status $status: $(cat err)" [ "$status" -eq 33 ]
        check "$4$way: says $1" [ "$(cat out)" = "$1" ]
        if [ -z "$way" ]; then
            check "$4 is unchanged" cmp -s before.img "$4"
        fi
    done
    printf 'Z%.0s' $(seq 512) >wanted
    put wanted "$2" before.img
    check "$4: sector $2 alone is written" cmp -s before.img "$4"
}

sector mbr -DMBR
sector partition
truncate -s 4M disk.img
put mbr 0 disk.img
put partition 63 disk.img
boot C 67 --disk disk.img
truncate -s 1474560 floppy.img
put partition 0 floppy.img
boot A 22 --floppy floppy.img

finish
