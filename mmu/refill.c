/* SPDX-License-Identifier: MIT */
/*
 * The short way to a fast entry, for what memory-bound guests do most: a page
 * of RAM that the data TLB does not have, or whose D is to be set, under 32-bit
 * paging, with nobody recording or watching. It looks before it touches, calls
 * nobody, and leaves all else to mmu_translate() with nothing changed.
 */
#include "mmu/fast.h"
#include "mmu/slot.h"

/* Of the TLBs for data of all chips. */
enum { WAYS = 4 };

/* The rights that an access needs, in one word. */
static uint8_t rights_needed(const struct mmu *mmu, enum privilege privilege,
                             enum access access)
{
    uint8_t needed = 0;

    while (!paging_rights_allow(needed, access, privilege,
                                mmu->mode.write_protect))
        needed = (uint8_t)(needed + PTE_RW);
    return needed;
}

void mmu_choose_way(struct mmu *mmu)
{
    const struct tlb_geometry *geometry = &mmu->data.geometry;

    mmu->short_way = mmu->paging && !mmu->mode.pae && !mmu->mode.a20_shut &&
                     !mmu->stale && !mmu->watched_count &&
                     geometry->ways == WAYS &&
                     geometry->policy == TLB_POLICY_PLRU;
    for (unsigned i = 0; i < 4; i++)
        mmu->needed[i / 2][i % 2] =
            rights_needed(mmu, (enum privilege)(i / 2), (enum access)(i % 2));
}

static ALWAYS_INLINE bool may_take_short_way(const struct mmu *mmu)
{
    const uint32_t recorded = 1u << TRACE_TLB | 1u << TRACE_WALK;

    return mmu->short_way && mmu->use_fast && !(mmu->trace->enabled & recorded);
}

/* What the walk knows of the access. */
struct wanted {
    linear_addr linear;
    uint32_t rights; /* TLB_RW, TLB_US: as PTE_ */
    uint32_t leaf;   /* PTE_A, PTE_D to be set in the PTE */
    uint8_t refused; /* bits of a page of the bus: there is no fast entry */
};

/* The entry of the set that has the page, or NULL. */
static ALWAYS_INLINE struct tlb_entry *find(struct tlb_entry *set,
                                            linear_addr page)
{
    if (set[0].page == page)
        return &set[0];
    if (set[1].page == page)
        return &set[1];
    if (set[2].page == page)
        return &set[2];
    return set[3].page == page ? &set[3] : NULL;
}

/* True if the data TLB has the page in the bank for large ones. */
static ALWAYS_INLINE bool is_in_large(const struct mmu *mmu, linear_addr linear)
{
    return UNLIKELY(mmu->data_large.valid) &&
           tlb_bank_find(&mmu->data_large, linear) != TLB_SLOT_NONE;
}

/*
 * Walk, and set A and D; 0 if that does not come to the PTE of a page of RAM,
 * and then nothing has changed. Else that PTE, with the rights of the PDE too.
 */
static ALWAYS_INLINE uint32_t walk(const struct mmu *mmu,
                                   const struct wanted wanted)
{
    const struct bus *bus = mmu->bus;
    const physical_addr directory = mmu->mode.cr3 & PAGE_FRAME_MASK;
    physical_addr table;
    uint32_t pde;
    uint32_t pte;
    uint8_t *host;

    if (UNLIKELY(!bus_is_ram(bus, directory)))
        return 0;
    pde = bus_load(bus, directory | (wanted.linear >> 22) * 4, 4);
    table = pde & PAGE_FRAME_MASK;
    if (UNLIKELY((pde & (PTE_P | PTE_A | PTE_PS)) != (PTE_P | PTE_A) ||
                 !bus_is_ram(bus, table)))
        return 0;
    host = bus->memory + (table | (wanted.linear >> 12 & 0x3ff) * 4);
    pte = bytes_load(host, 4);
    /* The data that follow miss the host's caches too: begin now. */
    __builtin_prefetch(bus->memory + ((pte & PAGE_FRAME_MASK) |
                                      (wanted.linear & PAGE_OFFSET_MASK)));
    if (UNLIKELY((~(pde & pte) & (wanted.rights | PTE_P)) |
                 (pde & mmu->mode.reserved.table) |
                 (pte & mmu->mode.reserved.page)))
        return 0;
    if (UNLIKELY((bus->page[pte >> 12] & wanted.refused) != BUS_PAGE_RAM))
        return 0;
    if (UNLIKELY(~pte & wanted.leaf)) {
        if (bus->page[table >> 12] & BUS_PAGE_WATCHED)
            return 0;
        bytes_store(host, 4, pte | wanted.leaf);
    }
    return (pte | wanted.leaf) & (pde | ~(uint32_t)(PTE_RW | PTE_US));
}

