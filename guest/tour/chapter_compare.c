/* SPDX-License-Identifier: MIT */
/*
 * Chapter compare: one workload on four kinds of memory. A driver that
 * receives 64 packets of 1500 bytes, fills each, adds it up, and gives it
 * back.
 */
#include "arch/cpu.h"
#include "arch/tlb.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/measure.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define BUFFERS 64u
#define BYTES   1500u
#define WORDS   (BYTES / sizeof(uint32_t))

/** Where the buffers come from. */
struct source {
    const char *name;
    void *(*take)(void);
    void (*give_back)(void *buffer);
    unsigned long given; /**< bytes that each buffer really takes */
};

static struct kmem_cache *packets;

static void *take_kmalloc(void)
{
    return kmalloc(BYTES, GFP_KERNEL);
}

static void free_kmalloc(void *buffer)
{
    kfree(buffer);
}

static void *take_slab(void)
{
    return kmem_cache_alloc(packets, GFP_KERNEL);
}

static void free_slab(void *buffer)
{
    kmem_cache_free(packets, buffer);
}

static void *take_page(void)
{
    return (void *)__get_free_page(GFP_KERNEL);
}

static void give_page(void *buffer)
{
    free_page((unsigned long)buffer);
}

static void *take_vmalloc(void)
{
    return vmalloc(BYTES);
}

static void free_vmalloc(void *buffer)
{
    vfree(buffer);
}

static struct source sources[] = {
    {"kmalloc", take_kmalloc, free_kmalloc, 0},
    {"slab cache", take_slab, free_slab, 0},
    {"whole pages", take_page, give_page, PAGE_SIZE},
    {"vmalloc", take_vmalloc, free_vmalloc, PAGE_SIZE},
};

static uint32_t fill_and_sum(uint32_t *buffer, uint32_t seed)
{
    uint32_t sum = 0;
    unsigned int i;

    for (i = 0; i < WORDS; i++)
        buffer[i] = seed + i;
    for (i = 0; i < WORDS; i++)
        sum += buffer[i];
    return sum;
}

/** What a run of the workload cost. */
struct cost {
    uint32_t sum;
    unsigned long pages;
    bool complete;
};

static struct cost workload(const struct source *source)
{
    static void *buffer[BUFFERS];
    const unsigned long before = nr_free_pages();
    struct cost cost = {.complete = true};
    unsigned int i;

    for (i = 0; i < BUFFERS; i++) {
        buffer[i] = source->take();
        cost.complete = cost.complete && buffer[i];
    }
    cost.pages = before - nr_free_pages();
    for (i = 0; i < BUFFERS && cost.complete; i++)
        cost.sum += fill_and_sum(buffer[i], i);
    for (i = 0; i < BUFFERS; i++)
        source->give_back(buffer[i]);
    return cost;
}

static void memory_table(struct cost *cost)
{
    unsigned int i;

    printk("  %-12s  asked  given  wasted  pages used\n", "");
    for (i = 0; i < ARRAY_SIZE(sources); i++) {
        const unsigned long given = sources[i].given;

        kmem_cache_shrink_all();
        cost[i] = workload(&sources[i]);
        printk("  %-12s  %5u  %5lu  %4lu %%  %10lu\n", sources[i].name, BYTES,
               given, (given - BYTES) * 100 / given, cost[i].pages);
    }
}

/* From an empty TLB each time, and without interrupts. */
static void machine_table(void)
{
    unsigned int i;

    measure_head();
    for (i = 0; i < ARRAY_SIZE(sources); i++) {
        const uint32_t flags = local_irq_save();
        struct counters before;

        flush_tlb_all();
        before = counters_read();
        workload(&sources[i]);
        measure_row(sources[i].name, &before);
        local_irq_restore(flags);
    }
}

void compare_chapter(void)
{
    struct cost cost[ARRAY_SIZE(sources)];
    bool same = true;
    bool complete = true;
    unsigned long before;
    unsigned int i;
    void *sample;

    free_caches();
    before = nr_free_pages();
    packets = kmem_cache_create("packet", BYTES, 32, 0, NULL);
    sample = kmalloc(BYTES, GFP_KERNEL);
    sources[0].given = ksize(sample);
    sources[1].given = packets->size;
    kfree(sample);

    section("64 buffers of 1500 bytes: memory");
    memory_table(cost);
    for (i = 0; i < ARRAY_SIZE(sources); i++) {
        same = same && cost[i].sum == cost[0].sum;
        complete = complete && cost[i].complete;
    }
    check(complete, "each kind of memory could be had");
    check(same, "all four give the same sum");
    check(cost[1].pages < cost[0].pages && cost[0].pages < cost[2].pages,
          "a cache of the right size wastes least, a page for each most");
    check(cost[3].pages > BUFFERS,
          "vmalloc takes a page for each, and some for its own lists");
    section("64 buffers of 1500 bytes: the processor");
    machine_table();
    check(kmem_cache_destroy(packets) == 0, "the cache is empty");
    free_caches();
    check(before - nr_free_pages() <= 1, "no page was lost in this chapter");
}
