#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The same image and the same options give the same trace, byte for byte; and
# tracing, whatever is traced, leaves the machine as it would have been.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

# twice WHAT ARGUMENT...
twice()
{
    what=$1
    shift
    tour one "$@" --trace one.txt
    check "$what: the first run ends well" test $? -eq 0
    tour two "$@" --trace two.txt
    check "$what: the second run ends well" test $? -eq 0
    check "$what: the same trace" cmp one.txt two.txt
    check "$what: the same output" cmp one two
    check "$what: it holds events" test "$(wc -l <one.txt)" -gt 1000
}

twice 'the whole tour, default events' -m 160M
twice 'a random TLB, by its seed' -m 8M --tlb random:7
twice 'all events of the start' -m 8M --events all --stop-after 30k

# Another seed is another run: what was compared above is not a constant.
tour other -m 8M --tlb random:8 --trace other.txt
tour again -m 8M --tlb random:7 --trace again.txt
cmp -s again.txt other.txt
check 'another seed, another trace' test $? -eq 1

# traced ARGUMENT...: a run that writes events.txt ends as the plain one did.
traced()
{
    state traced "$TOUR" "$@"
    check "$*: the same end" cmp plain traced
    check "$*: events were written" test "$(grep -vc '^#' events.txt)" -gt 0
    rm -f events.txt
}

# The whole tour, with what is rare enough to be written as text.
state plain "$TOUR" -m 8M
for event in tlb walk fault port irq cr tlb,walk,fault; do
    traced -m 8M --trace events.txt --events "$event"
done

# A stretch that has a page fault, with all that happens there.
fault=$(tour output -m 8M --trace events.txt --events fault
    awk '!/^#/ { print $1; exit }' events.txt)
begin=$((fault - 10000))
end=$((fault + 10000))
state plain "$TOUR" -m 8M --stop-after "$end"
for event in tlb hit walk fault mem fetch exec port irq all; do
    traced -m 8M --stop-after "$end" --trace-from "$begin" --trace events.txt \
        --events "$event"
done

# Accesses that handlers append to the packet themselves, and what stands for
# several events there, against the same by the front door, one by one: a text
# trace has no packets.
for cpu in 386 pentiumpro; do
    set -- -m 8M --cpu "$cpu" --stop-after 3000k --events mem,tlb,walk,fault,irq
    tour one "$@" --trace handlers
    tour two "$@" --trace door.txt
    "$PAGEWALK" trace print handlers >printed
    grep -v '^#' door.txt | sed -E '/ mem /s/ = [0-9a-f]+$//' >door
    check "$cpu: accesses are recorded the same on both ways" cmp printed door
    check "$cpu: and are many" test "$(wc -l <door)" -gt 500000
    rm -rf handlers door door.txt printed
done

finish
