/* SPDX-License-Identifier: MIT */
#include "mm/bootmem.h"

#include "kernel/string.h"
#include "mm/complain.h"
#include "mm/page_alloc.h"

#define CACHE_LINE      32ul
#define BITS_IN_WORD    32ul
#define MAX_DMA_ADDRESS ((phys_addr_t)(MAX_DMA_PFN << PAGE_SHIFT))

static struct {
    uint32_t *bitmap;
    unsigned long end_pfn;
    phys_addr_t last_end; /**< where the last allocation ended */
    struct bootmem_account account;
} bootmem;

unsigned long bootmem_bitmap_bytes(unsigned long end_pfn)
{
    return ALIGN_UP((end_pfn + 7) / 8, PAGE_SIZE);
}

static bool is_taken(unsigned long pfn)
{
    return (bootmem.bitmap[pfn / BITS_IN_WORD] >> (pfn % BITS_IN_WORD)) & 1;
}

static void set_taken(unsigned long pfn, bool taken)
{
    const uint32_t bit = 1u << (pfn % BITS_IN_WORD);

    if (taken)
        bootmem.bitmap[pfn / BITS_IN_WORD] |= bit;
    else
        bootmem.bitmap[pfn / BITS_IN_WORD] &= ~bit;
}

void init_bootmem(void *bitmap, unsigned long end_pfn)
{
    bootmem.bitmap = bitmap;
    bootmem.end_pfn = end_pfn;
    bootmem.last_end = 0;
    bootmem.account = (struct bootmem_account){0};
    memset(bitmap, 0xFF, bootmem_bitmap_bytes(end_pfn));
}

void free_bootmem(phys_addr_t start, unsigned long size)
{
    unsigned long pfn = phys_to_pfn((phys_addr_t)(start + PAGE_SIZE - 1));
    const unsigned long end = (start + size) >> PAGE_SHIFT;

    for (; pfn < end && pfn < bootmem.end_pfn; pfn++) {
        if (!is_taken(pfn)) {
            complain(COMPLAINT_DOUBLE_FREE,
                     "free_bootmem(%08x): the page is free already",
                     pfn_to_phys(pfn));
            return;
        }
        set_taken(pfn, false);
    }
}

void reserve_bootmem(phys_addr_t start, unsigned long size)
{
    unsigned long pfn = phys_to_pfn(start);
    const unsigned long end = (start + size + PAGE_SIZE - 1) >> PAGE_SHIFT;

    for (; pfn < end && pfn < bootmem.end_pfn; pfn++)
        set_taken(pfn, true);
}

static bool range_is_free(unsigned long pfn, unsigned long end)
{
    if (end > bootmem.end_pfn)
        return false;
    for (; pfn < end; pfn++) {
        if (is_taken(pfn))
            return false;
    }
    return true;
}

/* Behind the last allocation, in the page that it did not fill. */
static phys_addr_t find_in_last_page(unsigned long size, unsigned long align,
                                     phys_addr_t goal)
{
    const unsigned long start = ALIGN_UP(bootmem.last_end, align);
    const unsigned long next_pfn = phys_to_pfn(bootmem.last_end) + 1;
    const unsigned long end_pfn = (start + size + PAGE_SIZE - 1) >> PAGE_SHIFT;

    if (bootmem.last_end % PAGE_SIZE == 0 || start < goal ||
        phys_to_pfn((phys_addr_t)start) >= next_pfn)
        return 0;
    return range_is_free(next_pfn, end_pfn) ? (phys_addr_t)start : 0;
}

/* The first run of free pages from `goal` up that is long enough. */
static phys_addr_t find_free_pages(unsigned long size, unsigned long align,
                                   phys_addr_t goal)
{
    const unsigned long step = align > PAGE_SIZE ? align >> PAGE_SHIFT : 1;
    const unsigned long pages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
    unsigned long pfn = ALIGN_UP(phys_to_pfn(goal), step);

    for (; pfn < bootmem.end_pfn; pfn += step) {
        if (!is_taken(pfn) && pages <= bootmem.end_pfn - pfn &&
            range_is_free(pfn, pfn + pages))
            return pfn_to_phys(pfn);
    }
    return 0;
}

/* Page 0 is never free, so that 0 can mean "none". */
static phys_addr_t find_room(unsigned long size, unsigned long align,
                             phys_addr_t goal)
{
    phys_addr_t start = find_in_last_page(size, align, goal);

    if (!start)
        start = find_free_pages(size, align, goal);
    if (!start && goal > 0)
        start = find_room(size, align, 0);
    return start;
}

void *__alloc_bootmem(unsigned long size, unsigned long align, phys_addr_t goal)
{
    phys_addr_t start;

    if (bootmem.account.retired) {
        complain(COMPLAINT_MISUSE, "alloc_bootmem(%lu): bootmem has retired",
                 size);
        return NULL;
    }
    if (size == 0) {
        complain(COMPLAINT_BAD_SIZE, "alloc_bootmem(0): nothing asked for");
        return NULL;
    }
    start =
        size <= pfn_to_phys(bootmem.end_pfn) ? find_room(size, align, goal) : 0;
    if (!start) {
        complain(COMPLAINT_NO_MEMORY, "alloc_bootmem(%lu): more than there is",
                 size);
        return NULL;
    }
    reserve_bootmem(start, size);
    bootmem.last_end = (phys_addr_t)(start + size);
    bootmem.account.allocations++;
    return memset(__va(start), 0, size);
}

void *alloc_bootmem(unsigned long size)
{
    return __alloc_bootmem(size, CACHE_LINE, MAX_DMA_ADDRESS);
}

void *alloc_bootmem_pages(unsigned long size)
{
    return __alloc_bootmem(size, PAGE_SIZE, MAX_DMA_ADDRESS);
}

void *alloc_bootmem_low(unsigned long size)
{
    return __alloc_bootmem(size, CACHE_LINE, 0);
}

void *alloc_bootmem_low_pages(unsigned long size)
{
    return __alloc_bootmem(size, PAGE_SIZE, 0);
}

void bootmem_note(const char *what, phys_addr_t start, unsigned long size)
{
    struct bootmem_account *account = &bootmem.account;
    struct bootmem_note *last =
        account->notes > 0 ? &account->note[account->notes - 1] : NULL;

    if (last && last->what == what && last->start + last->size == start)
        last->size += size;
    else if (account->notes < BOOTMEM_NOTES)
        account->note[account->notes++] =
            (struct bootmem_note){what, start, size};
}

unsigned long free_all_bootmem(void)
{
    const unsigned long bitmap_pfn = phys_to_pfn(__pa(bootmem.bitmap));
    const unsigned long bitmap_pages =
        bootmem_bitmap_bytes(bootmem.end_pfn) >> PAGE_SHIFT;
    unsigned long freed = 0;
    unsigned long start = 0;
    unsigned long end;

    while (start < bootmem.end_pfn) {
        for (end = start; end < bootmem.end_pfn && !is_taken(end); end++)
            ;
        release_pages_to_buddy(start, end);
        freed += end - start;
        start = end + 1;
    }
    bootmem.account.retired = true;
    release_pages_to_buddy(bitmap_pfn, bitmap_pfn + bitmap_pages);
    bootmem.account.pages_freed = freed + bitmap_pages;
    return bootmem.account.pages_freed;
}

const struct bootmem_account *bootmem_account(void)
{
    return &bootmem.account;
}
