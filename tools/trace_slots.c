/* SPDX-License-Identifier: MIT */
#include "tools/trace_slots.h"

#include <stdlib.h>

#include "cpu/model.h"

enum { SMALL_SHIFT = 12, PTE_GLOBAL = 1 << 8, PDE_LARGE = 1 << 7 };

static bool bank_init(struct slot_bank *bank,
                      const struct tlb_geometry *geometry, struct error *error)
{
    if (!geometry->entries)
        return true;
    bank->ways = geometry->ways;
    bank->sets = geometry->entries / geometry->ways;
    bank->slot = calloc(geometry->entries, sizeof *bank->slot);
    return bank->slot || error_set(error, "out of memory");
}

bool trace_slots_init(struct trace_slots *slots, const struct tlb_model *model,
                      struct error *error)
{
    *slots = (struct trace_slots){.split = model->split};
    return bank_init(&slots->bank[TRACE_BANK_DATA], &model->data, error) &&
           bank_init(&slots->bank[TRACE_BANK_DATA_LARGE], &model->data_large,
                     error) &&
           (!model->split ||
            (bank_init(&slots->bank[TRACE_BANK_CODE], &model->code, error) &&
             bank_init(&slots->bank[TRACE_BANK_CODE_LARGE], &model->code_large,
                       error)));
}

void trace_slots_release(struct trace_slots *slots)
{
    for (unsigned i = 0; i < SLOT_BANKS; i++)
        free(slots->bank[i].slot);
}

static void empty(struct slot_bank *bank, struct slot *slot, uint64_t tick)
{
    if (!slot->valid)
        return;
    slot->valid = false;
    slot->held += tick > slot->since ? tick - slot->since : 0;
    bank->valid--;
}

static void fill(struct slot_bank *bank, struct slot *slot, linear_addr linear,
                 uint64_t tick)
{
    empty(bank, slot, tick);
    slot->valid = true;
    slot->linear = linear;
    slot->page_shift = SMALL_SHIFT;
    slot->since = tick;
    bank->valid++;
}

/* NULL: the TLB has no such slot. */
static struct slot *slot_at(struct slot_bank *bank, uint32_t set, uint32_t way)
{
    if (set >= bank->sets || way >= bank->ways)
        return NULL;
    return &bank->slot[set * bank->ways + way];
}

/* Empty all slots, or those of `page` if one is given; `keep_global` spares
 * global pages. */
static void sweep(struct trace_slots *slots, bool keep_global,
                  const linear_addr *page, uint64_t tick)
{
    for (unsigned i = 0; i < SLOT_BANKS; i++) {
        struct slot_bank *bank = &slots->bank[i];

        for (uint32_t at = 0; bank->valid && at < bank->sets * bank->ways;
             at++) {
            struct slot *slot = &bank->slot[at];

            if (page && (slot->linear ^ *page) >> slot->page_shift)
                continue;
            if (!keep_global || !slot->global)
                empty(bank, slot, tick);
        }
    }
}

static uint8_t large_shift(bool pae)
{
    return pae ? 21 : 22;
}

static bool is_large(const struct trace_state_entry *entry)
{
    return entry->bank == TRACE_BANK_DATA_LARGE ||
           entry->bank == TRACE_BANK_CODE_LARGE || entry->flags & TLB_LARGE;
}

void trace_slots_set(struct trace_slots *slots, const struct trace_state *state)
{
    /* A TLB larger than a state has room for is known by its events alone. */
    if (state->valid != state->entries)
        return;
    sweep(slots, false, NULL, state->tick);
    for (uint32_t i = 0; i < state->entries && i < TRACE_STATE_TLB_MAX; i++) {
        const struct trace_state_entry *entry = &state->tlb[i];
        struct slot_bank *bank = &slots->bank[entry->bank % SLOT_BANKS];
        struct slot *slot = slot_at(bank, entry->set, entry->way);

        if (!slot)
            continue;
        fill(bank, slot, entry->linear, state->tick);
        slot->physical = entry->physical;
        slot->global = entry->flags & TLB_GLOBAL;
        if (is_large(entry))
            slot->page_shift = large_shift(state->cr4 & CR4_PAE);
    }
}

