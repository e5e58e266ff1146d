/* SPDX-License-Identifier: MIT */
/*
 * Chapter kmalloc: size classes, and how objects share a page.
 */
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/show.h"
#include "mm/slab.h"
#include "tour/check.h"
#include "tour/tour.h"

#define OBJECTS 8

static void asked_and_given(void)
{
    static const size_t asked[] = {1,    32,   33,   64,    65,     100,
                                   128,  129,  200,  500,   1000,   1025,
                                   4096, 5000, 9000, 40000, 100000, 131072};
    bool enough = true;
    bool direct = true;
    size_t i;

    section("asked and given");
    printk("   asked   given   wasted  linear    physical\n");
    for (i = 0; i < ARRAY_SIZE(asked); i++) {
        void *object = kmalloc(asked[i], GFP_KERNEL);
        const size_t given = ksize(object);

        printk("  %6lu  %6lu  %5lu %%  %p  %08x\n", (unsigned long)asked[i],
               (unsigned long)given,
               (unsigned long)((given - asked[i]) * 100 / given), object,
               __pa(object));
        enough = enough && given >= asked[i];
        direct =
            direct && page_walk((unsigned long)object).physical == __pa(object);
        if (asked[i] == 100)
            check(given == 128, "100 bytes take an object of 128");
        kfree(object);
    }
    check(enough, "nobody got less than asked for");
    check(direct, "each physical address is the linear one less PAGE_OFFSET");
}

static void shared_page(void)
{
    void *object[OBJECTS];
    bool separate = true;
    bool same_cache = true;
    unsigned int i;

    section("eight objects of 100 bytes");
    for (i = 0; i < OBJECTS; i++) {
        object[i] = kmalloc(100, GFP_KERNEL);
        printk("  %p  frame %05lx  offset %4lu\n", object[i],
               phys_to_pfn(__pa(object[i])),
               (unsigned long)object[i] % PAGE_SIZE);
        memset(object[i], (int)i, 100);
    }
    for (i = 0; i < OBJECTS; i++) {
        const uint8_t *bytes = object[i];

        separate = separate && bytes[0] == i && bytes[99] == i;
        same_cache =
            same_cache && virt_to_cache(object[i]) == virt_to_cache(object[0]);
    }
    check(phys_to_pfn(__pa(object[0])) == phys_to_pfn(__pa(object[1])),
          "objects share a page");
    check((unsigned long)object[1] - (unsigned long)object[0] == 128,
          "128 bytes apart");
    check(separate, "and do not overlap");
    check(same_cache, "all come from one cache, size-128");
    show_slabinfo();

    kfree(object[3]);
    check(kmalloc(100, GFP_KERNEL) == object[3],
          "a freed object is handed out again at once");
    for (i = 0; i < OBJECTS; i++)
        kfree(object[i]);
}

static void special_requests(void)
{
    uint32_t *zeroed;
    void *dma;

    section("flags");
    zeroed = kzalloc(64, GFP_KERNEL);
    check(zeroed[0] == 0 && zeroed[15] == 0, "kzalloc gives zeros");
    kfree(zeroed);
    dma = kmalloc(100, GFP_DMA);
    printk("  kmalloc(100, GFP_DMA) = %p, physical %08x\n", dma, __pa(dma));
    check(__pa(dma) < 16u << 20, "GFP_DMA memory lies below 16 MiB");
    kfree(dma);
}

/* A chain of objects, each pointing to the one before. */
static void exhaust(void)
{
    void **last = NULL;
    void **object;
    unsigned long count = 0;

    while ((object = kmalloc(KMALLOC_MAX_SIZE, GFP_KERNEL)) != NULL) {
        *object = last;
        last = object;
        count++;
    }
    check_refused(COMPLAINT_NO_MEMORY, "more than there is is refused");
    while (last) {
        object = *last;
        kfree(last);
        last = object;
    }
    printk("  %lu objects of 128 KiB were had before; all are back\n", count);
}

static void bad_input(void)
{
    char *object = kmalloc(100, GFP_KERNEL);
    const unsigned long page = __get_free_page(GFP_KERNEL);

    section("bad input");
    check(kmalloc(0, GFP_KERNEL) == ZERO_SIZE_PTR,
          "kmalloc(0) gives ZERO_SIZE_PTR");
    check_unmapped(ZERO_SIZE_PTR, "which nobody can touch");
    kfree(ZERO_SIZE_PTR);
    kfree(NULL);
    check_refused(COMPLAINT_NONE, "kfree of it and of 0 does nothing");
    check_denied(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL), COMPLAINT_BAD_SIZE,
                 "one byte over 128 KiB is refused");
    exhaust();
    kfree(object + 4);
    check_refused(COMPLAINT_FOREIGN, "an address inside an object is refused");
    kfree(object);
    kfree(object);
    check_refused(COMPLAINT_DOUBLE_FREE, "a double free is refused");
    kfree((void *)page);
    check_refused(COMPLAINT_FOREIGN, "a page of the page allocator is refused");
    kfree(&page);
    check_refused(COMPLAINT_FOREIGN, "a variable on the stack is refused");
    kfree((void *)VMALLOC_START);
    check_refused(COMPLAINT_FOREIGN, "an address not direct-mapped is refused");
    free_page(page);
}

void kmalloc_chapter(void)
{
    unsigned long before;

    kmem_cache_shrink_all();
    before = nr_free_pages();
    asked_and_given();
    shared_page();
    special_requests();
    bad_input();
    kmem_cache_shrink_all();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
