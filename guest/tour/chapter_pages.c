/* SPDX-License-Identifier: MIT */
/*
 * Chapter pages: the buddy allocator, struct page and mem_map.
 */
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "mm/paging.h"
#include "mm/show.h"
#include "tour/check.h"
#include "tour/tour.h"

#define MOST_BLOCKS 256 /* of two pages, to find two buddies among */

/** The number of free blocks, by zone and order. */
struct buddy_state {
    unsigned long nr_free[MAX_NR_ZONES][MAX_ORDER];
};

static struct buddy_state buddy_state(void)
{
    struct buddy_state state;
    unsigned int zone;
    unsigned int order;

    for (zone = 0; zone < MAX_NR_ZONES; zone++) {
        for (order = 0; order < MAX_ORDER; order++)
            state.nr_free[zone][order] = zones[zone].free_area[order].nr_free;
    }
    return state;
}

/* Whether the pages of a block follow each other in physical memory. */
static bool is_contiguous(unsigned long linear, unsigned int order)
{
    const phys_addr_t first = page_walk(linear).physical;
    unsigned long i;

    for (i = 0; i < 1ul << order; i++) {
        if (page_walk(linear + i * PAGE_SIZE).physical != first + i * PAGE_SIZE)
            return false;
    }
    return true;
}

static void take_every_order(void)
{
    unsigned long block[MAX_ORDER];
    bool contiguous = true;
    bool aligned = true;
    unsigned int order;

    section("__get_free_pages, order by order");
    printk("  order  pages  linear    physical  page frames\n");
    for (order = 0; order < MAX_ORDER; order++) {
        const unsigned long pages = 1ul << order;
        unsigned long pfn;

        block[order] = __get_free_pages(GFP_KERNEL | __GFP_NOWARN, order);
        if (!block[order]) {
            printk("  %5u %6lu  no such block is free\n", order, pages);
            continue;
        }
        pfn = phys_to_pfn(__pa(block[order]));
        printk("  %5u %6lu  %08lx  %08x  %05lx .. %05lx\n", order, pages,
               block[order], __pa(block[order]), pfn, pfn + pages - 1);
        contiguous = contiguous && is_contiguous(block[order], order);
        aligned = aligned && pfn % pages == 0;
    }
    show_buddyinfo();
    check(contiguous, "the pages of one call are physically contiguous");
    check(aligned, "each block is aligned to its own size");
    for (order = 0; order < MAX_ORDER; order++)
        free_pages(block[order], order);
}

/*
 * Take blocks of two pages until two of them are buddies. They must be, once
 * a block of four has been split for them.
 */
static unsigned int take_buddies(struct page **taken)
{
    unsigned int count;
    unsigned int i;

    for (count = 0; count < MOST_BLOCKS; count++) {
        taken[count] = alloc_pages(GFP_KERNEL, 1);
        if (!taken[count])
            break;
        for (i = 0; i < count; i++) {
            if ((page_to_pfn(taken[i]) ^ page_to_pfn(taken[count])) == 2)
                return count + 1;
        }
    }
    return count;
}

/* The order of the free block that the page lies in. */
static unsigned int order_when_free(const struct page *page)
{
    unsigned long pfn = page_to_pfn(page);
    unsigned int order = 0;

    while (order < MAX_ORDER - 1 && !(pfn_to_page(pfn)->flags & PG_BUDDY)) {
        order++;
        pfn = ALIGN_DOWN(pfn, 1ul << order);
    }
    return pfn_to_page(pfn)->order;
}

static void split_and_join(void)
{
    static struct page *taken[MOST_BLOCKS];
    unsigned int count;
    struct page *block;
    struct page *buddy;
    unsigned int alone;

    section("buddies");
    count = take_buddies(taken);
    block = taken[count - 1];
    buddy = pfn_to_page(page_to_pfn(block) ^ 2);
    printk("  blocks of two pages taken until two were buddies: %u\n", count);
    printk("  frames %05lx and %05lx: only bit 1 differs\n", page_to_pfn(buddy),
           page_to_pfn(block));
    check(buddy->count == 1, "two halves of a block of four that was split");
    while (count > 0) {
        count--;
        if (taken[count] != buddy)
            __free_pages(taken[count], 1);
    }
    alone = order_when_free(block);
    __free_pages(buddy, 1);
    printk("  %05lx given back: free block of order %u; then %05lx: order %u\n",
           page_to_pfn(block), alone, page_to_pfn(buddy),
           order_when_free(block));
    check(alone == 1 && order_when_free(block) >= 2,
          "with its buddy free too, it joins a larger block");
}