void trace_slots_walk(struct trace_slots *slots, const struct trace_walk *walk)
{
    slots->walk = *walk;
}

/* The bank of a fill or an eviction at `linear`: that for large pages if the
 * walk that the fill comes from has found one. */
static struct slot_bank *bank_of(struct trace_slots *slots,
                                 const struct trace_tlb *tlb, bool large)
{
    const unsigned number =
        tlb->code && slots->split ? TRACE_BANK_CODE : TRACE_BANK_DATA;
    struct slot_bank *bank = &slots->bank[number + 1];

    return large && bank->slot ? bank : &slots->bank[number];
}

static bool finds_large(const struct trace_walk *walk)
{
    return walk->ok && walk->has_pde && !walk->has_pte && walk->pde & PDE_LARGE;
}

static void take_fill(struct trace_slots *slots, const struct trace_tlb *tlb,
                      uint64_t tick)
{
    const struct trace_walk *walk = &slots->walk;
    const bool large = finds_large(walk);
    const uint8_t shift = large ? large_shift(walk->pae) : SMALL_SHIFT;
    const bool known = walk->ok && (walk->linear ^ tlb->linear) >> shift == 0;
    struct slot_bank *bank = bank_of(slots, tlb, known && large);
    struct slot *slot = slot_at(bank, tlb->set, tlb->way);

    if (!slot)
        return;
    fill(bank, slot, tlb->linear, tick);
    slot->physical = tlb->physical;
    slot->global = known && (large ? walk->pde : walk->pte) & PTE_GLOBAL;
    if (known)
        slot->page_shift = shift;
    slot->fills++;
}

static void take_eviction(struct trace_slots *slots,
                          const struct trace_tlb *tlb, uint64_t tick)
{
    for (int large = 0; large < 2; large++) {
        struct slot_bank *bank = bank_of(slots, tlb, large);
        struct slot *slot = slot_at(bank, tlb->set, tlb->way);

        if (slot && slot->valid && slot->linear == tlb->linear) {
            empty(bank, slot, tick);
            slot->evictions++;
            return;
        }
    }
}

static void take_flush(struct trace_slots *slots, const struct trace_tlb *tlb,
                       uint64_t tick)
{
    switch (tlb->cause) {
    case TLB_CAUSE_INVLPG:
    case TLB_CAUSE_PAGE_FAULT: sweep(slots, false, &tlb->linear, tick); break;
    case TLB_CAUSE_CR3:
        sweep(slots, tlb->entries < trace_slots_valid(slots), NULL, tick);
        break;
    case TLB_CAUSE_NONE:
    case TLB_CAUSE_CR0:
    case TLB_CAUSE_CR4:
    case TLB_CAUSE_RESET:
    default: sweep(slots, false, NULL, tick); break;
    }
}

void trace_slots_take(struct trace_slots *slots, const struct trace_tlb *tlb,
                      uint64_t tick)
{
    switch (tlb->action) {
    case TLB_FILL: take_fill(slots, tlb, tick); break;
    case TLB_EVICT: take_eviction(slots, tlb, tick); break;
    case TLB_FLUSH: take_flush(slots, tlb, tick); break;
    case TLB_HIT:
    case TLB_MISS:
    default: break;
    }
}

void trace_slots_end(struct trace_slots *slots, uint64_t tick)
{
    for (unsigned i = 0; i < SLOT_BANKS; i++) {
        struct slot_bank *bank = &slots->bank[i];

        for (uint32_t at = 0; at < bank->sets * bank->ways; at++) {
            struct slot *slot = &bank->slot[at];

            if (slot->valid && tick > slot->since)
                slot->held += tick - slot->since;
            slot->since = tick;
        }
    }
}

uint32_t trace_slots_valid(const struct trace_slots *slots)
{
    uint32_t valid = 0;

    for (unsigned i = 0; i < SLOT_BANKS; i++)
        valid += slots->bank[i].valid;
    return valid;
}
