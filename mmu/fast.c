/* SPDX-License-Identifier: MIT */
#include "mmu/fast.h"

enum { FAST_TABLES = 2 };

static void fast_drop(struct fast_entry *fast)
{
    fast->read_page = FAST_EMPTY;
    fast->write_page = FAST_EMPTY;
    fast->bank = NULL;
}

static void drop_if_from(struct fast_entry *fast, const struct tlb_bank *bank,
                         uint32_t slot)
{
    if (fast->bank == bank && fast->slot == slot)
        fast_drop(fast);
}

void fast_drop_slot(struct mmu *mmu, struct tlb_bank *bank, uint32_t slot)
{
    const uint32_t place = fast_place(bank->entry[slot].page);

    bank->entry[slot].has_fast = false;
    if (LIKELY(bank->page_shift == 12)) {
        drop_if_from(&mmu->table[PRIVILEGE_SUPERVISOR][place], bank, slot);
        drop_if_from(&mmu->table[PRIVILEGE_USER][place], bank, slot);
        return;
    }
    for (unsigned i = 0; i < FAST_ENTRIES; i++) {
        drop_if_from(&mmu->table[PRIVILEGE_SUPERVISOR][i], bank, slot);
        drop_if_from(&mmu->table[PRIVILEGE_USER][i], bank, slot);
    }
}

void mmu_clear_fast(struct mmu *mmu)
{
    for (unsigned privilege = 0; privilege < FAST_TABLES; privilege++) {
        for (unsigned i = 0; i < FAST_ENTRIES; i++)
            fast_drop(&mmu->table[privilege][i]);
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
