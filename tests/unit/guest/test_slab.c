/* SPDX-License-Identifier: MIT */
/* Slabs, kmalloc and memory pools: every size, every way to misuse them. */
#include "tests/unit/guest/host.h"

#include "mm/kmalloc.h"
#include "mm/mempool.h"
#include "mm/slab.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

#include <string.h>

#define OBJECTS      50u
#define LARGEST      2048u
#define SLOTS        200u
#define ROUNDS       100000u
#define OBJECT_BYTES 100u
#define RESERVE      3u

static bool is_filled(const uint8_t *object, size_t size, uint8_t value)
{
    return object[0] == value && memcmp(object, object + 1, size - 1) == 0;
}

START_TEST(objects_of_every_size_are_aligned_and_do_not_overlap)
{
    for (size_t size = 1; size <= LARGEST; size++) {
        struct kmem_cache *cache = kmem_cache_create("test", size, 0, 0, NULL);
        uint8_t *object[OBJECTS];

        for (unsigned i = 0; i < OBJECTS; i++) {
            object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
            EXPECT_EQ((unsigned long)object[i] % sizeof(void *), 0);
            memset(object[i], (int)i, size);
        }
        for (unsigned i = 0; i < OBJECTS; i++) {
            EXPECT(is_filled(object[i], size, (uint8_t)i));
            kmem_cache_free(cache, object[i]);
        }
        EXPECT(kmem_cache_destroy(cache) == 0);
    }
    ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
}
END_TEST

START_TEST(kmalloc_gives_the_smallest_class_that_is_large_enough)
{
    static const size_t classes[] = {32,   64,    96,    128,   192,
                                     256,  512,   1024,  2048,  4096,
                                     8192, 16384, 32768, 65536, 131072};
    size_t class = 0;

    for (size_t size = 1; size <= KMALLOC_MAX_SIZE; size++) {
        void *object;

        if (size > classes[class])
            class ++;
        object = kmalloc(size, GFP_KERNEL);
        EXPECT_EQ(ksize(object), classes[class]);
        kfree(object);
    }
    ck_assert_ptr_null(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
    ck_assert_int_eq(take_complaint(), COMPLAINT_BAD_SIZE);
    ck_assert_ptr_eq(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
}
END_TEST

START_TEST(random_mixes_keep_their_contents_and_lose_no_page)
{
    static struct {
        uint8_t *object;
        size_t size;
        uint8_t value;
    } slot[SLOTS];
    struct random random = random_seeded(2);
    unsigned long before;

    kmem_cache_shrink_all();
    before = nr_free_pages();
    for (unsigned round = 0; round < ROUNDS; round++) {
        const unsigned i = random_below(&random, SLOTS);

        if (slot[i].object) {
            EXPECT(is_filled(slot[i].object, slot[i].size, slot[i].value));
            kfree(slot[i].object);
            slot[i].object = NULL;
            continue;
        }
        slot[i].size = 1 + random_below(&random, 9000);
        slot[i].value = (uint8_t)random_below(&random, 256);
        slot[i].object = kmalloc(slot[i].size, GFP_KERNEL);
        EXPECT(slot[i].object != NULL);
        memset(slot[i].object, slot[i].value, slot[i].size);
    }
    for (unsigned i = 0; i < SLOTS; i++)
        kfree(slot[i].object);
    kmem_cache_shrink_all();
    ck_assert_uint_eq(nr_free_pages(), before);
    ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
}
END_TEST

START_TEST(an_address_that_is_no_object_is_refused)
{
    char *object = kmalloc(OBJECT_BYTES, GFP_KERNEL);

    for (unsigned offset = 1; offset < OBJECT_BYTES; offset++) {
        kfree(object + offset);
        ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    }
    kfree((void *)__get_free_page(GFP_KERNEL));
    ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    kfree(&object);
    ck_assert_int_eq(take_complaint(), COMPLAINT_FOREIGN);
    kfree(object);
    ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
}
END_TEST

START_TEST(a_double_free_is_refused)
{
    void *keep = kmalloc(OBJECT_BYTES, GFP_KERNEL);
    void *object = kmalloc(OBJECT_BYTES, GFP_KERNEL);

    kfree(object);
    kfree(object);
    ck_assert_int_eq(take_complaint(), COMPLAINT_DOUBLE_FREE);
    kfree(keep);
}
END_TEST

START_TEST(a_red_zone_tells_each_byte_of_an_overrun)
{
    struct kmem_cache *cache =
        kmem_cache_create("red", OBJECT_BYTES, 0, SLAB_RED_ZONE, NULL);

    for (unsigned byte = 0; byte < sizeof(uint32_t); byte++) {
        char *object = kmem_cache_alloc(cache, GFP_KERNEL);

        object[OBJECT_BYTES + byte] ^= 1;
        kmem_cache_free(cache, object);
        ck_assert_int_eq(take_complaint(), COMPLAINT_OVERRUN);
        object[OBJECT_BYTES + byte] ^= 1;
        memset(object, 0, OBJECT_BYTES);
        kmem_cache_free(cache, object);
        ck_assert_int_eq(take_complaint(), COMPLAINT_NONE);
    }
}
END_TEST

START_TEST(a_cache_in_use_is_not_destroyed)
{
    struct kmem_cache *cache = kmem_cache_create("used", 64, 0, 0, NULL);
    void *object = kmem_cache_alloc(cache, GFP_KERNEL);

    ck_assert_int_ne(kmem_cache_destroy(cache), 0);
    ck_assert_int_eq(take_complaint(), COMPLAINT_BUSY);
    ck_assert_ptr_null(kmem_cache_create("used", 64, 0, 0, NULL));
    ck_assert_int_eq(take_complaint(), COMPLAINT_MISUSE);
    kmem_cache_free(cache, object);
    ck_assert_int_eq(kmem_cache_destroy(cache), 0);
}
END_TEST

static void *alloc_nothing(gfp_t gfp, void *pool_data)
{
    (void)gfp;
    (void)pool_data;
    return NULL;
}

START_TEST(a_pool_gives_its_reserve_when_the_allocator_has_none)
{
    struct kmem_cache *cache = kmem_cache_create("pool", 64, 0, 0, NULL);
    struct mempool *pool =
        mempool_create(RESERVE, mempool_alloc_slab, mempool_free_slab, cache);
    void *element[RESERVE];

    ck_assert_uint_eq(pool->curr_nr, RESERVE);
    pool->alloc = alloc_nothing;
    for (unsigned i = 0; i < RESERVE; i++) {
        element[i] = mempool_alloc(pool, GFP_ATOMIC);
        ck_assert_ptr_nonnull(element[i]);
    }
    ck_assert_ptr_null(mempool_alloc(pool, GFP_ATOMIC));
    ck_assert_int_eq(take_complaint(), COMPLAINT_NO_MEMORY);
    ck_assert_int_ne(mempool_destroy(pool), 0);
    ck_assert_int_eq(take_complaint(), COMPLAINT_BUSY);
    for (unsigned i = 0; i < RESERVE; i++)
        mempool_free(element[i], pool);
    ck_assert_int_eq(mempool_destroy(pool), 0);
    ck_assert_int_eq(kmem_cache_destroy(cache), 0);
}
END_TEST

START_TEST(a_pool_without_reserve_is_refused)
{
    ck_assert_ptr_null(
        mempool_create(0, mempool_alloc_slab, mempool_free_slab, NULL));
    ck_assert_int_eq(take_complaint(), COMPLAINT_BAD_SIZE);
    ck_assert_ptr_null(
        mempool_create(1, alloc_nothing, mempool_free_slab, NULL));
    ck_assert_int_eq(take_complaint(), COMPLAINT_NO_MEMORY);
}
END_TEST

/* Each test runs in a process of its own, with what it finds here. */
int main(void)
{
    const TTest *const tests[] = {
        objects_of_every_size_are_aligned_and_do_not_overlap,
        kmalloc_gives_the_smallest_class_that_is_large_enough,
        random_mixes_keep_their_contents_and_lose_no_page,
        an_address_that_is_no_object_is_refused,
        a_double_free_is_refused,
        a_red_zone_tells_each_byte_of_an_overrun,
        a_cache_in_use_is_not_destroyed,
        a_pool_gives_its_reserve_when_the_allocator_has_none,
        a_pool_without_reserve_is_refused,
    };

    host_start();
    return run_tests("slab", tests, ARRAY_SIZE(tests));
}
