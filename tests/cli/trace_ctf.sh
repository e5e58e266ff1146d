#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The trace in packets: what babeltrace2 and our own reader make of it is what
# the text trace of the same run says.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"
. "${top_srcdir:-.}/tests/cli/guests.sh"

paging_guest >paging.bin
run() { "$PAGEWALK" run "$@" paging.bin >out 2>err </dev/null; }
both()
{
    rm -rf one one.txt
    run --trace one "$@"
    run --trace one.txt "$@"
    grep -v '^#' one.txt >text
    "$PAGEWALK" trace print one >printed 2>print.err
}

both --events all
check 'a triple fault has its status' test $? -eq 0
check 'the printed trace is the text trace' cmp text printed
check 'and nothing is said about it' test ! -s print.err
run --trace two --events all
check 'two runs give the same stream' cmp one/stream two/stream
check 'and the same metadata' cmp one/metadata two/metadata
both
check 'the default events are the same too' cmp text printed
both --events mem
sed -E 's/ = [0-9a-f]+$//' text >short
check 'without values, all but the value is there' cmp short printed
both --events mem+value,exec --only linear=0x200000-0x5fffff
check 'filters of a run hold' cmp text printed

# Filters and columns of print.
both --events all
"$PAGEWALK" trace print --events walk,fault one >some
check 'print can choose events' test "$(grep -Ec ' (walk|fault) ' text)" -eq \
    "$(wc -l <some)"
check 'and shows only those' test -z "$(grep -Ev ' (walk|fault) ' some)"
"$PAGEWALK" trace print --from 100 --to 200 one >some
check 'print can choose ticks' \
    test "$(awk '$1 >= 100 && $1 < 200' text | wc -l)" -eq "$(wc -l <some)"
"$PAGEWALK" trace print --limit 3 --columns eip,event one >some
check 'print can choose columns' test "$(wc -l <some)" -eq 3
check 'and lines that are short' grep -Eq '^00100000 exec' some
check 'no colour on a pipe' test -z "$(grep "$(printf '\033')" printed)"
"$PAGEWALK" trace print --colour always --limit 1 one >some
check 'colour when asked for' grep -q "$(printf '\033')" some
# on_terminal COMMAND: what it writes to a terminal.
on_terminal() { script -qec "$1" typescript >some 2>&1 </dev/null; }
if command -v script >/dev/null; then
    on_terminal "unset NO_COLOR; '$PAGEWALK' trace print --limit 1 one"
    check 'colour on a terminal' grep -q "$(printf '\033\[[0-9;]*m')" some
    on_terminal "NO_COLOR=1 '$PAGEWALK' trace print --limit 1 one"
    check 'none for who sets NO_COLOR' \
        test -z "$(grep "$(printf '\033\[[0-9;]*m')" some)"
    check 'but the event' test -s some
fi

# What is no trace, or a damaged one.
expect 6 'nothing: No such file' trace print nothing
echo text >file
expect 6 'file: no trace' trace print file
mkdir empty
expect 6 'empty: no trace: it holds no metadata' trace print empty
mkdir other
printf '/* CTF 1.8 */\nenv { tracer_name = "lttng"; };\n' >other/metadata
expect 6 'other: no trace of pagewalk' trace print other
expect 6 'other: exists and is no trace; not overwritten' run --trace other \
    paging.bin
expect 6 'file: exists and is no trace' run --trace file paging.bin
cp -r one newer
sed -i 's/ format = [0-9]*;/ format = 99;/' newer/metadata
expect 6 'newer: a trace of another version \(format 99' trace print newer
cp -r one wrong
sed -i 's/mem_read_4"/mem_reed_4"/' wrong/metadata
expect 6 'wrong: ' trace print wrong
cp -r one cut
head -c 500000 one/stream >cut/stream
"$PAGEWALK" trace print cut >out 2>err
check 'a trace cut in a packet is told' grep -q 'the middle of a packet' err
# Cuts at the borders of what there is, and around: nothing but words.
for size in 0 1 3 55 56 57 60 100 153 154 155 1000 1001 65537 1048575; do
    head -c "$size" one/stream >cut/stream
    for command in print stat 'export --format csv'; do
        # shellcheck disable=SC2086 # a command and its options
        "$PAGEWALK" trace $command cut >out 2>err
        check "$command: cut at $size" test $? -eq 0
        check "$command: cut at $size: told" grep -Eq \
            'the middle of a packet|it holds no packet' err
    done
