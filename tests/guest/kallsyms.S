/* SPDX-License-Identifier: MIT */
/*
 * A kernel whose symbols stand in its memory, as those of Linux do: it is
 * loaded at 1 MiB, turns paging on, and goes to its place 3 GiB higher, where
 * it calls a function. Ends by the power-off port. With NO_TABLES it keeps
 * its symbols to itself.
 */
        .set    ABOVE, 0xc0000000

        .text
        .align  4
        .long   0x1badb002, 0, -0x1badb002
        .globl  _start
_start:
        mov     $stack, %esp
        mov     $3, %eax
        call    twice           /* at 1 MiB: nobody knows it by name yet */
        movl    $0x83, directory
        movl    $0x83, directory + ABOVE / 0x400000 * 4
        mov     %cr4, %eax
        or      $0x10, %eax     /* PSE */
        mov     %eax, %cr4
        mov     $directory, %eax
        mov     %eax, %cr3
        mov     %cr0, %eax
        or      $0x80000000, %eax
        mov     %eax, %cr0
        mov     $above + ABOVE, %eax
        jmp     *%eax
above:
        mov     $21, %eax
        call    twice
        mov     $0x604, %dx
        mov     $0x2000, %ax
        out     %ax, %dx
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
        .long   _start + ABOVE
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

        .bss
        .balign 4096
directory:
        .space  4096
        .space  4096
stack:
end:
