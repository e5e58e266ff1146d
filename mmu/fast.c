/* SPDX-License-Identifier: MIT */
#include "mmu/fast.h"

enum { FAST_TABLES = 2 };

static struct fast_entry *fast_at(struct mmu *mmu, uint16_t index)
{
    return &mmu->table[index / FAST_ENTRIES][index % FAST_ENTRIES];
}

static uint16_t fast_index(const struct mmu *mmu, const struct fast_entry *fast)
{
    return (uint16_t)(fast - mmu->table[0]);
}

/* Empty one fast entry and take it out of its slot's list. */
static void fast_drop(struct mmu *mmu, struct fast_entry *fast)
{
    fast->read_page = FAST_EMPTY;
    fast->write_page = FAST_EMPTY;
    if (!fast->bank)
        return;
    if (fast->previous == TLB_NO_FAST)
        fast->bank->entry[fast->slot].fast = fast->next;
    else
        fast_at(mmu, fast->previous)->next = fast->next;
    if (fast->next != TLB_NO_FAST)
        fast_at(mmu, fast->next)->previous = fast->previous;
    fast->bank = NULL;
}

void fast_drop_slot(struct mmu *mmu, const struct tlb_entry *entry)
{
    while (entry->fast != TLB_NO_FAST)
        fast_drop(mmu, fast_at(mmu, entry->fast));
}

void mmu_clear_fast(struct mmu *mmu)
{
    for (unsigned privilege = 0; privilege < FAST_TABLES; privilege++) {
        for (unsigned i = 0; i < FAST_ENTRIES; i++)
            fast_drop(mmu, &mmu->table[privilege][i]);
    }
}

static bool policy_depends_on_use(const struct tlb_bank *bank)
{
    return bank->geometry.policy == TLB_POLICY_PLRU ||
           bank->geometry.policy == TLB_POLICY_LRU;
}

/* Join the list of the slot, and share its set's replacement state. */
static void fast_join(struct mmu *mmu, struct fast_entry *fast,
                      const struct translation *translation)
{
    struct tlb_bank *bank = translation->bank;
    struct tlb_entry *entry = &bank->entry[translation->slot];
    const uint32_t ways = bank->geometry.ways;

    fast->bank = bank;
    fast->slot = translation->slot;
    fast->previous = TLB_NO_FAST;
    fast->next = entry->fast;
    if (entry->fast != TLB_NO_FAST)
        fast_at(mmu, entry->fast)->previous = fast_index(mmu, fast);
    entry->fast = fast_index(mmu, fast);
    if (policy_depends_on_use(bank)) {
        fast->recency = &bank->recency[translation->slot / ways];
        fast->keep = bank->keep[translation->slot % ways];
        fast->mark = bank->mark[translation->slot % ways];
    }
}

static bool fast_may_write(const struct mmu *mmu, enum privilege privilege,
                           const struct translation *translation)
{
    const uint8_t page = mmu->bus->page[translation->physical >> 12];
    const struct tlb_entry *entry;

    if (page & BUS_PAGE_CODE || !bus_is_ram(mmu->bus, translation->physical))
        return false;
    if (!translation->bank)
        return true;
    entry = &translation->bank->entry[translation->slot];
    return (entry->flags & TLB_DIRTY) &&
           paging_rights_allow(entry->flags, ACCESS_WRITE, privilege,
                               mmu->mode.write_protect);
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
    const enum bus_kind kind = bus_range_at(mmu->bus, frame)->kind;
    struct fast_entry *fast = &mmu->table[request.privilege][fast_place(page)];

    if (is_watched(mmu, page))
        return;
    if (!mmu->use_fast || (kind != BUS_RAM && kind != BUS_ROM) ||
        (mmu->paging && !translation->bank))
        return;
    fast_drop(mmu, fast);
    fast->addend = (uintptr_t)mmu->bus->memory + frame - page;
    fast->recency = &mmu->no_recency;
    fast->keep = ~0ull;
    fast->mark = 0;
    if (translation->bank)
        fast_join(mmu, fast, translation);
    fast->read_page = page;
    if (fast_may_write(mmu, request.privilege, translation))
        fast->write_page = page;
}
