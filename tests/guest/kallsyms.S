/* SPDX-License-Identifier: MIT */
/*
 * A kernel whose symbols stand in its memory, as those of Linux do: it is
 * loaded at 1 MiB, turns paging on, and goes to its place 3 GiB higher, where
 * it calls a function. Ends by the power-off port. With NO_TABLES it keeps
 * its symbols to itself. With RESETS, it resets the machine instead, and is then
 * a kernel that lies 1 MiB higher, while the first one still stands in memory.
 */
#include "tests/guest/guest.inc"

        .set    ABOVE, 0xc0000000
        .set    HIGHER, 0x100000
        .set    WAS_HERE, 0x500

        multiboot_head
_start:
        xor     %ebx, %ebx
        cmpl    $0, WAS_HERE
        je      1f
        mov     $_start, %esi
        mov     $_start + HIGHER, %edi
        mov     $image_end - _start, %ecx
        rep     movsb
        mov     $HIGHER, %ebx
#ifndef NO_TABLES
        add     %ebx, base + HIGHER
#endif
        mov     $1f + HIGHER, %eax
        jmp     *%eax
1:      lea     stack(%ebx), %esp
        mov     $3, %eax
        call    twice           /* at 1 MiB: nobody knows it by name yet */
        movl    $0x83, directory(%ebx)
        movl    $0x83, directory + ABOVE / 0x400000 * 4(%ebx)
        large_pages_on
        lea     directory(%ebx), %eax
        paging_on_at_eax
        lea     above + ABOVE(%ebx), %eax
        jmp     *%eax
above:
        mov     $21, %eax
        call    twice
#ifdef RESETS
        incl    WAS_HERE
        mov     $0xfe, %al
        test    %ebx, %ebx
        jnz     1f
        out     %al, $0x64
        hlt
1:
#endif
        power_off
        hlt

twice:
        add     %eax, %eax
        ret
end_of_twice:

#ifndef NO_TABLES
        .macro  symbol text
        .byte   9f - 8f
8:      .ascii  "\text"
9:
        .endm

        .balign 4
        .long   0, above - _start, twice - _start, end_of_twice - _start
        .long   end - _start
base:   .long   _start + ABOVE
        .long   5
names:
        symbol  "T_text"
        symbol  "tabove"
        symbol  "Ttwice"
        symbol  "tend_of_twice"
        symbol  "T_end"
        .balign 4
        .long   0
        /* Each letter is its own token. */
        .set    i, 0
        .rept   256
        .if     i > 0x20 && i < 0x7f
        .byte   i, 0
        .else
        .byte   0x3f, 0
        .endif
        .set    i, i + 1
        .endr
        .set    i, 0
        .rept   256
        .short  2 * i
        .set    i, i + 1
        .endr
#endif
image_end:

        .bss
        .balign 4096
directory:
        .space  4096
        .space  4096
stack:
end:
