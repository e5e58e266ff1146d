/* SPDX-License-Identifier: MIT */
/*
 * Chapter mempool: objects set aside, for when the allocator has none.
 */
#include "kernel/fork.h"
#include "kernel/jiffies.h"
#include "kernel/printk.h"
#include "mm/mempool.h"
#include "mm/slab.h"
#include "tour/check.h"
#include "tour/hog.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define RESERVE      4u
#define OBJECT_BYTES 1000u
#define MOST_OBJECTS 64u

static void show_pool(const char *when, const struct mempool *pool)
{
    printk("  %-26s reserve %u of %u; given out: %lu by the allocator, %lu of "
           "the reserve\n",
           when, pool->curr_nr, pool->min_nr, pool->from_allocator,
           pool->from_reserve);
}

static void pool_and_pages(const struct mempool *pool,
                           const struct kmem_cache *cache)
{
    unsigned int i;

    section("a pool is objects, on slabs, on pages");
    for (i = 0; i < pool->min_nr; i++) {
        const struct page *page = virt_to_page(pool->elements[i]);

        printk("  element %u  %p  slab cache %s, frame %05lx\n", i,
               pool->elements[i], virt_to_cache(pool->elements[i])->name,
               page_to_pfn(page));
    }
    printk("  %u objects of %lu bytes: %lu slab of %u page\n", pool->min_nr,
           (unsigned long)cache->size, cache->slabs, 1u << cache->order);
    check(cache->active_objects == pool->min_nr,
          "the cache counts them as in use: they are set aside");
}

static void plenty(struct mempool *pool)
{
    void *object;

    section("while there is memory, the allocator is asked");
    object = mempool_alloc(pool, GFP_KERNEL);
    show_pool("one taken", pool);
    check(pool->curr_nr == RESERVE, "the reserve is not touched");
    mempool_free(object, pool);
    show_pool("and given back", pool);
}

/* Takes what the allocator still has, then the reserve. Returns how many. */
static unsigned int drain(struct mempool *pool, void **object)
{
    unsigned int count = 0;

    while (count < MOST_OBJECTS &&
           (object[count] = mempool_alloc(pool, GFP_ATOMIC)) != NULL) {
        count++;
        if (pool->from_reserve > 0)
            show_pool("one taken", pool);
    }
    return count;
}

/* A thread that gives one object back, a little later. */
struct giver {
    struct mempool *pool;
    void *object;
};

static int give_back(void *argument)
{
    struct giver *giver = argument;
    const unsigned long later = jiffies + 2;

    while (jiffies < later)
        schedule();
    mempool_free(giver->object, giver->pool);
    return 0;
}

static void wait_for_one(struct mempool *pool, void *object)
{
    struct giver giver = {pool, object};
    const unsigned long start = jiffies;
    const int pid = kernel_thread(give_back, &giver, "giver");
    int status = 0;
    void *again;

    if (pid < 0) {
        check(false, "a thread can be started");
        return;
    }
    again = mempool_alloc(pool, GFP_KERNEL);
    check(again == object && jiffies > start,
          "GFP_KERNEL waits until somebody gives one back");
    mempool_free(again, pool);
    do_waitpid(pid, &status, 0);
}

static void scarce(struct mempool *pool)
{
    static void *object[MOST_OBJECTS];
    struct hog hog = {.pages = 0};
    struct hog rest = {.pages = 0};
    struct page *page;
    unsigned int count;

    section("when there is none, the reserve is used");
    hog_take(&hog);
    /* The rest of the zones' reserves, which GFP_ATOMIC would get. */
    list_init(&rest.blocks);
    while ((page = alloc_page(GFP_ATOMIC | __GFP_NOWARN)) != NULL)
        list_add(&page->lru, &rest.blocks);
    pool->from_allocator = 0;
    count = drain(pool, object);
    check_refused(COMPLAINT_NO_MEMORY,
                  "GFP_ATOMIC fails when the reserve is empty, and not before");
    check(pool->from_reserve == RESERVE, "all of the reserve was used");
    hog_release(&rest);
    while (count > 0 && pool->curr_nr < RESERVE - 1)
        mempool_free(object[--count], pool);
    show_pool("all but one given back", pool);
    hog_release(&hog);
    while (count > 0)
        mempool_free(object[--count], pool);
    show_pool("all given back", pool);
    check(pool->curr_nr == RESERVE, "the reserve is full again");
}

/* An allocator that never has anything. */
static void *alloc_nothing(gfp_t gfp, void *pool_data)
{
    (void)gfp;
    (void)pool_data;
    return NULL;
}

static void waiting(struct mempool *pool)
{
    void *object[RESERVE];
    unsigned int i;

    section("and when that is empty too, who may wait waits");
    pool->alloc = alloc_nothing;
    for (i = 0; i < RESERVE; i++)
        object[i] = mempool_alloc(pool, GFP_KERNEL);
    wait_for_one(pool, object[RESERVE - 1]);
    check(mempool_destroy(pool) < 0, "a pool in use is not destroyed");
    check_refused(COMPLAINT_BUSY, "but refused");
    for (i = 0; i < RESERVE - 1; i++)
        mempool_free(object[i], pool);
    pool->alloc = mempool_alloc_slab;
}

static void pool_of_pages(void)
{
    struct mempool *pool =
        mempool_create(2, mempool_alloc_pages, mempool_free_pages, (void *)1);
    struct page *block;

    section("a pool of blocks of two pages");
    if (!check_have(pool, "it can be made"))
        return;
    block = mempool_alloc(pool, GFP_KERNEL);
    printk("  a block of order %u, frame %05lx\n", block->order,
           page_to_pfn(block));
    check(block->order == 1, "its objects are blocks of the page allocator");
    mempool_free(block, pool);
    check(mempool_destroy(pool) == 0, "it can be destroyed");
}

static void bad_input(struct kmem_cache *cache)
{
    section("bad input");
    check_denied(
        mempool_create(0, mempool_alloc_slab, mempool_free_slab, cache),
        COMPLAINT_BAD_SIZE, "a reserve of 0 is refused");
    check_denied(
        mempool_create(1u << 20, mempool_alloc_slab, mempool_free_slab, cache),
        COMPLAINT_BAD_SIZE, "one of a million is refused");
    check_denied(mempool_create(3, alloc_nothing, mempool_free_slab, cache),
                 COMPLAINT_NO_MEMORY, "one that cannot be filled is refused");
}

void mempool_chapter(void)
{
    struct kmem_cache *cache;
    struct mempool *pool;
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    cache = kmem_cache_create("bio", OBJECT_BYTES, 0, 0, NULL);
    pool =
        mempool_create(RESERVE, mempool_alloc_slab, mempool_free_slab, cache);
    if (!check_have(pool, "a pool can be made"))
        return;
    pool_and_pages(pool, cache);
    plenty(pool);
    scarce(pool);
    waiting(pool);
    check(mempool_destroy(pool) == 0, "an unused pool can be destroyed");
    bad_input(cache);
    check(kmem_cache_destroy(cache) == 0, "and so can its cache");
    pool_of_pages();
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
