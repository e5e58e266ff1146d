#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --check tlb over the tour's chapter tlb and all before it: it finds the
# INVLPG that is forgotten there on purpose, and nothing else, on every TLB
# that keeps translations; and it changes nothing that the guest shows.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

summary='check tlb: no stale translation was used'

for tlb in 386 486 pentium pentiumpro infinite random:5; do
    tour plain -m 16M --tlb "$tlb"
    tour checked -m 16M --tlb "$tlb" --check tlb
    check "$tlb: a finding's exit status" test $? -eq 10
    check "$tlb: the same output" cmp plain checked
    check "$tlb: one place" \
        test "$(grep -c '^stale translation: ' checked.err)" -eq 1
    check "$tlb: its use and its store are named" \
        test "$(grep -c '(tlb_chapter+' checked.err)" -eq 2
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

finish
