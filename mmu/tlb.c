/* SPDX-License-Identifier: MIT */
#include "mmu/tlb.h"

#include <assert.h>
#include <stdlib.h>

#include "mmu/mmu.h"

enum { WAYS_MAX = 64, LRU_WAYS_MAX = 8, LINE_BYTES = 64 };

/* Of the tree of tlb_plru_victim(): a use of a way turns the bits on its path
 * away from it. */
static void plru_constants(struct tlb_bank *bank)
{
    const uint32_t ways = bank->geometry.ways;

    for (uint32_t way = 0; way < ways; way++) {
        uint64_t path = 0;
        uint64_t away = 0;

        for (uint32_t node = way + ways; node > 1; node >>= 1) {
            path |= 1ull << (node >> 1);
            if (!(node & 1))
                away |= 1ull << (node >> 1);
        }
        bank->decides[way] = path;
        bank->mark[way] = away;
    }
}

/*
 * True LRU as a square of bits: bit (row, column) says that `row` was used
 * after `column`. A use fills the row and clears the column; the row that is
 * empty was used longest ago.
 */
static void lru_constants(struct tlb_bank *bank)
{
    for (uint32_t way = 0; way < bank->geometry.ways; way++) {
        const uint64_t row = 0xffull << way * LRU_WAYS_MAX;
        uint64_t column = 0;

        for (uint32_t other = 0; other < LRU_WAYS_MAX; other++)
            column |= 1ull << (other * LRU_WAYS_MAX + way);
        bank->decides[way] = row | column;
        bank->mark[way] = row & ~column;
    }
}

static uint32_t lru_victim(uint64_t word, uint32_t ways)
{
    const uint64_t columns = (1ull << ways) - 1;

    for (uint32_t way = 0; way < ways; way++) {
        if (!(word >> way * LRU_WAYS_MAX & columns))
            return way;
    }
    return 0;
}

static void policy_constants(struct tlb_bank *bank)
{
    for (uint32_t way = 0; way < WAYS_MAX; way++)
        bank->decides[way] = 0;
    if (bank->geometry.policy == TLB_POLICY_PLRU)
        plru_constants(bank);
    else if (bank->geometry.policy == TLB_POLICY_LRU)
        lru_constants(bank);
}

/* Logarithm of a power of two; 0 for 0. */
static unsigned log2_of(uint32_t value)
{
    return value ? (unsigned)__builtin_ctz(value) : 0;
}

/* Whole cache lines, as aligned_alloc() wants. */
static size_t entry_bytes(uint32_t entries)
{
    const size_t bytes = entries * sizeof(struct tlb_entry);

    return (bytes + LINE_BYTES - 1) & ~(size_t)(LINE_BYTES - 1);
}

bool tlb_bank_init(struct tlb_bank *bank, const struct tlb_geometry *geometry,
                   unsigned page_shift, struct error *error)
{
    const uint32_t entries = geometry->entries;
    const uint32_t sets = entries ? entries / geometry->ways : 1;

    *bank = (struct tlb_bank){.geometry = *geometry,
                              .way_shift = log2_of(geometry->ways),
                              .page_shift = page_shift,
                              .set_mask = sets - 1,
                              .random = geometry->seed ? geometry->seed : 1};
    if (entries == 0) {
        bank->geometry.ways = 0; /* so that a search ends before it begins */
        return true;
    }
    bank->entry = aligned_alloc(LINE_BYTES, entry_bytes(entries));
    bank->recency = calloc(sets, sizeof *bank->recency);
    bank->live = calloc(entries, sizeof *bank->live);
    if (!bank->entry || !bank->recency || !bank->live) {
        tlb_bank_release(bank);
        return error_set(error, "no memory for a TLB of %u entries", entries);
    }
    for (uint32_t slot = 0; slot < entries; slot++)
        bank->entry[slot] = (struct tlb_entry){.page = TLB_NO_PAGE};
    policy_constants(bank);
    return true;
}

void tlb_bank_release(struct tlb_bank *bank)
{
    free(bank->entry);
    free(bank->recency);
    free(bank->live);
    *bank = (struct tlb_bank){0};
}

static uint32_t random_next(struct tlb_bank *bank)
{
    bank->random ^= bank->random << 13;
    bank->random ^= bank->random >> 17;
    bank->random ^= bank->random << 5;
    return bank->random;
}

uint32_t tlb_bank_policy_victim(struct tlb_bank *bank, uint32_t set)
{
    const uint32_t ways = bank->geometry.ways;
    uint64_t *word = &bank->recency[set];

    switch (bank->geometry.policy) {
    case TLB_POLICY_PLRU: return tlb_plru_victim(*word, ways);
    case TLB_POLICY_LRU: return lru_victim(*word, ways);
    case TLB_POLICY_FIFO: return (uint32_t)((*word)++ % ways);
    /* Unverified: how the 386's pointer moves is not documented. */
    case TLB_POLICY_POINTER: return bank->pointer++ % ways;
    case TLB_POLICY_RANDOM: return random_next(bank) % ways;
    default: return 0;
    }
}
