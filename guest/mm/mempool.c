/* SPDX-License-Identifier: MIT */
#include "mm/mempool.h"

#include "arch/cpu.h"
#include "kernel/errno.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"
#include "mm/slab.h"

static void empty_reserve(struct mempool *pool)
{
    while (pool->curr_nr > 0)
        pool->free(pool->elements[--pool->curr_nr], pool->pool_data);
    kfree(pool->elements);
    kfree(pool);
}

struct mempool *mempool_create(unsigned int min_nr, mempool_alloc_t *alloc,
                               mempool_free_t *free, void *pool_data)
{
    struct mempool *pool;

    if (min_nr == 0 || min_nr > KMALLOC_MAX_SIZE / sizeof(void *)) {
        complain(COMPLAINT_BAD_SIZE, "mempool_create: a reserve of %u", min_nr);
        return NULL;
    }
    pool = kzalloc(sizeof(*pool), GFP_KERNEL);
    if (!pool)
        return NULL;
    pool->elements = kmalloc(min_nr * sizeof(*pool->elements), GFP_KERNEL);
    pool->pool_data = pool_data;
    pool->alloc = alloc;
    pool->free = free;
    pool->min_nr = min_nr;
    list_init(&pool->wait.tasks);
    while (pool->elements && pool->curr_nr < min_nr) {
        void *element = alloc(GFP_KERNEL, pool_data);

        if (!element)
            break;
        pool->elements[pool->curr_nr++] = element;
    }
    if (pool->curr_nr == min_nr)
        return pool;
    complain(COMPLAINT_NO_MEMORY,
             "mempool_create: a reserve of %u does not fit", min_nr);
    empty_reserve(pool);
    return NULL;
}

int mempool_destroy(struct mempool *pool)
{
    if (pool->curr_nr < pool->min_nr) {
        complain(COMPLAINT_BUSY,
                 "mempool_destroy: %u of the reserve of %u are given out",
                 pool->min_nr - pool->curr_nr, pool->min_nr);
        return -EBUSY;
    }
    empty_reserve(pool);
    return 0;
}

static void *take_from_reserve(struct mempool *pool)
{
    void *element = NULL;
    const uint32_t flags = local_irq_save();

    if (pool->curr_nr > 0) {
        element = pool->elements[--pool->curr_nr];
        pool->from_reserve++;
    }
    local_irq_restore(flags);
    return element;
}

/* Sleep until somebody gives one back, unless that has happened already. */
static void wait_for_element(struct mempool *pool)
{
    const uint32_t flags = local_irq_save();

    if (pool->curr_nr == 0)
        sleep_on(&pool->wait);
    local_irq_restore(flags);
}

void *mempool_alloc(struct mempool *pool, gfp_t gfp)
{
    void *element;

    for (;;) {
        /* The allocator is asked first, but not to try hard. */
        element = pool->alloc((gfp & ~(__GFP_WAIT | __GFP_IO | __GFP_FS)) |
                                  __GFP_NOWARN,
                              pool->pool_data);
        if (element) {
            pool->from_allocator++;
            return element;
        }
        element = take_from_reserve(pool);
        if (element)
            return element;
        if (!(gfp & __GFP_WAIT) || in_atomic()) {
            complain(COMPLAINT_NO_MEMORY,
                     "mempool_alloc: the reserve is empty, flags %x", gfp);
            return NULL;
        }
        wait_for_element(pool);
    }
}

void mempool_free(void *element, struct mempool *pool)
{
    uint32_t flags;

    if (!element)
        return;
    flags = local_irq_save();
    if (pool->curr_nr < pool->min_nr) {
        pool->elements[pool->curr_nr++] = element;
        element = NULL;
    }
    local_irq_restore(flags);
    if (element)
        pool->free(element, pool->pool_data);
    else
        wake_up(&pool->wait);
}

void *mempool_alloc_slab(gfp_t gfp, void *pool_data)
{
    return kmem_cache_alloc(pool_data, gfp);
}

void mempool_free_slab(void *element, void *pool_data)
{
    kmem_cache_free(pool_data, element);
}

void *mempool_alloc_pages(gfp_t gfp, void *pool_data)
{
    return alloc_pages(gfp, (unsigned int)(unsigned long)pool_data);
}

void mempool_free_pages(void *element, void *pool_data)
{
    __free_pages(element, (unsigned int)(unsigned long)pool_data);
}
