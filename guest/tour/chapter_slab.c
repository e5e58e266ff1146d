/* SPDX-License-Identifier: MIT */
/*
 * Chapter slab: caches of objects of one kind, with constructors. The caches
 * bear the names of those that every Linux kernel has.
 */
#include "kernel/printk.h"
#include "mm/kmalloc.h"
#include "mm/show.h"
#include "mm/slab.h"
#include "tour/check.h"
#include "tour/tour.h"

#define TASKS  12
#define INODES 25

/** Of the size of the real ones, with a few fields to play with. */
struct demo_task {
    unsigned int pid;
    char rest[1708];
};

struct demo_inode {
    uint32_t magic; /**< the constructor's work; stays over a free */
    unsigned int number;
    char rest[332];
};

struct demo_skbuff {
    unsigned int length;
    char rest[156];
};

#define INODE_MAGIC 0x1A0DE000u

static unsigned int constructed;

static void construct_inode(void *object)
{
    struct demo_inode *inode = object;

    inode->magic = INODE_MAGIC;
    constructed++;
}

/** The caches of this chapter. */
struct caches {
    struct kmem_cache *task;
    struct kmem_cache *inode;
    struct kmem_cache *skbuff;
};

static void show_shape(const struct kmem_cache *cache)
{
    const unsigned long bytes = PAGE_SIZE << cache->order;
    const unsigned long used = cache->objects_per_slab * cache->size;

    printk("  %-18s %4lu bytes, %2u in a slab of %u pages; %4lu bytes for "
           "management, colour, rest\n",
           cache->name, (unsigned long)cache->size, cache->objects_per_slab,
           1u << cache->order, bytes - used);
}

static bool create(struct caches *caches)
{
    section("kmem_cache_create");
    caches->task =
        kmem_cache_create("task_struct", sizeof(struct demo_task), 0, 0, NULL);
    caches->inode = kmem_cache_create("inode_cache", sizeof(struct demo_inode),
                                      0, 0, construct_inode);
    caches->skbuff =
        kmem_cache_create("skbuff_head_cache", sizeof(struct demo_skbuff), 0,
                          SLAB_HWCACHE_ALIGN, NULL);
    if (!caches->task || !caches->inode || !caches->skbuff) {
        check(false, "three caches can be made");
        return false;
    }
    show_shape(caches->task);
    show_shape(caches->inode);
    show_shape(caches->skbuff);
    check(caches->task->slabs == 0, "a new cache has no slab, hence no page");
    return true;
}

static void constructor(struct kmem_cache *cache)
{
    struct demo_inode *inode[INODES];
    unsigned int prepared = 0;
    unsigned int i;

    section("the constructor");
    for (i = 0; i < INODES; i++) {
        inode[i] = kmem_cache_alloc(cache, GFP_KERNEL);
        prepared += inode[i]->magic == INODE_MAGIC;
        inode[i]->number = i;
    }
    printk("  %d objects taken, %u slabs of %u made, %u objects constructed\n",
           INODES, (unsigned int)cache->slabs, cache->objects_per_slab,
           constructed);
    check(prepared == INODES, "every object comes constructed");
    check(constructed == cache->slabs * cache->objects_per_slab,
          "each was so once, when its slab was made");
    show_slabinfo();
    for (i = 0; i < INODES; i++)
        kmem_cache_free(cache, inode[i]);
}

static void reuse(struct kmem_cache *cache)
{
    struct demo_inode *object = kmem_cache_alloc(cache, GFP_KERNEL);
    const unsigned int before = constructed;
    struct demo_inode *again;

    section("a freed object");
    object->number = 4711;
    kmem_cache_free(cache, object);
    again = kmem_cache_alloc(cache, GFP_KERNEL);
    printk("  freed %p, taken %p\n", (void *)object, (void *)again);
    check(again == object, "is handed out again at once");
    check(again->magic == INODE_MAGIC && constructed == before,
          "still constructed: nothing was done for it");
    kmem_cache_free(cache, again);
}

static void slabs_and_lists(struct kmem_cache *cache)
{
    struct demo_task *task[TASKS];
    const unsigned long free_before = nr_free_pages();
    bool contiguous = true;
    unsigned int i;

    section("slabs: full, partial, empty");
    for (i = 0; i < TASKS; i++) {
        task[i] = kmem_cache_alloc(cache, GFP_KERNEL);
        task[i]->pid = i + 1;
        printk("  task %u at %p, slab of block %08lx\n", task[i]->pid,
               (void *)task[i],
               ALIGN_DOWN((unsigned long)task[i], PAGE_SIZE << cache->order));
    }
    printk("  pages taken for them, with the slabs' management: %lu\n",
           free_before - nr_free_pages());
    for (i = 1; i < cache->objects_per_slab && i < TASKS; i++)
        contiguous = contiguous &&
                     (char *)task[i] - (char *)task[i - 1] == (long)cache->size;
    check(contiguous, "the objects of a slab stand side by side");
    check(!list_empty(&cache->slabs_full), "one slab is full");
    check(!list_empty(&cache->slabs_partial), "one is in part");
    for (i = 0; i < TASKS; i++)
        kmem_cache_free(cache, task[i]);
    check(cache->slabs == 1, "when all are free, one empty slab is kept");
    check(kmem_cache_shrink(cache) == 1, "kmem_cache_shrink gives it back");
    check(cache->slabs == 0, "so that the cache has no page again");
}

static void bad_input(struct caches *caches)
{
    struct demo_skbuff *skbuff = kmem_cache_alloc(caches->skbuff, GFP_KERNEL);
    static char outside[64];

    section("bad input");
    check_denied(kmem_cache_create("empty", 0, 0, 0, NULL), COMPLAINT_BAD_SIZE,
                 "a cache of objects of 0 bytes is refused");
    check_denied(kmem_cache_create("giant", 1u << 20, 0, 0, NULL),
                 COMPLAINT_BAD_SIZE, "objects of 1 MiB are refused");
    check_denied(kmem_cache_create("inode_cache", 64, 0, 0, NULL),
                 COMPLAINT_MISUSE,
                 "a second cache of the same name is refused");
    kmem_cache_free(caches->inode, skbuff);
    check_refused(COMPLAINT_FOREIGN, "an object of another cache is refused");
    kmem_cache_free(caches->skbuff, (char *)skbuff + 8);
    check_refused(COMPLAINT_FOREIGN, "an address inside an object is refused");
    kmem_cache_free(caches->skbuff, outside);
    check_refused(COMPLAINT_FOREIGN, "a static variable is refused");
    kmem_cache_destroy(caches->skbuff);
    check_refused(COMPLAINT_BUSY,
                  "to destroy a cache with objects in use is refused");
    kmem_cache_free(caches->skbuff, skbuff);
    kmem_cache_free(caches->skbuff, skbuff);
    check_refused(COMPLAINT_DOUBLE_FREE, "a double free is refused");
    kmem_cache_free(caches->skbuff, NULL);
    check_refused(COMPLAINT_NONE, "to free 0 does nothing");
}

void slab_chapter(void)
{
    struct caches caches;
    unsigned long before;

    kmem_cache_shrink_all();
    before = nr_free_pages();
    constructed = 0;
    if (!create(&caches))
        return;
    constructor(caches.inode);
    reuse(caches.inode);
    slabs_and_lists(caches.task);
    bad_input(&caches);

    section("kmem_cache_destroy");
    check(kmem_cache_destroy(caches.task) == 0 &&
              kmem_cache_destroy(caches.inode) == 0 &&
              kmem_cache_destroy(caches.skbuff) == 0,
          "caches without objects can be destroyed");
    kmem_cache_shrink_all();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
