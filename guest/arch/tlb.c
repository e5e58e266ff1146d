/* SPDX-License-Identifier: MIT */
#include "arch/tlb.h"

#include "arch/cpu.h"
#include "mm/layout.h"

/* Beyond so many pages, one CR3 reload is cheaper than an INVLPG for each. */
#define FLUSH_CEILING_PAGES 32

void flush_tlb_one(unsigned long linear)
{
    if (!cpu.has_invlpg) {
        flush_tlb();
        return;
    }
    __asm__ volatile("invlpg (%0)" : : "r"(linear) : "memory");
}

void flush_tlb(void)
{
    write_cr3(read_cr3());
}

void flush_tlb_all(void)
{
    uint32_t cr4;

    if (!cpu.has_pge) {
        flush_tlb();
        return;
    }
    /* A change of CR4.PGE flushes global pages too. SDM vol. 3A, 4.10.4.1. */
    cr4 = read_cr4();
    write_cr4(cr4 ^ CR4_PGE);
    write_cr4(cr4);
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
    unsigned long linear;

    if (end - start > FLUSH_CEILING_PAGES * PAGE_SIZE) {
        flush_tlb_all();
        return;
    }
    for (linear = start; linear < end; linear += PAGE_SIZE)
        flush_tlb_one(linear);
}