static void struct_page(void)
{
    const unsigned long linear = __get_free_page(GFP_KERNEL);
    struct page *page = virt_to_page((void *)linear);

    section("struct page, one for each frame");
    printk("  mem_map           %p, %lu pages of %lu bytes = %lu KiB\n",
           (void *)mem_map, max_pfn, (unsigned long)sizeof(struct page),
           mem_map_bytes(max_pfn) >> 10);
    printk("  virt_to_page      %08lx -> %p = mem_map + %lx\n", linear,
           (void *)page, page_to_pfn(page));
    printk("  page_to_pfn       %05lx\n", page_to_pfn(page));
    printk("  page_address      %p\n", page_address(page));
    check(pfn_to_page(page_to_pfn(page)) == page,
          "pfn_to_page undoes page_to_pfn");
    check(page_address(page) == (void *)linear,
          "page_address undoes virt_to_page");
    check(page->count == 1, "the page has one user");
    free_page(linear);
    check(page->count == 0, "after free_page it has none");
}

static void zeroed_page(void)
{
    unsigned long linear = __get_free_page(GFP_KERNEL);
    const unsigned long before = linear;
    unsigned long i;
    bool zero = true;

    section("get_zeroed_page");
    memset((void *)linear, 0xA5, PAGE_SIZE);
    free_page(linear);
    linear = get_zeroed_page(GFP_KERNEL);
    printk("  written full and freed: %08lx; then zeroed: %08lx\n", before,
           linear);
    for (i = 0; i < PAGE_SIZE / sizeof(uint32_t); i++)
        zero = zero && ((uint32_t *)linear)[i] == 0;
    check(linear == before, "the page freed last is handed out first");
    check(zero, "and it holds nothing but zeros");
    free_page(linear);
}

static void high_page(void)
{
    struct page *page;

    section("a page of high memory");
    if (zones[ZONE_HIGHMEM].present_pages == 0) {
        printk("  none here: high memory begins at 896 MiB\n");
        return;
    }
    page = alloc_page(GFP_HIGHUSER);
    printk("  alloc_page(GFP_HIGHUSER): frame %05lx, physical %08x\n",
           page_to_pfn(page), page_to_phys(page));
    check(page_zone(page) == &zones[ZONE_HIGHMEM], "it is of zone HighMem");
    check(page_address(page) == NULL, "it has no linear address by itself");
    __free_page(page);
    check_denied((void *)__get_free_page(GFP_HIGHUSER), COMPLAINT_MISUSE,
                 "so __get_free_page refuses to give one");
}

/* Take the largest blocks until there are none, and give all back. */
static void exhaust(void)
{
    struct list_head taken = LIST_HEAD_INIT(taken);
    unsigned long count = 0;
    struct page *page;

    while ((page = alloc_pages(GFP_KERNEL, MAX_ORDER - 1)) != NULL) {
        list_add(&page->lru, &taken);
        count++;
    }
    check_refused(COMPLAINT_NO_MEMORY, "more than there is is refused");
    while (!list_empty(&taken)) {
        page = list_entry(taken.next, struct page, lru);
        list_del(&page->lru);
        __free_pages(page, MAX_ORDER - 1);
    }
    printk("  %lu blocks of order 10 were had before; all are back\n", count);
}

static void bad_input(void)
{
    const unsigned long linear = __get_free_pages(GFP_KERNEL, 1);

    section("bad input");
    check_denied(alloc_pages(GFP_KERNEL, MAX_ORDER), COMPLAINT_BAD_SIZE,
                 "order 11 is refused");
    exhaust();
    free_pages(linear, 0);
    check_refused(COMPLAINT_MISMATCH, "a free with another order is refused");
    free_pages(linear + PAGE_SIZE, 0);
    check_refused(COMPLAINT_MISMATCH, "the second page alone is refused");
    free_pages(linear, 1);
    free_pages(linear, 1);
    check_refused(COMPLAINT_DOUBLE_FREE, "a double free is refused");
    free_page((unsigned long)__va(0x100000));
    check_refused(COMPLAINT_FOREIGN, "to free the kernel's code is refused");
    free_page(VMALLOC_START);
    check_refused(COMPLAINT_FOREIGN, "an address not direct-mapped is refused");
    free_page(0);
    check_refused(COMPLAINT_NONE, "free_page(0) does nothing");
    check_unmapped((void *)high_memory, "the address behind the direct map is "
                                        "not mapped");
}

void pages_chapter(void)
{
    const struct buddy_state before = buddy_state();
    struct buddy_state after;

    section("zones and free blocks");
    show_zones();
    show_buddyinfo();
    take_every_order();
    split_and_join();
    struct_page();
    zeroed_page();
    high_page();
    bad_input();

    section("free blocks after all that");
    show_buddyinfo();
    after = buddy_state();
    check(memcmp(&before, &after, sizeof(before)) == 0,
          "all blocks have joined again: the table is as it was");
}
