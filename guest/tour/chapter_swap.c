/* SPDX-License-Identifier: MIT */
/*
 * Chapter swap: pages of a program go to a device and come back. To a disk,
 * if there is one that is blank or made for it (mkswap); else to memory that
 * plays one.
 */
#include "drivers/disk.h"
#include "drivers/ramdisk.h"
#include "kernel/errno.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/highmem.h"
#include "mm/paging.h"
#include "mm/swap.h"
#include "tour/check.h"
#include "tour/hog.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define EATER_PAGES     "200"
#define GLUTTON_PAGES   "400"
#define DISK_PAGES      256ul
#define LEFT_PAGES      64ul /* more or less */
#define SMALL_DISK      16ul
#define SWAP_SIGNATURE  "SWAPSPACE2"
#define SIGNATURE_BYTES 10u

/* A disk with something on it is not ours to write to. */
static bool may_be_used(struct block_device *disk)
{
    struct page *page = alloc_page(GFP_KERNEL);
    const uint8_t *bytes;
    bool usable = false;
    unsigned int i;

    if (page && disk->transfer(disk, 0, page, false)) {
        bytes = page_address(page);
        for (i = 0; i < PAGE_SIZE && bytes[i] == 0; i++)
            ;
        usable = i == PAGE_SIZE || memcmp(bytes + PAGE_SIZE - SIGNATURE_BYTES,
                                          SWAP_SIGNATURE, SIGNATURE_BYTES) == 0;
    }
    if (page)
        put_page(page);
    return usable && disk->pages >= DISK_PAGES;
}

static struct block_device *choose_device(void)
{
    struct block_device *disk = disk_probe();

    if (disk && may_be_used(disk)) {
        /* No more of it than of the other, so that both do the same. */
        disk->pages = DISK_PAGES;
        printk("machine: the swap area is the disk\n");
        return disk;
    }
    printk("machine: %s: the swap area is memory that plays a disk\n",
           disk ? "the disk has something on it, or is small" : "no disk");
    return ramdisk_create(DISK_PAGES);
}

static void show_entry(const char *when, const struct task_struct *task)
{
    const struct page_walk walk =
        page_walk_in(task->mm->pgd, TASK_UNMAPPED_BASE);

    printk("  %s\n", when);
    print_page_walk(&walk);
    if (!walk.present && walk.pte)
        printk("    not present, not empty: slot %lu of the swap area\n",
               pte_to_swap_slot(walk.pte));
}

static void show_counts(const char *when, const struct swap_counts *before)
{
    const struct swap_counts now = swap_counts();

    printk("  %s: %lu entries looked at, %lu spared (accessed), %lu taken "
           "away; %lu pages written, %lu let go clean, %lu read\n",
           when, now.scanned - before->scanned, now.spared - before->spared,
           now.unmapped - before->unmapped, now.written - before->written,
           now.clean - before->clean, now.read - before->read);
}

/* Take memory until all pages of the program are out. */
static void press(const struct task_struct *task)
{
    struct hog hog = {.pages = 0};
    struct list_head taken = LIST_HEAD_INIT(taken);
    struct page *page;

    hog_take(&hog);
    while (task->mm->rss > 1 &&
           (page = alloc_page(GFP_KERNEL | __GFP_NOWARN)) != NULL)
        list_add(&page->lru, &taken);
    while (!list_empty(&taken)) {
        page = list_entry(taken.next, struct page, lru);
        list_del(&page->lru);
        put_page(page);
    }
    hog_release(&hog);
}

static void out_and_in(void)
{
    struct swap_counts before = swap_counts();
    struct task_struct *task;
    phys_addr_t frame;

    section("out and in again");
    task = program_start("/bin/eater", EATER_PAGES);
    if (!check_have(task, "/bin/eater runs to where it stops"))
        return;
    frame = frame_of(task, TASK_UNMAPPED_BASE);
    show_entry("its first page", task);
    press(task);
    show_counts("memory was short", &before);
    show_entry("the same page", task);
    printk("  the program has %lu pages present, %lu swapped; %lu slots of %lu "
           "are in use\n",
           task->mm->rss, task->mm->swapped, swap_slots_used(), swap_slots());
    check(frame != 0 && frame_of(task, TASK_UNMAPPED_BASE) == 0,
          "its entry is not present any more");
    check(swap_counts().written > before.written, "dirty pages were written");

    before = swap_counts();
    check(program_continue(task), "it goes on, and reads all its pages");
    show_counts("it went on", &before);
    show_entry("the same page", task);
    check(task->maj_flt >= swap_counts().read - before.read,
          "each page that was read is a major fault");

    before = swap_counts();
    press(task);
    show_counts("memory was short again", &before);
    check(swap_counts().clean - before.clean >
              10 * (swap_counts().written - before.written),
          "pages not written to since need no writing: the area has them");
    check(program_finish(task) == 0, "no byte has changed");
    check(swap_slots_used() == 0, "its slots are free again");
}

/* The program runs in less memory than it uses. */
static void in_too_little_memory(void)
{
    const struct swap_counts before = swap_counts();
    struct hog hog = {.pages = 0};
    struct task_struct *task;

    section("a program that uses more memory than there is");
    hog_take(&hog);
    hog_leave(&hog, LEFT_PAGES);
    printk("  %lu pages are left to it\n", LEFT_PAGES);
    task = program_start("/bin/eater", EATER_PAGES);
    if (check_have(task, "/bin/eater runs to where it stops"))
        check(program_finish(task) == 0,
              "it comes to its end, and no page is wrong");
    hog_release(&hog);
    show_counts("meanwhile", &before);
    check(swap_counts().read > before.read, "its pages came and went");
}

static void out_of_memory(struct block_device *device)
{
    struct block_device *small = ramdisk_create(SMALL_DISK);
    struct hog hog = {.pages = 0};
    int status;

    section("bad input, and the end of memory");
    check(swapon(small) == -EBUSY, "a second swap area is refused");
    check_refused(COMPLAINT_BUSY, "by name");
    check(swapoff() == 0, "an unused area can be given up");
    if (device->driver && device->pages == DISK_PAGES)
        check(swapoff() == -EINVAL, "a second time is refused");
    take_complaint();
    check(swapon(small) == 0, "one of 16 pages is used instead");
    hog_take(&hog);
    hog_leave(&hog, LEFT_PAGES);
    status = program_run("/bin/eater", GLUTTON_PAGES);
    hog_release(&hog);
    check(status == SIGKILL,
          "a program that wants more than memory and area have is ended");
    check(swap_slots_used() == 0, "all slots are free, and the kernel goes on");
    swapoff();
    ramdisk_destroy(small);
}

void swap_chapter(void)
{
    struct hog high = {.pages = 0};
    struct block_device *device;
    unsigned long before;

    device = choose_device();
    if (!check_have(device, "there is a device to swap to"))
        return;
    free_caches();
    before = nr_free_pages();
    hog_take_high(&high);
    check(swapon(device) == 0, "swapon");
    out_and_in();
    in_too_little_memory();
    out_of_memory(device);
    hog_release(&high);
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
    if (device != disk_probe())
        ramdisk_destroy(device);
}
