/* SPDX-License-Identifier: MIT */
#include "mm/swap.h"

#include "arch/tlb.h"
#include "drivers/block.h"
#include "kernel/errno.h"
#include "kernel/sched.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"
#include "mm/mm.h"
#include "mm/paging.h"

/** A page of the swap area. */
struct slot {
    unsigned int users; /**< entries that hold its number; plus the cache */
    struct page *page;  /**< its copy in memory, if there is one */
};

static struct {
    struct block_device *device;
    struct slot *slot; /**< slot 0 is never used: an entry of 0 is empty */
    unsigned long slots;
    unsigned long used;
    struct swap_counts counts;
} swap;

struct swap_counts swap_counts(void)
{
    return swap.counts;
}

unsigned long swap_slots(void)
{
    return swap.slots ? swap.slots - 1 : 0;
}

unsigned long swap_slots_used(void)
{
    return swap.used;
}

/* ---- slots -------------------------------------------------------------- */

/* A free slot with one user; 0 for none. */
static unsigned long get_slot(void)
{
    unsigned long slot;

    for (slot = 1; slot < swap.slots; slot++) {
        if (swap.slot[slot].users == 0) {
            swap.slot[slot].users = 1;
            swap.used++;
            return slot;
        }
    }
    return 0;
}

void swap_duplicate(unsigned long slot)
{
    swap.slot[slot].users++;
}

void swap_free(unsigned long slot)
{
    if (--swap.slot[slot].users == 0)
        swap.used--;
}

/* ---- the swap cache ----------------------------------------------------- */

/* The cache becomes a user of the page; it is one of the slot already. */
static void add_to_swap_cache(struct page *page, unsigned long slot)
{
    get_page(page);
    page->flags |= PG_SWAP;
    page->index = slot;
    swap.slot[slot].page = page;
}

static void delete_from_swap_cache(struct page *page)
{
    const unsigned long slot = page->index;

    page->flags &= ~(PG_SWAP | PG_DIRTY);
    swap.slot[slot].page = NULL;
    swap_free(slot);
    put_page(page);
}

void free_page_and_swap_slot(struct page *page)
{
    const unsigned long slot = page->index;

    put_page(page);
    /* Only the cache is left, of the page and of the slot. */
    if (page->count == 1 && swap.slot[slot].users == 1)
        delete_from_swap_cache(page);
}

bool swap_page_is_mine(struct page *page)
{
    if (page->flags & (PG_CACHE | PG_RESERVED) || is_zero_page(page))
        return false;
    if (!(page->flags & PG_SWAP))
        return page->count == 1;
    if (page->count > 2 || swap.slot[page->index].users > 1)
        return false;
    delete_from_swap_cache(page);
    return true;
}

struct page *swap_in(unsigned long slot, bool *major)
{
    struct page *page = swap.slot[slot].page;

    *major = !page;
    if (page) {
        swap.counts.found++;
        get_page(page);
        return page;
    }
    page = alloc_page(GFP_HIGHUSER);
    if (!page)
        return NULL;
    if (!swap.device->transfer(swap.device, slot, page, false)) {
        put_page(page);
        return NULL;
    }
    swap.counts.read++;
    swap_duplicate(slot);
    add_to_swap_cache(page, slot);
    return page;
}

/* ---- out ---------------------------------------------------------------- */

/* Nobody's entry leads to the page any more: write it if need be, free it. */
static bool let_go(struct page *page)
{
    const unsigned long slot = page->index;

    if (page->flags & PG_DIRTY) {
        if (!swap.device->transfer(swap.device, slot, page, true))
            return false;
        swap.counts.written++;
    } else {
        swap.counts.clean++;
    }
    delete_from_swap_cache(page);
    return true;
}

/* Replace the entry of an anonymous page by a slot's number. */
static unsigned long unmap_anonymous(struct mm_struct *mm, pte_t *pte,
                                     unsigned long address, struct page *page)
{
    unsigned long slot;

    if (!(page->flags & PG_SWAP)) {
        slot = get_slot();
        if (slot == 0)
            return 0;
        add_to_swap_cache(page, slot);
        page->flags |= PG_DIRTY;
    }
    if (*pte & PTE_D)
        page->flags |= PG_DIRTY;
    swap_duplicate(page->index);
    *pte = swap_slot_to_pte(page->index);
    flush_tlb_one(address);
    mm->rss--;
    mm->swapped++;
    swap.counts.unmapped++;
    put_page(page);
    if (page->count > 1)
        return 0;
    return let_go(page) ? 1 : 0;
}

