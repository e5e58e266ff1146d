/* SPDX-License-Identifier: MIT */
/*
 * Chapter bootmem: allocation before the page allocator exists, and the
 * handing over of the rest.
 */
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/bootmem.h"
#include "mm/page_alloc.h"
#include "mm/show.h"
#include "tour/check.h"
#include "tour/tour.h"

static const char keepsake[] = "written before the page allocator existed";

/* What the early part leaves for the late one. */
static char *first;
static const char *early_failure;

static void early_allocations(void)
{
    char *second;
    char *whole;
    char *low;

    section("alloc_bootmem, while there is nothing else");
    first = alloc_bootmem(100);
    second = alloc_bootmem(100);
    whole = alloc_bootmem_pages(PAGE_SIZE);
    low = alloc_bootmem_low(64);
    printk("  alloc_bootmem(100)             %p  physical %08x\n", first,
           __pa(first));
    printk("  alloc_bootmem(100)             %p  physical %08x\n", second,
           __pa(second));
    printk("  alloc_bootmem_pages(%lu)      %p  physical %08x\n", PAGE_SIZE,
           whole, __pa(whole));
    printk("  alloc_bootmem_low(64)          %p  physical %08x\n", low,
           __pa(low));
    check(second - first == 128, "small requests share a page");
    check(first[0] == 0 && first[99] == 0, "the memory is zeroed");
    check((unsigned long)whole % PAGE_SIZE == 0, "whole pages are aligned");
    check(__pa(low) < MAX_DMA_PFN << PAGE_SHIFT,
          "the low kind lies below 16 MiB, where ISA devices reach");
    strlcpy(first, keepsake, 100);

    free_bootmem(__pa(whole), PAGE_SIZE);
    check_refused(COMPLAINT_NONE, "free_bootmem takes a page back");
    free_bootmem(__pa(whole), PAGE_SIZE);
    check_refused(COMPLAINT_DOUBLE_FREE, "a double free is refused");
}

static void early_bad_input(void)
{
    check_denied(alloc_bootmem(0), COMPLAINT_BAD_SIZE, "0 bytes are refused");
    check_denied(alloc_bootmem(max_low_pfn << PAGE_SHIFT), COMPLAINT_NO_MEMORY,
                 "as much as there is is refused: part of it is taken");
}

void bootmem_chapter_early(void)
{
    printk("\n=== chapter bootmem, first part: at boot\n");
    check_begin();
    early_allocations();
    early_bad_input();
    early_failure = check_failure();
    printk("\n");
}

static void show_account(const struct bootmem_account *account)
{
    unsigned int i;

    printk("  taken for                        physical             bytes\n");
    for (i = 0; i < account->notes; i++) {
        const struct bootmem_note *note = &account->note[i];

        printk("  %-30s %08x .. %08lx %9lu\n", note->what, note->start,
               note->start + note->size - 1, note->size);
    }
    printk("  successful calls of alloc_bootmem: %lu\n", account->allocations);
}

static bool is_reserved(phys_addr_t start, unsigned long size)
{
    unsigned long pfn = phys_to_pfn(start);
    const unsigned long last = phys_to_pfn((phys_addr_t)(start + size - 1));

    for (; pfn <= last; pfn++) {
        if (!(pfn_to_page(pfn)->flags & PG_RESERVED))
            return false;
    }
    return true;
}

/* All that was taken, but for the bitmap, which was handed over as well. */
static bool taken_is_reserved(const struct bootmem_account *account)
{
    unsigned int i;

    for (i = 0; i < account->notes; i++) {
        const struct bootmem_note *note = &account->note[i];

        if (strcmp(note->what, "bootmem bitmap") != 0 &&
            !is_reserved(note->start, note->size))
            return false;
    }
    return true;
}

void bootmem_chapter(void)
{
    const struct bootmem_account *account = bootmem_account();
    const unsigned long high = zones[ZONE_HIGHMEM].present_pages;

    section("what was taken before the page allocator existed");
    show_account(account);

    section("what the page allocator received");
    show_zones();
    printk("  bootmem handed over %lu pages, high memory has %lu more\n",
           account->pages_freed, high);
    check(early_failure == NULL, "the first part, at boot, went well");
    check(account->retired, "bootmem has retired");
    check(account->pages_freed + high == nr_present_pages(),
          "all pages it handed over have arrived");
    check(taken_is_reserved(account),
          "what was taken is marked as reserved in mem_map");
    check(page_is_free(virt_to_page(first)) == false &&
              strcmp(first, keepsake) == 0,
          "what was written at boot is still there");

    section("bad input");
    check_denied(alloc_bootmem(100), COMPLAINT_MISUSE,
                 "alloc_bootmem is over: it refuses");
    free_page((unsigned long)first & ~(PAGE_SIZE - 1));
    check_refused(COMPLAINT_FOREIGN, "its memory cannot go to free_page");
}
