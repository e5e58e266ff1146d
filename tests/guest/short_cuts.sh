#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tour with the fast table, and with every access through the front door,
# which `--events hit` asks for: the same output, registers, TLBs, pages and
# counters, whatever the TLB.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

for tlb in 386 pentiumpro random:7 8x8:plru; do
    state fast "$TOUR" -m 8M --tlb "$tlb"
    state door "$TOUR" -m 8M --tlb "$tlb" \
        --trace nothing --events hit --only eip=0-0
    check "$tlb: the same end on both ways" cmp fast door
    rm -rf nothing
done

finish
