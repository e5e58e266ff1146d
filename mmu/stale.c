/* SPDX-License-Identifier: MIT */
#include "mmu/stale.h"

#include <stdlib.h>

#include "mmu/slot.h"

enum { BANKS = 4 };

#define NO_ENTRY UINT32_MAX

/* Where a TLB entry came from. */
struct origin {
    physical_addr pde;
    physical_addr pte;        /* NO_ENTRY under a large page */
    struct stale_place store; /* what made it suspect */
    enum bus_master writer;
    physical_addr entry; /* which of the two was written */
    uint64_t old_entry;
};

struct stale {
    struct mmu *mmu;
    struct origin *origin[BANKS]; /* by slot; NULL where there is no bank */
    void (*report)(void *context, const struct stale_finding *finding);
    void *context;
};

static struct tlb_bank *bank_of(const struct stale *stale, unsigned i)
{
    struct tlb_bank *const banks[BANKS] = {
        &stale->mmu->data, &stale->mmu->data_large, &stale->mmu->code_small,
        &stale->mmu->code_large};

    return banks[i];
}

static struct origin *origin_of(const struct stale *stale,
                                const struct tlb_bank *bank, uint32_t slot)
{
    unsigned i = 0;

    while (bank_of(stale, i) != bank)
        i++;
    return &stale->origin[i][slot];
}

static struct stale_place place_now(const struct stale *stale)
{
    struct trace *trace = stale->mmu->trace;
    struct trace_record record = {.event = TRACE_TLB};

    if (trace->locate)
        trace->locate(trace->locate_context, &record);
    return (struct stale_place){record.tick, record.eip, record.cr3,
                                record.cpl};
}

/* --- What the tables say --- */

static struct page_walk walk_of(const struct stale *stale, linear_addr linear)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};

    return paging_walk(stale->mmu->bus, &stale->mmu->mode, request);
}

/* If not, what holds for one address need not hold for the whole page. */
static bool same_size(const struct page_walk *walk, const struct tlb_bank *bank,
                      const struct tlb_entry *entry)
{
    return walk->large == (bank->page_shift != 12 || entry->flags & TLB_LARGE);
}

/* True if the entry grants what `walk` does not: to anybody. */
static bool grants_more(const struct page_walk *walk,
                        const struct tlb_entry *entry)
{
    const uint64_t leaf = walk->large ? walk->pde : walk->pte;

    return (entry->flags & ~walk->rights & (TLB_RW | TLB_US)) ||
           ((entry->flags & TLB_DIRTY) && !(leaf & PTE_D));
}

/* True if the entry leads elsewhere than `walk` does. A page of another size
 * that leads to the same place is none the worse. */
static bool leads_elsewhere(const struct page_walk *walk,
                            const struct tlb_bank *bank,
                            const struct tlb_entry *entry)
{
    const uint32_t inside = walk->request.linear & ~(~0u << bank->page_shift);

    return !walk->ok || walk->physical != (entry->frame | inside);
}

/*
 * True if `walk` contradicts the entry in what the request asks of it, and
 * how. That the tables grant more than the TLB does harms nobody, and A is no
 * business of the TLB's.
 */
static bool contradicts(const struct stale *stale, const struct page_walk *walk,
                        const struct tlb_bank *bank,
                        const struct tlb_entry *entry,
                        struct page_request request, enum stale_kind *kind)
{
    const uint64_t leaf = walk->large ? walk->pde : walk->pte;

    if (!walk->ok)
        *kind = STALE_REMOVED;
    else if (leads_elsewhere(walk, bank, entry))
        *kind = STALE_MOVED;
    else if (!paging_rights_allow(walk->rights, request.access,
                                  request.privilege,
                                  stale->mmu->mode.write_protect))
        *kind = STALE_NARROWED;
    else if (request.access == ACCESS_WRITE && !(leaf & PTE_D))
        *kind = STALE_CLEANED;
    else
        return false;
    return true;
}

/* --- Writes to tables --- */

static bool overlaps(physical_addr entry, unsigned entry_size,
                     physical_addr physical, uint32_t size)
{
    return entry != NO_ENTRY && entry < (uint64_t)physical + size &&
           physical < (uint64_t)entry + entry_size;
}

/* The slot's entry in memory that a write will change, or NO_ENTRY. */
static physical_addr written_entry(const struct origin *origin, bool pae,
                                   physical_addr physical, uint32_t size)
{
    const unsigned entry_size = pae ? 8 : 4;

    if (overlaps(origin->pte, entry_size, physical, size))
        return origin->pte;
    if (overlaps(origin->pde, entry_size, physical, size))
        return origin->pde;
    return NO_ENTRY;
}

static uint64_t entry_value(const struct stale *stale, physical_addr entry)
{
    const struct bus *bus = stale->mmu->bus;
    uint64_t value = bus_load(bus, entry, 4);

    if (stale->mmu->mode.pae)
        value |= (uint64_t)bus_load(bus, entry + 4, 4) << 32;
    return value;
}

