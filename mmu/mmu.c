/* SPDX-License-Identifier: MIT */
#include "mmu/mmu.h"

#include <string.h>

#include "mmu/fast.h"
#include "mmu/record.h"
#include "mmu/slot.h"

/* Drop the live entries of a bank, sparing global ones if asked. */
static uint32_t bank_flush(struct mmu *mmu, struct tlb_bank *bank,
                           bool keep_global)
{
    uint32_t kept = 0;
    uint32_t dropped = 0;

    for (uint32_t i = 0; i < bank->live_count; i++) {
        const uint32_t slot = bank->live[i];
        struct tlb_entry *entry = &bank->entry[slot];

        if ((entry->flags & TLB_VALID) && keep_global &&
            (entry->flags & TLB_GLOBAL)) {
            bank->live[kept++] = slot;
            continue;
        }
        entry->listed = false;
        if (!(entry->flags & TLB_VALID))
            continue;
        slot_kill(mmu, bank, slot);
        dropped++;
    }
    bank->live_count = kept;
    return dropped;
}

static void flush(struct mmu *mmu, bool keep_global, enum tlb_cause cause)
{
    uint32_t dropped = bank_flush(mmu, &mmu->data, keep_global);

    dropped += bank_flush(mmu, &mmu->data_large, keep_global);
    dropped += bank_flush(mmu, &mmu->code_small, keep_global);
    dropped += bank_flush(mmu, &mmu->code_large, keep_global);
    code_flushed(mmu);
    mmu->counts.flushes[cause]++;
    trace_tlb_flush(mmu, cause, 0, dropped);
}

/* The pieces of a large page that stand in a bank for small ones. */
NEVER_INLINE static uint32_t bank_drop_pieces(struct mmu *mmu,
                                              struct tlb_bank *bank,
                                              linear_addr linear)
{
    const unsigned large_shift = paging_large_shift(&mmu->mode);
    uint32_t dropped = 0;

    for (uint32_t i = 0; i < bank->live_count; i++) {
        const struct tlb_entry *entry = &bank->entry[bank->live[i]];

        if ((entry->flags & TLB_LARGE) &&
            !((entry->page ^ linear) >> large_shift)) {
            slot_kill(mmu, bank, bank->live[i]);
            dropped++;
        }
    }
    return dropped;
}

NEVER_INLINE static uint32_t bank_drop_large(struct mmu *mmu,
                                             struct tlb_bank *bank,
                                             linear_addr linear)
{
    const int slot = tlb_bank_find(bank, linear);

    if (slot == TLB_SLOT_NONE)
        return 0;
    slot_kill(mmu, bank, (uint32_t)slot);
    return 1;
}

/* The slot in a bank for small pages: most have four ways. */
static ALWAYS_INLINE int find_small(const struct tlb_bank *bank,
                                    linear_addr linear)
{
    enum { USUAL_WAYS = 4 };
    const uint32_t ways = bank->geometry.ways;

    return LIKELY(ways == USUAL_WAYS)
               ? tlb_bank_find_as(bank, linear, 12, USUAL_WAYS)
               : tlb_bank_find_as(bank, linear, 12, ways);
}

static ALWAYS_INLINE uint32_t bank_drop_small(struct mmu *mmu,
                                              struct tlb_bank *bank,
                                              linear_addr linear)
{
    const int slot = find_small(bank, linear);
    uint32_t dropped = 0;

    if (slot != TLB_SLOT_NONE) {
        slot_kill_small(mmu, bank, &bank->entry[slot]);
        dropped++;
    }
    if (UNLIKELY(bank->has_pieces))
        dropped += bank_drop_pieces(mmu, bank, linear);
    return dropped;
}

static void drop_page(struct mmu *mmu, linear_addr linear, enum tlb_cause cause)
{
    uint32_t dropped = bank_drop_small(mmu, &mmu->data, linear);

    if (mmu->code_small.valid)
        dropped += bank_drop_small(mmu, &mmu->code_small, linear);
    if (UNLIKELY(mmu->data_large.valid))
        dropped += bank_drop_large(mmu, &mmu->data_large, linear);
    if (UNLIKELY(mmu->code_large.valid))
        dropped += bank_drop_large(mmu, &mmu->code_large, linear);
    code_flushed(mmu);
    mmu->counts.flushes[cause]++;
    trace_tlb_flush(mmu, cause, linear & PAGE_FRAME_MASK, dropped);
}

void mmu_drop_faulting_page(struct mmu *mmu, linear_addr linear)
{
    drop_page(mmu, linear, TLB_CAUSE_PAGE_FAULT);
}

void mmu_set_cr3(struct mmu *mmu, uint32_t cr3)
{
    mmu->mode.cr3 = cr3;
    trace_place_changed(mmu->trace);
    flush(mmu, true, TLB_CAUSE_CR3);
}

