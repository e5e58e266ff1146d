/* SPDX-License-Identifier: MIT */
#include "trace/derive.h"

/* How page tables of one kind are laid out. */
struct layout {
    uint8_t entry_size;
    uint8_t index_bits;
};

static struct layout layout_of(const struct trace_walk *walk)
{
    return walk->pae ? (struct layout){8, 9} : (struct layout){4, 10};
}

static physical_addr entry_address(uint64_t base, const struct layout *layout,
                                   uint32_t page)
{
    const uint32_t index = page & ((1u << layout->index_bits) - 1);

    return ((uint32_t)base & PAGE_FRAME_MASK) | index * layout->entry_size;
}

void trace_walk_derive(struct trace_walk *walk, uint32_t cr3)
{
    const struct layout layout = layout_of(walk);
    const unsigned large = 12u + layout.index_bits;
    const uint32_t offset =
        walk->has_pte ? PAGE_OFFSET_MASK : (1u << large) - 1;
    const uint64_t leaf = walk->has_pte ? walk->pte : walk->pde;

    walk->cr3 = cr3;
    walk->pde_address = entry_address(walk->pae ? walk->pdpte : cr3, &layout,
                                      walk->linear >> large);
    if (walk->has_pte)
        walk->pte_address =
            entry_address(walk->pde, &layout, walk->linear >> 12);
    if (walk->ok)
        walk->physical = ((uint32_t)leaf & ~offset) | (walk->linear & offset);
}

bool trace_walk_follows(const struct trace_walk *walk, uint32_t cr3)
{
    struct trace_walk derived = *walk;

    trace_walk_derive(&derived, cr3);
    return walk->has_pde && derived.cr3 == walk->cr3 &&
           derived.pde_address == walk->pde_address &&
           (!walk->has_pte || derived.pte_address == walk->pte_address) &&
           (walk->ok ? derived.physical == walk->physical
                     : !walk->pae && walk->error_code <= UINT8_MAX);
}

void trace_fetch_derive(struct trace_record *record)
{
    const linear_addr linear = trace_code(record);

    record->fetch.linear =
        record->fetch.next ? (linear & PAGE_FRAME_MASK) + PAGE_SIZE : linear;
}
