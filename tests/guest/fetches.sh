#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Fetches: each run of code that is entered, with both addresses, its size and
# its bytes, in each kind of trace. The text says what the guest's source does;
# the packets, read by ourselves and by babeltrace2, say what the text says.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/fetches.S" fetches.elf
record() { "$PAGEWALK" run -m 4M "$@" fetches.elf >out 2>err </dev/null; }
record --events fetch,exec --trace text.txt
check 'the guest powers off' test $? -eq 0
record --events fetch,exec --trace packets
grep -v '^#' text.txt >text
"$PAGEWALK" trace print packets >printed
check 'the packets hold what the text says' cmp text printed

# As the assembler has it; the run at 10001b is longer than a line shows.
cat >want <<'_RUNS'
10000c 0010000c -> 0010000c size 15 = fa0f011530201000ea1b0010000800
10001b 0010001b -> 0010001b size 48 = b8100000008ed88ec08ed0bc80201000bb02000000fcb903000000be36201000..
100ffd 00100ffd -> 00100ffd size 3 = b81122
100ffd 00101000 -> 00101000 size 17 = 33444b740cc6050110100055e920f0ffff
100031 00100031 -> 00100031 size 26 = b903000000be36201000bf39201000f3a485db7405e9b20f0000
100ffd 00100ffd -> 00100ffd size 3 = b81122
100ffd 00101000 -> 00101000 size 17 = 33554b740cc6050110100055e920f0ffff
101011 00101011 -> 00101011 size 7 = ea181000001800
1018 00101018 -> 00101018 size 11 = b8341266eaf81f10000800
101ff8 00101ff8 -> 00101ff8 size 8 = ba04060000909090
102000 00102000 -> 00102000 size 9 = b80020000066efebfe
_RUNS
awk '$4 == "fetch" { sub(/^0+/, "", $2); $1 = $3 = $4 = ""; print }' text |
    sed 's/  *//; s/  */ /g' >got
check 'each way in is a run of its own' cmp want got

# The code of each instruction, from the trace alone.
code()
{
    "$PAGEWALK" trace print --columns eip,code --events exec "$@" packets
}
# Without Capstone nothing is disassembled.
if code | grep -q 'mov  *eax'; then
    code | sed 's/  */ /g' >got
    check 'the constant across the pages is read' \
        grep -q '^00100ffd mov eax, 0x44332211$' got
    check 'and read again when it has changed' \
        grep -q '^00100ffd mov eax, 0x55332211$' got
    check '16-bit code is told from 32-bit code' \
        grep -q '^00001018 mov ax, 0x1234$' got
    check 'no instruction is without code' test "$(awk 'NF < 2' got | wc -l)" -eq 0
fi
"$PAGEWALK" trace export --format csv --events fetch packets >csv
run=b8100000008ed88ec08ed0bc80201000bb02000000fc
run=${run}b903000000be36201000bf39201000f3a485db7405e9b20f0000
check 'CSV has all bytes' grep -q ",0x30,0x10b8,.*,$run\$" csv

# What was not recorded cannot be shown.
record --events exec --trace plain
"$PAGEWALK" trace print --columns eip,code plain >got 2>err
check 'without fetches there is no code' test $? -ne 0
check 'which is said' grep -q "needs --image FILE, or a trace with 'fetch'" err

# The real babeltrace2: each fetch, its bytes those of the last `..._code` there
# unless it has its own.
if [ -z "${BABELTRACE:-}" ]; then
    finish
    exit
fi
"$BABELTRACE" --clock-cycles --names context,payload packets >seen 2>seen.err
check 'babeltrace2 reads it' test $? -eq 0
check 'without complaint' test ! -s seen.err
awk '
    function number(name,    value) {
        value = substr($0, index($0, " " name " = ") + length(name) + 4)
        sub(/[ ,}].*/, "", value)
        return value
    }
    function bytes(    list, i, count, part, text) {
        list = substr($0, index($0, "code = ["))
        count = split(list, part, " = 0x")
        for (i = 2; i <= count; i++) {
            sub(/[ ,\]].*/, "", part[i])
            text = text substr("0" tolower(part[i]), length(part[i]))
        }
        return text
    }
    $3 ~ /^fetch/ {
        at = number("physical")
        if ($3 ~ /code/) {
            size[at] = number("size") + 0
            code[at] = bytes()
        }
        text = code[at]
        if (size[at] > 32) text = substr(text, 1, 64) ".."
        print substr($1, 2) + 0, tolower(substr(at, 3)), size[at], text
    }' seen >got
awk '$4 == "fetch" { sub(/^0+/, "", $7); print $1, $7, $9, $11 }' text >want
check 'it sees every fetch with its bytes' cmp want got
check 'and bytes only once' test "$(grep -c ' fetch: ' seen)" -eq 1

finish
