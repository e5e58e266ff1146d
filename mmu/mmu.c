/* SPDX-License-Identifier: MIT */
#include "mmu/mmu.h"

#include <string.h>

#include "mmu/fast.h"
#include "mmu/record.h"

/* After a flush the next fetch looks its page up, whatever became of it. */
static void code_flushed(struct mmu *mmu)
{
    mmu->code.held = false;
    mmu->code.live = false;
}

static void slot_kill(struct mmu *mmu, struct tlb_bank *bank, uint32_t slot)
{
    struct tlb_entry *entry = &bank->entry[slot];

    if (entry->has_fast)
        fast_drop_slot(mmu, bank, slot);
    entry->flags = 0;
    if (mmu->code.bank == bank && mmu->code.slot == slot)
        mmu->code.live = false;
}

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
        dropped += entry->flags & TLB_VALID;
        entry->listed = false;
        slot_kill(mmu, bank, slot);
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

static uint32_t bank_drop_page(struct mmu *mmu, struct tlb_bank *bank,
                               linear_addr linear)
{
    const int slot = tlb_bank_find(bank, linear);
    uint32_t dropped = 0;

    if (slot != TLB_SLOT_NONE) {
        slot_kill(mmu, bank, (uint32_t)slot);
        dropped++;
    }
    if (!bank->has_pieces)
        return dropped;
    for (uint32_t i = 0; i < bank->live_count; i++) {
        const struct tlb_entry *entry = &bank->entry[bank->live[i]];

        if ((entry->flags & TLB_LARGE) &&
            !((entry->page ^ linear) & LARGE_PAGE_MASK)) {
            slot_kill(mmu, bank, bank->live[i]);
            dropped++;
        }
    }
    return dropped;
}

static void drop_page(struct mmu *mmu, linear_addr linear, enum tlb_cause cause)
{
    uint32_t dropped = bank_drop_page(mmu, &mmu->data, linear);

    dropped += bank_drop_page(mmu, &mmu->data_large, linear);
    dropped += bank_drop_page(mmu, &mmu->code_small, linear);
    dropped += bank_drop_page(mmu, &mmu->code_large, linear);
    code_flushed(mmu);
    mmu->counts.flushes[cause]++;
    trace_tlb_flush(mmu, cause, linear & PAGE_FRAME_MASK, dropped);
}

static void slot_list(struct tlb_bank *bank, uint32_t slot)
{
    if (bank->entry[slot].listed)
        return;
    bank->entry[slot].listed = true;
    bank->live[bank->live_count++] = slot;
}

static uint16_t entry_flags(const struct page_walk *walk)
{
    const uint32_t leaf = walk->large ? walk->pde : walk->pte;
    const bool dirty = (leaf & PTE_D) || walk->request.access == ACCESS_WRITE;

    return (uint16_t)(TLB_VALID | walk->rights |
                      (walk->global ? TLB_GLOBAL : 0u) |
                      (dirty ? TLB_DIRTY : 0u));
}

/* The slot for a new entry; what was in it is evicted. `moved` from the other
 * bank, the page may still be in this one, hidden by the entry found first. */
static uint32_t slot_make_room(struct mmu *mmu, struct tlb_bank *bank,
                               bool moved, linear_addr linear)
{
    const int old = moved ? tlb_bank_find(bank, linear) : TLB_SLOT_NONE;
    const uint32_t slot =
        old == TLB_SLOT_NONE ? tlb_bank_victim(bank, linear) : (uint32_t)old;

    if (bank->entry[slot].flags & TLB_VALID && old == TLB_SLOT_NONE) {
        mmu->counts.evictions++;
        trace_tlb_entry(mmu, TLB_EVICT, bank, slot);
    }
    if (bank->entry[slot].flags & TLB_VALID)
        slot_kill(mmu, bank, slot);
    return slot;
}

/*
 * Put a walk that passed into the TLB for code or data: into the slot in
 * `out` where `found` says that it held the page before.
 */
