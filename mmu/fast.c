/* SPDX-License-Identifier: MIT */
#include "mmu/fast.h"

enum { FAST_TABLES = 2 };

void fast_drop_large(struct mmu *mmu, struct tlb_entry *entry)
{
    for (unsigned i = 0; i < FAST_ENTRIES; i++) {
        fast_drop(&mmu->table[PRIVILEGE_SUPERVISOR][i], entry);
        fast_drop(&mmu->table[PRIVILEGE_USER][i], entry);
    }
    entry->fast = 0;
}

void mmu_clear_fast(struct mmu *mmu)
{
    for (unsigned privilege = 0; privilege < FAST_TABLES; privilege++) {
        for (unsigned i = 0; i < FAST_ENTRIES; i++)
            fast_empty(&mmu->table[privilege][i]);
    }
}

bool fast_is_watched(const struct mmu *mmu, linear_addr page)
{
    for (unsigned i = 0; i < mmu->watched_count; i++) {
        if (mmu->watched[i] == page)
            return true;
    }
    return false;
}

void fast_fill_recorded(struct mmu *mmu, struct page_request request,
                        const struct translation *at)
{
    if (trace_is_told(&mmu->trace->stream, request.linear, at->physical))
        fast_fill_tagged(mmu, request, *at, FAST_RECORDED);
}