/* A page of a file can be had again: forget the entry. */
static unsigned long unmap_file(struct mm_struct *mm, pte_t *pte,
                                unsigned long address, struct page *page)
{
    *pte = 0;
    flush_tlb_one(address);
    mm->rss--;
    put_page(page);
    return 0;
}

/* The hand comes by. Returns how many pages that freed. */
static unsigned long swap_out_entry(struct mm_struct *mm, pte_t *pte,
                                    unsigned long address,
                                    const struct zone *highest)
{
    struct page *page = pfn_to_page(phys_to_pfn(*pte & PTE_FRAME));

    swap.counts.scanned++;
    /* A page of a zone that the caller cannot use would not help him. */
    if (is_zero_page(page) || page_zone(page) > highest)
        return 0;
    if (*pte & PTE_A) {
        *pte &= ~PTE_A;
        flush_tlb_one(address);
        swap.counts.spared++;
        return 0;
    }
    if (page->flags & PG_CACHE)
        return unmap_file(mm, pte, address, page);
    return swap.device ? unmap_anonymous(mm, pte, address, page) : 0;
}

/** A round of the hand. */
struct scan {
    struct mm_struct *mm;
    const struct zone *highest;
    unsigned long wanted;
    unsigned long freed;
};

/* One area, from the hand's place on. Returns whether that is enough. */
static bool swap_out_area(struct scan *scan, const struct vm_area_struct *area)
{
    struct mm_struct *mm = scan->mm;
    unsigned long address =
        area->vm_start > mm->swap_address ? area->vm_start : mm->swap_address;

    for (; address < area->vm_end; address += PAGE_SIZE) {
        pte_t *pte = pte_lookup_in(mm->pgd, address);

        if (!pte || !(*pte & PTE_P))
            continue;
        scan->freed += swap_out_entry(mm, pte, address, scan->highest);
        if (scan->freed >= scan->wanted) {
            mm->swap_address = address + PAGE_SIZE;
            return true;
        }
    }
    return false;
}

/* From the hand's place to the end of the address space. */
static unsigned long swap_out_mm(struct mm_struct *mm, unsigned long wanted,
                                 const struct zone *highest)
{
    struct scan scan = {.mm = mm, .highest = highest, .wanted = wanted};
    const struct vm_area_struct *area;

    for (area = find_vma(mm, mm->swap_address); area; area = area->vm_next) {
        if (swap_out_area(&scan, area))
            return scan.freed;
    }
    mm->swap_address = 0;
    return scan.freed;
}

/* Three times round: the first clears accessed bits, wherever it began. */
static unsigned long swap_out(gfp_t gfp, unsigned long wanted)
{
    unsigned long freed = 0;
    struct list_head *link;
    int round;

    if (!(gfp & __GFP_IO))
        return 0;
    /* Nobody may change an address space while the hand is in it. */
    preempt_disable();
    for (round = 0; round < 3 && freed < wanted; round++) {
        for (link = mm_list.next; link != &mm_list && freed < wanted;
             link = link->next)
            freed += swap_out_mm(list_entry(link, struct mm_struct, mmlist),
                                 wanted - freed, &zones[gfp_zone(gfp)]);
    }
    preempt_enable();
    return freed;
}

static struct shrinker swap_shrinker = {.name = "swap", .shrink = swap_out};

void swap_init(void)
{
    register_shrinker(&swap_shrinker);
}

/* ---- on and off --------------------------------------------------------- */

int swapon(struct block_device *device)
{
    struct slot *slot;

    if (swap.device) {
        complain(COMPLAINT_BUSY, "swapon(%s): %s is in use already",
                 device->name, swap.device->name);
        return -EBUSY;
    }
    if (device->pages < 2) {
        complain(COMPLAINT_BAD_SIZE, "swapon(%s): a device of %lu pages",
                 device->name, device->pages);
        return -EINVAL;
    }
    slot = kzalloc(device->pages * sizeof(*slot), GFP_KERNEL);
    if (!slot)
        return -ENOMEM;
    swap.slot = slot;
    swap.slots = device->pages;
    swap.used = 0;
    swap.device = device;
    return 0;
}

int swapoff(void)
{
    if (!swap.device) {
        complain(COMPLAINT_MISUSE, "swapoff: there is no swap area");
        return -EINVAL;
    }
    if (swap.used > 0) {
        complain(COMPLAINT_BUSY, "swapoff(%s): %lu slots are in use",
                 swap.device->name, swap.used);
        return -EBUSY;
    }
    swap.device = NULL;
    kfree(swap.slot);
    swap.slot = NULL;
    swap.slots = 0;
    return 0;
}
