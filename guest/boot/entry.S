/* SPDX-License-Identifier: MIT */
/*
 * Entry: from the boot loader to C.
 *
 * The loader leaves us in flat 32-bit protected mode with paging off, our
 * image at 1 MiB. The image is linked 3 GiB higher. So this code runs where
 * it was not linked until it has turned on paging: it may only use
 * physical addresses, PA(symbol).
 *
 * It maps the first 8 MiB twice, at 0 and at PAGE_OFFSET: the low copy keeps
 * the next instruction fetch alive when CR0.PG becomes 1. paging_init()
 * builds the real direct map and drops the low copy.
 */
#include "boot/multiboot.h"
#include "mm/layout.h"

#define MULTIBOOT_FLAGS  (MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO)
#define PA(symbol)       ((symbol)-PAGE_OFFSET)
#define PDE_SIZE         4
#define PTE_P_RW_A_D     0x63
#define CR0_PG           0x80000000
#define BOOT_TABLES      2
#define BOOT_STACK_BYTES 16384

        .section .multiboot, "a"
        .balign 4
        .long   MULTIBOOT_HEADER_MAGIC
        .long   MULTIBOOT_FLAGS
        .long   -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_FLAGS)

        .text
        .globl  _start
        .type   _start, @function
_start:
        cli
        cld
        movl    %eax, %ebp                      /* the loader's magic */

        /* Page tables: frame 0, 1, 2 ... up to 8 MiB. */
        movl    $PA(boot_page_tables), %edi
        movl    $PTE_P_RW_A_D, %eax
        movl    $(BOOT_TABLES * 1024), %ecx
1:      stosl
        addl    $0x1000, %eax
        loop    1b

        /* Page directory: the tables at linear 0 and at PAGE_OFFSET. */
        movl    $PA(boot_page_tables) + PTE_P_RW_A_D, %eax
        movl    $PA(swapper_pg_dir), %edi
        movl    $BOOT_TABLES, %ecx
2:      movl    %eax, (%edi)
        movl    %eax, (PAGE_OFFSET >> 22) * PDE_SIZE(%edi)
        addl    $0x1000, %eax
        addl    $PDE_SIZE, %edi
        loop    2b

        movl    $PA(swapper_pg_dir), %eax
        movl    %eax, %cr3
        movl    %cr0, %eax
        orl     $CR0_PG, %eax
        movl    %eax, %cr0
        movl    $3f, %eax                       /* leave the low copy */
        jmp     *%eax

3:      movl    $boot_stack_top, %esp
        pushl   $0
        popfl                                   /* known flags, IF clear */
        pushl   %ebx                            /* multiboot_info, physical */
        pushl   %ebp
        xorl    %ebp, %ebp                      /* ends stack traces */
        call    start_kernel
4:      cli
        hlt
        jmp     4b
        .size   _start, . - _start

        .section .bss.page_aligned, "aw", @nobits
        .balign 4096
        .globl  swapper_pg_dir
swapper_pg_dir:
        .skip   4096
boot_page_tables:
        .skip   BOOT_TABLES * 4096
boot_stack:
        .skip   BOOT_STACK_BYTES
        .globl  boot_stack_top
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