/* What was counted while paging was off does not count. */
static void count_paging(struct mmu *mmu, bool paging)
{
    if (paging) {
        mmu->counts.data_lookups = mmu->idle_data_lookups;
        mmu->counts.code_lookups = mmu->idle_code_lookups;
    } else {
        mmu->idle_data_lookups = mmu->counts.data_lookups;
        mmu->idle_code_lookups = mmu->counts.code_lookups;
    }
}

/* PAE paging cuts the address elsewhere; called with the banks empty. */
static void resize_large_pages(struct mmu *mmu)
{
    mmu->data_large.page_shift = paging_large_shift(&mmu->mode);
    mmu->code_large.page_shift = paging_large_shift(&mmu->mode);
}

void mmu_set_control(struct mmu *mmu, bool paging, struct paging_mode mode)
{
    const struct paging_mode old = mmu->mode;
    const bool paging_changed = paging != mmu->paging;

    mmu->mode = mode;
    mmu->mode.a20_shut = old.a20_shut;
    memcpy(mmu->mode.pdpte, old.pdpte, sizeof old.pdpte);
    mmu->paging = paging;
    if (paging_changed) {
        count_paging(mmu, paging);
        mmu_clear_fast(mmu);
        flush(mmu, false, TLB_CAUSE_CR0);
        code_flushed(mmu);
    } else if (mode.large_pages != old.large_pages ||
               mode.global_pages != old.global_pages || mode.pae != old.pae) {
        flush(mmu, false, TLB_CAUSE_CR4);
    } else if (mode.write_protect != old.write_protect) {
        mmu_clear_fast(mmu);
    }
    if (mode.pae != old.pae)
        resize_large_pages(mmu);
    mmu_choose_way(mmu);
}

void mmu_set_pdptes(struct mmu *mmu, const uint64_t pdpte[PDPTE_COUNT])
{
    memcpy(mmu->mode.pdpte, pdpte, sizeof mmu->mode.pdpte);
}

struct mmu_counts mmu_counts(const struct mmu *mmu)
{
    struct mmu_counts counts = mmu->counts;

    if (!mmu->paging) {
        counts.data_lookups = mmu->idle_data_lookups;
        counts.code_lookups = mmu->idle_code_lookups;
    }
    return counts;
}

void mmu_invalidate_page(struct mmu *mmu, linear_addr linear)
{
    drop_page(mmu, linear, TLB_CAUSE_INVLPG);
}

void mmu_set_a20(struct mmu *mmu, bool open)
{
    const physical_addr mask = open ? 0xffffffffu : ~(1u << 20);

    if (mask == mmu->a20_mask)
        return;
    mmu->a20_mask = mask;
    mmu->mode.a20_shut = !open;
    mmu_clear_fast(mmu);
    mmu_choose_way(mmu);
    code_flushed(mmu);
}

static bool banks_init(struct mmu *mmu, struct error *error)
{
    const struct tlb_model *model = &mmu->model;

    return tlb_bank_init(&mmu->data, &model->data, 12, error) &&
           tlb_bank_init(&mmu->data_large, &model->data_large, LARGE_PAGE_SHIFT,
                         error) &&
           tlb_bank_init(&mmu->code_small, &model->code, 12, error) &&
           tlb_bank_init(&mmu->code_large, &model->code_large, LARGE_PAGE_SHIFT,
                         error);
}

bool mmu_init(struct mmu *mmu, struct bus *bus, struct trace *trace,
              const struct tlb_model *model, struct error *error)
{
    memset(mmu, 0, sizeof *mmu);
    mmu->bus = bus;
    mmu->trace = trace;
    mmu->model = *model;
    mmu->unified = !model->split;
    mmu->use_fast = true;
    mmu->a20_mask = 0xffffffffu;
    mmu->fast = mmu->table[PRIVILEGE_SUPERVISOR];
    for (unsigned i = 0; i < FAST_ENTRIES; i++) {
        mmu->table[PRIVILEGE_SUPERVISOR][i].recency = &mmu->no_recency;
        mmu->table[PRIVILEGE_USER][i].recency = &mmu->no_recency;
    }
    mmu_clear_fast(mmu);
    if (!banks_init(mmu, error)) {
        mmu_release(mmu);
        return false;
    }
    return true;
}

void mmu_release(struct mmu *mmu)
{
    tlb_bank_release(&mmu->data);
    tlb_bank_release(&mmu->data_large);
    tlb_bank_release(&mmu->code_small);
    tlb_bank_release(&mmu->code_large);
}

void mmu_reset(struct mmu *mmu)
{
    const struct paging_mode mode = {0};

    mmu_set_control(mmu, false, mode);
    flush(mmu, false, TLB_CAUSE_RESET);
    mmu_set_a20(mmu, true);
    mmu_set_privilege(mmu, PRIVILEGE_SUPERVISOR);
}
