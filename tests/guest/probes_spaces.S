/* SPDX-License-Identifier: MIT */
/*
 * Two users of one program: each has its stack at the same address, in an
 * address space of its own, and a system call inside a function goes on with
 * the other. Before that, a function whose first instruction meets a page that
 * is not there yet, and runs again. Ends by the exit port with 0.
 */
#include "tests/guest/guest.inc"

        .set    USER_STACK, 0x401000
        .set    ABSENT, 0x800000

        multiboot_head
        .globl  shared, touch
_start:
        mov     $boot_stack, %esp
        flat_segments gdt_register, 8, 0x10

        /*      The first 4 MiB for all; then a page of each space's own. */
        mov     $7, %eax
        xor     %ecx, %ecx
1:      mov     %eax, identity(, %ecx, 4)
        add     $4096, %eax
        inc     %ecx
        cmp     $1024, %ecx
        jne     1b
        movl    $identity + 7, space_one
        movl    $table_one + 7, space_one + 4
        movl    $frame_one + 7, table_one
        movl    $identity + 7, space_two
        movl    $table_two + 7, space_two + 4
        movl    $frame_two + 7, table_two
        paging_on space_one

        mov     $14, %ecx
        mov     $page_fault, %eax
        call    gate
        mov     $0x80, %ecx
        mov     $system_call, %eax
        call    gate
        lidt    idt_register
        mov     $tss, %eax
        mov     %ax, gdt + 0x28 + 2
        shr     $16, %eax
        mov     %al, gdt + 0x28 + 4
        mov     $0x28, %eax
        ltr     %ax

        mov     $ABSENT, %ebx
        call    touch

        /*      Both begin by the end of a system call. */
        movl    $0x23, kernel_two - 4
        movl    $USER_STACK, kernel_two - 8
        movl    $2, kernel_two - 12
        movl    $0x1b, kernel_two - 16
        movl    $user, kernel_two - 20
        movl    $kernel_two - 20, parked_stack
        mov     $0x23, %eax
        mov     %eax, %ds
        mov     %eax, %es
        push    $0x23
        push    $USER_STACK
        push    $2
        push    $0x1b
        push    $user
        iret

/* The interrupt gate of vector ECX leads to EAX, for all. */
gate:
        mov     %ax, idt(, %ecx, 8)
        movw    $8, idt + 2(, %ecx, 8)
        movw    $0xee00, idt + 4(, %ecx, 8)
        shr     $16, %eax
        mov     %ax, idt + 6(, %ecx, 8)
        ret

touch:
        mov     (%ebx), %eax
        ret

page_fault:
        push    %eax
        movl    $identity + 7, space_one + ABSENT / 0x400000 * 4
        movl    $0x1234, 0
        pop     %eax
        add     $4, %esp
        iret

/* Run by the first user, and inside shared() by the second. */
user:
        incl    users
        mov     users, %eax
        call    shared
        call    shared
        int     $0x80

/* shared(n) = 16 * n, and the other one's turn in between */
shared:
        int     $0x80
        shl     $4, %eax
        ret

system_call:
        incl    calls
        cmpl    $6, calls
        je      1f
        xchg    %esp, parked_stack
        mov     parked_stack_top, %ecx
        xchg    %ecx, tss + 4
        mov     %ecx, parked_stack_top
        mov     parked_eax, %ecx
        mov     %eax, parked_eax
        mov     %ecx, %eax
        mov     parked_space, %ecx
        mov     %cr3, %edx
        mov     %edx, parked_space
        mov     %ecx, %cr3
        iret
1:      exit_run

        .data
        .balign 8
gdt:    .quad   0, 0x00cf9a000000ffff, 0x00cf92000000ffff
        .quad   0x00cffa000000ffff, 0x00cff2000000ffff
        .quad   0x0000890000000067
gdt_register:
        .word   47
        .long   gdt
idt_register:
        .word   0x7ff
        .long   idt
tss:    .long   0, kernel_one, 0x10
        .space  92
parked_stack:
        .long   0
parked_stack_top:
        .long   kernel_two
parked_eax:
        .long   0
parked_space:
        .long   space_two
users:  .long   0
calls:  .long   0
        .bss
        .balign 4096
identity:
        .space  4096
space_one:
        .space  4096
space_two:
        .space  4096
table_one:
        .space  4096
table_two:
        .space  4096
frame_one:
        .space  4096
frame_two:
        .space  4096
        .space  4096
boot_stack:
        .space  4096
kernel_one:
        .space  4096
kernel_two:
idt:    .space  0x800
