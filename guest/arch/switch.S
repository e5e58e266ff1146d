/* SPDX-License-Identifier: MIT */
/*
 * From one kernel stack to another, and the first steps of a new task.
 */
#include "arch/descriptors.h"

        .text
/*
 * void switch_stack(uint32_t *save_esp, uint32_t load_esp)
 *
 * Saves what C expects to survive a call, takes the other stack, and returns
 * to whoever called switch_stack() there.
 */
        .globl  switch_stack
        .type   switch_stack, @function
switch_stack:
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    %esp, (%eax)
        movl    %edx, %esp
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret
        .size   switch_stack, . - switch_stack

/* A kernel thread begins: EBX is its function, ESI the argument. */
        .globl  kernel_thread_entry
        .type   kernel_thread_entry, @function
kernel_thread_entry:
        sti
        pushl   %esi
        call    *%ebx
        pushl   %eax
        call    kernel_thread_exit
        .size   kernel_thread_entry, . - kernel_thread_entry

/* void enter_user(struct trap_frame *frame): leave the kernel through it. */
        .globl  enter_user
        .type   enter_user, @function
enter_user:
        cli
        movl    4(%esp), %esp
        jmp     trap_return
        .size   enter_user, . - enter_user

        .section .note.GNU-stack, "", @progbits
