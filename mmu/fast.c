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

static bool policy_depends_on_use(const struct tlb_bank *bank)
{
    return bank->geometry.policy == TLB_POLICY_PLRU ||
           bank->geometry.policy == TLB_POLICY_LRU;
}

/* Come from a slot, and share its set's replacement state. */
static void fast_join(struct fast_entry *fast,
                      const struct translation *translation)
{
    struct tlb_bank *bank = translation->bank;
    const uint32_t way = tlb_bank_way(bank, translation->slot);

    fast->bank = bank;
    fast->slot = translation->slot;
    bank->entry[translation->slot].has_fast = true;
    if (policy_depends_on_use(bank)) {
        fast->recency = &bank->recency[translation->slot >> bank->way_shift];
        fast->keep = bank->keep[way];
        fast->mark = bank->mark[way];
    }
}

static bool fast_may_write(const struct mmu *mmu, enum privilege privilege,
                           const struct translation *translation)
{
    const uint8_t page = mmu->bus->page[translation->physical >> 12];
    const struct tlb_entry *entry;

    if ((page & (BUS_PAGE_RAM | BUS_PAGE_CODE)) != BUS_PAGE_RAM)
        return false;
    if (!translation->bank)
        return true;
    entry = &translation->bank->entry[translation->slot];
    return (entry->flags & TLB_DIRTY) &&
           paging_rights_allow(entry->flags, ACCESS_WRITE, privilege,
                               mmu->mode.write_protect);
}

static bool is_plain_memory(const struct mmu *mmu, physical_addr physical)
{
    return LIKELY(bus_is_ram(mmu->bus, physical)) ||
           bus_range_at(mmu->bus, physical)->kind == BUS_ROM;
}

static bool is_watched(const struct mmu *mmu, linear_addr page)
{
    for (unsigned i = 0; i < mmu->watched_count; i++) {
        if (mmu->watched[i] == page)
            return true;
    }
    return false;
}

void mmu_fill_fast(struct mmu *mmu, struct page_request request,
                   const struct translation *translation)
{
    const linear_addr page = request.linear & PAGE_FRAME_MASK;
    const physical_addr frame = translation->physical & PAGE_FRAME_MASK;
    struct fast_entry *fast = &mmu->table[request.privilege][fast_place(page)];

    if (!mmu->use_fast || !is_plain_memory(mmu, frame) ||
        (mmu->paging && !translation->bank) || is_watched(mmu, page))
        return;
    fast_drop(fast);
    fast->addend = (uintptr_t)mmu->bus->memory + frame - page;
    fast->recency = &mmu->no_recency;
    fast->keep = ~0ull;
    fast->mark = 0;
    if (translation->bank)
        fast_join(fast, translation);
    fast->read_page = page;
    if (fast_may_write(mmu, request.privilege, translation))
        fast->write_page = page;
}
