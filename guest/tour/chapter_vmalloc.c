/* SPDX-License-Identifier: MIT */
/*
 * Chapter vmalloc: areas contiguous in linear addresses alone, vmap, guard
 * pages, and ioremap (chapter_ioremap.c).
 */
#include "arch/cpu.h"
#include "kernel/printk.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/show.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/ioremap.h"
#include "tour/measure.h"
#include "tour/tour.h"

#define SHOWN_PAGES 6

/* How often the next page of an area is not the next page frame. */
static unsigned long count_breaks(const void *area, unsigned long nr_pages)
{
    unsigned long linear = (unsigned long)area;
    unsigned long breaks = 0;
    unsigned long i;

    for (i = 1; i < nr_pages; i++, linear += PAGE_SIZE) {
        if (page_walk(linear + PAGE_SIZE).physical !=
            page_walk(linear).physical + PAGE_SIZE)
            breaks++;
    }
    return breaks;
}

static bool holds_its_contents(void *area, unsigned long bytes)
{
    uint32_t *word = area;
    const unsigned long words = bytes / sizeof(*word);
    unsigned long i;

    for (i = 0; i < words; i++)
        word[i] = (uint32_t)(i * 2654435761u);
    for (i = 0; i < words; i++) {
        if (word[i] != (uint32_t)(i * 2654435761u))
            return false;
    }
    return true;
}

static void show_entries(const void *area)
{
    unsigned long linear = (unsigned long)area;
    unsigned int i;

    printk("  linear    PDE   PTE   entry     frame  physical\n");
    for (i = 0; i < SHOWN_PAGES; i++, linear += PAGE_SIZE) {
        const struct page_walk walk = page_walk(linear);

        printk("  %08lx  %4u  %4u  %08x  %05lx  %08x\n", linear,
               pgd_index(linear), pte_index(linear), walk.pte,
               phys_to_pfn(walk.physical), walk.physical);
    }
    printk("  ...\n");
}

static void one_area(void)
{
    const struct vmalloc_counts before = vmalloc_counts();
    const unsigned long free_before = nr_free_pages();
    const unsigned int tables = page_tables_made();
    char *area = vmalloc(1000000);
    const struct vm_struct *vm = find_vm_area(area);
    unsigned long breaks;

    section("vmalloc(1000000)");
    if (!check_have(area, "it can be had"))
        return;
    show_vmallocinfo();
    show_entries(area);
    breaks = count_breaks(area, vm->nr_pages);
    printk("  pages %lu, page-table entries written %lu, new page tables %u\n",
           vm->nr_pages, vmalloc_counts().ptes_written - before.ptes_written,
           page_tables_made() - tables);
    printk("  places where the next page is not the next frame: %lu\n", breaks);
    check((unsigned long)area >= VMALLOC_START &&
              (unsigned long)area + vm->size <= VMALLOC_END,
          "it lies between VMALLOC_START and VMALLOC_END");
    check(vm->nr_pages == 245 && vm->size == 246 * PAGE_SIZE,
          "245 pages, and one more of addresses: the guard page");
    check(breaks > 0, "its frames are not contiguous");
    check(holds_its_contents(area, 1000000), "it holds what was written");
    check(free_before - nr_free_pages() >= vm->nr_pages,
          "its pages came one by one from the page allocator");
    check_unmapped(area + 245 * PAGE_SIZE, "the guard page is not mapped");
    vfree(area);
    check_unmapped(area, "after vfree nothing of it is");
}

static void several_areas(void)
{
    void *first = vmalloc(5000);
    void *second = vmalloc(PAGE_SIZE);
    void *third = vmalloc(70000);

    section("areas side by side");
    show_vmallocinfo();
    check((char *)second - (char *)first == 3 * (long)PAGE_SIZE,
          "5000 bytes take two pages and a guard page");
    vfree(second);
    check(vmalloc(100) == second, "the first gap that is large enough is used");
    vfree(first);
    vfree(second);
    vfree(third);
    check(vmlist == NULL, "all areas are gone");
}

