/* SPDX-License-Identifier: MIT */
#include "tests/unit/mmu/compare.h"

#include "tests/unit/run_tests.h"

void compare_counts(const struct mmu *mmu, const struct model_mmu *model)
{
    const struct mmu_counts counts = mmu_counts(mmu);

    EXPECT_EQ(counts.data_lookups, model->counts.data_lookups);
    EXPECT_EQ(counts.code_lookups, model->counts.code_lookups);
    EXPECT_EQ(counts.data_misses, model->counts.data_misses);
    EXPECT_EQ(counts.code_misses, model->counts.code_misses);
    EXPECT_EQ(counts.walks, model->counts.walks);
    EXPECT_EQ(counts.page_faults, model->counts.page_faults);
    EXPECT_EQ(counts.evictions, model->counts.evictions);
    EXPECT_EQ(mmu->code.held, model->code_held);
    EXPECT_EQ(mmu->code.live, model->code_live);
}

static void compare_entries(const struct tlb_bank *bank,
                            const struct model_tlb *model)
{
    for (uint32_t i = 0; i < bank->geometry.entries; i++) {
        const struct tlb_entry *entry = &bank->entry[i];
        const struct model_entry *want = &model->entry[i];
        const linear_addr page = want->page_number * model->page_bytes;

        EXPECT_EQ(entry->flags & TLB_VALID, want->valid);
        if (!want->valid)
            continue;
        EXPECT_EQ(entry->page, page);
        EXPECT_EQ(entry->frame, want->frame);
        EXPECT_EQ(entry->flags, TLB_VALID | (want->writable ? TLB_RW : 0u) |
                                    (want->user ? TLB_US : 0u) |
                                    (want->global ? TLB_GLOBAL : 0u) |
                                    (want->dirty ? TLB_DIRTY : 0u) |
                                    (want->piece ? TLB_LARGE : 0u));
    }
}

static void compare_recency(const struct tlb_bank *fast,
                            const struct tlb_bank *slow)
{
    const uint32_t sets = fast->geometry.entries
                              ? fast->geometry.entries / fast->geometry.ways
                              : 0;

    for (uint32_t i = 0; i < sets; i++)
        EXPECT_EQ(fast->recency[i], slow->recency[i]);
    EXPECT_EQ(fast->pointer, slow->pointer);
    EXPECT_EQ(fast->random, slow->random);
}

void compare_banks(const struct mmu *fast, const struct mmu *slow,
                   const struct model_mmu *model)
{
    compare_entries(&fast->data, &model->bank[MODEL_DATA]);
    compare_entries(&slow->data, &model->bank[MODEL_DATA]);
    compare_entries(&fast->data_large, &model->bank[MODEL_DATA_LARGE]);
    compare_entries(&slow->data_large, &model->bank[MODEL_DATA_LARGE]);
    compare_entries(&fast->code_small, &model->bank[MODEL_CODE]);
    compare_entries(&slow->code_small, &model->bank[MODEL_CODE]);
    compare_entries(&fast->code_large, &model->bank[MODEL_CODE_LARGE]);
    compare_entries(&slow->code_large, &model->bank[MODEL_CODE_LARGE]);
    compare_recency(&fast->data, &slow->data);
    compare_recency(&fast->data_large, &slow->data_large);
    compare_recency(&fast->code_small, &slow->code_small);
    compare_recency(&fast->code_large, &slow->code_large);
}

/* The bank of data that an entry stands in. */
static const struct tlb_bank *bank_of(const struct mmu *mmu,
                                      const struct tlb_entry *entry)
{
    const struct tlb_bank *large = &mmu->data_large;

    for (uint32_t i = 0; i < large->geometry.entries; i++) {
        if (entry == &large->entry[i])
            return large;
    }
    return &mmu->data;
}

/* A fast entry comes from a valid slot, which knows it, and maps its page. */
static void check_fast_entry(const struct mmu *mmu, unsigned index)
{
    const unsigned privilege = index / FAST_ENTRIES;
    const struct fast_entry *fast =
        &mmu->table[privilege][index % FAST_ENTRIES];

    if (fast->read_page == FAST_EMPTY) {
        EXPECT_EQ(fast->write_page, FAST_EMPTY);
        return;
    }
    EXPECT_EQ(fast->from != NULL, mmu->paging);
    if (!mmu->paging)
        return;
    EXPECT(fast->from->flags & TLB_VALID);
    EXPECT_EQ((fast->read_page ^ fast->from->page) >>
                  bank_of(mmu, fast->from)->page_shift,
              0);
    EXPECT(fast->from->fast & 1u << privilege);
}

void check_fast_table(const struct mmu *mmu)
{
    for (unsigned i = 0; i < 2 * FAST_ENTRIES; i++)
        check_fast_entry(mmu, i);
}
