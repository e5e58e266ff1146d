/* SPDX-License-Identifier: MIT */
/*
 * Chapter gfp: what the flags of an allocation allow the allocator to do
 * when memory is short.
 */
#include "drivers/ramdisk.h"
#include "kernel/printk.h"
#include "mm/kmalloc.h"
#include "mm/show.h"
#include "mm/swap.h"
#include "tour/check.h"
#include "tour/hog.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define EATER_PAGES "200"
#define DISK_PAGES  256ul

static void show_zone_of(const char *flags, gfp_t gfp)
{
    struct page *page = alloc_page(gfp);

    if (!page)
        return;
    printk("  %-28s frame %05lx, zone %s\n", flags, page_to_pfn(page),
           page_zone(page)->name);
    put_page(page);
}

static void which_zone(void)
{
    const unsigned long zeroed = __get_free_page(GFP_KERNEL | __GFP_ZERO);
    struct page *dma;

    section("which zone: the highest that the flags allow");
    show_zone_of("GFP_DMA", GFP_DMA);
    show_zone_of("GFP_KERNEL", GFP_KERNEL);
    show_zone_of("GFP_ATOMIC", GFP_ATOMIC);
    show_zone_of("GFP_USER", GFP_USER);
    show_zone_of("GFP_HIGHUSER", GFP_HIGHUSER);
    dma = alloc_page(GFP_DMA);
    check(page_zone(dma) == &zones[ZONE_DMA], "GFP_DMA lies below 16 MiB");
    put_page(dma);
    check(*(uint32_t *)zeroed == 0, "__GFP_ZERO is filled with zeros");
    free_page(zeroed);
}

static void show_pressure(const char *when, const struct task_struct *eater)
{
    int i;

    printk("  %-30s", when);
    for (i = 0; i < MAX_NR_ZONES; i++) {
        if (zones[i].present_pages > 0)
            printk(" %s %lu (reserve %lu)", zones[i].name, zones[i].free_pages,
                   zones[i].pages_min);
    }
    printk("; eater has %lu, swapped %lu\n", eater->mm->rss,
           eater->mm->swapped);
}

/* GFP_KERNEL waits while pages of the eater go to the swap area. */
static void may_wait_and_write(struct hog *hog, const struct task_struct *eater)
{
    const struct swap_counts before = swap_counts();
    const unsigned long reclaims = reclaim_count();
    struct page *page;

    printk("  GFP_KERNEL:\n");
    page = alloc_page(GFP_KERNEL);
    show_pressure("after it", eater);
    printk("  %lu entries looked at, %lu spared, %lu pages written to %s\n",
           swap_counts().scanned - before.scanned,
           swap_counts().spared - before.spared,
           swap_counts().written - before.written, "the swap area");
    check(page != NULL, "GFP_KERNEL succeeds");
    check(reclaim_count() > reclaims && eater->mm->swapped > 0,
          "after pages of the eater were swapped out");
    if (page)
        put_page(page);
    hog_take(hog);
}

static void may_not_write(const char *name, gfp_t gfp,
                          const struct task_struct *eater)
{
    const unsigned long swapped = eater->mm->swapped;
    struct page *page = alloc_page(gfp);

    check_denied(page, COMPLAINT_NO_MEMORY, name);
    check(eater->mm->swapped == swapped, "and nothing was swapped out");
}

/* Page after page, until the half of the reserve that it may have is gone. */
static void may_not_wait(void)
{
    struct list_head taken = LIST_HEAD_INIT(taken);
    unsigned long count = 0;
    struct page *page;

    while ((page = alloc_page(GFP_ATOMIC)) != NULL) {
        list_add(&page->lru, &taken);
        count++;
    }
    printk("  GFP_ATOMIC got %lu pages of the reserves, then failed\n", count);
    check_refused(COMPLAINT_NO_MEMORY, "GFP_ATOMIC fails, and says so");
    check(count > 0, "but it got what GFP_NOIO did not");
    check(zones[ZONE_DMA].free_pages >= zones[ZONE_DMA].pages_min / 2,
          "half of the reserve stays for who frees memory");
    while (!list_empty(&taken)) {
        page = list_entry(taken.next, struct page, lru);
        list_del(&page->lru);
        put_page(page);
    }
}

static void under_pressure(struct task_struct *eater)
{
    struct hog hog = {.pages = 0};

    section("memory is short: somebody holds all but the reserves");
    show_pressure("before", eater);
    hog_take(&hog);
    show_pressure("all taken", eater);
    may_not_write("GFP_NOIO may not write to a device: it fails", GFP_NOIO,
                  eater);
    may_wait_and_write(&hog, eater);
    may_not_wait();
    take_complaint();
    preempt_disable();
    may_not_write("GFP_KERNEL may not sleep here: it fails", GFP_KERNEL, eater);
    preempt_enable();
    hog_release(&hog);
    show_pressure("all given back", eater);
    check(program_continue(eater), "the eater goes on, and finds its pages");
    show_pressure("it has read them back", eater);
    check(program_finish(eater) == 0, "none of them has changed");
}

void gfp_chapter(void)
{
    struct block_device *disk;
    struct hog high = {.pages = 0};
    struct task_struct *eater;
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    which_zone();
    /* What the kernel can use for itself is low memory: let that be short. */
    hog_take_high(&high);
    disk = ramdisk_create(DISK_PAGES);
    if (!check_have(disk, "there is memory for a disk in memory"))
        return;
    check(swapon(disk) == 0, "it is the swap area");
    eater = program_start("/bin/eater", EATER_PAGES);
    if (check_have(eater, "/bin/eater runs to where it stops"))
        under_pressure(eater);
    check(swapoff() == 0, "no slot of the swap area is in use any more");
    ramdisk_destroy(disk);
    hog_release(&high);
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
