#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The guest is a real kernel, and this a real machine: QEMU prints the same
# lines, but for those that the guest marks as the machine's, and ends with
# the same status, also where the guest goes wrong on purpose.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

if [ -z "${QEMU-}" ]; then
    echo 'QEMU is not installed: nothing to compare the tour with'
    exit 77
fi

# qemu FILE MEBIBYTES [COMMAND LINE]
qemu()
{
    status=0
    timeout 300 "$QEMU" -accel tcg -kernel "$TOUR" -m "$2" -append "${3-}" \
        -display none -monitor none -parallel none -serial stdio -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=0x04 \
        >raw 2>qemu.err </dev/null || status=$?
    tr -d '\r' <raw >"$1"
    return "$status"
}

# A panic shows registers. A fault's EFLAGS have RF on the stack (SDM 3A, 17.3
# "Debug Exceptions"), which QEMU leaves out, and multiboot leaves it open
# whether CR0 has CD and NW.
same_registers()
{
    same_everywhere "$1" | sed 's/EFLAGS 000[01]/EFLAGS 000x/;
        s/CR0 [8e]00/CR0 x00/'
}

# compare MEBIBYTES [COMMAND LINE]
compare()
{
    what="${1}M ${2-}"
    qemu theirs "$1" "${2-}"
    their_status=$?
    tour ours -m "${1}M" --append "${2-}"
    our_status=$?
    check "$what: status $our_status, QEMU's $their_status: $(cat qemu.err)" \
        test "$our_status" -eq "$their_status"
    same_registers theirs >theirs.same
    same_registers ours >ours.same
    check "$what: the same lines" cmp theirs.same ours.same
    check "$what: there are such lines" test "$(wc -l <ours.same)" -gt 10
}

compare 8
compare 160
compare 1024
compare 16 tour=kmalloc,vmalloc
compare 16 tour=fail
compare 16 tour=crash

finish
