/* SPDX-License-Identifier: MIT */
#include "tour/stress.h"

#include "kernel/cmdline.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/mempool.h"
#include "mm/paging.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define SLOTS          256u
#define DEFAULT_ROUNDS 20000ul
#define VALUE_BYTES    16
#define MISTAKE_EVERY  1024u
#define RESERVE        8u
#define PACKET_BYTES   300u
#define MOST_KMALLOC   8192u
#define MOST_VMALLOC   (3 * PAGE_SIZE)
#define MOST_ORDER     3u
#define CHECKED_WORDS  16u

enum kind { KIND_NONE, PAGES, KMALLOC, SLAB, POOL, VMALLOC, HIGH, KINDS };

/** What one slot holds. */
struct slot {
    enum kind kind;
    void *memory; /**< or, of HIGH, its struct page */
    unsigned long bytes;
    unsigned int order;
    uint32_t tag; /**< what it was filled with */
};

static struct {
    uint32_t random;
    struct kmem_cache *cache;
    struct mempool *pool;
    struct slot slot[SLOTS];
    unsigned long taken[KINDS];
    unsigned long refused; /**< no memory at that moment */
    unsigned long wrong;   /**< contents that had changed */
    unsigned long mistakes;
    unsigned long found;
} stress;

static uint32_t next_random(uint32_t limit)
{
    stress.random = stress.random * 1664525u + 1013904223u;
    return (stress.random >> 8) % limit;
}

/* ---- contents ----------------------------------------------------------- */

/* Words at the beginning, and the last one: an overlap shows in them. */
static uint32_t *word_at(void *memory, unsigned long bytes, unsigned int i)
{
    const unsigned long words = bytes / sizeof(uint32_t);

    return (uint32_t *)memory + (i < words - 1 ? i : words - 1);
}

static void fill(void *memory, unsigned long bytes, uint32_t tag)
{
    unsigned int i;

    for (i = 0; i < CHECKED_WORDS; i++)
        *word_at(memory, bytes, i) = tag;
    *word_at(memory, bytes, ~0u) = tag;
}

static bool holds(void *memory, unsigned long bytes, uint32_t tag)
{
    unsigned int i;

    for (i = 0; i < CHECKED_WORDS; i++) {
        if (*word_at(memory, bytes, i) != tag)
            return false;
    }
    return *word_at(memory, bytes, ~0u) == tag;
}

static void fill_slot(struct slot *slot)
{
    void *memory = slot->memory;

    slot->tag = stress.random;
    if (slot->kind == HIGH)
        memory = kmap_atomic(slot->memory, KM_DEMO);
    fill(memory, slot->bytes, slot->tag);
    if (slot->kind == HIGH)
        kunmap_atomic(memory, KM_DEMO);
}

static bool slot_holds(const struct slot *slot)
{
    void *memory = slot->memory;
    bool same;

    if (slot->kind == HIGH)
        memory = kmap_atomic(slot->memory, KM_DEMO);
    same = holds(memory, slot->bytes, slot->tag);
    if (slot->kind == HIGH)
        kunmap_atomic(memory, KM_DEMO);
    return same;
}

/* ---- take and give back ------------------------------------------------- */

static void take(struct slot *slot)
{
    slot->kind = (enum kind)(PAGES + next_random(KINDS - PAGES));
    switch (slot->kind) {
    case PAGES:
        slot->order = next_random(MOST_ORDER + 1);
        slot->bytes = PAGE_SIZE << slot->order;
        slot->memory =
            (void *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN, slot->order);
        break;
    case KMALLOC:
        slot->bytes = sizeof(uint32_t) + next_random(MOST_KMALLOC);
        slot->memory = kmalloc(slot->bytes, GFP_KERNEL | __GFP_NOWARN);
        break;
    case SLAB:
        slot->bytes = PACKET_BYTES;
        slot->memory = kmem_cache_alloc(stress.cache, GFP_KERNEL);
        break;
    case POOL:
        slot->bytes = PACKET_BYTES;
        slot->memory = mempool_alloc(stress.pool, GFP_ATOMIC);
        break;
    case VMALLOC:
        slot->bytes = sizeof(uint32_t) + next_random(MOST_VMALLOC);
        slot->memory = vmalloc(slot->bytes);
        break;
    case HIGH:
        slot->bytes = PAGE_SIZE;
        slot->memory = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
        break;
    case KIND_NONE:
    case KINDS: break;
    }
    if (!slot->memory) {
        slot->kind = KIND_NONE;
        stress.refused++;
        return;
    }
    stress.taken[slot->kind]++;
    fill_slot(slot);
}