static void map_twice(void)
{
    const unsigned long linear = __get_free_page(GFP_KERNEL);
    struct page *page = virt_to_page((void *)linear);
    struct page *pages[3] = {page, page, page};
    volatile uint32_t *direct = (void *)linear;
    volatile uint32_t *view;
    const unsigned long words = PAGE_SIZE / sizeof(*view);

    section("vmap: one page three times, and once in the direct map");
    if (!check_have((void *)linear, "one page can be had"))
        return;
    view = vmap(pages, ARRAY_SIZE(pages), PAGE_KERNEL);
    if (!check_have((void *)(unsigned long)view, "it can be mapped"))
        return;
    direct[0] = 0x12345678;
    printk("  frame %05lx at %p, %p, %p and %p\n", page_to_pfn(page),
           (void *)(unsigned long)view, (void *)(unsigned long)(view + words),
           (void *)(unsigned long)(view + 2 * words),
           (void *)(unsigned long)direct);
    check(view[0] == 0x12345678 && view[2 * words] == 0x12345678,
          "what is written at one address is read at the others");
    view[words] = 0x9ABCDEF0;
    check(direct[0] == 0x9ABCDEF0, "and the other way round");
    vunmap((void *)(unsigned long)view);
    check(page->count == 1, "vunmap leaves the page to its owner");
    __free_page(page);
}

static void bad_input(void)
{
    char *area = vmalloc(10000);
    void *object = kmalloc(100, GFP_KERNEL);

    section("bad input");
    check_denied(vmalloc(0), COMPLAINT_BAD_SIZE, "0 bytes are refused");
    check_denied(vmalloc(0xFFFFF000), COMPLAINT_BAD_SIZE,
                 "4 GiB less a page are refused");
    check_denied(vmalloc(nr_present_pages() << PAGE_SHIFT), COMPLAINT_NO_MEMORY,
                 "as much as there is is refused: not all of it is free");
    vfree(area + PAGE_SIZE);
    check_refused(COMPLAINT_FOREIGN, "an address inside an area is refused");
    vfree(object);
    check_refused(COMPLAINT_FOREIGN, "a kmalloc'ed object is refused");
    vunmap(area);
    check_refused(COMPLAINT_FOREIGN, "vunmap of a vmalloc area is refused");
    vfree(area);
    vfree(area);
    check_refused(COMPLAINT_FOREIGN, "a double vfree is refused");
    vfree(NULL);
    check_refused(COMPLAINT_NONE, "vfree(0) does nothing");
    check_denied(ioremap(0x00200000, PAGE_SIZE), COMPLAINT_FOREIGN,
                 "ioremap of ordinary memory is refused");
    check_denied(ioremap(0xFFFFF000, 2 * PAGE_SIZE), COMPLAINT_BAD_SIZE,
                 "ioremap beyond 4 GiB is refused");
    kfree(object);
}

/*
 * The same work on both kinds of memory. With 4 KiB pages in the direct map
 * both cost the same; what kmalloc memory gains from one 4 MiB page is what
 * makes vmalloc the dearer one on most kernels.
 */
static void cost(void)
{
    const unsigned int pages = 32;
    void *direct = kmalloc(pages * PAGE_SIZE, GFP_KERNEL);
    void *area = vmalloc(pages * PAGE_SIZE);
    struct counters before;
    const uint32_t flags = local_irq_save();

    section("what it costs: 32 pages touched twice");
    measure_head();
    before = counters_read();
    touch_pages(area, pages);
    touch_pages(area, pages);
    measure_row("vmalloc memory", &before);
    before = counters_read();
    touch_pages(direct, pages);
    touch_pages(direct, pages);
    measure_row("kmalloc memory, 4 KiB pages", &before);
    if (cpu.has_pse) {
        direct_map_use_large_page((unsigned long)direct, true);
        before = counters_read();
        touch_pages(direct, pages);
        touch_pages(direct, pages);
        measure_row("kmalloc memory, under a 4 MiB page", &before);
        direct_map_use_large_page((unsigned long)direct, false);
    } else {
        printk("machine: no 4 MiB pages on this processor\n");
    }
    local_irq_restore(flags);
    kfree(direct);
    vfree(area);
}

void vmalloc_chapter(void)
{
    unsigned long before;
    unsigned int tables;

    kmem_cache_shrink_all();
    before = nr_free_pages();
    tables = page_tables_made();
    one_area();
    several_areas();
    map_twice();
    bad_input();
    cost();
    ioremap_part();
    kmem_cache_shrink_all();
    tables = page_tables_made() - tables;
    printk("  page tables that stay for the next area: %u\n", tables);
    check(nr_free_pages() + tables == before,
          "no page was lost in this chapter");
}
