#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tour with memory of many sizes: it passes, and its three addresses lie
# where the layout of 32-bit Linux, worked out here from the size alone, has
# them. That pages and kmalloc's memory lie 3 GiB above their frames, and
# vmalloc's do not, is read from the guest's own walk, from ours, and from what
# the trace has of the processor's.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

mib=$((1024 * 1024))
page_offset=$((0xc0000000))
vmalloc_bytes=1000000

# The layout for $1 MiB: what lies directly mapped, then a gap of 8 MiB,
# rounded up to 8 MiB. Above vmalloc's range: 4 MiB for kmap, 128 KiB fixmap.
lay_out()
{
    low=$1
    [ "$low" -le 896 ] || low=896
    high_memory=$((page_offset + low * mib))
    vmalloc_start=$(((high_memory + 16 * mib - 1) / (8 * mib) * (8 * mib)))
    vmalloc_end=$((0x100000000 - 128 * 1024 - 4 * mib))
}

# address NAME: the value of the line "NAME addr=HEX", or 0.
address()
{
    value=$(sed -n "s/^$1 addr=\\([0-9a-f]\\{8\\}\\)\$/\\1/p" out)
    echo $((0x${value:-0}))
}

# guest_frame HEADING: "physical" of the guest's walk below that heading.
guest_frame()
{
    awk -v heading="  $1" '
        $0 == heading { below = 1; next }
        below && /^    PTE/ { print $NF; exit }' out
}

# our_physical HEX: the end of --inspect walk at that address.
our_physical()
{
    awk -v walk="$1" '
        /walk of/ { here = index($0, "walk of " walk) }
        here && $1 == "physical" { print $2; exit }' walks
}

# direct NAME ADDRESS: both walks end at ADDRESS - 3 GiB.
direct()
{
    hex=$(printf %08x "$2")
    wanted=$(printf %08x $(($2 - page_offset)))
    check "$size: $1 lies in the direct map, at $hex" \
        test "$2" -ge "$page_offset" -a "$2" -lt "$high_memory"
    check "$size: the guest's walk of $1 ends at $wanted" \
        test "$(guest_frame "$1 $hex")" = "$wanted"
    check "$size: so does ours" test "$(our_physical "$hex")" = "$wanted"
}

# The pages of the vmalloc area: three walks of the guest's, ours for all.
scattered()
{
    hex=$(printf %08x "$vmallocmem")
    check "$size: vmallocmem lies above the gap, at $hex" \
        test "$vmallocmem" -ge "$vmalloc_start" -a \
        $((vmallocmem + vmalloc_bytes)) -le "$vmalloc_end"
    for page in 0 1 2; do
        frame=$(guest_frame "vmallocmem $hex + $page pages")
        ours=$(our_physical "$(printf %08x $((vmallocmem + page * 4096)))")
        check "$size: page $page of vmallocmem: $frame for both" \
            test -n "$frame" -a "$frame" = "$ours"
    done
    frames_of "$vmallocmem" "$vmalloc_pages" >frames
    check "$size: each of its pages is mapped" \
        test "$(wc -l <frames)" -eq "$vmalloc_pages"
    check "$size: no frame is there twice" test -z "$(sort frames | uniq -d)"
    jumps=0
    before=
    while read -r frame; do
        [ -z "$before" ] || [ "$frame" -eq $((before + 4096)) ] ||
            jumps=$((jumps + 1))
        before=$frame
    done <frames
    check "$size: its frames are not all contiguous" test "$jumps" -gt 0
    check "$size: the guest counts as many jumps as we do, $jumps" grep -q \
        "^  vmallocmem: $jumps of $((vmalloc_pages - 1)) steps" out
}

# frames_of ADDRESS PAGES: their frames by --inspect pages, one a line.
frames_of()
{
    grep -E '^ *[0-9a-f]{8}-[0-9a-f]{8} -> ' walks | tr '-' ' ' |
        while read -r first last _ frame _; do
        page=$((0x$first))
        frame=$((0x$frame))
        [ "$page" -ge "$1" ] || continue
        while [ "$page" -lt $((0x$last)) ] &&
            [ "$page" -lt $(($1 + $2 * 4096)) ]; do
            echo "$frame"
            page=$((page + 4096))
            frame=$((frame + 4096))
        done
    done
}

# in_trace NAME ADDRESS: the processor's own walk ended where ours does.
in_trace()
{
    hex=$(printf %08x "$2")
    frame=$(our_physical "$hex")
    check "$size: the trace has the walk of $1" grep -Eq \
        " walk   write super $hex .* -> $frame( |\$)" t.txt
}

# The same run up to where the three still stand, and the walks behind them.
walk()
{
    set -- --inspect "walk:$pagemem" --inspect "walk:$kmallocmem"
    for page in 0 1 2; do
        set -- "$@" --inspect "walk:$((vmallocmem + page * 4096))"
    done
    tour walks -m "$size" --stop-on 'what that means' "$@" \
        --inspect pages
    check "$size: the run stops before the memory is given back" test $? -eq 0
}

vmalloc_pages=$(((vmalloc_bytes + 4095) / 4096))
for megabytes in 8 16 64 160 1024 3072; do
    size=${megabytes}M
    [ "$megabytes" -lt 1024 ] || size=$((megabytes / 1024))G
    lay_out "$megabytes"
    tour out -m "$size" --trace t.txt
    check "$size: the machine is powered off" test $? -eq 0
    check "$size: nothing is said on standard error" test ! -s out.err
    for chapter in $CHAPTERS; do
        check "$size: chapter $chapter" grep -qx "chapter $chapter: ok" out
    done
    check "$size: no other chapter" test "$(grep -c '^chapter ' out)" -eq \
        "$(echo "$CHAPTERS" | wc -w)"
    pagemem=$(address pagemem)
    kmallocmem=$(address kmallocmem)
    vmallocmem=$(address vmallocmem)
    walk
    direct pagemem "$pagemem"
    direct kmallocmem "$kmallocmem"
    scattered
    in_trace pagemem "$pagemem"
    in_trace kmallocmem "$kmallocmem"
    for page in 0 1 2; do
        in_trace "page $page of vmallocmem" $((vmallocmem + page * 4096))
    done
done

finish
