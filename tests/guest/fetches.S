# SPDX-License-Identifier: MIT
/*
 * A guest that is entered in every way that a fetch has: at the start, by a
 * taken branch, at another page, at an instruction that ends on another page,
 * before and after that one was changed, and in a segment of 16-bit code. What
 * goes on is fetched once: a branch not taken, REP. It says nothing and powers
 * the machine off.
 */
        .set    CODE, 0x08
        .set    DATA, 0x10
        .set    CODE16, 0x18

        .text
        .align  4
        .long   0x1badb002, 0, -0x1badb002
        .globl  _start
_start: /* 10000c */
        cli
        lgdt    gdt_pointer
        ljmp    $CODE, $1f
1:      movl    $DATA, %eax     /* 10001b */
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $stack, %esp
        movl    $2, %ebx
        cld

again:  movl    $3, %ecx        /* 100031: goes on behind REP and JZ */
        movl    $from, %esi
        movl    $to, %edi
        rep movsb
        testl   %ebx, %ebx
        jz      never
        jmp     crossing

never:  hlt

        /* The last two bytes of the constant are on the next page. */
        .org    0xffd
crossing:
        movl    $0x44332211, %eax
        .globl  behind
behind: decl    %ebx            /* 101002 */
        jz      1f
        movb    $0x55, behind - 1
        jmp     again

1:      ljmp    $CODE16, $2f - 0x100000
        .code16
2:      movw    $0x1234, %ax
        ljmpl   $CODE, $3f
        .code32

        /* No jump leads from this page to the next. */
        .org    0x1ff8
3:      movl    $0x604, %edx
        nop
        nop
        nop
        movl    $0x2000, %eax   /* 102000 */
        outw    %ax, %dx
4:      jmp     4b

        .balign 8
gdt:    .quad   0
        .quad   0x00cf9a000000ffff
        .quad   0x00cf92000000ffff
        .quad   0x00009a100000ffff
gdt_pointer:
        .word   . - gdt - 1
        .long   gdt
from:   .ascii  "abc"
to:     .space  3
        .balign 16
        .space  64
stack:
