/* SPDX-License-Identifier: MIT */
#include "tools/tlb_simulation.h"

#include <stdlib.h>

enum { PAGES = 1 << 20, ENTRY_G = 1 << 8 };

bool tlb_simulation_init(struct tlb_simulation *simulation,
                         const struct tlb_model *model, struct error *error)
{
    *simulation = (struct tlb_simulation){.state_tick = UINT64_MAX};
    simulation->global = calloc(PAGES, 1);
    if (!simulation->global)
        return error_set(error, "out of memory");
    return tlb_bank_init(&simulation->small, &model->data, 12, error) &&
           tlb_bank_init(&simulation->large, &model->data_large, 22, error);
}

void tlb_simulation_release(struct tlb_simulation *simulation)
{
    tlb_bank_release(&simulation->small);
    tlb_bank_release(&simulation->large);
    free(simulation->global);
}

static void fill(struct tlb_simulation *simulation, linear_addr linear)
{
    const bool large = simulation->is_large[linear >> 22] &&
                       simulation->large.geometry.entries;
    struct tlb_bank *bank = large ? &simulation->large : &simulation->small;
    struct tlb_entry *entry;
    uint32_t slot;

    if (!bank->geometry.entries)
        return;
    slot = tlb_bank_victim(bank, linear);
    entry = &bank->entry[slot];
    if (entry->page == TLB_NO_PAGE)
        bank->valid++;
    else
        simulation->evictions++;
    entry->page = linear >> bank->page_shift << bank->page_shift;
    entry->flags = TLB_VALID;
    if (simulation->global[linear >> 12])
        entry->flags |= TLB_GLOBAL;
    tlb_bank_touch(bank, slot);
}

static bool find(struct tlb_bank *bank, linear_addr linear)
{
    const int slot = tlb_bank_find(bank, linear);

    if (slot == TLB_SLOT_NONE)
        return false;
    tlb_bank_touch(bank, (uint32_t)slot);
    return true;
}

static void look_up(struct tlb_simulation *simulation, linear_addr linear)
{
    simulation->lookups++;
    if (find(&simulation->small, linear) || find(&simulation->large, linear))
        return;
    simulation->misses++;
    fill(simulation, linear);
}

/* A read-modify-write is one look-up and two events. */
static bool is_second_half(const struct trace_record *last,
                           const struct trace_record *record)
{
    return record->access.write && !last->access.write &&
           last->access.size == record->access.size &&
           last->tick == record->tick &&
           last->access.linear == record->access.linear;
}

static void take_access(struct tlb_simulation *simulation,
                        const struct trace_record *record)
{
    const struct trace_access *access = &record->access;
    const bool second = is_second_half(&simulation->last, record);

    simulation->last = *record;
    if (!simulation->paging || second)
        return;
    look_up(simulation, access->linear);
    if (page_crosses(access->linear, access->size))
        look_up(simulation, access->linear + access->size - 1);
}

static void drop(struct tlb_bank *bank, struct tlb_entry *entry)
{
    if (entry->page != TLB_NO_PAGE)
        bank->valid--;
    entry->page = TLB_NO_PAGE;
    entry->flags = 0;
}

static void flush_bank(struct tlb_bank *bank, bool keep_global)
{
    for (uint32_t i = 0; i < bank->geometry.entries; i++) {
        if (!keep_global || !(bank->entry[i].flags & TLB_GLOBAL))
            drop(bank, &bank->entry[i]);
    }
}

static void drop_page(struct tlb_bank *bank, linear_addr linear)
{
    const int slot = tlb_bank_find(bank, linear);

    if (slot != TLB_SLOT_NONE)
        drop(bank, &bank->entry[slot]);
}

static void take_flush(struct tlb_simulation *simulation,
                       const struct trace_tlb *tlb)
{
    bool keep;

    if (tlb->cause == TLB_CAUSE_INVLPG || tlb->cause == TLB_CAUSE_PAGE_FAULT) {
        drop_page(&simulation->small, tlb->linear);
        drop_page(&simulation->large, tlb->linear);
        return;
    }
    keep = tlb->cause == TLB_CAUSE_CR3 && simulation->keeps_global;
    flush_bank(&simulation->small, keep);
    flush_bank(&simulation->large, keep);
}

static void take_walk(struct tlb_simulation *simulation,
                      const struct trace_walk *walk)
{
    const uint64_t leaf = walk->has_pte ? walk->pte : walk->pde;

    simulation->paging = true;
    if (!walk->ok)
        return;
    simulation->is_large[walk->linear >> 22] = !walk->has_pte;
    simulation->global[walk->linear >> 12] = (leaf & ENTRY_G) != 0;
}

void tlb_simulation_take(struct tlb_simulation *simulation,
                         const struct trace_record *record,
                         const struct trace_state *state)
{
    enum { CR0_PG_BIT = 31, CR4_PGE = 1 << 7 };

    if (simulation->state_tick != state->tick) {
        simulation->state_tick = state->tick;
        simulation->paging = state->cr0 >> CR0_PG_BIT;
        simulation->keeps_global = state->cr4 & CR4_PGE;
    }
    if (record->event == TRACE_MEM)
        take_access(simulation, record);
    else if (record->event == TRACE_WALK)
        take_walk(simulation, &record->walk);
    else if (record->event == TRACE_TLB && record->tlb.action == TLB_FLUSH)
        take_flush(simulation, &record->tlb);
    else if (record->event == TRACE_CR && record->control.number == 4)
        simulation->keeps_global = record->control.new_value & CR4_PGE;
}
