#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `trace diff` on guests that were changed on purpose: where they part, what
# led there, what is told to be ignored, and where they meet again.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

guest=$guest_tests/compared.S
compile=$GUEST_COMPILE
# variant NAME FLAG...: a guest and its trace.
variant()
{
    name=$1
    shift
    GUEST_COMPILE="$compile $*"
    build "$guest" "$name.elf"
    "$PAGEWALK" run --trace "$name" --events tlb,walk,fault,mem,cr,mode \
        "$name.elf" >output 2>errors </dev/null
}
variant plain
check 'the guest ends well' test $? -eq 1
variant again
variant more_code -DMORE_CODE
variant more_work -DMORE_WORK
variant other_frame -DOTHER_FRAME
variant read_only -DREAD_ONLY
check 'the read-only page faults' test $? -eq 3
variant forget -DFORGET
events() { "$PAGEWALK" trace print "$1" | wc -l; }
# differ STATUS OPTION... A B
differ()
{
    wanted=$1
    shift
    "$PAGEWALK" trace diff "$@" >diff 2>errors
    check "diff $*: status $wanted" test $? -eq "$wanted"
}

differ 0 plain again
check 'nothing is said of equal traces' test ! -s diff

# The same work at other addresses and later.
differ 1 plain more_code
differ 0 --ignore tick,eip,value,physical \
    --only linear=0x400000-0x400fff plain more_code

# A frame: the page's walk is the first that tells.
differ 1 --symbols plain.elf --image plain.elf plain other_frame
check 'the first difference is the write of the entry, or its walk' \
    grep -Eq '^[-+] .*(00202000|00400000)' diff
check 'both lines are shown' test "$(grep -c '^[-+] .* walk ' diff)" -ge 2
check 'with the frame of one' grep -Eq '^- .*0030000' diff
check 'and that of the other' grep -Eq '^\+ .*0030500' diff
check 'with the instruction' grep -Eq '^- .* mov ' diff
check 'with the function' grep -Eq '^- .* fill' diff
check 'with both places' test "$(grep -Ec \
    '^  (plain|other_frame): tick [0-9]+, eip [0-9a-f]+ fill' diff)" -eq 2
check 'with both states' test "$(grep -c \
    'eax [0-9a-f]* ecx .* edi' diff)" -eq 2
check 'with paging, which was off at the head of the packet' test "$(grep -c \
    '^    protected+paging.* [1-9] entries in the TLB' diff)" -eq 2
check 'the TLBs are equal so far' test "$(grep -c '^[-+] TLB' diff)" -eq 0
check 'with five lines of what led there' test \
    "$(grep -Ec '^ +[0-9]+ [0-9a-f]{8} ' diff)" -ge 5
differ 0 --ignore physical plain other_frame

# A later difference: what has come into the TLBs until then.
differ 1 --from 7384 --events mem,fault forget plain
check 'one TLB holds the page at its old frame' \
    grep -q '^- TLB data 00400000 -> 00300000 set 0 way 0' diff
check 'the other at its new one' \
    grep -q '^+ TLB data 00400000 -> 00320000 set 0 way 0' diff

# More work between: they meet again behind it.
differ 1 plain more_work
added=$(($(events more_work) - $(events plain)))
check 'there is more work' test "$added" -gt 4
differ 1 --ignore eip plain more_work
tail -n 1 diff >last
check 'nothing is missing in the second' grep -q ' 0 only in plain,' last
check 'what was added, and nothing else, is only there' \
    grep -q " $added only in more_work" last
check 'all others are equal' grep -q "^$(events plain) events are equal" last

# A page fault, and a missing INVLPG.
differ 1 --symbols plain.elf plain read_only
check 'the fault is where they part' grep -Eq '^\+ .* (walk|fault) ' diff
differ 1 --symbols forget.elf forget plain
check 'the flush is where they part' \
    grep -Eq '^\+ .* flush invlpg 00400000' diff
check 'with a whole TLB in both' test "$(grep -c ' 4 entries in the TLB' diff)" \
    -eq 2
check 'in the function that lacks it' grep -Eq '^\+ .*remap' diff

# Context as long as asked for.
for context in 0 1 20; do
    differ 1 --context $context --ignore eip plain more_work
    check "$context lines before" test "$(sed '/^[-+]/q' diff |
        grep -Ec '^ +[0-9]+ [0-9a-f]{8} ')" -eq "$context"
done
differ 2 plain nothing
check 'what is no trace is told' grep -q 'nothing: No such file' errors
cp -r plain cut
head -c 100000 plain/stream >cut/stream
differ 1 plain cut

finish
