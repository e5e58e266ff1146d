/* SPDX-License-Identifier: MIT */
/*
 * A guest in which something happens all the time: page faults, timer
 * interrupts, string instructions across pages, code that changes itself,
 * ring 3 and back, changed and flushed translations, HLT. It says nothing and
 * powers the machine off; every_tick.sh stops it at every one of its ticks.
 */
#include "tests/guest/guest.inc"

        .set    CODE, 0x10
        .set    DATA, 0x18
        .set    USER_CODE, 0x20 | 3
        .set    USER_DATA, 0x28 | 3
        .set    TASK, 0x30
        .set    FAULTING, 0x300000      /* not mapped until it faults */
        .set    ALIAS, 0x301000         /* mapped here, then there */

        multiboot_head
_start:
        cli
        movl    $stack, %esp
        flat_segments gdt_pointer, CODE, DATA, movw, %ax
        lidt    idt_pointer
        movl    $DATA, task + 8
        movl    $TASK, %eax
        ltr     %ax
        movl    $page_fault, %eax
        movl    $14, %edi
        call    set_gate
        movl    $timer, %eax
        movl    $32, %edi
        call    set_gate
        movl    $system_call, %eax
        movl    $128, %edi
        call    set_gate
        orb     $0x60, idt + 128 * 8 + 5

        /* The first 4 MiB are mapped to themselves, but for one page. */
        movl    $table + 7, directory
        movl    $table, %edi
        movl    $7, %eax
        movl    $1024, %ecx
fill:   stosl
        addl    $4096, %eax
        loop    fill
        movl    $0, table + (FAULTING >> 12) * 4
        paging_on directory, bits=0x80010000

        /* The timer every 3 counts: some 250 ticks. */
        movb    $0x11, %al
        outb    %al, $0x20
        movb    $32, %al
        outb    %al, $0x21
        movb    $4, %al
        outb    %al, $0x21
        movb    $1, %al
        outb    %al, $0x21
        movb    $0xfe, %al
        outb    %al, $0x21
        movb    $0x34, %al
        outb    %al, $0x43
        movb    $3, %al
        outb    %al, $0x40
        movb    $0, %al
        outb    %al, $0x40
        sti

        .globl  busy
busy:
        movl    $3, rounds
round:
        movl    $0x12345678, FAULTING + 8       /* faults */
        addl    $1, FAULTING + 8
        movl    $0, table + (FAULTING >> 12) * 4
        invlpg  FAULTING

        /* Across two pages, in each width, forwards and backwards. */
        movl    $0x200ff0, %esi
        movl    $0x210ff1, %edi
        movl    $20, %ecx
        rep movsb
        movl    $0x200fe2, %edi
        movl    $9, %ecx
        rep stosl
        std
        movl    $0x211010, %esi
        movl    $0x200ff8, %edi
        movl    $12, %ecx
        rep movsw
        cld
        movl    $0x200ff0, %edi
        movb    $0x55, %al
        movl    $30, %ecx
        repne scasb

        /* A word over the edge of a page; the stack over another. */
        incl    0x201ffe
        movl    %esp, %ebp
        movl    $0x20300a, %esp
        pushal
        popal
        movl    %ebp, %esp

        /* One page under two translations, one of them stale for a while. */
        movl    ALIAS, %eax
        movl    $0x204007, table + (ALIAS >> 12) * 4
        movl    %eax, ALIAS
        movl    %cr3, %eax
        movl    %eax, %cr3
        incl    ALIAS

        /* Instructions that change the next one: its value, then all of it,
         * to INC and DEC in turn. */
        movb    rounds, %al
        movb    %al, 1f + 1
1:      movb    $0, %bl
        addb    %bl, changed
        xorb    $8, 1f
1:      incl    %ebx
        addb    %bl, changed

        /* Compare and jump, divide, shift, loop. */
        movl    $5, %ecx
        movl    $1000, %ebx
1:      xorl    %edx, %edx
        movl    %ebx, %eax
        divl    %ecx
        shll    $3, %eax
        addl    %eax, %ebx
        cmpl    $40000, %ebx
        ja      2f
        testb   $1, %bl
        jz      2f
        incl    %ebx
2:      loop    1b
        movw    $0x0741, 0xb8000
        movw    0xb8000, %ax
        inb     $0x40, %al

        /* To ring 3, which comes back by interrupt 128. */
        movl    %esp, task + 4
        movl    $USER_DATA, %eax        /* IRET takes away what is ring 0's */
        movw    %ax, %ds
        movw    %ax, %es
        pushl   %eax
        pushl   $0x206000
        pushl   $0x202
        pushl   $USER_CODE
        pushl   $user
        iret
back:
        hlt
        decl    rounds
        jnz     round
        cli
        power_off
        jmp     .

user:
        movl    $10, %ecx
1:      pushl   %ecx
        loop    1b
        int     $128
        jmp     .

system_call:
        movl    task + 4, %esp
        movl    $DATA, %ecx
        movw    %cx, %ds
        movw    %cx, %es
        sti
        jmp     back

page_fault:
        pushl   %eax
        movl    %cr2, %eax
        andl    $0xfffff000, %eax
        orl     $7, %eax
        movl    %eax, table + (FAULTING >> 12) * 4
        popl    %eax
        addl    $4, %esp
        iret

timer:
        pushl   %eax
        incl    ticks
        movb    $0x20, %al
        outb    %al, $0x20
        popl    %eax
        iret

/* EDI: vector, EAX: handler. */
set_gate:
        movw    %ax, idt(, %edi, 8)
        movw    $CODE, idt + 2(, %edi, 8)
        movw    $0x8e00, idt + 4(, %edi, 8)
        shrl    $16, %eax
        movw    %ax, idt + 6(, %edi, 8)
        ret

        .data
        .align  8
gdt:    .quad   0, 0
        .quad   0x00cf9a000000ffff
        .quad   0x00cf92000000ffff
        .quad   0x00cffa000000ffff
        .quad   0x00cff2000000ffff
        /* The TSS lies in the first 16 MiB: base bits 0-15 and 16-23. */
        .word   103, task_low, 0x8900 + task_high, 0
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   gdt
idt_pointer:
        .word   129 * 8 - 1
        .long   idt
        .align  4
rounds: .long   0
ticks:  .long   0
changed:
        .long   0

/* Where the linker puts nothing. RAM is zero at the start. */
        .set    task, 0x220000
        .set    task_low, task & 0xffff
        .set    task_high, task >> 16
        .set    idt, 0x221000
        .set    directory, 0x223000
        .set    table, 0x224000
        .set    stack, 0x230000
