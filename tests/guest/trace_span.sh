#!/bin/sh
# SPDX-License-Identifier: MIT
#
# From when on and up to when: what a span holds is, line for line, that part of
# the whole trace; a ring holds what led to its end, whatever ended it.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/every_tick.S" guest.elf
run() { "$PAGEWALK" run -m 4M "$@" guest.elf >out 2>err </dev/null; }
# span FILE ARGUMENT...: as text, without the head.
span()
{
    file=$1
    shift
    rm -rf "$file.d"
    run --trace "$file.txt" "$@" || fail "$*: $(cat err)"
    grep -v '^#' "$file.txt" >"$file"
    run --trace "$file.d" "$@"
    "$PAGEWALK" trace print "$file.d" >"$file.p" 2>err
    check "$*: the packets hold the same" cmp "$file" "$file.p"
    check "$*: and nothing is lost" test ! -s err
}

span whole --events all
for from in 0 1 63 64 65 3121 3140 3141 3142 3148 3200 3342 3946; do
    to=$((from + 200))
    span part --events all --trace-from $from --trace-to $to
    awk -v from=$from -v to=$to '$1 >= from && $1 < to' whole >want
    check "ticks $from to $to are the whole trace's" cmp want part
done

# place SYMBOL: its address, as a trace has it.
place() { nm guest.elf | awk -v name="$1" '$3 == name { print $1 }'; }

# begins PATTERN WHEN, ends PATTERN WHEN: the first or last event is the one
# meant, and the rest is as in the whole trace.
begins()
{
    span part --events all --trace-from "$2"
    first=$(grep -Em1 -n "$1" whole)
    tail -n "+${first%%:*}" whole >want
    check "$2 begins it" cmp want part
}
ends()
{
    span part --events all --trace-to "$2"
    last=$(grep -Em1 -n "$1" whole)
    head -n "${last%%:*}" whole >want
    check "$2 ends it" cmp want part
}
begins '#PF' fault:14
ends '#PF' fault:14
begins '#PF' 'fault:#PF'
begins 'irq    external 20$' interrupt:32
begins 'irq    enter 80$' interrupt:0x80
begins 'irq    enter 0e$' interrupt:14
ends '#PF' fault:any
ends 'irq    enter 80$' interrupt:0x80
ends 'irq    external 20$' interrupt:32
ends ' walk ' event:walk
begins ' walk ' event:walk
ends ' port ' event:port
ends '#PF' interrupt:128,fault:14,1M
# A place with all of its fetch, and without any of it, however the guest comes
# there: on from before, by a call, an interrupt, a fault, IRET into ring 3 and
# out of it.
for name in busy set_gate fill timer page_fault user system_call back; do
    address=$(place "$name")
    begins "$address   [03] " "$name"
    begins "$address   [03] " "at:0x$address"
    grep -m1 -B1 "$address   [03] " whole | head -n 1 >before
    ends "$(cat before)" "$name"
done
for tlb in none 486 infinite; do
    span whole --events all --tlb $tlb
    for name in system_call round; do
        span part --events all --tlb $tlb --trace-from $name
        span before --events all --tlb $tlb --trace-to $name
        cat before part >both
        check "--tlb $tlb: before $name, and from there on, is all" \
            cmp both whole
    done
done
span whole --events all
# From one time to the next one: the branch back is the last of it.
span part --events exec --trace-from fill --trace-to fill
check 'a place may end what it began' test "$(wc -l <part)" -eq 3
span part --events irq --trace-from fault:14 --trace-to interrupt:128
grep ' irq \| line ' whole | sed -n "/^ *$(awk '/#PF/ { print $1; exit }' \
    whole) /,/enter 80/p" >want
check 'both ends may be events that are not recorded' cmp want part
span part --trace-from marker:any
check 'what never comes begins nothing' test ! -s part
span part --events mem+value --trace-from event:mem --trace-to event:mem
check 'one event can be all' test "$(wc -l <part)" -eq 1

# A span changes nothing.
state plain guest.elf -m 4M
state spanned guest.elf -m 4M --trace s.txt --events all --trace-from busy \
    --trace-to interrupt:128
check 'a span leaves the same state behind' cmp plain spanned

# Rings. Every end leaves the events before it.
ring()
{
    rm -rf ring
    "$PAGEWALK" run -m 4M --trace ring --ring 2 --events all "$@" \
        >out 2>err </dev/null
}
last() { "$PAGEWALK" trace print ring 2>print.err | tail -n 1; }
ring --trace-to fault:14 guest.elf
check 'a ring can end with a fault' test -n "$(last | grep '#PF')"
check 'and the run goes on' grep -q '^pagewalk: ring: the ring was written' err
ring guest.elf
check 'a ring ends with the run' test -n "$(last | grep '0604 = 2000')"
bytes cc >triple.bin
ring triple.bin
check 'or with a triple fault' test -n "$(last | grep fault)"
bytes eb fe >loop.bin
ring --stop-after 3M --trace-to 1M loop.bin
check 'or at a tick' test "$(last | awk '{ print $1 }')" -eq 999999
check 'and holds two MiB' test "$(wc -c <ring/stream)" -eq 2097152
# by SIGNAL: to a run that does not end by itself.
by()
{
    rm -rf ring
    "$PAGEWALK" run --trace ring --ring 2 --events exec loop.bin 2>err \
        </dev/null &
    run=$!
    sleep 1
    kill "-$1" $run
    [ "$1" != USR1 ] || sleep 1
    [ "$1" != USR1 ] || "$PAGEWALK" trace print ring >seen 2>print.err
    [ "$1" != USR1 ] || kill -TERM $run
    wait $run 2>wait.err
    [ "$1" = USR1 ] || "$PAGEWALK" trace print ring >seen 2>print.err
}
for signal in INT TERM HUP USR1; do
    by $signal
    check "SIG$signal writes the ring" test -s seen
    check "SIG$signal: nothing is lost" test ! -s print.err
done
by KILL
check 'a ring that is killed has nothing' test ! -s seen
check 'and says so' grep -q 'holds no packet: .* killed early' print.err

# What cannot be meant.
for when in fault:32 fault:XX fault: interrupt:256 marker:x event:nothing \
    event: nowhere at:nowhere '' 1,,2 1,2,3,4,5,6,7,8,9; do
    expect 2 '--trace-to' run --trace x.txt --trace-to "$when" guest.elf
done
expect 2 'need --trace' run --trace-from 1 guest.elf

finish
