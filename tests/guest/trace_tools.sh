#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the tools say of a recorded tour: counts against the text and the
# machine's own counters, another TLB, and where two runs part.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

events=mem,tlb,walk,fault,port,cr
"$PAGEWALK" run -m 8M --serial null --trace trace --events "$events" \
    --stop-after 16M --stats=json "$TOUR" >output 2>stats </dev/null
check 'the run ends well' test $? -eq 0
trace() { "$PAGEWALK" trace "$@"; }
# value NAME: the number behind the last such word of `stat`.
value() { awk -v name="$1" '$1 == name { print $2; exit }' stat; }

trace stat --symbols "$TOUR" --tlb pentiumpro trace >stat
check 'stat ends well' test $? -eq 0
for event in mem tlb walk fault port cr; do
    check "as many $event as there are" test "$(value $event)" -eq \
        "$(trace print --events $event trace | wc -l)"
done
misses=$(grep -o '"misses": [0-9]*' stats | head -n 1)
check 'as many misses of data as the machine counted' \
    test "$(value misses)" -eq "${misses##* }"
check 'functions are named' grep -Eq '^  [0-9a-f]{8} [a-z_]+ +[0-9]+ ' stat

# The TLB that was recorded, simulated, misses where it was filled: a refused
# walk fills nothing, and is followed by no access.
fills=$(value fills)
again=$(awk '/^another/ { there = 1 } there && $1 == "misses" { print $2 }' stat)
difference=$((fills - again))
check "a simulation of the same TLB: $again for $fills" \
    test "${difference#-}" -le 5
trace stat --tlb infinite trace >stat
infinite=$(awk '/^another/ { there = 1 } there && $1 == "misses" { print $2 }' stat)
check 'an infinite TLB misses less' test "$infinite" -lt "$again"

# Where runs part.
other()
{
    "$PAGEWALK" run -m 8M --serial null --trace "$1" --events tlb,walk \
        --stop-after 200k "$TOUR" $2 >output 2>errors </dev/null
}
other one ''
other two ''
other three '--tlb 64x2'
trace diff one two >diff
check 'equal traces are equal' test $? -eq 0
check 'and nothing is said' test ! -s diff
trace diff one three --symbols "$TOUR" >diff
check 'another TLB is another trace' test $? -eq 1
check 'and where is told' grep -q '^first difference, behind [0-9]* events' diff
check 'with the function' grep -Eq 'eip [0-9a-f]{8} [a-z_]+' diff
trace diff one nothing >diff 2>errors
check 'what is missing is trouble' test $? -eq 2

finish