done
cp -r one bad
printf '\377\377\377\377\377\377\377\377' |
    dd of=bad/stream bs=1 seek=162 conv=notrunc 2>dd.err
expect 6 'packet 0 of 1 is damaged' trace print bad
expect 2 'unknown option' trace print --what one
expect 2 'one trace is needed' trace print
expect 2 'unknown trace command' trace prink one

# A run that is killed leaves whole packets behind.
loop >loop.bin
"$PAGEWALK" run --trace killed --events exec loop.bin 2>err </dev/null &
sleep 1
kill -KILL $!
wait $! 2>wait.err
"$PAGEWALK" trace print killed 2>err | tail -n 1 >last
check 'a killed run leaves events' test -s last
check 'and the loss is told' grep -q 'no end mark' err

# A full disk: the file's size is limited.
(
    ulimit -f 65536
    trap '' XFSZ
    "$PAGEWALK" run --trace full --events exec loop.bin 2>err </dev/null
)
check 'a full disk ends the run with its status' test $? -eq 6
check 'and says what is lost' grep -Eq 'full: .*after tick [0-9]+ is lost' err
check 'whole packets are left' \
    test "$(($(wc -c <full/stream) % 1048576))" -eq 0

# The ring keeps the end.
"$PAGEWALK" run --trace ring --ring 2 --events exec --stop-after 2M loop.bin \
    2>err </dev/null
check 'a ring has its size' test "$(wc -c <ring/stream)" -eq 2097152
check 'and holds the end' test "$("$PAGEWALK" trace print ring | tail -n 1 |
    awk '{ print $1 }')" -eq 1999999

# The real babeltrace2.
if [ -z "${BABELTRACE:-}" ]; then
    finish
    exit
fi
both --events all
"$BABELTRACE" --clock-cycles --names context,payload one >seen 2>seen.err
check 'babeltrace2 reads it' test $? -eq 0
check 'without complaint' test ! -s seen.err
# same EVENT PATTERN: babeltrace2 sees as many as the text trace has.
same()
{
    check "as many $1" test "$(grep -Ec "$2" seen)" -eq \
        "$(grep -Ec " $1 " text)"
    check "there are $1" test "$(grep -Ec "$2" seen)" -gt 0
}
same mem 'mem_(read|write)'
same walk '(walk|tlb_refill)[a-z_]*:'
same fault '(page_)?fault[a-z_]*: '
same fetch 'fetch[a-z_]*:'
same cr 'control:'
check 'as many instructions' test "$(grep -c ' exec: ' seen)" -eq \
    "$(grep -c ' exec$' text)"

# fields EVENT NAME...: the tick of each such event (a pattern), and its fields
# of those names in eight digits.
fields()
{
    awk -v event=" $1: " -v names="$*" '
        BEGIN { count = split(names, name, " ") }
        $0 ~ event {
            line = substr($0, 2, index($0, "]") - 2) + 0
            for (i = 2; i <= count; i++) {
                at = index($0, " " name[i] " = 0x") + length(name[i]) + 6
                value = tolower(substr($0, at, 8))
                sub(/[^0-9a-f].*/, "", value)
                line = line " " substr("00000000", 1 + length(value)) value
            }
            print line
        }' seen
}

# Values: every write of four bytes, and every walk.
awk '$4 == "mem" && $5 == "write" && $6 == 4 { print $1, $7, $11 }' text >want
fields mem_write_4_value linear value >got
check 'there are writes' test -s got
check 'every write has its tick, address and value' cmp want got
awk '$4 == "walk" && / -> / { print $1, $7, substr($11, 10), substr($13, 10) }' \
    text >want
fields '(walk|tlb_refill(_evict)?)' linear pde pte >got
check 'there are walks' test -s got
check 'every walk has its address and both entries' cmp want got

finish