/* An entry of a set that does not have the page; what was in it is evicted. */
static ALWAYS_INLINE struct tlb_entry *take(struct mmu *mmu,
                                            struct tlb_entry *set,
                                            uint64_t recency)
{
    struct tlb_entry *entry = &set[tlb_plru_victim(recency, WAYS)];

    mmu->counts.data_misses++;
    if (UNLIKELY(mmu->data.valid != mmu->data.geometry.entries)) {
        struct tlb_entry *empty = find(set, TLB_NO_PAGE);

        if (empty)
            return empty;
    }
    mmu->counts.evictions++;
    slot_kill_small(mmu, &mmu->data, entry);
    return entry;
}

static ALWAYS_INLINE uint32_t entry_flags(const struct mmu *mmu, uint32_t pte)
{
    uint32_t flags = TLB_VALID | (pte & (PTE_RW | PTE_US));

    if (mmu->mode.global_pages && (pte & PTE_G))
        flags |= TLB_GLOBAL;
    return flags | (pte & PTE_D ? TLB_DIRTY : 0u);
}

/* mmu_refill() for one kind of access. */
static ALWAYS_INLINE bool refill(struct mmu *mmu, linear_addr linear,
                                 const enum access access,
                                 const enum privilege privilege)
{
    const bool write = access == ACCESS_WRITE;
    const struct wanted wanted = {
        linear, mmu->needed[privilege][access], PTE_A | (write ? PTE_D : 0u),
        BUS_PAGE_RAM | (write ? BUS_PAGE_WATCHED : 0)};
    const linear_addr page = linear & PAGE_FRAME_MASK;
    struct tlb_bank *bank = &mmu->data;
    const uint32_t number = linear >> 12 & bank->set_mask;
    uint64_t *recency = &bank->recency[number];
    struct tlb_entry *set = &bank->entry[number * WAYS];
    struct tlb_entry *entry = find(set, page);
    struct fast_entry *fast = &mmu->table[privilege][fast_place(linear)];
    uint32_t way;
    uint32_t flags;
    uint32_t pte;

    if (entry ? entry_serves(mmu, entry, access, privilege)
              : is_in_large(mmu, linear))
        return false;
    pte = walk(mmu, wanted);
    if (UNLIKELY(!pte))
        return false;
    mmu->counts.walks++;
    if (LIKELY(!entry))
        entry = take(mmu, set, *recency);
    else
        slot_kill_small(mmu, bank, entry);
    flags = entry_flags(mmu, pte);
    slot_set(bank, entry, page, pte & PAGE_FRAME_MASK, flags);
    way = (uint32_t)(entry - set);
    *recency = (*recency & bank->keep[way]) | bank->mark[way];
    fast_join(fast, bank, entry, way, recency, privilege);
    fast_set(mmu, fast, page, pte & PAGE_FRAME_MASK,
             fast_is_writable(mmu, flags, privilege), 0);
    return true;
}

bool mmu_refill(struct mmu *mmu, linear_addr linear, enum access access,
                enum privilege privilege)
{
    if (UNLIKELY(!may_take_short_way(mmu)))
        return false;
    if (privilege == PRIVILEGE_USER)
        return access == ACCESS_WRITE
                   ? refill(mmu, linear, ACCESS_WRITE, PRIVILEGE_USER)
                   : refill(mmu, linear, ACCESS_READ, PRIVILEGE_USER);
    return access == ACCESS_WRITE
               ? refill(mmu, linear, ACCESS_WRITE, PRIVILEGE_SUPERVISOR)
               : refill(mmu, linear, ACCESS_READ, PRIVILEGE_SUPERVISOR);
}