/* The first write that changes what matters is to blame, so one that finds
 * the entry as the tables have it takes the blame from those before. */
static void suspect(struct stale *stale, struct tlb_bank *bank, uint32_t slot,
                    enum bus_master writer, physical_addr memory_entry)
{
    struct origin *origin = origin_of(stale, bank, slot);
    struct tlb_entry *entry = &bank->entry[slot];

    if (entry->flags & TLB_SUSPECT) {
        const struct page_walk walk = walk_of(stale, entry->page);

        if (leads_elsewhere(&walk, bank, entry) || grants_more(&walk, entry))
            return;
    }
    entry->flags |= TLB_SUSPECT;
    slot_drop_fast(stale->mmu, bank, entry);
    origin->store = place_now(stale);
    origin->writer = writer;
    origin->entry = memory_entry;
    origin->old_entry = entry_value(stale, memory_entry);
    if (stale->mmu->code.bank == bank && stale->mmu->code.slot == slot)
        code_gone(stale->mmu);
}

static void tables_written(void *context, enum bus_master master,
                           physical_addr physical, uint32_t size)
{
    struct stale *stale = context;

    if (master == BUS_PAGE_WALK) /* A and D, which a walk only ever adds */
        return;
    for (unsigned i = 0; i < BANKS; i++) {
        struct tlb_bank *bank = bank_of(stale, i);

        for (uint32_t n = 0; n < bank->live_count; n++) {
            const uint32_t slot = bank->live[n];
            physical_addr entry;

            if (!(bank->entry[slot].flags & TLB_VALID))
                continue;
            entry = written_entry(&stale->origin[i][slot], stale->mmu->mode.pae,
                                  physical, size);
            if (entry != NO_ENTRY)
                suspect(stale, bank, slot, master, entry);
        }
    }
}

/* Stores to the page must be announced from now on, also fast ones. */
static void watch_table(struct stale *stale, physical_addr entry)
{
    struct bus *bus = stale->mmu->bus;

    if (bus->watchers[entry >> 12] & BUS_WATCH_TABLES)
        return;
    bus_watch(bus, entry, BUS_WATCH_TABLES);
    mmu_clear_fast(stale->mmu);
}

void stale_filled(struct stale *stale, const struct tlb_bank *bank,
                  uint32_t slot, const struct page_walk *walk)
{
    struct origin *origin = origin_of(stale, bank, slot);

    *origin =
        (struct origin){.pde = walk->pde_address,
                        .pte = walk->has_pte ? walk->pte_address : NO_ENTRY};
    watch_table(stale, origin->pde);
    if (walk->has_pte)
        watch_table(stale, origin->pte);
}

void stale_used(struct stale *stale, struct tlb_bank *bank, uint32_t slot,
                struct page_request request)
{
    const struct origin *origin = origin_of(stale, bank, slot);
    struct tlb_entry *entry = &bank->entry[slot];
    struct stale_finding finding = {.request = request,
                                    .writer = origin->writer,
                                    .store = origin->store,
                                    .entry = origin->entry,
                                    .old_entry = origin->old_entry,
                                    .old_frame = entry->frame,
                                    .old_rights =
                                        entry->flags & (TLB_RW | TLB_US),
                                    .walk = walk_of(stale, request.linear)};

    if (contradicts(stale, &finding.walk, bank, entry, request,
                    &finding.kind)) {
        finding.use = place_now(stale);
        stale->report(stale->context, &finding);
    } else if (!grants_more(&finding.walk, entry) &&
               same_size(&finding.walk, bank, entry)) {
        entry->flags &= (uint16_t)~TLB_SUSPECT;
    }
}

struct stale *stale_create(struct mmu *mmu,
                           void (*report)(void *context,
                                          const struct stale_finding *finding),
                           void *context)
{
    struct stale *stale = calloc(1, sizeof *stale);

    if (!stale)
        return NULL;
    *stale = (struct stale){.mmu = mmu, .report = report, .context = context};
    for (unsigned i = 0; i < BANKS; i++) {
        const uint32_t entries = bank_of(stale, i)->geometry.entries;

        stale->origin[i] =
            calloc(entries ? entries : 1, sizeof *stale->origin[i]);
        if (!stale->origin[i]) {
            stale_destroy(stale);
            return NULL;
        }
    }
    mmu->stale = stale;
    mmu_choose_way(mmu);
    mmu->bus->tables = (struct bus_watch){tables_written, stale};
    return stale;
}

void stale_destroy(struct stale *stale)
{
    if (!stale)
        return;
    if (stale->mmu->stale == stale) {
        stale->mmu->stale = NULL;
        mmu_choose_way(stale->mmu);
        stale->mmu->bus->tables.written = NULL;
    }
    for (unsigned i = 0; i < BANKS; i++)
        free(stale->origin[i]);
    free(stale);
}
