/* SPDX-License-Identifier: MIT */
/*
 * Chapter highmem: pages that the direct map does not reach, and the windows
 * through which the kernel looks at them.
 */
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define VALUE 0x600DF00Du

static void show_entry(unsigned long linear)
{
    const struct page_walk walk = page_walk(linear);

    print_page_walk(&walk);
}

static void low_page(void)
{
    struct page *page = alloc_page(GFP_KERNEL);
    void *mapped;

    section("a page of low memory needs no window");
    mapped = kmap(page);
    printk("  frame %05lx: page_address %p, kmap %p\n", page_to_pfn(page),
           page_address(page), mapped);
    check(mapped == page_address(page), "kmap gives its logical address");
    check(pkmap_slot(page) < 0, "and takes no slot");
    kunmap(page);
    put_page(page);
}

static void one_kmap(struct page *page)
{
    const struct kmap_counts before = kmap_counts();
    volatile uint32_t *mapped;
    unsigned long linear;

    section("kmap: a slot of the window");
    printk("  frame %05lx, physical %08x, page_address %p\n", page_to_pfn(page),
           page_to_phys(page), page_address(page));
    check(page_address(page) == NULL, "it has no logical address");
    mapped = kmap(page);
    if (!check_have((void *)(unsigned long)mapped, "it can be mapped"))
        return;
    linear = (unsigned long)mapped;
    printk("  kmap took slot %d, %08lx\n", pkmap_slot(page), linear);
    show_entry(linear);
    check(linear == pkmap_address(pkmap_slot(page)),
          "the address is that of the slot");
    mapped[0] = VALUE;
    kunmap(page);
    check(page_walk(linear).present,
          "after kunmap the entry stays: no flush is spent on it");
    check(kmap(page) == (void *)linear &&
              kmap_counts().reused == before.reused + 1,
          "so a second kmap finds it, and writes nothing");
    check(mapped[0] == VALUE, "the page holds what was written");
    kunmap(page);
}

static void one_kmap_atomic(struct page *page)
{
    volatile uint32_t *mapped;

    section("kmap_atomic: a slot of the fixmap, flushed by INVLPG");
    mapped = kmap_atomic(page, KM_DEMO);
    printk("  kmap_atomic %p, preemption %s\n", (void *)(unsigned long)mapped,
           in_atomic() ? "off" : "on");
    show_entry((unsigned long)mapped);
    check(mapped[0] == VALUE, "the same page under another address");
    check(in_atomic(), "nobody may take the processor meanwhile");
    kunmap_atomic((void *)(unsigned long)mapped, KM_DEMO);
    check(!in_atomic(), "afterwards he may");
    check_unmapped(mapped, "and the address leads nowhere");
}

/* More pages than slots, all in use at once. */
static void full_window(void)
{
    struct page **pages = vmalloc((PKMAP_SLOTS + 1) * sizeof(*pages));
    const struct kmap_counts before = kmap_counts();
    unsigned int mapped = 0;
    unsigned int i;

    section("a full window");
    if (!check_have(pages, "there is a list for the pages"))
        return;
    for (i = 0; i <= PKMAP_SLOTS; i++) {
        pages[i] = alloc_page(GFP_HIGHUSER);
        mapped += pages[i] && kmap(pages[i]) != NULL;
    }
    printk("  %u pages could be mapped at once, the window was flushed %lu "
           "times\n",
           mapped, kmap_counts().flushes - before.flushes);
    check(mapped == PKMAP_SLOTS, "1024, and no more");
    check_refused(COMPLAINT_NO_MEMORY, "one more is refused");
    for (i = 0; i <= PKMAP_SLOTS; i++) {
        if (pkmap_slot(pages[i]) >= 0)
            kunmap(pages[i]);
        put_page(pages[i]);
    }
    vfree(pages);
}

static void bad_input(struct page *page)
{
    section("bad input");
    kunmap(page);
    check_refused(COMPLAINT_DOUBLE_FREE,
                  "kunmap of an unmapped page is refused");
    preempt_disable();
    check_denied(kmap(page), COMPLAINT_MISUSE,
                 "kmap, which may sleep, is refused in atomic context");
    preempt_enable();
    check_denied((void *)__get_free_page(GFP_HIGHUSER), COMPLAINT_MISUSE,
                 "__get_free_page cannot give the address of a high page");
}

void highmem_chapter(void)
{
    unsigned long before;
    struct page *page;

    free_caches();
    before = nr_free_pages();
    low_page();
    if (zones[ZONE_HIGHMEM].present_pages == 0) {
        printk("\n  there is no high memory here: it begins at 896 MiB, and "
               "this machine has %lu\n",
               max_pfn >> (20 - PAGE_SHIFT));
        return;
    }
    page = alloc_page(GFP_HIGHUSER);
    if (!check_have(page, "a page of high memory can be had"))
        return;
    one_kmap(page);
    one_kmap_atomic(page);
    full_window();
    bad_input(page);
    put_page(page);
    free_caches();
    printk("  page tables that stay: %lu\n", before - nr_free_pages());
    check(before - nr_free_pages() <= 1, "no page was lost in this chapter");
}
