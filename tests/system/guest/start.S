/* SPDX-License-Identifier: MIT */
/* Entry, the stubs of all vectors, and the way into a case. */
#include "tests/system/guest/layout.h"

        .text
        .align  4
        .long   0x1badb002, 0, -0x1badb002
        .globl  _start
_start:
        cli
        movl    $monitor_stack, %esp
        cld
        pushl   %ebx                    /* multiboot information */
        call    monitor_main
1:      hlt
        jmp     1b

        .macro  stub vector
stub_\vector:
        .if     \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17
        .else
        pushl   $0
        .endif
        pushl   $\vector
        jmp     common
        .endm

        .altmacro
        .macro  make_stub vector
        stub    \vector
        .endm
        .set    n, 0
        .rept   64
        make_stub %n
        .set    n, n + 1
        .endr

/* The stack is whatever the case left: 16 or 32 bits wide. All segments of
 * the monitor, and of stacks, begin at 0. */
common:
        pushal
        pushl   %ds
        pushl   %es
        pushl   %fs
        pushl   %gs
        pushl   %ss
        cld
        movl    $MONITOR_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %esp, %ebx
        movl    %ss, %ecx
        larl    %ecx, %edx
        jnz     1f
        testl   $1 << 22, %edx
        jnz     1f
        movzwl  %bx, %ebx
1:      movl    %eax, %ss
        movl    $monitor_stack, %esp
        pushl   %ebx
        call    monitor_trap

/* go(launch, data selector) */
        .globl  go
go:
        movl    4(%esp), %ebx
        movl    8(%esp), %eax
        movl    %ebx, %esp
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        popal
        iret

/* A double fault comes by a task gate: no stack is needed for it. */
        .globl  fault_task_entry
fault_task_entry:
        movl    $monitor_stack, %esp
        cld
        call    monitor_fault_task

        .section .rodata
        .globl  stubs
        .macro  entry vector
        .long   stub_\vector
        .endm
        .macro  make_entry vector
        entry   \vector
        .endm
stubs:
        .set    n, 0
        .rept   64
        make_entry %n
        .set    n, n + 1
        .endr

        .bss
        .align  16
        .space  0x4000
monitor_stack:
