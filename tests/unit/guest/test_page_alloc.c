/* SPDX-License-Identifier: MIT */
/* The buddy allocator: every order, every page, every way to misuse it. */
#include "tests/unit/guest/host.h"

#include "kernel/preempt.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

#include <string.h>

static struct page *taken[HOST_PAGES];

static void expect_as_before(const struct host_blocks *before)
{
    const struct host_blocks after = host_blocks();

    ck_assert_int_eq(memcmp(before, &after, sizeof(after)), 0);
}

/* The flags that may use all but half of the reserve. */
static struct page *take_any(unsigned order)
{
    return alloc_pages(GFP_ATOMIC | __GFP_NOWARN, order);
}

START_TEST(blocks_of_each_order_are_aligned_and_join_again)
{
    const struct host_blocks before = host_blocks();

    for (unsigned order = 0; order < MAX_ORDER; order++) {
        unsigned count = 0;

        while ((taken[count] = take_any(order)) != NULL) {
            EXPECT_EQ(page_to_pfn(taken[count]) % (1ul << order), 0);
            EXPECT(!page_is_free(taken[count]));
            count++;
        }
        ck_assert_uint_gt(count, 0);
        while (count > 0)
            __free_pages(taken[--count], order);
        expect_as_before(&before);
    }
    ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
}
END_TEST

START_TEST(no_page_is_given_out_twice)
{
    static bool seen[HOST_PAGES];
    const unsigned long before = nr_free_pages();
    unsigned count = 0;
    struct page *page;

    while ((page = take_any(0)) != NULL) {
        EXPECT(!seen[page_to_pfn(page)]);
        EXPECT(page_to_pfn(page) >= HOST_FIRST_PAGE);
        seen[page_to_pfn(page)] = true;
        count++;
    }
    ck_assert_uint_eq(count + nr_free_pages(), before);
}
END_TEST

START_TEST(pages_given_back_in_any_order_join_to_the_same_blocks)
{
    const struct host_blocks before = host_blocks();
    struct random random = random_seeded(1);
    unsigned count = 0;

    while ((taken[count] = take_any(0)) != NULL)
        count++;
    for (; count > 0; count--) {
        const unsigned which = random_below(&random, count);

        __free_page(taken[which]);
        taken[which] = taken[count - 1];
    }
    expect_as_before(&before);
}
END_TEST

START_TEST(the_reserve_is_halved_by_atomic_requests_and_kept_by_others)
{
    while (alloc_page(__GFP_NOWARN))
        ;
    for (int zone = 0; zone < ZONE_HIGHMEM; zone++)
        ck_assert_uint_eq(zones[zone].free_pages, zones[zone].pages_min);
    while (take_any(0))
        ;
    for (int zone = 0; zone < ZONE_HIGHMEM; zone++)
        ck_assert_uint_eq(zones[zone].free_pages, zones[zone].pages_min / 2);
}
END_TEST

static unsigned shrink_calls;
static struct page *last_resort;

static unsigned long give_one(gfp_t gfp, unsigned long wanted)
{
    (void)wanted;
    shrink_calls++;
    if (!(gfp & __GFP_IO) || !last_resort)
        return 0;
    __free_page(last_resort);
    last_resort = NULL;
    return 1;
}

START_TEST(only_who_may_wait_has_memory_reclaimed)
{
    struct shrinker shrinker = {.name = "test", .shrink = give_one};

    register_shrinker(&shrinker);
    last_resort = alloc_page(GFP_KERNEL);
    while (alloc_page(__GFP_NOWARN))
        ;
    ck_assert_ptr_null(alloc_page(__GFP_NOWARN));
    ck_assert_uint_eq(shrink_calls, 0);
    ck_assert_ptr_null(alloc_page(GFP_NOIO));
    ck_assert_uint_eq(shrink_calls, 1);
    ck_assert_ptr_nonnull(alloc_page(GFP_KERNEL));
    ck_assert_uint_eq(shrinker.freed, 1);
    ck_assert_ptr_null(alloc_page(GFP_KERNEL));
}
END_TEST

START_TEST(who_may_not_sleep_is_refused_the_wait)
{
    while (alloc_page(__GFP_NOWARN))
        ;
    preempt_count = 1;
    ck_assert_ptr_null(alloc_page(GFP_KERNEL | __GFP_NOWARN));
    ck_assert_int_eq(take_complaint(), COMPLAINT_MISUSE);
}
END_TEST

START_TEST(each_misuse_is_refused_by_its_kind_and_changes_nothing)
{
    struct page *block = alloc_pages(GFP_KERNEL, 2);
    const struct host_blocks before = host_blocks();

    ck_assert_ptr_null(alloc_pages(GFP_KERNEL, MAX_ORDER));
    ck_assert_int_eq(take_complaint(), COMPLAINT_BAD_SIZE);
    __free_pages(block, 1);
    ck_assert_int_eq(take_complaint(), COMPLAINT_MISMATCH);
    __free_page(block + 1);
    ck_assert_int_eq(take_complaint(), COMPLAINT_MISMATCH);
    __free_page(pfn_to_page(0));
    ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    __free_page(mem_map + HOST_PAGES);
    ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    free_page(high_memory);
    ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    expect_as_before(&before);
    __free_pages(block, 2);
    ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
    __free_pages(block, 2);
    ck_assert_int_eq(take_complaint(), COMPLAINT_DOUBLE_FREE);
}
END_TEST

START_TEST(a_page_lives_until_its_last_user_has_gone)
{
    struct page *page = alloc_page(GFP_KERNEL);

    get_page(page);
    put_page(page);
    ck_assert(!page_is_free(page));
    put_page(page);
    ck_assert(page_is_free(page));
    put_page(page);
    ck_assert_int_eq(take_complaint(), COMPLAINT_DOUBLE_FREE);
}
END_TEST

START_TEST(the_zone_is_the_highest_that_the_flags_allow)
{
    ck_assert_ptr_eq(page_zone(alloc_page(GFP_DMA)), &zones[ZONE_DMA]);
    ck_assert_ptr_eq(page_zone(alloc_page(GFP_KERNEL)), &zones[ZONE_NORMAL]);
    ck_assert_ptr_eq(page_zone(alloc_page(GFP_HIGHUSER)), &zones[ZONE_NORMAL]);
}
END_TEST

/* Each test runs in a process of its own, with what it finds here. */
int main(void)
{
    const TTest *const tests[] = {
        blocks_of_each_order_are_aligned_and_join_again,
        no_page_is_given_out_twice,
        pages_given_back_in_any_order_join_to_the_same_blocks,
        the_reserve_is_halved_by_atomic_requests_and_kept_by_others,
        only_who_may_wait_has_memory_reclaimed,
        who_may_not_sleep_is_refused_the_wait,
        each_misuse_is_refused_by_its_kind_and_changes_nothing,
        a_page_lives_until_its_last_user_has_gone,
        the_zone_is_the_highest_that_the_flags_allow,
    };

    host_start();
    return run_tests("page_alloc", tests, ARRAY_SIZE(tests));
}
