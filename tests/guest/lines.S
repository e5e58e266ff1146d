# SPDX-License-Identifier: MIT
/*
 * A guest in which lines move and tasks switch: three timer interrupts, a
 * keyboard's answer that is polled, eight bytes of DMA on channel 1 at once and
 * four on channel 5, asked for by program; a call to another task, its return,
 * a jump to it, and one through a task gate. It says nothing and powers the
 * machine off.
 */
#include "tests/guest/guest.inc"

        .set    CODE, 0x10
        .set    DATA, 0x18
        .set    TASK, 0x20
        .set    OTHER, 0x28
        .set    BUFFER, 0x240000        /* below 16 MiB, for the DMA */

        multiboot_head
_start:
        cli
        movl    $stack, %esp
        flat_segments gdt_pointer, CODE, DATA, movw, %ax
        lidt    idt_pointer
        movl    $TASK, %eax
        ltr     %ax

        /* The first 4 MiB are mapped to themselves. */
        movl    $0x83, directory
        large_pages_on
        paging_on directory

        /* Both controllers; the timer every 3000 counts. */
        movl    $timer, %eax
        movw    %ax, idt + 32 * 8
        movw    $CODE, idt + 32 * 8 + 2
        movw    $0x8e00, idt + 32 * 8 + 4
        shrl    $16, %eax
        movw    %ax, idt + 32 * 8 + 6
        movw    $OTHER, idt + 33 * 8 + 2        /* a task gate */
        movw    $0x8500, idt + 33 * 8 + 4
        movl    $words, %esi
        movl    $WORDS, %ecx
1:      lodsw
        movzbl  %ah, %edx
        outb    %al, %dx
        loop    1b
        sti
1:      hlt
        cmpl    $3, ticks
        jb      1b
        cli

        /* The keyboard answers ECHO; its request is polled. */
        movb    $0xee, %al
        outb    %al, $0x60
1:      inb     $0x64, %al
        testb   $1, %al
        jz      1b
        movb    $0x0c, %al
        outb    %al, $0x20
        inb     $0x20, %al
        inb     $0x60, %al

        /* A block on channel 1, then one of words on channel 5. */
        movl    $transfers, %esi
        movl    $TRANSFERS, %ecx
1:      lodsw
        movzbl  %ah, %edx
        outb    %al, %dx
        loop    1b
        nop

        /* The other task: called, jumped to, and by an interrupt. It comes
         * back by IRET, or by a jump where it was jumped to. */
        movl    $other, other_task + 0x20
        movl    $2, other_task + 0x24
        movl    $other_stack, other_task + 0x38
        movl    $directory, other_task + 0x1c
        movl    $DATA, other_task + 0x48
        movl    $CODE, other_task + 0x4c
        movl    $DATA, other_task + 0x50
        movl    $DATA, other_task + 0x54
        movl    $directory, task + 0x1c
        lcall   $OTHER, $0
        movl    $1, jumped
        ljmp    $OTHER, $0
        movl    $0, jumped
        int     $33

        power_off
        jmp     .

other:
        cmpl    $0, jumped
        jne     1f
        iret
        jmp     other
1:      ljmp    $TASK, $0
        jmp     other

timer:
        pushl   %eax
        incl    ticks
        movb    $0x20, %al
        outb    %al, $0x20
        popl    %eax
        iret

        .data
/* Bytes for ports. */
words:
        .byte   0x11, 0x20, 32, 0x21, 4, 0x21, 1, 0x21
        .byte   0x11, 0xa0, 40, 0xa1, 2, 0xa1, 1, 0xa1
        .byte   0xfc, 0x21, 0xff, 0xa1
        .byte   0x34, 0x43, 3000 & 255, 0x40, 3000 >> 8, 0x40
        .set    WORDS, (. - words) / 2
/* Channel 1: block, to memory; 5: the same. Address, count less one, page,
 * mask, request. */
transfers:
        .byte   0, 0x0c, 0x85, 0x0b, 0, 0x02, 0, 0x02, 7, 0x03, 0, 0x03
        .byte   BUFFER >> 16, 0x83, 1, 0x0a, 5, 0x09
        .byte   0, 0xd8, 0x85, 0xd6, 0x80, 0xc4, 0, 0xc4, 3, 0xc6, 0, 0xc6
        .byte   BUFFER >> 16, 0x8b, 1, 0xd4, 5, 0xd2
        .set    TRANSFERS, (. - transfers) / 2
        .align  8
gdt:    .quad   0, 0
        .quad   0x00cf9a000000ffff
        .quad   0x00cf92000000ffff
        .word   103, task_low, 0x8900 + task_high, 0
        .word   103, other_low, 0x8900 + other_high, 0
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   gdt
idt_pointer:
        .word   34 * 8 - 1
        .long   idt
        .align  4
ticks:  .long   0
jumped: .long   0

/* Where the linker puts nothing. RAM is zero at the start. */
        .set    task, 0x220000
        .set    task_low, task & 0xffff
        .set    task_high, task >> 16
        .set    other_task, 0x220100
        .set    other_low, other_task & 0xffff
        .set    other_high, other_task >> 16
        .set    idt, 0x221000
        .set    directory, 0x223000
        .set    stack, 0x230000
        .set    other_stack, 0x232000
