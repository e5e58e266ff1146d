/* SPDX-License-Identifier: MIT */
#include "tour/tour.h"

#include "drivers/counters.h"
#include "drivers/power.h"
#include "kernel/cmdline.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "tour/age.h"
#include "tour/check.h"
#include "tour/shell.h"
#include "tour/stress.h"

#define MARKER_BEGIN 0x0000u
#define MARKER_END   0xFFFFu
#define SHELL        "shell"

/* In the order of the tour. */
/* clang-format off */
static const struct chapter chapters[] = {
    {1, false, "bootmem", "memory before the page allocator exists",
     bootmem_chapter_early, bootmem_chapter},
    {2, false, "pages", "the buddy system: 1 to 1024 contiguous pages",
     NULL, pages_chapter},
    {3, false, "kmalloc", "memory by the byte, in size classes",
     NULL, kmalloc_chapter},
    {4, false, "slab", "caches of objects of one kind",
     NULL, slab_chapter},
    {9, false, "mempool", "objects set aside for when there are none",
     NULL, mempool_chapter},
    {5, false, "vmalloc", "contiguous to look at, scattered in memory",
     NULL, vmalloc_chapter},
    {10, false, "highmem", "pages that the direct map does not reach",
     NULL, highmem_chapter},
    {11, false, "percpu", "a copy of a variable for each processor",
     NULL, percpu_chapter},
    {6, false, "addresses", "one page under every kind of address",
     NULL, addresses_chapter},
    {7, false, "tlb", "the translations that the processor remembers",
     NULL, tlb_chapter},
    {12, false, "compare", "one workload on four kinds of memory",
     NULL, compare_chapter},
    {13, false, "ioport", "ports: an address space without page tables",
     NULL, ioport_chapter},
    {17, false, "iomem", "a device's memory, through page tables",
     NULL, iomem_chapter},
    {14, false, "process", "programs in ring 3, each in memory of its own",
     NULL, process_chapter},
    {15, false, "fault", "page faults that bring memory, and that end programs",
     NULL, fault_chapter},
    {16, false, "mmap", "files in memory, private and shared",
     NULL, mmap_chapter},
    {8, false, "gfp", "what an allocation may do when memory is short",
     NULL, gfp_chapter},
    {18, false, "swap", "pages that go to a disk and come back",
     NULL, swap_chapter},
    {19, false, "dma", "devices that read and write memory themselves",
     NULL, dma_chapter},
    {20, true, "stress", "random mixes of all allocators",
     NULL, stress_chapter},
    {120, true, "fail",    "a claim that does not hold, on purpose",
     NULL, fail_chapter},
    {121, true, "crash",   "a page fault that nobody expects, on purpose",
     NULL, crash_chapter},
};
/* clang-format on */

static char selection[CMDLINE_BYTES] = "all";

static bool is_selected(const struct chapter *chapter)
{
    return list_contains(selection, chapter->name) ||
           (list_contains(selection, "all") && !chapter->broken);
}

static bool is_chapter(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_SIZE(chapters); i++) {
        if (strcmp(chapters[i].name, name) == 0)
            return true;
    }
    return strcmp(name, "all") == 0 || strcmp(name, SHELL) == 0;
}

static void refuse(const char *name)
{
    size_t i;

    printk("tour: there is no chapter '%s'; there are: all shell", name);
    for (i = 0; i < ARRAY_SIZE(chapters); i++)
        printk(" %s", chapters[i].name);
    panic("unknown chapter");
}

void tour_select(void)
{
    char name[CMDLINE_BYTES];
    const char *rest = selection;
    size_t length;

    cmdline_get("tour", selection, sizeof(selection));
    for (;;) {
        for (length = 0; rest[length] && rest[length] != ','; length++)
            name[length] = rest[length];
        name[length] = 0;
        if (!is_chapter(name))
            refuse(name);
        if (rest[length] == 0)
            return;
        rest += length + 1;
    }
}

void tour_run_early(void)
{
    size_t i;

    for (i = 0; i < ARRAY_SIZE(chapters); i++) {
        /* From the shell, any chapter may be asked for later. */
        if (chapters[i].early &&
            (is_selected(&chapters[i]) || list_contains(selection, SHELL))) {
            panic_blames(chapters[i].number);
            chapters[i].early();
        }
    }
    panic_blames(EXIT_PANIC);
}

/* Returns whether all that the chapter claims is true. */
static bool run_chapter(const struct chapter *chapter)
{
    printk("\n=== chapter %s: %s\n", chapter->name, chapter->title);
    marker((uint32_t)chapter->number << 16 | MARKER_BEGIN);
    panic_blames(chapter->number);
    check_begin();
    chapter->run();
    panic_blames(EXIT_PANIC);
    marker((uint32_t)chapter->number << 16 | MARKER_END);

    if (check_failure()) {
        printk("\nchapter %s: FAILED: %s\n", chapter->name, check_failure());
        return false;
    }
    printk("\nchapter %s: ok\n", chapter->name);
    return true;
}

void tour_run_chapter(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_SIZE(chapters); i++) {
        if (strcmp(chapters[i].name, name) == 0) {
            run_chapter(&chapters[i]);
            return;
        }
    }
    printk("  there is no chapter '%s'; there are:", name);
    for (i = 0; i < ARRAY_SIZE(chapters); i++)
        printk(" %s", chapters[i].name);
    printk("\n");
}

void tour_run(void)
{
    uint8_t failed = 0;
    size_t i;

    age_memory();
    for (i = 0; i < ARRAY_SIZE(chapters); i++) {
        if (is_selected(&chapters[i]) && !run_chapter(&chapters[i]) &&
            failed == 0)
            failed = chapters[i].number;
    }
    if (list_contains(selection, SHELL))
        shell_run();
    if (failed != 0)
        machine_exit(failed);
}