static void release(const struct slot *slot)
{
    switch (slot->kind) {
    case PAGES: free_pages((unsigned long)slot->memory, slot->order); break;
    case KMALLOC: kfree(slot->memory); break;
    case SLAB: kmem_cache_free(stress.cache, slot->memory); break;
    case POOL: mempool_free(slot->memory, stress.pool); break;
    case VMALLOC: vfree(slot->memory); break;
    case HIGH: put_page(slot->memory); break;
    case KIND_NONE:
    case KINDS: break;
    }
}

static void give_back(struct slot *slot)
{
    stress.wrong += !slot_holds(slot);
    release(slot);
    *slot = (struct slot){.kind = KIND_NONE};
}

/* ---- mistakes ----------------------------------------------------------- */

static void expect(enum complaint kind)
{
    stress.mistakes++;
    stress.found += take_complaint() == kind;
}

static void overrun(void)
{
    char *object = kmem_cache_alloc(stress.cache, GFP_KERNEL);
    char saved;

    if (!object)
        return;
    saved = object[PACKET_BYTES];
    object[PACKET_BYTES] = '!';
    kmem_cache_free(stress.cache, object);
    expect(COMPLAINT_OVERRUN);
    object[PACKET_BYTES] = saved;
    kmem_cache_free(stress.cache, object);
}

static void free_twice(void)
{
    void *object = kmalloc(100, GFP_KERNEL);

    if (!object)
        return;
    kfree(object);
    kfree(object);
    expect(COMPLAINT_DOUBLE_FREE);
}

static void free_foreign(void)
{
    vfree((void *)(VMALLOC_END - PAGE_SIZE));
    expect(COMPLAINT_FOREIGN);
}

/* A double free can find a slab gone already: then it is a foreign pointer. */
static void make_mistake(void)
{
    void *keep = kmalloc(100, GFP_KERNEL);

    take_complaint();
    complain_quietly(true);
    switch (next_random(3)) {
    case 0: overrun(); break;
    case 1: free_twice(); break;
    default: free_foreign(); break;
    }
    complain_quietly(false);
    kfree(keep);
}

/* ---- the rounds --------------------------------------------------------- */

static unsigned long number_of(const char *key, unsigned long otherwise)
{
    char text[VALUE_BYTES];
    unsigned long value = 0;
    const char *digit = text;

    if (!cmdline_get(key, text, sizeof(text)))
        return otherwise;
    for (; *digit >= '0' && *digit <= '9'; digit++)
        value = value * 10 + (unsigned long)(*digit - '0');
    return value;
}

static void play(unsigned long rounds)
{
    unsigned long round;
    unsigned int i;

    for (round = 0; round < rounds; round++) {
        struct slot *slot = &stress.slot[next_random(SLOTS)];

        if (slot->kind == KIND_NONE)
            take(slot);
        else
            give_back(slot);
        if (round % MISTAKE_EVERY == 0)
            make_mistake();
    }
    for (i = 0; i < SLOTS; i++) {
        if (stress.slot[i].kind != KIND_NONE)
            give_back(&stress.slot[i]);
    }
}

static void show_counts(void)
{
    static const char *const names[KINDS] = {
        [PAGES] = "blocks of pages", [KMALLOC] = "kmalloc",
        [SLAB] = "slab objects",     [POOL] = "pool objects",
        [VMALLOC] = "vmalloc areas", [HIGH] = "pages of any zone",
    };
    unsigned int kind;

    for (kind = PAGES; kind < KINDS; kind++)
        printk("  %-20s %8lu taken\n", names[kind], stress.taken[kind]);
    printk("  %-20s %8lu\n", "had to be refused", stress.refused);
    printk("  %-20s %8lu, %lu found\n", "mistakes on purpose", stress.mistakes,
           stress.found);
}

void stress_chapter(void)
{
    const unsigned long rounds = number_of("rounds", DEFAULT_ROUNDS);
    const unsigned long seed = number_of("seed", 1);
    unsigned long before;
    unsigned int tables;

    free_caches();
    before = nr_free_pages();
    tables = page_tables_made();
    memset(&stress, 0, sizeof(stress));
    stress.random = (uint32_t)seed;
    stress.cache =
        kmem_cache_create("stress", PACKET_BYTES, 0, SLAB_RED_ZONE, NULL);
    stress.pool = mempool_create(RESERVE, mempool_alloc_slab, mempool_free_slab,
                                 stress.cache);
    if (!check_have(stress.pool, "a cache and a pool can be made"))
        return;
    printk("  seed %lu, %lu rounds\n", seed, rounds);
    play(rounds);
    show_counts();
    check(stress.wrong == 0, "nothing had changed that was not written to");
    check(stress.found == stress.mistakes, "each mistake was found");
    check(mempool_destroy(stress.pool) == 0 &&
              kmem_cache_destroy(stress.cache) == 0,
          "pool and cache are as they were");
    check(vmlist == NULL, "no area is left");
    free_caches();
    tables = page_tables_made() - tables;
    check(nr_free_pages() + tables == before, "no page was lost");
}
