#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tour with a disk: it swaps to a blank one by bus master DMA, and leaves
# one alone that holds something; also on a board whose bus addresses are not
# the physical ones. A kernel that does not know of the offset is found out.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

truncate -s 4M blank.img
truncate -s 4M blank.copy
truncate -s 4M full.img
printf 'something of value' |
    dd of=full.img bs=512 seek=1 conv=notrunc 2>dd.err
cp full.img full.copy

# with DISK TEXT ARGUMENT...: the chapters pass, and say TEXT.
with()
{
    disk=$1
    text=$2
    shift 2
    tour out -m 16M --disk "$disk" "$@"
    check "$disk $*: the machine is powered off" test $? -eq 0
    check "$disk $*: '$text'" grep -qx "machine: $text" out
    check "$disk $*: the disk moved the list" \
        grep -q '^machine: the disk moved the list out and in: 4' out
}

on_disk='the swap area is the disk'
with blank.img "$on_disk" --append tour=swap,dma
with full.img 'the disk has something on it, or is small: .*' \
    --append tour=swap,dma
with blank.img "$on_disk" --dma-offset 0x40000000 \
    --append 'tour=swap,dma dma_offset=0x40000000'
check 'the bus addresses have the offset' grep -q 'bus 4[0-9a-f]\{7\}' out
with blank.img "$on_disk" --dma-offset 0x1000 \
    --append 'tour=swap,dma dma_offset=1000'
check 'an offset that leaves ISA its memory lets the 8237 copy' \
    grep -q '^machine: the 8237 has copied' out
check 'without ,rw nothing was written' cmp blank.img blank.copy

with full.img,rw 'the disk has something on it, or is small: .*' \
    --append tour=swap,dma
check 'what was on the disk is on it' cmp full.img full.copy

tour out -m 16M --disk blank.img --dma-offset 0x40000000 --append tour=dma
check 'a kernel that does not know of the offset fails in chapter 19' \
    test $? -eq 39

# Both machines have the same kind of controller.
if [ -n "${QEMU-}" ]; then
    timeout 300 "$QEMU" -accel tcg -kernel "$TOUR" -m 16 -append tour=swap,dma \
        -display none -monitor none -parallel none -serial stdio -no-reboot \
        -drive file=blank.copy,format=raw,if=ide >raw 2>qemu.err </dev/null
    tr -d '\r' <raw | grep -av '^machine: ' >theirs
    tour out -m 16M --disk blank.img --append tour=swap,dma
    same_everywhere out >ours
    check 'QEMU with a disk prints the same lines' cmp theirs ours
fi

finish
