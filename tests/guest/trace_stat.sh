#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `trace stat` counts, counted again: by awk, from the text and the CSV of
# the same trace, with other ways of counting.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

"$PAGEWALK" run -m 64M --serial null --trace trace --probe-allocators \
    --events mem,hit,tlb,walk,fault,probe,dma,port --trace-from dma_chapter \
    "$TOUR" -- tour=dma >output 2>errors </dev/null
check 'the run ends well' test $? -eq 0
"$PAGEWALK" trace stat --symbols "$TOUR" --top 10000 trace >stat
check 'stat ends well' test $? -eq 0
"$PAGEWALK" trace print trace >text
"$PAGEWALK" trace export --format csv --symbols "$TOUR" trace | sed 1d >csv

# section TITLE: the rows below a title of `stat`.
section() { awk -v title="$1" '
    substr($0, 1, length(title)) == title { there = 1; next }
    /^[^ ]/ || /^$/ { there = 0 }
    there' stat; }
# same WHAT: `want` and `got` agree, and are of some use.
same()
{
    check "$1: there is something to compare" test -s want
    cmp -s want got || { diff want got | head -n 10; fail "$1"; }
    checks=$((checks + 1))
}

# Events, hits and misses.
awk '{ count[$4]++ } END { for (i in count) print i, count[i] }' text |
    sort >want
sed -n '/^ticks/,/^$/{ s/^  \([a-z]*\) *\([0-9]*\)$/\1 \2/p; }' stat | sort >got
same 'events by kind'
awk '$4 == "hit" { look++ } $4 == "tlb" && $5 == "miss" { look++; miss++ }
    END { printf "%.4f%% of %d look-ups\n", 100 * (look - miss) / look, look }' \
    text >want
sed -n 's/^  hit rate: //p' stat >got
same 'the hit rate'

# Sets, of which the 64 entries of four ways have 16: a miss names none, so its
# page's lowest digit says which; large pages are in a TLB of their own.
awk '
    $4 == "hit" && $6 == "data" { look[$11]++ }
    $4 == "tlb" && $6 == "data" {
        set = $5 == "miss" ? index("0123456789abcdef", substr($7, 5, 1)) - 1 \
            : $11
        if ($5 == "miss") { look[set]++; miss[set]++ }
        if ($5 == "fill") fill[set]++
        if ($5 == "evict") evict[set]++
    }
    END {
        for (i = 0; i < 16; i++)
            if (look[i])
                printf "%d %d %d %d %d %.3f%%\n", i, miss[i], fill[i], \
                    evict[i], look[i], 100 * (look[i] - miss[i]) / look[i]
    }' text >want
section 'TLB by set: data ' | awk '{ print $2, $3, $4, $5, $6, $7 }' >got
large=$(section 'TLB by set: data, large' | wc -l)
check 'no large page is touched' test "$large" -eq 0
same 'the TLB by set'

# Accesses, misses, walks, faults and the hit rate: by page, 4 MiB, function.
# uses FIELD SCALE: CSV rows to "KEY ACCESSES MISSES WALKS FAULTS RATE".
uses()
{
    awk -F , -v field="$1" -v digits="$2" '
        function key() { return substr($field, 1, digits) }
        $5 == "mem" { all[key()]; access[key()]++ }
        $5 == "hit" { all[key()]; look[key()]++ }
        $5 == "tlb" && $6 == "miss" { all[key()]; look[key()]++; miss[key()]++ }
        $5 == "walk" { all[key()]; walk[key()]++ }
        $5 == "fault" && $7 { all[key()]; fault[key()]++ }
        END {
            for (i in all) {
                if (i == "") continue
                rate = look[i] ? sprintf(" %.2f%%", \
                    100 * (look[i] - miss[i]) / look[i]) : ""
                printf "%s %d %d %d %d%s\n", i, access[i], miss[i], walk[i], \
                    fault[i], rate
            }
        }' csv | sort
}
uses 7 7 | sed 's/^0x\([0-9a-f]*\)/\1000/' >want
section 'hot pages' | awk '
    { rate = $NF ~ /%/ ? " " $NF : ""; last = rate ? NF - 1 : NF
      print $1, $(last - 3), $(last - 2), $(last - 1), $last rate }' |
    sort >got
same 'hot pages'
awk '
    function four(page) {
        return substr(page, 1, 2) substr("048c", \
            int((index("0123456789abcdef", substr(page, 3, 1)) + 3) / 4), 1) \
            "00000"
    }
    { key = four($1); access[key] += $2; miss[key] += $3; walk[key] += $4
      fault[key] += $5 }
    END { for (i in access) print i, access[i], miss[i], walk[i], fault[i] }
    ' want | sort >regions
mv regions want
section 'by 4 MiB' | awk '{ print $1, $2, $3, $4, $5 }' | sort >got
same 'ranges of 4 MiB'
uses 12 99 | awk '{ $1 = substr($1, 1, 13); print }' | sort >want
section 'by function' | sed 's,  [^ ]*/[^ ]*:[0-9]*.*,,' |
    awk '{ $1 = ""; print substr($0, 2) }' | sort >got
same 'functions'

# Reuse distance, by a list of the pages in the order of their last touch; the
# working set, by counting pages in each million ticks.
awk '
    $4 == "mem" {
        page = substr($7, 1, 5)
        window = int($1 / 1000000)
        if (!((window, page) in seen)) { seen[window, page]; size[window]++ }
        for (i = 0; i < used && list[i] != page; i++) continue
        if (i == used) {
            used++
            never++
        } else {
            for (class = 1; class <= i; class *= 2) continue
            below[class]++
        }
        for (; i > 0; i--) list[i] = list[i - 1]
        list[0] = page
    }
    END {
        for (class = 1; class < 1e6; class *= 2)
            if (below[class]) print "below", class, below[class]
        print "never", "before", never
        for (i in size) {
            windows++
            sum += size[i]
            if (size[i] > most) most = size[i]
        }
        printf "%.1f pages, at most %d\n", sum / windows, most
    }' text >want
section 'reuse distance' | awk '{ print $1, $2, $3 }' >got
sed -n 's/^  working set in a million ticks: //p' stat >>got
same 'reuse distances and the working set'
awk '$4 == "mem" { count[$5]++; bytes[$5] += $6 }
    END { print "reads", count["read"], bytes["read"]
          print "writes", count["write"], bytes["write"] }' text >want
section 'memory ' | awk '$1 == "reads" || $1 == "writes"' |
    awk '{ print $1, $2, $3 }' >got
same 'accesses and bytes'

# DMA by channel.
awk -F , '$5 == "dma" {
        count[$11, $6]++
        bytes[$11, $6] += $9 == "0x1" ? 1 : 1e9
        names[$11]
    }
    END {
        for (i in names)
            print i, count[i, "read"] + 0, count[i, "write"] + 0, \
                bytes[i, "read"] + 0, bytes[i, "write"] + 0
    }' csv | sort >want
