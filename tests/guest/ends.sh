#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How a guest ends, seen from outside: small kernels that shut the processor
# down, halt it for good, and use the exit port.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

# guest NAME: its code, from standard input, becomes NAME.elf.
guest()
{
    {
        cat <<'END'
#include "tests/guest/guest.inc"
    multiboot_head
_start:
END
        cat
    } >"$1.S"
    build "$1.S" "$1.elf"
}

# --- The exit port: value V is status 2V + 1 ---

guest leave <<'END'
    movb $0x15, %al
    outb %al, $0xf4
    cli
    hlt
END
expect 43 '' run leave.elf

guest leave_late <<'END'
    xorl %eax, %eax
    movl $1000000, %ecx
1:  addl %ecx, %eax
    loop 1b
    cmpl $0x746a5a2920 & 0xffffffff, %eax
    setne %al
    outb %al, $0xf4
    jmp .
END
expect 1 '' run leave_late.elf

# --- HLT with interrupts off ---

guest halt <<'END'
    sti
    cli
    call give_up
give_up:
    hlt
    jmp give_up
END
expect 12 'halted with interrupts off at .*give_up' run halt.elf

# --- A third fault ---

# A breakpoint without an IDT: its gate makes a #GP, whose gate makes a double
# fault, whose gate is one too many.
guest shutdown <<'END'
    lidt nothing
    int3
    jmp .
    .align 4
nothing:
    .word 0
    .long 0
END
"$PAGEWALK" run shutdown.elf >out 2>err </dev/null
check 'a third fault has status 4' test $? -eq 4
check 'the report begins with the gate of the breakpoint' \
    grep -q '1st  #GP ' err
check 'by its name' grep -q 'gate 3 of the IDT.*breakpoint' err
check 'goes on with the double fault' grep -q '2nd  #GP .*makes #DF' err
check 'and the shutdown' grep -q '3rd  #GP .*shutdown' err
check 'and names the function' grep -q '_start' err

# Paging goes on with an empty directory: the next fetch faults, and so does
# every descriptor.
guest lost <<'END'
    movl $directory, %eax
    movl %eax, %cr3
    movl %cr0, %eax
    orl $0x80000000, %eax
    movl %eax, %cr0
beyond:
    jmp .
    .bss
    .align 4096
directory:
    .skip 4096
END
"$PAGEWALK" run lost.elf >out 2>err </dev/null
check 'code that is no longer mapped ends in status 4' test $? -eq 4
check 'the report names the page fault' grep -q '#PF' err
check 'and that the page is not present' grep -q 'not present' err

finish
