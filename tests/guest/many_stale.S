/* SPDX-License-Identifier: MIT */
/*
 * Uses 9,000 pages, changes all their entries, and uses them again: as many
 * stale translations, if the TLB keeps them all. Then the first one and the
 * last one from two other places. Ends by the exit port with 0.
 */
#include "tests/guest/guest.inc"

        .set    PAGES, 9000
        .set    LINEAR, 0x40000000
        .set    TABLES, 0x800000

        multiboot_head
_start:
        mov     $stack, %esp
        movl    $0x83, directory
        movl    $TABLES + 0x83, directory + TABLES / 0x400000 * 4
        xor     %ecx, %ecx
1:      mov     %ecx, %eax
        shl     $12, %eax
        add     $TABLES + 3, %eax
        mov     %eax, directory + LINEAR / 0x400000 * 4(, %ecx, 4)
        inc     %ecx
        cmp     $PAGES / 1024 + 1, %ecx
        jne     1b
        mov     $0x300003, %eax
        call    map
        large_pages_on
        paging_on directory
        call    use
        mov     $0x301003, %eax
        call    map
        call    use
        mov     LINEAR, %eax
        mov     LINEAR + (PAGES - 1) * 4096, %eax
        exit_run

/* All entries become EAX. */
map:
        mov     $TABLES, %edi
        mov     $PAGES, %ecx
        cld
        rep stosl
        ret

use:
        mov     $LINEAR, %esi
        mov     $PAGES, %ecx
1:      mov     (%esi), %eax
        add     $4096, %esi
        loop    1b
        ret

        .bss
        .balign 4096
directory:
        .space  4096
        .space  4096
stack:
