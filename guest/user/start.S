/* SPDX-License-Identifier: MIT */
/*
 * Where a program begins: the stack holds argc and the argument's address.
 */
        .text
        .globl  _start
        .type   _start, @function
_start:
        xorl    %ebp, %ebp
        movl    4(%esp), %eax
        pushl   %eax
        call    main
        pushl   %eax
        call    exit
        .size   _start, . - _start

/*
 * int thread_call(unsigned flags, void *stack, int (*function)(void))
 *
 * The system call clone. The child has no frame to return to: it calls the
 * function, and exits with its result.
 */
        .globl  thread_call
        .type   thread_call, @function
thread_call:
        pushl   %ebx
        pushl   %esi
        movl    $120, %eax                      /* SYS_CLONE */
        movl    12(%esp), %ebx
        movl    16(%esp), %ecx
        movl    20(%esp), %esi
        int     $0x80
        testl   %eax, %eax
        jnz     1f
        call    *%esi
        pushl   %eax
        call    exit
1:      popl    %esi
        popl    %ebx
        ret
        .size   thread_call, . - thread_call

        .section .note.GNU-stack, "", @progbits
