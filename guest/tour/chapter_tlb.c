/* SPDX-License-Identifier: MIT */
/*
 * Chapter tlb: the translations that the processor remembers, and what makes
 * it forget them. How many it holds and how it replaces them is the
 * machine's business, so the figures are on "machine: " lines, and nothing is
 * claimed but what every processor must do.
 */
#include "arch/cpu.h"
#include "arch/tlb.h"
#include "kernel/printk.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/measure.h"
#include "tour/tour.h"

#define AREA_PAGES 512u /* more than any TLB of the time holds */
#define FEW_PAGES  8u   /* fewer than any holds */

#define OLD_VALUE 0x11111111u
#define NEW_VALUE 0x22222222u

/* A region of the direct map that every machine of 8 MiB or more has. */
#define LARGE_REGION (PAGE_OFFSET + LARGE_PAGE_SIZE)

/* One page, mapped AREA_PAGES times: the TLB sees addresses, not frames. */
static void *map_area(struct page *page)
{
    struct page **pages = kmalloc(AREA_PAGES * sizeof(*pages), GFP_KERNEL);
    void *area;
    unsigned int i;

    if (!pages)
        return NULL;
    for (i = 0; i < AREA_PAGES; i++)
        pages[i] = page;
    area = vmap(pages, AREA_PAGES, PAGE_KERNEL);
    kfree(pages);
    return area;
}

static void measured_touch(const char *what, void *area, unsigned int pages)
{
    const struct counters before = counters_read();

    touch_pages(area, pages);
    measure_row(what, &before);
}

/* ---- capacity and flushes ----------------------------------------------- */

static void capacity(void *area)
{
    static const struct {
        unsigned int pages;
        const char *what;
    } rows[] = {
        {8, "8 pages"},     {16, "16 pages"},   {32, "32 pages"},
        {48, "48 pages"},   {64, "64 pages"},   {96, "96 pages"},
        {128, "128 pages"}, {256, "256 pages"}, {512, "512 pages"},
    };
    size_t i;

    section("more pages than the TLB holds: each touched a second time");
    measure_head();
    for (i = 0; i < ARRAY_SIZE(rows); i++) {
        touch_pages(area, rows[i].pages);
        measured_touch(rows[i].what, area, rows[i].pages);
    }
}

static void flushes(void *area)
{
    section("what makes the processor forget: 8 pages, touched before");
    measure_head();
    touch_pages(area, FEW_PAGES);
    measured_touch("nothing in between", area, FEW_PAGES);
    flush_tlb();
    measured_touch("after a CR3 reload", area, FEW_PAGES);
    flush_tlb_one((unsigned long)area + 3 * PAGE_SIZE);
    measured_touch(cpu.has_invlpg ? "after INVLPG of one of them"
                                  : "no INVLPG here: after a CR3 reload",
                   area, FEW_PAGES);
}

/* ---- the forgotten flush ------------------------------------------------ */

static void point_to(void *view, const struct page *page, pte_t bits)
{
    *pte_lookup((unsigned long)view) = page_to_phys(page) | bits;
}

static void forgotten_flush(struct page *const page[2])
{
    struct page *first = page[0];
    volatile uint32_t *view = vmap(&first, 1, PAGE_KERNEL);
    uint32_t before;
    uint32_t unflushed;
    uint32_t flushed;

    section("a forgotten flush");
    before = view[0];
    point_to((void *)(unsigned long)view, page[1], PAGE_KERNEL);
    unflushed = view[0];
    flush_tlb_one((unsigned long)view);
    flushed = view[0];

    printk("  %p led to frame %05lx, which holds %08x\n",
           (void *)(unsigned long)view, page_to_pfn(page[0]), OLD_VALUE);
    printk("  its entry now says frame %05lx, which holds %08x\n",
           page_to_pfn(page[1]), NEW_VALUE);
    printk("machine: before a flush it reads %08x: the stale translation was "
           "%s\n",
           unflushed, unflushed == OLD_VALUE ? "used" : "not seen");
    printk("  after the flush it reads %08x\n", flushed);
    check(before == OLD_VALUE, "before the change it read the first frame");
    check(flushed == NEW_VALUE, "after the flush it reads the second");
    vunmap((void *)(unsigned long)view);
}

/* An entry that was not present is never remembered: no flush needed. */
static void from_not_present(const struct page *page)
{
    struct page *mapped = pfn_to_page(page_to_pfn(page));
    volatile uint32_t *view = vmap(&mapped, 1, PAGE_KERNEL);
    const unsigned long linear = (unsigned long)view;

    section("from not present to present");
    *pte_lookup(linear) = 0;
    flush_tlb_one(linear);
    check_unmapped(view, "without an entry it faults");
    point_to((void *)linear, page, PAGE_KERNEL);
    check(view[0] == OLD_VALUE, "with one it works at once, without a flush");
    vunmap((void *)linear);
}

