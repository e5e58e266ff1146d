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
        "$(trace print --events $event trace | grep -c "^.\{25\} $event ")"
done
misses=$(grep -o '"misses": [0-9]*' stats | head -n 1)
check 'as many misses of data as the machine counted' \
    test "$(value misses)" -eq "${misses##* }"
lookups=$(grep -o '"lookups": [0-9]*' stats | head -n 1)
check 'as many look-ups of data as the machine counted' \
    test "$(sed -n 's/^  hit rate of data: .* of \([0-9]*\) .*/\1/p' stat)" -eq \
    "${lookups##* }"
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

# Other formats hold what the text holds.
"$PAGEWALK" run -m 8M --serial null --trace short --events all \
    --stop-after 20k "$TOUR" >output 2>errors </dev/null
trace print short >text
events=$(wc -l <text)
for format in text csv chrome vcd callgrind; do
    trace export --format $format --symbols "$TOUR" --output to.$format short
    check "$format is written" test $? -eq 0
done
check 'text is the same' cmp text to.text
check 'CSV has a head and a row each' \
    test "$(wc -l <to.csv)" -eq $((events + 1))
check 'a row of CSV' grep -Eq \
    '^[0-9]+,0x[0-9a-f]{8},0,0x[0-9a-f]{8},mem,write,0x[0-9a-f]+,0x[0-9a-f]+,0x4,0x[0-9a-f]+,,[a-z_]+,"write' \
    to.csv
check 'Chrome has one each' \
    test "$(grep -c '"ph":"i"' to.chrome)" -eq "$events"
check 'VCD has CR3' grep -Eq '^b[01]{32} &' to.vcd
check 'callgrind adds up to the accesses' test \
    "$(awk '/^0x/ { sum += $3 } END { print sum }' to.callgrind)" -eq \
    "$(grep -c ' mem ' text)"
check 'and says so' grep -q "^totals: $(grep -c ' mem ' text) " to.callgrind
if command -v callgrind_annotate >annotate; then
    callgrind_annotate to.callgrind >annotated 2>errors
    check 'callgrind_annotate takes it' test $? -eq 0 -a ! -s errors
    check 'and shows functions' grep -Eq '[0-9]+ .*:[a-z_]+' annotated
fi
if trace export --format sqlite --symbols "$TOUR" --output to.db short \
    2>errors; then
    trace export --format sqlite --output to.db short 2>errors
    check 'a database is not overwritten' test $? -eq 6
    if command -v sqlite3 >sqlite; then
        check 'the database has them all' test \
            "$(sqlite3 to.db 'SELECT count(*) FROM events')" -eq "$events"
        check 'and its view of misses adds up' test \
            "$(sqlite3 to.db 'SELECT sum(misses) FROM misses_by_page')" -eq \
            "$(grep -c ' tlb    miss ' text)"
    fi
else
    check 'it is told that SQLite is missing' grep -q 'without SQLite' errors
fi
trace export --format xml short 2>errors
check 'an unknown format is a usage error' test $? -eq 2

finish
