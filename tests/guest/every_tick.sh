#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A run that stops at tick N has come to the same state however it came there:
# in whole blocks, or instruction by instruction under trace, from the start
# or only at the end. Tried for every N of a guest that faults, takes
# interrupts, changes its code, halts and visits ring 3.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/every_tick.S" every_tick.elf

# The whole run gives the ticks, and EIP at each of them.
state whole every_tick.elf -m 4M --trace all.txt --events all
awk '$4 == "exec" { print $1, $2 }' all.txt >instructions
begin=$(awk '/ cr +cr0 / { print $1; exit }' all.txt)
end=$(tail -n 1 all.txt | awk '{ print $1 }')
for event in 'fault  #PF' 'irq    external' 'irq    iret' \
    'tlb    flush invlpg' ' 3 walk'; do
    check "the guest has the event '$event'" grep -q "$event" all.txt
done
check 'a value in code was changed' \
    grep -Eq '"blocks_patched": [1-9]' whole.err
check 'code was changed' grep -Eq '"blocks_stale": [1-9]' whole.err
check 'there is more than one round' test $((end - begin)) -gt 600

# stop TICK FROM: the states at TICK; the second run is traced from tick FROM.
stop()
{
    state plain every_tick.elf -m 4M --stop-after "$1"
    state traced every_tick.elf -m 4M --stop-after "$1" --trace t.txt \
        --events all --trace-from "$2"
    check "tick $1, traced from $2: the same state" cmp plain traced
    check "tick $1 is tick $1" grep -q "\"ticks\": $1," plain
}

# Every tick of the first round, with HLT at its end, and some of the others.
tick=$((begin - 2))
while [ "$tick" -le "$end" ]; do
    if [ $((tick % 2)) -eq 0 ]; then
        stop "$tick" 0
    else
        stop "$tick" $((tick - 5))
    fi
    echo "$tick $(sed -n 's/^ *EIP \([0-9a-f]*\).*/\1/p' plain)" >>stops
    if [ "$tick" -lt $((begin + 340)) ]; then
        tick=$((tick + 1))
    else
        tick=$((tick + 7))
    fi
done

# A tick at which no instruction begins is one of a REP, of a delivery or HLT.
awk '
    NR == FNR { eip[$1] = $2; next }
    $1 in eip {
        compared++
        if (eip[$1] != $2) {
            print "tick " $1 ": stopped at " $2 ", the trace has " eip[$1]
            bad++
        }
    }
    END {
        print compared + 0 " addresses compared, " bad + 0 " differ"
        exit bad > 0 || compared < 200
    }' instructions stops
check 'each run stops before the instruction of its tick' test $? -eq 0

finish
