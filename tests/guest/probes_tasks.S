/* SPDX-License-Identifier: MIT */
/*
 * Two tasks that the timer takes from one another at any instruction, both in
 * one recursive function with arguments in registers, as Linux for i386 passes
 * them; the interrupt's handler calls one, too. Before that, a recursion that
 * goes 5,000 calls deep. Ends by the exit port with 0.
 */
#include "tests/guest/guest.inc"

        .set    SWITCHES, 200
        .set    DEPTH, 5000
        .set    FILL, 3000

        multiboot_head
        .globl  work, tick, deep, fill
_start:
        mov     $stack_one, %esp
        flat_segments gdt_register, 8, 0x10
        mov     $DEPTH, %eax
        call    deep

        mov     $interrupt, %eax
        mov     %ax, idt + 0x20 * 8
        movw    $8, idt + 0x20 * 8 + 2
        movw    $0x8e00, idt + 0x20 * 8 + 4
        shr     $16, %eax
        mov     %ax, idt + 0x20 * 8 + 6
        lidt    idt_register

        /*      PIC: vectors from 0x20 on, IRQ 0 alone; PIT: mode 2, 10 us. */
        mov     $0x11, %al
        out     %al, $0x20
        mov     $0x20, %al
        out     %al, $0x21
        mov     $4, %al
        out     %al, $0x21
        mov     $1, %al
        out     %al, $0x21
        mov     $0xfe, %al
        out     %al, $0x21
        mov     $0x34, %al
        out     %al, $0x43
        mov     $12, %al
        out     %al, $0x40
        xor     %al, %al
        out     %al, $0x40

        /*      The other task begins by the end of an interrupt. */
        movl    $0x202, stack_two - 4
        movl    $8, stack_two - 8
        movl    $other, stack_two - 12
        movl    $stack_two - 12 - 32, parked
        mov     $0x10000, %ebx
        sti
        jmp     task
other:
        mov     $0x20000, %ebx
task:
        mov     $6, %eax
        mov     %ebx, %edx
        call    work
        inc     %ebx
        test    $31, %ebx
        jnz     task
        mov     $filled, %edi
        mov     $FILL, %ecx
        call    fill
        jmp     task

/* Begins with an instruction that the timer interrupts, and that goes on. */
fill:
        rep     stosb
        mov     %edi, %eax
        ret

/* work(n, m) = m + n + n * (n + 1) / 2 */
work:
        test    %eax, %eax
        jnz     1f
        mov     %edx, %eax
        ret
1:      push    %eax
        dec     %eax
        inc     %edx
        call    work
        pop     %edx
        add     %edx, %eax
        ret

tick:
        lea     (%eax, %eax, 2), %eax
        ret

interrupt:
        pusha
        mov     ticks, %eax
        call    tick
        incl    ticks
        mov     $0x20, %al
        out     %al, $0x20
        cmpl    $SWITCHES, ticks
        je      1f
        xchg    %esp, parked
        popa
        iret
1:      exit_run

/* deep(n) = n */
deep:
        test    %eax, %eax
        jz      1f
        dec     %eax
        call    deep
        inc     %eax
1:      ret

        .data
        .balign 8
gdt:    .quad   0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdt_register:
        .word   23
        .long   gdt
idt_register:
        .word   0x7ff
        .long   idt
parked: .long   0
ticks:  .long   0
        .bss
        .balign 8192
        .space  65536
stack_one:
        .space  8192
stack_two:
idt:    .space  0x800
filled: .space  FILL