section 'DMA' | awk '{ print $1, $2, $3, $4, $5, $6, $7 }' | sort >got
same 'DMA by channel'

# Allocators: who returned an address last has it, until somebody frees it.
"$PAGEWALK" run -m 64M --serial null --trace heap --probe-allocators \
    --events probe "$TOUR" -- tour=kmalloc >output 2>errors </dev/null
"$PAGEWALK" trace stat --symbols "$TOUR" --top 10000 heap >stat
"$PAGEWALK" trace print heap | sed -E 's/^ *[0-9]+ ([0-9a-f]+) .* probe +/\1 /' |
    awk '
    { split($2, part, "("); name = part[1] }
    / -> / {
        result = $NF
        calls[name]++
        if (result == "0x0") { refused[name]++; next }
        owner[result] = name
        place[result] = $1
        next
    }
    name ~ /free/ && $NF != "returns" {
        for (i = 2; i <= NF; i++) {
            sub(/^[^(]*\(/, "", $i)
            if ($i ~ /^(cache|order)=/) continue
            sub(/^.*=/, "", $i)
            sub(/[,)]$/, "", $i)
            if ($i in owner) { freed++; delete owner[$i]; break }
        }
    }
    END {
        for (i in owner) { alive[owner[i]]++; from[place[i]]++ }
        for (i in calls) print i, calls[i], refused[i] + 0, alive[i] + 0
        print "freed", freed
        for (i in from) print i, from[i]
    }' | sort >want
{
    section 'allocators' | awk '$1 == "objects" { print "freed", $3; next }
        { print $1, $2, $3, $6 }'
    section 'alive at' | awk '{ sub(/[a-z_]+\+0x[0-9a-f]*/, "")
        places[$1] += $2 } END { for (i in places) print i, places[i] }'
} | sort >got
same 'what allocators have handed out'

finish
