#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --check tlb over the whole tour, which tests itself as it goes: it finds the
# INVLPG that is forgotten there on purpose, and nothing else, on every TLB
# that keeps translations, also on those that are hard on a kernel: one that
# never forgets, and random ones. On none there is nothing to find. And it
# changes nothing that the guest shows.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

summary='check tlb: no stale translation was used'

# told FILE: a finding says all that is promised: tick, EIP and function of the
# use, the page, old and new frame and rights, the same of the store.
told()
{
    hex='[0-9a-f]\{8\}'
    place="$hex (tlb_chapter+0x[^)]*), tick [0-9]*, CPL 0"
    grep -A 2 '^stale translation: ' "$1" >finding
    grep -qx "stale translation: read of $hex at $place" finding &&
        grep -qx "  the TLB has frame $hex RW super; the tables have frame $hex\
 RW super" finding &&
        grep -qx "  PTE \[$hex\] was $hex, changed at $place" finding &&
        [ "$(wc -l <finding)" -eq 3 ]
}

for tlb in 386 486 pentium pentiumpro infinite random:5 random:6 random:7; do
    tour plain -m 16M --tlb "$tlb"
    tour checked -m 16M --tlb "$tlb" --check tlb
    check "$tlb: a finding's exit status" test $? -eq 10
    check "$tlb: the same output" cmp plain checked
    check "$tlb: one place" \
        test "$(grep -c '^stale translation: ' checked.err)" -eq 1
    check "$tlb: its use and its store are named" told checked.err
    check "$tlb: every chapter holds" test "$(grep -ac \
        '^chapter [a-z]*: ok' checked)" -eq "$(echo $CHAPTERS | wc -w)"
    check "$tlb: the tour says so too" \
        grep -aq 'the stale translation was used' checked
done

tour none -m 16M --tlb none --check tlb
check 'none: nothing to find' test $? -eq 0
check 'none: and it says so' grep -qx "$summary" none.err

tour stopped -m 16M --check tlb --on-finding stop
check 'stop: a finding ends the run' test $? -eq 10
check 'stop: before the chapter ends' \
    test "$(grep -ac 'chapter tlb: ok' stopped)" -eq 0

# More places than it remembers: it says so.
build "$guest_tests/many_stale.S" many.elf
"$PAGEWALK" run -m 32M --tlb infinite --check tlb many.elf >out 2>err
check 'many: status' test $? -eq 10
check 'many: as many are told as can be' \
    test "$(grep -c '^stale translation: ' err)" -eq 8192
check 'many: the others are counted' grep -qx \
    'check tlb: stale translations used: 9002; at different places: 8192, and 810 uses at more, which are not told' err

finish
