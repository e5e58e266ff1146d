/* SPDX-License-Identifier: MIT */
/*
 * A guest whose memory behaviour is changed on purpose by the test that builds
 * it, one mistake at a time:
 *   MORE_CODE    instructions before all else, which touch no memory
 *   MORE_WORK    a function that touches another page, called between others
 *   OTHER_FRAME  a page that goes to another frame
 *   READ_ONLY    a page that is written to, without the right: a page fault
 *   FORGET       an INVLPG that is left out
 * Paging with tables at 0x200000; ends by the exit port with 0, or with 1 from
 * the page-fault handler.
 */
#include "tests/guest/guest.inc"

        .globl  _start, map_pages, fill, other_work, remap, on_fault
        .set    DIRECTORY, 0x200000
        .set    TABLE, 0x201000
        .set    PAGE, 0x400000
#ifdef OTHER_FRAME
        .set    FRAME, 0x305000
#else
        .set    FRAME, 0x300000
#endif

_start:
        mov     $0x90000, %esp
#ifdef MORE_CODE
        .rept   50
        inc     %eax
        .endr
#endif
        call    map_pages
        call    fill
#ifdef MORE_WORK
        call    other_work
#endif
        call    remap
        call    fill
        xor     %eax, %eax
        jmp     leave

/*      The first 4 MiB as they are, but those of the page at PAGE. */
map_pages:
        movl    $TABLE + 7, DIRECTORY
        movl    $TABLE + 0x1007, DIRECTORY + 4
        xor     %ecx, %ecx
1:      mov     %ecx, %eax
        shl     $12, %eax
        or      $7, %eax
        mov     %eax, TABLE(, %ecx, 4)
        inc     %ecx
        cmp     $1024, %ecx
        jb      1b
#ifdef READ_ONLY
        movl    $FRAME + 5, TABLE + 0x1000
#else
        movl    $FRAME + 7, TABLE + 0x1000
#endif
        mov     $on_fault, %eax
        mov     %ax, idt + 14 * 8
        mov     %cs, idt + 14 * 8 + 2
        movw    $0x8e00, idt + 14 * 8 + 4
        shr     $16, %eax
        mov     %ax, idt + 14 * 8 + 6
        lidt    idt_place
        paging_on DIRECTORY, bits=0x80010000
        ret

fill:
        mov     $PAGE, %edi
        mov     $64, %ecx
1:      mov     %ecx, (%edi)
        add     $4, %edi
        loop    1b
        ret

other_work:
        mov     0x310000, %eax
        mov     %eax, 0x311000
        ret

remap:
        movl    $0x320007, TABLE + 0x1000
#ifdef FORGET
        nopl    PAGE
#else
        invlpg  PAGE
#endif
        ret

on_fault:
        mov     $1, %al
leave:
        mov     $0xf4, %dx
        out     %al, (%dx)
        jmp     leave

/*      Where no change above moves it. */
        .org    0x800
idt:    .fill   15, 8, 0
idt_place:
        .word   . - idt - 1
        .long   idt
