#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The trace as text: its form, its filters, and the same bytes each time.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"
. "${top_srcdir:-.}/tests/cli/guests.sh"

paging_guest >paging.bin

run() { "$PAGEWALK" run "$@" paging.bin >out 2>err </dev/null; }

run --trace one.txt
check 'a triple fault has its status' test $? -eq 4
run --trace two.txt
check 'two runs give the same bytes' cmp one.txt two.txt
check 'the file says what it is' \
    test "$(head -n 1 one.txt)" = '# pagewalk trace, text 1'
check 'the write misses' grep -Eq \
    '^ +[0-9]+ 001[0-9a-f]{5}   0 tlb    miss data 00200000$' one.txt
check 'the walk shows both entries and what it marked' grep -Eq \
    'walk   write super 00200000 cr3 00800000 pde 00800000=00801023 pte 00801800=00200003 -> 00200000 \+A \+D$' \
    one.txt
check 'the fault has its address' \
    grep -q 'fault  #PF error 00000002 linear 00500010$' one.txt
check 'nothing else was asked for' \
    test -z "$(grep -Ev ' (tlb|walk|fault) |^#' one.txt)"

run --trace all.txt --events all
check 'a change of CR0 is an event' grep -Eq 'cr     cr0 [0-9a-f]{8} -> e' all.txt
check 'a read has address and value' \
    grep -q 'mem    read   8 00000070 -> 00000070 = 00000000$' all.txt
check 'instructions are events' grep -Eq '00100000   0 exec$' all.txt

run --trace only.txt --only linear=0x200000-0x200fff
check 'a filter by address lets its page through' grep -q 00200000 only.txt
check 'and nothing else' \
    test -z "$(grep -v '^#' only.txt | grep -v 00200000)"
run --trace cpl.txt --only cpl=3
check 'a filter by CPL' test "$(grep -vc '^#' cpl.txt)" -eq 0

last=$(tail -n 1 one.txt | awk '{ print $1 }')
run --trace late.txt --trace-from "$last"
check 'a trace can begin late' test "$(grep -v '^#' late.txt |
    awk -v last="$last" '$1 < last' | wc -l)" -eq 0
check 'and has what comes then' test "$(grep -vc '^#' late.txt)" -gt 0
run --trace early.txt --trace-to "$last"
check 'a trace can end early' test "$(grep -v '^#' early.txt |
    awk -v last="$last" '$1 >= last' | wc -l)" -eq 0

# Tracing changes nothing.
"$PAGEWALK" run --inspect regs --inspect tlb --inspect pages paging.bin \
    >plain 2>plain.err </dev/null
"$PAGEWALK" run --inspect regs --inspect tlb --inspect pages paging.bin \
    --trace all.txt --events all >traced 2>traced.err </dev/null
check 'tracing leaves the same state behind' cmp plain traced
# The way there is told by the blocks that were looked up, fewer without trace.
for report in plain traced; do
    sed '/blocks before/,/^  EAX/d' $report.err >$report.report
done
check 'and the same report' cmp plain.report traced.report
check 'the report of the shutdown names the page' \
    grep -q 'CR2   00500010' plain.err
check 'and says what the access was' grep -q \
    'write by the supervisor, the page is not present' plain.err
check 'the mapped ranges are shown' grep -q \
    '00000000-003fffff -> 00000000 ' plain
check 'the TLB is shown with its entry' grep -q \
    '00200000 -> 00200000  RW super D$' plain

"$PAGEWALK" run --inspect walk:0x200123 paging.bin >out 2>err </dev/null
check 'a walk ends at its physical address' grep -q 'physical 00200123' out
check 'and tells what the TLB holds' grep -q 'data TLB set 0 way' out

# Symbols: where a trace begins and ends, where a run stops.
cat >map <<'_MAP'
00100028 T paging_on
0010003d t crash
_MAP
run --symbols map --trace from.txt --events exec --trace-from paging_on
check 'a trace can begin at a symbol' test "$(grep -v '^#' from.txt |
    head -n 1 | awk '{ print $2 }')" = 00100028
run --symbols map --trace to.txt --events exec --trace-to paging_on
check 'and end before one' test "$(tail -n 1 to.txt |
    awk '{ print $2 }')" = 00100026
run --symbols map --trace both.txt --events exec --trace-from paging_on \
    --trace-to crash
check 'and hold what lies between' test "$(grep -vc '^#' both.txt)" -eq 4
run --symbols map --trace whole.txt --events all
run --symbols map --trace symbol.txt --events all --only symbol=paging_on
grep -v '^#' whole.txt | awk '$2 >= "00100028" && $2 < "0010003d"' >want
grep -v '^#' symbol.txt >got
check 'a filter by function has all that its code does' cmp want got
cat >objects <<'_MAP'
00200000 D page
00201000 D behind
_MAP
run --symbols objects --trace object.txt --only symbol=page
grep -v '^#' object.txt >got
check 'a filter by object has all that is done to it' \
    test "$(grep -c 00200000 got)" -eq "$(wc -l <got)"
check 'and there is something' test -s got
run --symbols map --trace packets --events all
"$PAGEWALK" trace print --symbols map --columns tick,eip,cpl,event,what \
    --only symbol=crash packets >got 2>/dev/null
check 'print takes such a filter' grep -q '0010003d   0 exec' got
check 'and lets nothing else through' \
    test -z "$(awk '$2 != "0010003d"' got)"
expect 2 "--only: 'nothing' is no known symbol" run --symbols map --trace x.txt \
    --only symbol=nothing paging.bin
expect 2 '--only: .*wants KEY=VALUE' run --trace x.txt --only symbol= paging.bin
run --symbols map --stop-at crash --inspect walk:paging_on
check 'a run can stop at a symbol' test $? -eq 0
check 'before its instruction' grep -q 'stopped at 0008:0010003d crash,' err
check 'and shows the code' grep -Eq '^  => 0010003d  crash ' err
check 'an inspection takes a symbol' grep -q 'walk of 00100028  paging_on' out
run
check 'without symbols a crash is told by its address' \
    grep -q 'at 0008:0010003d' err

finish
