#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The report: one page that needs nothing else, with the numbers that the run
# itself counted; none at all of what is no trace.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"
. "${top_srcdir:-.}/tests/cli/guests.sh"

paging_guest >paging.bin
"$PAGEWALK" run --trace one --events all --stats=json paging.bin >out 2>err \
    </dev/null
cat out err | grep '"data_tlb"' >figures
"$PAGEWALK" trace report one -o page.html >said 2>&1
check 'a report is made' test $? -eq 0
check 'and nothing is said' test ! -s said
check 'and nothing else is left' test ! -e page.html.partial

# One page, whole, that asks for nothing.
check 'it is HTML' grep -q '^<!DOCTYPE html>$' page.html
check 'to its end' test "$(tail -n 1 page.html)" = '</html>'
check 'it names no other host' test -z "$(grep -Ei 'https?:|//[a-z]+\.' page.html)"
check 'it loads nothing' \
    test -z "$(grep -Ei '(src|href)=|@import|url\(|fetch\(' page.html)"
check 'scripts end where they should' \
    test "$(grep -c '</script>' page.html)" -eq 2

# counted NAME: as the statistics of the run have it.
counted()
{
    sed -E "s/.*\"$1\": (\{[^}]*\"misses\": )?([0-9]+).*/\2/" figures
}
drawn() { grep -o "^\"$1\":[0-9]*" page.html | tr -dc '0-9'; }
events() { "$PAGEWALK" trace print --events "$1" one | grep -Ec "$2"; }
check 'walks are those of the run' \
    test "$(drawn walks)" -eq "$(counted walks)"
check 'page faults are those of the run' \
    test "$(drawn page_faults)" -eq "$(counted page_faults)"
check 'data misses are those of the run' \
    test "$(drawn data_misses)" -eq "$(counted data_tlb)"
check 'code misses are those of the run' \
    test "$(drawn code_misses)" -eq "$(counted code_tlb)"
check 'evictions are those of the run' \
    test "$(drawn evictions)" -eq "$(counted evictions)"
check 'reads are those of the trace' \
    test "$(drawn reads)" -eq "$(events mem ' read ')"
check 'writes are those of the trace' \
    test "$(drawn writes)" -eq "$(events mem ' write ')"
check 'some of each is there' \
    test "$(($(drawn walks) * $(drawn data_misses) * $(drawn reads)))" -gt 0
check 'events can be chosen' test 0 -eq "$("$PAGEWALK" trace report one \
    --events walk | grep -o '^"reads":[0-9]*' | tr -dc '0-9')"

# Names from a trace stay text, whatever they are.
mkdir 'a"<b>\'
cp one/* 'a"<b>\'
"$PAGEWALK" trace report 'a"<b>\' >named
check 'a name cannot end its element' \
    grep -qF '"path":"a\u0022\u003cb\u003e\u005c",' named

# No trace, no page.
expect 6 'nothing: No such file' trace report nothing -o none.html
echo text >file
expect 6 'file: no trace' trace report file -o none.html
cp -r one bad
printf '\377\377\377\377\377\377\377\377' |
    dd of=bad/stream bs=1 seek=162 conv=notrunc 2>dd.err
expect 6 'packet 0 of 1 is damaged' trace report bad -o none.html
check 'of which no page is left' test -z "$(ls none.html* 2>/dev/null)"
expect 6 'no/where/page.html: No such file' trace report one \
    -o no/where/page.html
mkdir folder.html
expect 6 'folder.html: Is a directory' trace report one -o folder.html
check 'nor half of one' test ! -e folder.html.partial
if [ -c /dev/full ]; then
    "$PAGEWALK" trace report one >/dev/full 2>err
    check 'a full disk has its status' test $? -eq 6
    check 'and is told' grep -q 'standard output: No space left' err
fi
expect 2 '--output needs a value' trace report one -o
expect 2 'one trace is needed' trace report -o page.html

finish
