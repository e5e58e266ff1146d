/* SPDX-License-Identifier: MIT */
/*
 * Two-level page tables as the processor reads them.
 *
 *    31           22 21           12 11            0
 *   +---------------+---------------+---------------+
 *   | directory     | table         | offset        |   linear address
 *   +---------------+---------------+---------------+
 *
 *    31                           12 11  9 8 7 6 5  4   3   2   1  0
 *   +-------------------------------+-----+-+-+-+-+---+---+---+---+-+
 *   | frame                         |     |G|L|D|A|PCD|PWT|U/S|R/W|P|  entry
 *   +-------------------------------+-----+-+-+-+-+---+---+---+---+-+
 *
 * L stands in a directory entry alone: a 4 MiB page, no table below.
 * SDM vol. 3A, 4.3 "32-Bit Paging".
 */
#ifndef ARCH_PGTABLE_H
#define ARCH_PGTABLE_H

#include "kernel/types.h"

typedef uint32_t pde_t;
typedef uint32_t pte_t;

#define PTE_P     0x001u /* present */
#define PTE_RW    0x002u /* writable */
#define PTE_US    0x004u /* reachable from ring 3 */
#define PTE_PWT   0x008u /* write-through */
#define PTE_PCD   0x010u /* not cached: for devices */
#define PTE_A     0x020u /* accessed: the processor sets it */
#define PTE_D     0x040u /* dirty: the processor sets it at a write */
#define PDE_PS    0x080u /* 4 MiB page; where CR4.PSE is on */
#define PTE_G     0x100u /* survives a CR3 load; where CR4.PGE is on */
#define PTE_FRAME 0xFFFFF000u

/*
 * Kernel pages have A and D set from the start, as in Linux: nobody pages
 * them out, so nobody needs to know, and the processor saves the writing.
 */
#define PAGE_TABLE          (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define PAGE_KERNEL_TABLE   (PTE_P | PTE_RW | PTE_A | PTE_D)
#define PAGE_KERNEL         (PTE_P | PTE_RW | PTE_A | PTE_D)
#define PAGE_KERNEL_RO      (PTE_P | PTE_A | PTE_D)
#define PAGE_KERNEL_NOCACHE (PAGE_KERNEL | PTE_PCD)
#define PAGE_SHARED         (PTE_P | PTE_RW | PTE_US)

#define PTRS_PER_PGD    1024u
#define PTRS_PER_PTE    1024u
#define PGDIR_SHIFT     22
#define LARGE_PAGE_SIZE (1ul << PGDIR_SHIFT)

static inline unsigned int pgd_index(unsigned long linear)
{
    return (unsigned int)(linear >> PGDIR_SHIFT) % PTRS_PER_PGD;
}

static inline unsigned int pte_index(unsigned long linear)
{
    return (unsigned int)(linear >> 12) % PTRS_PER_PTE;
}

#endif
