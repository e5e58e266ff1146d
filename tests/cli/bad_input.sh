#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Bad input of every kind: each one clear line and its exit status.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

# --- The command line ---

cli_hlt >halt.bin
expect 2 'unknown command' walk
expect 2 'no image' run
expect 2 "unknown option '--what'" run --what halt.bin
expect 2 "unknown option '-q'" run -q halt.bin
expect 2 'needs a value' run halt.bin --memory
expect 2 'takes no value' run --strict=yes halt.bin
expect 2 "unexpected 'more'" run halt.bin more
expect 2 '--append and --' run --append a halt.bin -- b
for size in 0 1 160 -1 4095 1023K 1048577 3073M 4G 99999999999999999999G 1T \
    12x '' ' 1M' 0x 1MM; do
    expect 2 '--memory' run -m "$size" halt.bin
done
expect 2 "unknown model 'i486'" run --cpu i486 halt.bin
for tlb in 8086 64 64x 64x3 0x4 64x4:mru 64x4:random:x ''; do
    expect 2 '--tlb' run --tlb "$tlb" halt.bin
done
expect 2 '--serial' run --serial telnet halt.bin
expect 2 '--serial' run --serial file: halt.bin
expect 2 '--debugcon' run --debugcon 1 halt.bin
expect 2 '--stop-after' run --stop-after soon halt.bin
expect 2 '--stop-on' run --stop-on '' halt.bin
expect 2 '--stop-at' run --stop-at nowhere halt.bin
expect 2 '--timeout' run --timeout 0 halt.bin
expect 2 '--timeout' run --timeout -3 halt.bin
expect 2 '--mips' run --mips 0 halt.bin
expect 2 "unknown event 'tbl'" run --trace t.txt --events tlb,tbl halt.bin
expect 2 '--only' run --trace t.txt --only tick=3 halt.bin
expect 2 '--only' run --trace t.txt --only eip=5-3 halt.bin
expect 2 'need --trace' run --trace-from 3 halt.bin
expect 2 '--ring' run --trace ring --ring 1 halt.bin
expect 2 'need --trace' run --ring 4 halt.bin
expect 2 '--stats' run --stats=xml halt.bin
expect 2 '--inspect' run --inspect everything halt.bin
expect 2 '--inspect' run --inspect walk: halt.bin
for date in '' now 2024 2024-1-01 2024-02-30 2023-02-29 2024-13-01 1969-12-31 \
    2100-01-01 2024-01-01T24:00:00 2024-01-01T00:00 2024-01-01T00:00:60 \
    2024-01-01x; do
    expect 2 '--rtc' run --rtc "$date" halt.bin
done
for offset in x 1 4097 4G -4K ''; do
    expect 2 '--dma-offset' run --dma-offset "$offset" halt.bin
done
expect 2 '--dma-offset: a BIOS' run --bios default --dma-offset 1M
expect 2 "'halt.bin': --bios" run --bios default halt.bin
expect 2 '--vga-bios needs --bios' run --vga-bios x.bin halt.bin
expect 2 '--bios' run --bios ''
expect 2 "'halt.bin': --bios" run --bios x --cdrom y.iso halt.bin

# --- Firmware ---

expect 6 'missing.bin: No such file' run --bios missing.bin
: >empty.bin
expect 6 'empty.bin: the file is empty' run --bios empty.bin
head -c 262145 /dev/zero >large.bin
expect 6 'large.bin: too large .* 256 KiB' run --bios large.bin
expect 6 'empty.bin: the file is empty' run --bios halt.bin --vga-bios empty.bin
expect 6 'large.bin: too large .* 64 KiB' run --bios halt.bin \
    --vga-bios large.bin

# --- The image ---

expect 6 'missing.elf: No such file' run missing.elf
mkdir folder
expect 6 'folder: Is a directory' run folder
: >empty
expect 6 'empty: the file is empty' run empty
elf 3 2 0x200000 4 >good.elf
expect 12 'halted with interrupts off' run --append '' good.elf
for length in 4 15 16 51 52 83 87; do
    head -c "$length" good.elf >short.elf
    expect 6 'short.elf: truncated' run short.elf
done
elf 3 2 0xb8000 4 >hole.elf
expect 6 'hole.elf: .*0x000b8000.* hole' run hole.elf
elf 3 2 0x9fffe 4 >edge.elf
expect 6 'edge.elf: .* hole' run edge.elf
elf 3 2 0xc000000 4 >high.elf
expect 6 'high.elf: .*outside RAM' run high.elf
elf 3 2 0xe0000000 4 >card.elf
expect 6 'card.elf: .*outside RAM' run card.elf
elf 3 2 0x200000 0x20000000 >large.elf
expect 6 'large.elf: .*outside RAM' run large.elf
elf 3 2 0xfffffffe 4 >wrap.elf
expect 6 'wrap.elf: .*above 4 GiB' run wrap.elf
elf 40 2 0x200000 4 >arm.elf
expect 6 'arm.elf: .*another machine' run arm.elf
{ bytes 7f 45 4c 46 02; tail -c +6 good.elf; } >x64.elf
expect 6 'x64.elf: .*64-bit' run x64.elf
{ bytes 7f 45 4c 46 01 02; tail -c +7 good.elf; } >big.elf
expect 6 'big.elf: .*big-endian' run big.elf
elf 3 1 0x200000 4 >object.o
expect 6 'object.o: not executable' run object.o
elf 3 3 0x200000 4 >pie.elf
expect 6 'pie.elf: not executable' run pie.elf
{ head -c 510 /dev/zero; bytes 55 aa; head -c 2 /dev/zero; printf HdrS; } \
    >bzImage
expect 6 'bzImage: a Linux kernel: truncated' run bzImage
expect 6 'good.elf: takes no initrd' run --initrd halt.bin good.elf
expect 6 'none: No such file' run --initrd none good.elf
expect 6 'empty: the file is empty' run --initrd empty good.elf
expect 2 '--initrd' run --initrd '' good.elf
{ word 0x1badb002; word 8; word $((-0x1badb002 - 8)); } >features
expect 6 'features: .*not served' run features

# --- Modules, symbols ---

expect 6 'good.elf: takes no modules' run --module halt.bin good.elf
expect 6 'none: No such file' run --module none:args good.elf
expect 6 'empty: the file is empty' run --module empty good.elf
expect 6 'none.map: No such file' run --symbols none.map good.elf
echo 'this is no map' >text
expect 6 'text: neither' run --symbols text good.elf

# --- Where things are written ---

expect 6 'no/t.txt: No such file' run --trace no/t.txt halt.bin
mkdir t.txt
expect 6 't.txt: Is a directory' run --trace t.txt halt.bin
echo precious >notes.txt
expect 6 'notes.txt: .*not overwritten' run --trace notes.txt halt.bin
check 'a file that is no trace is left alone' grep -q precious notes.txt
expect 6 'no/out: No such file' run --serial file:no/out halt.bin
ln -s /dev/full full.txt
expect 6 'full.txt: No space left' run --trace full.txt halt.bin
print_hi f8 03 >hi.bin
expect 6 '/dev/full: No space left' run --serial file:/dev/full hi.bin
rm -f new.txt
expect 6 'missing.elf' run --trace new.txt missing.elf
check 'an image that is missing leaves no trace behind' test ! -e new.txt

"$PAGEWALK" run hi.bin >/dev/full 2>err </dev/null
check 'a full standard output has its status' test $? -eq 6
check 'and its line' grep -q 'standard output: No space left' err

finish
