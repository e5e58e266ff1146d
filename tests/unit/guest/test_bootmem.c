/* SPDX-License-Identifier: MIT */
/* The allocator of the first moments, against a list of what it gave. */
#include "tests/unit/guest/host.h"

#include "mm/bootmem.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

#include <string.h>

#define BITMAP_PAGE HOST_FIRST_PAGE
#define MOST        400u

static void start(void)
{
    void *bitmap = __va(pfn_to_phys(BITMAP_PAGE));

    init_bootmem(bitmap, HOST_PAGES);
    free_bootmem(pfn_to_phys(HOST_FIRST_PAGE), (HOST_PAGES - HOST_FIRST_PAGE)
                                                   << PAGE_SHIFT);
    reserve_bootmem(pfn_to_phys(BITMAP_PAGE), bootmem_bitmap_bytes(HOST_PAGES));
}

START_TEST(allocations_are_zeroed_aligned_and_do_not_overlap)
{
    static uint8_t *given[MOST];
    static unsigned long size[MOST];
    struct random random = random_seeded(3);

    start();
    for (unsigned i = 0; i < MOST; i++) {
        const unsigned long align = 1ul << random_below(&random, 14);

        size[i] = 1 + random_below(&random, 20000);
        given[i] = __alloc_bootmem(size[i], align, 0);
        EXPECT(given[i] != NULL);
        EXPECT_EQ(__pa(given[i]) % align, 0);
        for (unsigned long byte = 0; byte < size[i]; byte++)
            EXPECT_EQ(given[i][byte], 0);
        memset(given[i], 0xFF, size[i]);
    }
    for (unsigned i = 0; i < MOST; i++) {
        for (unsigned j = 0; j < i; j++)
            EXPECT(given[i] + size[i] <= given[j] ||
                   given[j] + size[j] <= given[i]);
    }
}
END_TEST

START_TEST(what_is_left_goes_to_the_page_allocator_the_bitmap_too)
{
    const unsigned long bitmap = bootmem_bitmap_bytes(HOST_PAGES) >> PAGE_SHIFT;

    start();
    ck_assert_ptr_nonnull(alloc_bootmem_pages(5 * PAGE_SIZE));
    ck_assert_uint_eq(free_all_bootmem(), HOST_PAGES - HOST_FIRST_PAGE - 5);
    ck_assert_uint_eq(nr_free_pages(), HOST_PAGES - HOST_FIRST_PAGE - 5);
    ck_assert(page_is_free(pfn_to_page(BITMAP_PAGE)));
    ck_assert_uint_gt(bitmap, 0);
    ck_assert_ptr_null(alloc_bootmem(1));
    ck_assert_int_eq(take_complaint(), COMPLAINT_MISUSE);
}
END_TEST

START_TEST(nothing_and_too_much_are_refused)
{
    start();
    ck_assert_ptr_null(alloc_bootmem(0));
    ck_assert_int_eq(take_complaint(), COMPLAINT_BAD_SIZE);
    ck_assert_ptr_null(alloc_bootmem(HOST_PAGES << PAGE_SHIFT));
    ck_assert_int_eq(take_complaint(), COMPLAINT_NO_MEMORY);
    ck_assert_ptr_null(alloc_bootmem(~0ul));
    ck_assert_int_eq(take_complaint(), COMPLAINT_NO_MEMORY);
}
END_TEST

/* Each test runs in a process of its own, with what it finds here. */
int main(void)
{
    const TTest *const tests[] = {
        allocations_are_zeroed_aligned_and_do_not_overlap,
        what_is_left_goes_to_the_page_allocator_the_bitmap_too,
        nothing_and_too_much_are_refused,
    };

    host_start_early();
    return run_tests("bootmem", tests, ARRAY_SIZE(tests));
}
