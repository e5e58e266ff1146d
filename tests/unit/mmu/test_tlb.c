/* SPDX-License-Identifier: MIT */
/*
 * The banks of the TLB against the naive model, step by step over long seeded
 * sequences; and what `--tlb` takes.
 */
#include "mmu/tlb.h"

#include <string.h>

#include "tests/unit/mmu/model_tlb.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum { STEPS = 60000 };

struct pair {
    struct tlb_bank bank;
    struct model_tlb model;
    struct random random;
    unsigned hits;
    unsigned misses;
};

static void pair_init(struct pair *pair, const struct tlb_geometry *geometry,
                      unsigned page_shift, uint64_t seed)
{
    struct error error;

    memset(pair, 0, sizeof *pair);
    EXPECT(tlb_bank_init(&pair->bank, geometry, page_shift, &error));
    model_tlb_init(&pair->model, geometry, 1u << page_shift);
    pair->random = random_seeded(seed);
}

static void pair_release(struct pair *pair)
{
    tlb_bank_release(&pair->bank);
    model_tlb_release(&pair->model);
}

/* What the MMU does with a bank: find, else choose and fill; then touch. */
static void use_page(struct pair *pair, linear_addr linear)
{
    struct model_tlb *model = &pair->model;
    int slot = tlb_bank_find(&pair->bank, linear);

    EXPECT_EQ((unsigned)slot, (unsigned)model_tlb_find(model, linear));
    pair->hits += slot != MODEL_MISS;
    pair->misses += slot == MODEL_MISS;
    if (slot == MODEL_MISS) {
        const uint32_t page = linear & ~0u << pair->bank.page_shift;

        slot = (int)tlb_bank_victim(&pair->bank, linear);
        EXPECT_EQ((unsigned)slot, model_tlb_choose(model, linear));
        if (pair->bank.entry[slot].page == TLB_NO_PAGE)
            pair->bank.valid++;
        pair->bank.entry[slot].page = page;
        model->entry[slot] = (struct model_entry){
            .valid = true, .page_number = linear / model->page_bytes};
    }
    tlb_bank_touch(&pair->bank, (uint32_t)slot);
    model_tlb_use(model, (unsigned)slot);
}

/* An invalidation empties a way and leaves the recency alone. */
static void drop_slot(struct pair *pair, unsigned slot)
{
    if (pair->bank.entry[slot].page != TLB_NO_PAGE)
        pair->bank.valid--;
    pair->bank.entry[slot].page = TLB_NO_PAGE;
    pair->model.entry[slot].valid = false;
}

static void drop_all(struct pair *pair)
{
    for (unsigned i = 0; i < pair->bank.geometry.entries; i++)
        drop_slot(pair, i);
}

/* Pages in and around what fits, some of them favoured. */
static linear_addr random_page(struct pair *pair)
{
    const uint32_t entries = pair->bank.geometry.entries;
    const uint32_t range = random_below(&pair->random, 3) ? entries : 1;
    const uint32_t number = random_below(&pair->random, range * 2 + 2);

    return number << pair->bank.page_shift | (number * 9 & 0xfff);
}

static void run_sequence(const struct tlb_geometry *geometry,
                         unsigned page_shift, uint64_t seed)
{
    struct pair pair;

    pair_init(&pair, geometry, page_shift, seed);
    for (unsigned step = 0; step < STEPS; step++) {
        const uint32_t what = random_below(&pair.random, 1000);

        if (what == 0)
            drop_all(&pair);
        else if (what < 20)
            drop_slot(&pair, random_below(&pair.random, geometry->entries));
        else
            use_page(&pair, random_page(&pair));
    }
    EXPECT(pair.hits > STEPS / 100 && pair.misses > STEPS / 100);
    pair_release(&pair);
}

/* Every number of ways up to `ways_max`, with 1, 2, 8 and 32 sets. */
static void run_geometries(enum tlb_policy policy, uint32_t ways_max)
{
    for (uint32_t ways = 1; ways <= ways_max; ways *= 2) {
        for (uint32_t sets = 1; sets <= 32; sets *= sets == 1 ? 2 : 4) {
            const struct tlb_geometry geometry = {ways * sets, ways, policy,
                                                  ways + 77 * sets};

            run_sequence(&geometry, 12, ways * 1000 + sets);
            run_sequence(&geometry, 22, ways * 2000 + sets);
        }
    }
}

START_TEST(tree_of_bits_chooses_what_a_tree_of_nodes_chooses)
{
    run_geometries(TLB_POLICY_PLRU, 64);
}
END_TEST

START_TEST(square_of_bits_chooses_what_an_ordered_list_chooses)
{
    run_geometries(TLB_POLICY_LRU, 8);
}
END_TEST

START_TEST(fifo_goes_round_in_each_set)
{
    run_geometries(TLB_POLICY_FIFO, 64);
}
END_TEST

START_TEST(pointer_goes_round_through_all_sets_together)
{
    run_geometries(TLB_POLICY_POINTER, 64);
}
END_TEST

START_TEST(random_choice_follows_its_seed)
{
    run_geometries(TLB_POLICY_RANDOM, 64);
}
END_TEST

START_TEST(bank_without_entries_finds_nothing)
{
    const struct tlb_geometry none = {0};
    struct tlb_bank bank;
    struct error error;

    EXPECT(tlb_bank_init(&bank, &none, 12, &error));
    EXPECT_EQ((unsigned)tlb_bank_find(&bank, 0), (unsigned)TLB_SLOT_NONE);
    EXPECT_EQ(bank.valid, 0);
    tlb_bank_release(&bank);
}
END_TEST

