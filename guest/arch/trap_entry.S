/* SPDX-License-Identifier: MIT */
/*
 * The way into the kernel for exceptions and interrupts, and back.
 *
 * Each vector has a stub of its own, because the processor does not say
 * which one it took. All stubs build the same `struct trap_frame`
 * (arch/traps.h): where the processor pushes no error code, the stub
 * pushes 0.
 */
#include "arch/descriptors.h"

/* 8, 10 to 14 and 17 come with an error code. SDM vol. 3A, 6.15. */
#define HAS_ERROR_CODE ((1 << 8) | (0x1F << 10) | (1 << 17))

        .section .rodata
        .balign 4
        .globl  trap_stubs
trap_stubs:

        .set    vector, 0
        .rept   48                              /* 32 exceptions, 16 IRQs */
        .text
1:
        .if     vector > 31 || ((HAS_ERROR_CODE >> vector) & 1) == 0
        pushl   $0
        .endif
        pushl   $vector
        jmp     trap_common
        .section .rodata
        .long   1b
        .set    vector, vector + 1
        .endr

        .text
        .globl  system_call_stub
system_call_stub:                               /* INT 0x80 */
        pushl   $0
        pushl   $SYSTEM_CALL_VECTOR
trap_common:
        pushl   %ds
        pushl   %es
        pushal
        movl    $KERNEL_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        cld
        pushl   %esp                            /* the frame's address */
        call    trap
        addl    $4, %esp
        .globl  trap_return
trap_return:                                    /* ESP: a struct trap_frame */
        popal
        popl    %es
        popl    %ds
        addl    $8, %esp                        /* vector, error code */
        iret

        .section .note.GNU-stack, "", @progbits
