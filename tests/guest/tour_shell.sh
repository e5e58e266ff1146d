#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tour's shell answers on the serial line and on keyboard and screen, and
# lives through what is wrong. The allocators hold under random mixes.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

cat >script <<'END'
after "tour> " serial "help\r"
after "tour> " serial "start /bin/hello there\r"
after "tour> " serial "ps\r"
after "tour> " serial "maps 2\r"
after "tour> " serial "maps 1\r"
after "tour> " serial "buddyinfo\r"
after "tour> " serial "zoneinfo\r"
after "tour> " serial "slabinfo\r"
after "tour> " serial "vmallocinfo\r"
after "tour> " serial "iomem\r"
after "tour> " serial "ioports\r"
after "tour> " serial "go 2\r"
after "tour> " serial "run percpu\r"
after "tour> " serial "run nothing\r"
after "tour> " serial "maps 77\r"
after "tour> " serial "nonsensx\be\r"
after "tour> " keys "help" enter
after prompt "tour> " serial "exit\r"
END
tour shell -m 16M --input script --append tour=shell --stop-after 2G
check 'the shell ends with power off' test $? -eq 0

# answers TEXT...: these lines, as patterns, stand in what was printed.
answers()
{
    for text in "$@"; do
        check "the shell prints '$text'" grep -aq -- "$text" shell
    done
}

answers 'start  *PATH' 'ring 3, argument .there' ' T .* hello' \
    '08048000-.* r-xp 00000000 01:00 .* /bin/hello' '\[stack\]' \
    'pid 1 is a kernel thread' 'Node 0, zone  *DMA' 'HighMem  none' \
    'vm_area_struct' 'ioremap phys=000b8000' 'System RAM' 'Kernel code' \
    '03f8-03ff : serial' 'pid 2 ended\|tour> run percpu' \
    'chapter percpu: ok' "there is no chapter 'nothing'" \
    "there is no process '77'" "there is no command 'nonsense'"
check 'help came twice, from two keyboards' \
    test "$(grep -ac 'start  *PATH' shell)" -eq 2

# stress SEED
stress()
{
    tour mix -m 16M --append "tour=stress seed=$1 rounds=30000"
    check "seed $1: the machine is powered off" test $? -eq 0
    check "seed $1: nothing is lost" grep -aqx 'chapter stress: ok' mix
    check "seed $1: each mistake is found" \
        grep -aq 'mistakes on purpose *30, 30 found' mix
}

stress 1
cp mix first
stress 2
check 'another seed is another mix' test "$(cmp -s mix first; echo $?)" -eq 1

finish