/* ---- what the processor writes into an entry ---------------------------- */

static pte_t accessed_and_dirty(unsigned long linear)
{
    return *pte_lookup(linear) & (PTE_A | PTE_D);
}

static void accessed_bits(struct page *page)
{
    volatile uint32_t *view = vmap(&page, 1, PTE_P | PTE_RW);
    const unsigned long linear = (unsigned long)view;
    pte_t fresh;
    pte_t after_read;
    pte_t after_write;

    section("accessed and dirty: the processor writes page tables too");
    fresh = accessed_and_dirty(linear);
    (void)view[0];
    after_read = accessed_and_dirty(linear);
    view[0] = OLD_VALUE;
    after_write = accessed_and_dirty(linear);
    printk("  entry new: %02x, after a read: %02x, after a write: %02x\n",
           fresh, after_read, after_write);
    check(fresh == 0, "a new entry has neither");
    check(after_read == PTE_A, "a read sets A (20)");
    check(after_write == (PTE_A | PTE_D), "a write sets D (40) as well");
    vunmap((void *)linear);
}

/* ---- global and large pages --------------------------------------------- */

static void set_global(unsigned long linear, unsigned int pages, bool global)
{
    for (; pages > 0; pages--, linear += PAGE_SIZE) {
        pte_t *pte = pte_lookup(linear);

        *pte = global ? *pte | PTE_G : *pte & ~PTE_G;
    }
    flush_tlb_all();
}

static void global_pages(void *area)
{
    section("global pages survive a CR3 reload");
    if (!cpu.has_pge) {
        printk("machine: no global pages on this processor\n");
        return;
    }
    write_cr4(read_cr4() | CR4_PGE);
    set_global((unsigned long)area, FEW_PAGES, true);
    measure_head();
    touch_pages(area, FEW_PAGES);
    flush_tlb();
    measured_touch("8 global pages after a CR3 reload", area, FEW_PAGES);
    flush_tlb_all();
    measured_touch("after CR4.PGE was changed", area, FEW_PAGES);
    set_global((unsigned long)area, FEW_PAGES, false);
    write_cr4(read_cr4() & ~CR4_PGE);
}

static void large_pages(void)
{
    struct page_walk walk;

    section("4 MiB under one translation");
    if (!cpu.has_pse) {
        printk("machine: no 4 MiB pages on this processor\n");
        return;
    }
    if (high_memory < LARGE_REGION + LARGE_PAGE_SIZE) {
        printk("  this needs 8 MiB of memory\n");
        return;
    }
    measure_head();
    measured_touch("1024 pages of 4 KiB", (void *)LARGE_REGION, PTRS_PER_PTE);
    direct_map_use_large_page(LARGE_REGION, true);
    walk = page_walk(LARGE_REGION);
    measured_touch("the same under one 4 MiB page", (void *)LARGE_REGION,
                   PTRS_PER_PTE);
    direct_map_use_large_page(LARGE_REGION, false);
    printk("machine: its directory entry was %08x\n", walk.pde);
    if (!walk.large || walk.physical != __pa(LARGE_REGION))
        check(false, "a 4 MiB page leads where the 4 KiB ones led");
}

static void show_processor(void)
{
    printk("machine: INVLPG %s, 4 MiB pages %s, global pages %s\n",
           cpu.has_invlpg ? "yes" : "no", cpu.has_pse ? "yes" : "no",
           cpu.has_pge ? "yes" : "no");
}

/* Interrupts are off, so that nobody else's pages displace ours. */
static void run_with(struct page *const page[2], void *area)
{
    const uint32_t flags = local_irq_save();

    show_processor();
    capacity(area);
    flushes(area);
    forgotten_flush(page);
    from_not_present(page[0]);
    accessed_bits(page[0]);
    global_pages(area);
    large_pages();
    local_irq_restore(flags);
}

/* A page whose first word is `value`; 0 without memory. */
static struct page *page_with(uint32_t value)
{
    uint32_t *words = (uint32_t *)__get_free_page(GFP_KERNEL);

    if (!check_have(words, "there is a page for the experiment"))
        return NULL;
    words[0] = value;
    return virt_to_page(words);
}

void tlb_chapter(void)
{
    struct page *const page[2] = {page_with(OLD_VALUE), page_with(NEW_VALUE)};
    void *area;

    if (!page[0] || !page[1])
        return;
    area = map_area(page[0]);
    if (check_have(area, "it can be mapped many times"))
        run_with(page, area);
    vunmap(area);
    __free_page(page[0]);
    __free_page(page[1]);
    kmem_cache_shrink_all();
}