static void insert(struct mmu *mmu, bool code, bool found,
                   const struct page_walk *walk, struct translation *out)
{
    struct tlb_bank *small = code ? &mmu->code_small : &mmu->data;
    struct tlb_bank *large = code ? &mmu->code_large : &mmu->data_large;
    struct tlb_bank *bank =
        walk->large && large->geometry.entries ? large : small;
    const uint32_t page_mask = ~0u << bank->page_shift;
    struct tlb_entry *entry;

    if (found)
        slot_kill(mmu, out->bank, out->slot);
    if (!bank->geometry.entries) {
        out->bank = NULL;
        return;
    }
    if (!found || out->bank != bank)
        out->slot = slot_make_room(mmu, bank, found, walk->request.linear);
    out->bank = bank;
    entry = &bank->entry[out->slot];
    entry->page = walk->request.linear & page_mask;
    entry->frame = walk->physical & page_mask;
    entry->flags = entry_flags(walk);
    if (walk->large && bank == small) {
        entry->flags |= TLB_LARGE;
        bank->has_pieces = true;
    }
    slot_list(bank, out->slot);
    tlb_bank_touch(bank, out->slot);
    trace_tlb_entry(mmu, TLB_FILL, bank, out->slot);
}

/* True if the entry serves the request as it stands. */
static bool entry_serves(const struct mmu *mmu, const struct tlb_entry *entry,
                         const struct page_request *request)
{
    if (!paging_rights_allow(entry->flags, request->access, request->privilege,
                             mmu->mode.write_protect))
        return false;
    return request->access != ACCESS_WRITE || (entry->flags & TLB_DIRTY);
}

static void page_fault(struct mmu *mmu, const struct page_walk *walk,
                       struct fault *fault)
{
    mmu->counts.page_faults++;
    *fault = (struct fault){.vector = VECTOR_PF,
                            .has_error_code = true,
                            .error_code = walk->error_code,
                            .linear = walk->request.linear};
}

/*
 * Walk, mark and remember. `found` is the entry that did not serve (no right,
 * or D to be set), which the chip checks against memory before it faults.
 */
static bool walk_and_insert(struct mmu *mmu, bool code, bool found,
                            struct page_request request,
                            struct translation *out, struct fault *fault)
{
    const struct page_walk walk = paging_walk(mmu->bus, &mmu->mode, request);
    uint32_t marked = 0;

    mmu->counts.walks++;
    /* The data that follow miss the host's caches too: begin now. */
    __builtin_prefetch(mmu->bus->memory + walk.physical);
    if (walk.ok)
        marked = paging_mark(mmu->bus, &walk);
    trace_walk(mmu, &walk, marked);
    if (!walk.ok) {
        if (found)
            drop_page(mmu, request.linear, TLB_CAUSE_PAGE_FAULT);
        page_fault(mmu, &walk, fault);
        return false;
    }
    insert(mmu, code, found, &walk, out);
    out->physical = walk.physical & mmu->a20_mask;
    return true;
}

static bool find(struct mmu *mmu, bool code, linear_addr linear,
                 struct translation *out)
{
    struct tlb_bank *small = code ? &mmu->code_small : &mmu->data;
    struct tlb_bank *large = code ? &mmu->code_large : &mmu->data_large;
    int slot = tlb_bank_find(small, linear);

    out->bank = small;
    if (slot == TLB_SLOT_NONE) {
        out->bank = large;
        slot = tlb_bank_find(large, linear);
    }
    out->slot = (uint32_t)slot;
    return slot != TLB_SLOT_NONE;
}

static void count_miss(struct mmu *mmu, bool fetch, linear_addr linear)
{
    if (fetch)
        mmu->counts.code_misses++;
    else
        mmu->counts.data_misses++;
    trace_tlb_miss(mmu, fetch, linear);
}

