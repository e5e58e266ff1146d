#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Interrupt request lines, DREQ and DACK, cycles of DMA with both addresses,
# modes and task switches, in each kind of trace: the text says what the guest
# did; the packets, read by ourselves and by babeltrace2, say what the text says.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/lines.S" lines.elf
record()
{
    "$PAGEWALK" run -m 4M --dma-offset 64K --events irq,dma,cr,task "$@" \
        lines.elf >out 2>err </dev/null
}
record --trace text.txt
check 'the guest powers off' test $? -eq 0
record --trace packets
grep -v '^#' text.txt >text
"$PAGEWALK" trace print packets >printed
check 'the packets hold what the text says' cmp text printed

# told EVENT: the lines of an event, without place and the controllers' names.
told() { awk -v event="$1" '$4 == event' text | cut -c 34- | sed 's/  82.*//'; }
cat >want <<'_DMA'
raise DREQ4
raise DACK4
raise DACK1
lower DACK1
lower DREQ4
lower DACK4
raise DACK5
lower DACK5
_DMA
told dreq >got
check 'channels have their lines' cmp want got
cat >want <<'_DMA'
write  1 00240000 -> 00230000 = ff
write  1 00240001 -> 00230001 = ff
write  1 00240002 -> 00230002 = ff
write  1 00240003 -> 00230003 = ff
write  1 00240004 -> 00230004 = ff
write  1 00240005 -> 00230005 = ff
write  1 00240006 -> 00230006 = ff
write  1 00240007 -> 00230007 = ff
write  2 00240100 -> 00230100 = ffff
write  2 00240102 -> 00230102 = ffff
write  2 00240104 -> 00230104 = ffff
write  2 00240106 -> 00230106 = ffff
_DMA
told dma >got
check 'each cycle has both addresses' cmp want got
cat >want <<'_TASK'
call 0020 -> 0028 tss 00220100
return 0028 -> 0020 tss 00220000
jump 0020 -> 0028 tss 00220100
jump 0028 -> 0020 tss 00220000
interrupt 0020 -> 0028 tss 00220100
return 0028 -> 0020 tss 00220000
_TASK
told task >got
check 'each task switch has its cause' cmp want got
told line | grep -c '^acknowledge IRQ0 vector 20$' >got
check 'the timer is acknowledged three times' test "$(cat got)" -eq 3
check 'the keyboard is polled' test "$(told line | grep -c '^poll IRQ1$')" -eq 1
check 'its line rises and falls' \
    test "$(told line | grep -Ec '^(raise|lower) IRQ1$')" -eq 2
check 'the mode changes once' test "$(told mode)" = 'protected -> protected+paging'

# A waveform: each line is declared once, and changes as the text says.
"$PAGEWALK" trace export --format vcd packets >vcd
check 'the waveform is made' test $? -eq 0
check 'a unit is a tick of 10 ns' grep -q '^\$timescale 10 ns \$end$' vcd
awk '
    $1 == "$var" { name[$4] = $5; if ($5 in seen) print "twice: " $5; seen[$5] }
    /^#/ { tick = substr($0, 2) }
    /^[01][IRK][a-z]$/ {
        print tick, substr($0, 1, 1) == "1" ? "raise" : "lower", name[substr($0, 2)]
    }' vcd >got
awk '$5 == "raise" || $5 == "lower" { print $1, $5, $6 }' text >want
check 'it has every change of every line' cmp want got
check 'and the vectors' test "$(grep -c '^b00100000 \*$' vcd)" -eq 3

# The real babeltrace2: every event, in order, with its values.
if [ -z "${BABELTRACE:-}" ]; then
    finish
    exit
fi
"$BABELTRACE" --clock-cycles --names context,payload packets >seen 2>seen.err
check 'babeltrace2 reads it' test $? -eq 0
check 'without complaint' test ! -s seen.err
# As the text has it, without EIP and CPL. The tick is in brackets; "name = "
# goes before each value, and a label is followed by its number.
awk '
    function field(name,    at, value) {
        at = index($0, " " name " = ")
        value = substr($0, at + length(name) + 4)
        sub(/^\( /, "", value)
        if (value ~ /^"/) {
            value = substr(value, 2)
            return substr(value, 1, index(value, "\"") - 1)
        }
        sub(/[ ,}].*/, "", value)
        return value
    }
    function hex(name, digits,    value) {
        value = tolower(substr(field(name), 3))
        return substr("00000000", 1, digits - length(value)) value
    }
    function dma(write) {
        return write sprintf(" %2d ", field("size")) hex("bus_address", 8) \
            " -> " hex("physical", 8) " = " hex("value", 2 * field("size")) \
            "  " field("master") " (" field("channel") ")"
    }
    function irq() { return "IRQ" field("irq") }
    function channel() { return field("channel") "  " field("controller") }
    {
        what = ""
        name = $3
        sub(/:$/, "", name)
        if (name == "irq_raise") what = "raise " irq()
        if (name == "irq_lower") what = "lower " irq()
        if (name == "irq_poll") what = "poll " irq()
        if (name == "irq_acknowledge")
            what = "acknowledge " irq() " vector " hex("vector", 2)
        if (what) what = "line " what "  " field("controller")
        if (name == "dreq_raise") what = "dreq raise DREQ" channel()
        if (name == "dreq_lower") what = "dreq lower DREQ" channel()
        if (name == "dack_raise") what = "dreq raise DACK" channel()
        if (name == "dack_lower") what = "dreq lower DACK" channel()
        if (name == "dma_write") what = "dma " dma("write")
        if (name == "task_switch")
            what = "task " field("cause") " " hex("old_tr", 4) " -> " \
                hex("new_tr", 4) " tss " hex("tss", 8)
        if (name == "mode") what = "mode " field("before") " -> " field("after")
        if (name == "interrupt_external") what = "irq external " hex("vector", 2)
        if (name == "interrupt") what = "irq enter " hex("vector", 2)
        if (name == "iret") what = "irq iret"
        if (name == "control")
            what = "cr cr" field("number") " " hex("old_value", 8) " -> " \
                hex("new_value", 8)
        if (what) print substr($1, 2) + 0 " " what
    }' seen >got
awk '{
    tick = $1
    event = $4
    what = substr($0, 34)
    sub(/protected\+paging/, "protected_paging", what)
    if (event == "dma") what = what " (" $NF ")"
    print tick " " event " " what
}' text >want
check 'it sees every event with its values' cmp want got

finish
