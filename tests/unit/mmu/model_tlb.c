/* SPDX-License-Identifier: MIT */
#include "tests/unit/mmu/model_tlb.h"

#include "tests/unit/run_tests.h"

void model_tlb_init(struct model_tlb *tlb, const struct tlb_geometry *geometry,
                    uint32_t page_bytes)
{
    *tlb = (struct model_tlb){.policy = geometry->policy,
                              .ways = geometry->ways,
                              .page_bytes = page_bytes,
                              .random = geometry->seed};
    if (geometry->entries == 0)
        return;
    tlb->set_count = geometry->entries / geometry->ways;
    tlb->entry = calloc(geometry->entries, sizeof *tlb->entry);
    tlb->set = calloc(tlb->set_count, sizeof *tlb->set);
    ck_assert_ptr_nonnull(tlb->entry);
    ck_assert_ptr_nonnull(tlb->set);
    for (unsigned i = 0; i < tlb->set_count; i++)
        for (unsigned way = 0; way < tlb->ways; way++)
            tlb->set[i].oldest_first[way] = (uint8_t)way;
}

void model_tlb_release(struct model_tlb *tlb)
{
    free(tlb->entry);
    free(tlb->set);
}

int model_tlb_find(const struct model_tlb *tlb, linear_addr linear)
{
    const uint32_t number = linear / tlb->page_bytes;

    for (unsigned way = 0; tlb->set_count && way < tlb->ways; way++) {
        const unsigned slot = number % tlb->set_count * tlb->ways + way;

        if (tlb->entry[slot].valid && tlb->entry[slot].page_number == number)
            return (int)slot;
    }
    return MODEL_MISS;
}

/* The used way goes to the end of the list. */
static void lru_use(struct model_set *set, unsigned ways, unsigned way)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < ways; i++) {
        if (set->oldest_first[i] != way)
            set->oldest_first[kept++] = set->oldest_first[i];
    }
    set->oldest_first[kept] = (uint8_t)way;
}

/* From the root down: each node on the way points to the other half. */
static void plru_use(struct model_set *set, unsigned ways, unsigned way)
{
    unsigned first = 0;
    unsigned node = 0;

    for (unsigned half = ways / 2; half > 0; half /= 2) {
        const bool right = way >= first + half;

        set->tree[node] = !right;
        node = 2 * node + (right ? 2 : 1);
        first += right ? half : 0;
    }
}

static unsigned plru_choose(const struct model_set *set, unsigned ways)
{
    unsigned first = 0;
    unsigned node = 0;

    for (unsigned half = ways / 2; half > 0; half /= 2) {
        const bool right = set->tree[node];

        node = 2 * node + (right ? 2 : 1);
        first += right ? half : 0;
    }
    return first;
}

void model_tlb_use(struct model_tlb *tlb, unsigned slot)
{
    struct model_set *set = &tlb->set[slot / tlb->ways];

    if (tlb->policy == TLB_POLICY_LRU)
        lru_use(set, tlb->ways, slot % tlb->ways);
    if (tlb->policy == TLB_POLICY_PLRU)
        plru_use(set, tlb->ways, slot % tlb->ways);
}

/* Marsaglia, "Xorshift RNGs": 32 bits, shifts of 13, 17 and 5. */
static uint32_t xorshift(uint32_t state)
{
    state ^= state << 13;
    state ^= state >> 17;
    return state ^ state << 5;
}

static unsigned choose_way(struct model_tlb *tlb, struct model_set *set)
{
    if (tlb->ways == 0)
        ck_abort_msg("a TLB without ways");
    switch (tlb->policy) {
    case TLB_POLICY_LRU: return set->oldest_first[0];
    case TLB_POLICY_PLRU: return plru_choose(set, tlb->ways);
    case TLB_POLICY_FIFO: return set->pointer++ % tlb->ways;
    case TLB_POLICY_POINTER: return tlb->pointer++ % tlb->ways;
    case TLB_POLICY_RANDOM:
        tlb->random = xorshift(tlb->random);
        return tlb->random % tlb->ways;
    default: return 0;
    }
}

unsigned model_tlb_choose(struct model_tlb *tlb, linear_addr linear)
{
    const unsigned index = linear / tlb->page_bytes % tlb->set_count;

    for (unsigned way = 0; way < tlb->ways; way++) {
        if (!tlb->entry[index * tlb->ways + way].valid)
            return index * tlb->ways + way;
    }
    return index * tlb->ways + choose_way(tlb, &tlb->set[index]);
}