/* Look up; on a miss or an entry that does not serve, walk. */
static bool translate(struct mmu *mmu, struct page_request request,
                      struct translation *out, struct fault *fault)
{
    const bool fetch = request.access == ACCESS_EXECUTE;
    const bool code = fetch && !mmu->unified;
    const bool found = find(mmu, code, request.linear, out);
    const struct tlb_entry *entry;

    if (!found) {
        count_miss(mmu, fetch, request.linear);
        return walk_and_insert(mmu, code, false, request, out, fault);
    }
    entry = &out->bank->entry[out->slot];
    if (!entry_serves(mmu, entry, &request))
        return walk_and_insert(mmu, code, true, request, out, fault);
    tlb_bank_touch(out->bank, out->slot);
    trace_tlb_entry(mmu, TLB_HIT, out->bank, out->slot);
    out->physical =
        entry->frame | (request.linear & ~(~0u << out->bank->page_shift));
    out->physical &= mmu->a20_mask;
    return true;
}

bool mmu_translate(struct mmu *mmu, struct page_request request,
                   struct translation *translation, struct fault *fault)
{
    mmu->counts.data_lookups++;
    if (!mmu->paging) {
        *translation =
            (struct translation){.physical = request.linear & mmu->a20_mask};
        return true;
    }
    return translate(mmu, request, translation, fault);
}

bool mmu_fetch(struct mmu *mmu, linear_addr linear, enum privilege privilege,
               struct fault *fault)
{
    const struct page_request request = {linear, ACCESS_EXECUTE, privilege};
    struct translation translation = {.physical = linear & mmu->a20_mask};

    mmu->counts.code_lookups++;
    code_flushed(mmu);
    if (mmu->paging && !translate(mmu, request, &translation, fault))
        return false;
    mmu->code =
        (struct code_page){.held = true,
                           .live = true,
                           .privilege = privilege,
                           .linear = linear & PAGE_FRAME_MASK,
                           .physical = translation.physical & PAGE_FRAME_MASK,
                           .bank = translation.bank,
                           .slot = translation.slot};
    return true;
}

void mmu_fetch_again(struct mmu *mmu)
{
    mmu->counts.code_lookups++;
    if (!mmu->code.bank)
        return;
    tlb_bank_touch(mmu->code.bank, mmu->code.slot);
    trace_tlb_entry(mmu, TLB_HIT, mmu->code.bank, mmu->code.slot);
}

void mmu_touch_code(struct mmu *mmu)
{
    if (mmu->code.bank)
        tlb_bank_touch(mmu->code.bank, mmu->code.slot);
}

void mmu_set_cr3(struct mmu *mmu, uint32_t cr3)
{
    mmu->mode.cr3 = cr3;
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

void mmu_set_control(struct mmu *mmu, bool paging, struct paging_mode mode)
{
    const struct paging_mode old = mmu->mode;
    const bool paging_changed = paging != mmu->paging;

    mmu->mode = mode;
    mmu->mode.a20_shut = old.a20_shut;
    mmu->paging = paging;
    if (paging_changed) {
        count_paging(mmu, paging);
        mmu_clear_fast(mmu);
        flush(mmu, false, TLB_CAUSE_CR0);
        code_flushed(mmu);
    } else if (mode.large_pages != old.large_pages ||
               mode.global_pages != old.global_pages) {
        flush(mmu, false, TLB_CAUSE_CR4);
    } else if (mode.write_protect != old.write_protect) {
        mmu_clear_fast(mmu);
    }
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
    code_flushed(mmu);
}

static bool banks_init(struct mmu *mmu, struct error *error)
{
    const struct tlb_model *model = &mmu->model;

    return tlb_bank_init(&mmu->data, &model->data, 12, error) &&
           tlb_bank_init(&mmu->data_large, &model->data_large, 22, error) &&
           tlb_bank_init(&mmu->code_small, &model->code, 12, error) &&
           tlb_bank_init(&mmu->code_large, &model->code_large, 22, error);
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