/* What the manuals say of the chips. Geometry: entries, ways, policy, seed. */
static const struct {
    const char *text;
    struct tlb_model model;
} accepted[] = {
    {"386", {.data = {32, 4, TLB_POLICY_POINTER, 0}}},
    {"486", {.data = {32, 4, TLB_POLICY_PLRU, 0}}},
    {"pentium",
     {.split = true,
      .data = {64, 4, TLB_POLICY_PLRU, 0},
      .data_large = {8, 4, TLB_POLICY_PLRU, 0},
      .code = {32, 4, TLB_POLICY_PLRU, 0}}},
    {"pentiumpro",
     {.split = true,
      .data = {64, 4, TLB_POLICY_PLRU, 0},
      .data_large = {8, 4, TLB_POLICY_PLRU, 0},
      .code = {32, 4, TLB_POLICY_PLRU, 0},
      .code_large = {2, 2, TLB_POLICY_PLRU, 0}}},
    {"infinite", {.data = {1048576, 1, TLB_POLICY_FIFO, 0}}},
    {"none", {.split = false}},
    {"random", {.data = {64, 4, TLB_POLICY_RANDOM, 1}}},
    {"random:1", {.data = {64, 4, TLB_POLICY_RANDOM, 1}}},
    {"random:4294967295", {.data = {64, 4, TLB_POLICY_RANDOM, 4294967295}}},
    {"1x1", {.data = {1, 1, TLB_POLICY_PLRU, 0}}},
    {"64x64", {.data = {64, 64, TLB_POLICY_PLRU, 0}}},
    {"1048576x1", {.data = {1048576, 1, TLB_POLICY_PLRU, 0}}},
    {"32x4:plru", {.data = {32, 4, TLB_POLICY_PLRU, 0}}},
    {"32x8:lru", {.data = {32, 8, TLB_POLICY_LRU, 0}}},
    {"128x64:fifo", {.data = {128, 64, TLB_POLICY_FIFO, 0}}},
    {"16x2:random", {.data = {16, 2, TLB_POLICY_RANDOM, 1}}},
    {"16x2:random:99", {.data = {16, 2, TLB_POLICY_RANDOM, 99}}},
};

static void check_geometry(const struct tlb_geometry *got,
                           const struct tlb_geometry *want)
{
    EXPECT_EQ(got->entries, want->entries);
    EXPECT_EQ(got->ways, want->ways);
    EXPECT_EQ(got->policy, want->policy);
    EXPECT_EQ(got->seed, want->seed);
}

START_TEST(every_name_and_geometry_is_understood)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct tlb_model model;
        struct error error = {{0}};

        ck_assert_msg(tlb_model_parse(accepted[i].text, &model, &error),
                      "%s: %s", accepted[i].text, error.text);
        EXPECT_EQ(model.split, accepted[i].model.split);
        check_geometry(&model.data, &accepted[i].model.data);
        check_geometry(&model.data_large, &accepted[i].model.data_large);
        check_geometry(&model.code, &accepted[i].model.code);
        check_geometry(&model.code_large, &accepted[i].model.code_large);
    }
}
END_TEST

static const struct {
    const char *text;
    const char *word; /* in the message */
} refused[] = {
    {"", "expected one of"},
    {"387", "expected one of"},
    {"Pentium", "expected one of"},
    {"486 ", "expected one of"},
    {"infinite2", "expected one of"},
    {"x4", "expected one of"},
    {"32x", "expected one of"},
    {"-32x4", "expected one of"},
    {"32*4", "expected one of"},
    {"32", "expected one of"},
    {"0x4", "powers of two"},
    {"32x0", "powers of two"},
    {"48x4", "powers of two"},
    {"32x3", "powers of two"},
    {"4x8", "powers of two"},
    {"128x128", "powers of two"},
    {"2097152x4", "up to 1048576"},
    {"99999999999999999999999x4", "powers of two"},
    {"32x4 ", "':'"},
    {"32x4plru", "':'"},
    {"32x4:", "unknown policy"},
    {"32x4:mru", "unknown policy"},
    {"32x4:lru2", "unknown policy"},
    {"32x4:pointer", "unknown policy"},
    {"32x16:lru", "up to 8 ways"},
    {"32x4:random:", "seed"},
    {"32x4:random:0", "seed"},
    {"32x4:random:x", "seed"},
    {"32x4:random:1x", "seed"},
    {"32x4:random:4294967296", "seed"},
    {"32x4:random:99999999999999999999999", "seed"},
    {"random:", "seed"},
    {"random:0", "seed"},
    {"random:-1", "seed"},
    {"randomly", "seed"},
};

START_TEST(every_other_text_is_refused_with_the_reason)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct tlb_model model;
        struct error error = {{0}};

        ck_assert_msg(!tlb_model_parse(refused[i].text, &model, &error),
                      "\"%s\" was taken", refused[i].text);
        ck_assert_msg(strstr(error.text, refused[i].word), "\"%s\": %s",
                      refused[i].text, error.text);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        tree_of_bits_chooses_what_a_tree_of_nodes_chooses,
        square_of_bits_chooses_what_an_ordered_list_chooses,
        fifo_goes_round_in_each_set,
        pointer_goes_round_through_all_sets_together,
        random_choice_follows_its_seed,
        bank_without_entries_finds_nothing,
        every_name_and_geometry_is_understood,
        every_other_text_is_refused_with_the_reason,
    };

    return run_tests("tlb", tests, sizeof tests / sizeof tests[0]);
}
