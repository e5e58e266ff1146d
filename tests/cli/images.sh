#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Disk and CD-ROM images: unchanged unless ",rw", and every trouble with one
# is a clear line.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

# A guest that writes sector 1 of the first disk by PIO (512 times 0xAA55),
# waits until the disk is done, reads the sector back, prints its first byte
# on the debug port and leaves with 7 if the disk tells of an error.
writer()
{
    # Device, count, LBA, command 30h.
    for pair in "f6 e0" "f2 01" "f3 01" "f4 00" "f5 00" "f7 30"; do
        # shellcheck disable=SC2086 # two bytes
        set -- $pair
        bytes 66 ba "$1" 01 b0 "$2" ee
    done
    bytes 66 ba f7 01 ec a8 08 74 fb           # wait for DRQ
    bytes 66 ba f0 01 b9 00 01 00 00           # 256 words
    bytes 66 b8 55 aa 66 ef e2 f8
    bytes 66 ba f7 01 ec a8 80 75 fb           # wait while busy
    bytes a8 01 75 27                          # error: leave with 7
    bytes 66 ba f2 01 b0 01 ee                 # count 1
    bytes 66 ba f7 01 b0 20 ee                 # read
    bytes ec a8 08 74 fb
    bytes 66 ba f0 01 66 ed e6 e9              # print its low byte
    bytes 66 ba 04 06 66 b8 00 20 66 ef eb fe  # power off
    bytes 90 90 90 90 90 90
    bytes b0 03 e6 f4 eb fe                    # leave: (3 << 1) | 1
}

writer >writer.bin
dd if=/dev/zero bs=512 count=64 2>/dev/null | tr '\0' 'z' >disk.img
cp disk.img before.img

# --- What the guest writes ---

expect 0 '' run --disk disk.img --debugcon file:byte writer.bin
check 'the guest reads back what it wrote' [ "$(cat byte)" = U ]
check 'without ,rw the file is unchanged' cmp -s disk.img before.img

expect 0 '' run --disk disk.img,rw --debugcon file:byte writer.bin
check 'the guest reads back what it wrote' [ "$(cat byte)" = U ]
{
    dd if=before.img bs=512 count=1
    yes "$(printf 'U\252')" | tr -d '\n' | head -c 512
    dd if=before.img bs=512 skip=2
} >wanted.img 2>/dev/null
check 'with ,rw sector 1 alone is written' cmp -s disk.img wanted.img

# --- Trouble ---

expect 6 'none.img: No such file' run --disk none.img writer.bin
expect 6 'none.img: No such file' run --disk none.img,rw writer.bin
expect 6 'none.iso: No such file' run --cdrom none.iso writer.bin
expect 6 'none.img: No such file' run --floppy none.img writer.bin
expect 6 'Is a directory' run --disk . writer.bin
: >empty.img
expect 6 'empty.img: the file is empty' run --disk empty.img writer.bin
printf 'x%.0s' 1 2 3 >odd.img
expect 6 'odd.img: 3 bytes are not whole sectors' run --disk odd.img writer.bin
truncate -s 129G huge.img
expect 6 'huge.img: larger than 128 GiB' run --disk huge.img writer.bin
expect 2 'no file given' run --disk '' writer.bin
truncate -s 3M large.img
expect 6 'large.img: larger than a floppy' run --floppy large.img writer.bin
expect 2 'no file given' run --cdrom '' writer.bin
expect 2 'no file given' run --floppy '' writer.bin
expect 2 'more than 2 floppy disks' run --floppy a --floppy b --floppy c \
    writer.bin
expect 2 'more than 4 disks' run --disk disk.img --disk disk.img \
    --disk disk.img --disk disk.img --disk disk.img writer.bin
expect 2 'room for 3 disks' run --disk disk.img --disk disk.img \
    --disk disk.img --disk disk.img --cdrom disk.img writer.bin
expect 6 'disk.img: in use' run --disk disk.img --disk disk.img,rw writer.bin

if [ "$(id -u)" -ne 0 ]; then
    chmod 444 disk.img
    expect 6 'disk.img: Permission denied' run --disk disk.img,rw writer.bin
fi

# One that shrinks under a run: the drive fails, and the run says why.
cp before.img shrinks.img
mkfifo gate
{
    # Says that it runs, waits for a byte on COM1, goes on to the disk.
    bytes b0 72 e6 e9
    bytes 66 ba fd 03 ec a8 01 74 fb
    writer
} >waiter.bin
"$PAGEWALK" run --disk shrinks.img --debugcon file:ready waiter.bin \
    <gate 2>err &
run=$!
exec 3>gate
until [ -s ready ]; do sleep 0.1; done
truncate -s 512 shrinks.img
printf 'x' >&3
exec 3>&-
status=0
wait "$run" || status=$?
check 'a file that shrinks ends the run with status 6' [ "$status" -eq 6 ]
check 'and the line names it' grep -q \
    '^pagewalk: shrinks.img: ends at byte 512 now' err

finish
