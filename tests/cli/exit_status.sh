#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Why a run ends, and the exit status that says so.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

print_hi f8 03 >serial.bin
expect 0 '' run serial.bin
check 'the serial line is standard output' grep -q '^hi$' out
expect 0 '' run --serial null serial.bin
check 'a null serial line says nothing' test ! -s out
expect 0 '' run --serial file:line serial.bin
check 'the serial line goes into a file' grep -q '^hi$' line
print_hi e9 00 >debug.bin
expect 0 '' run debug.bin
check 'the debug port is not shown by default' test ! -s out
expect 0 '' run --debugcon stdio debug.bin
check 'the debug port is shown when asked' grep -q '^hi$' out

leave 00 >zero.bin
expect 1 '' run zero.bin
leave 15 >value.bin
expect 43 '' run value.bin
leave ff >all.bin
expect 255 '' run all.bin

cli_hlt >halt.bin
expect 12 'interrupts off at 0008:00100002' run halt.bin
bytes fb f4 >sti_hlt.bin
expect 12 'no interrupt can come' run sti_hlt.bin
bytes fb f4 eb fd >sti_loop.bin
expect 0 '' run --stop-after 1M sti_loop.bin

loop >loop.bin
expect 0 '' run --stop-after 123k loop.bin
expect 8 "'hi' was not printed" run --stop-after 10k --stop-on hi loop.bin
expect 0 '' run --stop-on hi serial.bin
check 'the run ends before the line does' test "$(cat out)" = hi
expect 0 '' run --stop-on hi --serial null serial.bin
expect 0 '' run --stop-on hi debug.bin
expect 0 '' run --stop-on hello serial.bin
expect 8 'the time is over' run --timeout 0.2 loop.bin

# A boot sector runs in real mode: push CS, pop AX, to the exit port.
{ bytes 0e 58 e6 f4 eb fe; head -c 504 /dev/zero; bytes 55 aa; } >boot.img
expect 1 '' run boot.img

# Ticks are exact.
"$PAGEWALK" run --stats=json --stop-after 123457 loop.bin 2>err
check 'the tick of --stop-after is exact' \
    grep -q '"instructions": 123457, "ticks": 123457,' err

# A signal ends the run as Ctrl-C does: statistics and all.
"$PAGEWALK" run --stats=json loop.bin 2>err </dev/null &
sleep 0.5
kill -TERM $!
wait $!
status=$?
check 'a signal ends a run with status 130' test "$status" -eq 130
check 'and the statistics are printed' grep -q '"instructions"' err

# On a terminal, Ctrl-A X ends the run; a bare root may have no terminals.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    { sleep 0.5; bytes 01 78; sleep 1; } |
        timeout 20 script -qec "'$PAGEWALK' run loop.bin" /dev/null >out 2>&1
    check 'Ctrl-A X ends the run' test $? -eq 0
fi

finish
