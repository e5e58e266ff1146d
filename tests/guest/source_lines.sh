#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Lines of source from DWARF: for every page entry and branch target that a
# part of the tour fetched from, what we say is what binutils' addr2line says,
# inline functions included; and they stand where people look.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

if ! command -v addr2line >/dev/null; then
    echo 'there is no addr2line here to compare with'
    exit 77
fi
"$PAGEWALK" run --trace t.ctf --events walk,fault,fetch --symbols "$TOUR" \
    "$TOUR" -- tour=kmalloc,fault >out 2>err </dev/null
if ! "$PAGEWALK" trace print --symbols "$TOUR" --columns eip,symbol,source \
    t.ctf >printed 2>err; then
    cat err
    check 'the only reason is libdw' grep -q 'needs libdw' err
    exit 77
fi

# EIP, the function without offset and suffix of the compiler, the line.
awk '$1 ~ /^c/ { if ($2 !~ /:/) sub(/[+.].*/, "", $2); print }' printed | sort -u >lines
cut -d ' ' -f 1 lines >addresses
addr2line -f -e "$TOUR" <addresses >told
awk 'NR % 2 { name = $1; next } {
    sub(/ \(discriminator.*/, "")
    count = split($0, part, "/")
    print part[count - 1] "/" part[count], name
}' told | paste -d ' ' lines - | awk '{
    told = $(NF - 1); function_told = $NF
    if ($2 ~ /:/) { # no symbol covers it
        line = $2; name = function_told
    } else {
        line = $3; name = $4 == "in" ? $5 : $2
    }
    seen++
    inlined += $4 == "in"
    if (line != told || name != function_told) {
        print "says", line, name, "and not", told, function_told, "for", $1
        wrong++
    }
}
END { print seen + 0, inlined + 0, wrong + 0 }' >judged
head -n 5 judged
# shellcheck disable=SC2046 # three numbers
set -- $(tail -n 1 judged)
check 'enough addresses to compare' test "$1" -gt 500
check 'inline functions among them' test "$2" -gt 50
check 'none differs' test "$3" -eq 0

"$PAGEWALK" run --stop-at kmalloc --inspect walk:kmalloc "$TOUR" >out 2>err
line=$(addr2line -e "$TOUR" "$(nm "$TOUR" | sed -n 's/ T kmalloc$//p')")
line=mm/${line##*/}
check 'where a run was stopped' grep -q "stopped at .* kmalloc, $line, tick" err
check 'above code' grep -qx "     $line:" err
check 'at EIP' grep -q "  EIP .*  kmalloc, $line\$" err
check 'in a walk' grep -q "^walk of .*  kmalloc, $line\$" out
line=$(addr2line -e "$TOUR" "$(nm "$TOUR" | sed -n 's/ T memset$//p')")
"$PAGEWALK" trace stat --symbols "$TOUR" t.ctf >stat
check 'in the statistics by function' \
    grep -q " memset .*  kernel/${line##*/}\$" stat

finish
