/* SPDX-License-Identifier: MIT */
/*
 * Swap: anonymous pages of processes written to a device, and read back.
 *
 *   in    the allocator's cry for memory; a fault on an entry that holds a
 *         slot's number
 *   out   page frames; later the same contents in other frames
 *   next  drivers/block.h moves the pages
 *
 * Which page goes: a hand moves over the page tables of all processes. A page
 * whose accessed bit is set is spared once, and the bit cleared. One whose
 * bit is still clear when the hand comes again has its entry replaced by the
 * number of a slot. It is written only if its dirty bit is set, or if the
 * area has no copy of it yet.
 *
 *    31                     9 8       1 0
 *   +------------------------+---------+-+
 *   | slot                   | 0       |0|   entry of a page that is away
 *   +------------------------+---------+-+
 *
 * A page with a slot stays in the swap cache (PG_SWAP) as long as it is in
 * memory, so that all who shared it find the same page again.
 */
#ifndef MM_SWAP_H
#define MM_SWAP_H

#include "arch/pgtable.h"
#include "mm/page_alloc.h"

struct block_device;

#define SWAP_SLOT_SHIFT 9

/** What swapping did since the start. */
struct swap_counts {
    unsigned long scanned; /**< entries that the hand looked at */
    unsigned long spared;  /**< their accessed bit was set */
    unsigned long unmapped;
    unsigned long written; /**< pages to the device */
    unsigned long clean;   /**< pages let go without writing */
    unsigned long read;    /**< pages from the device */
    unsigned long found;   /**< faults that found the page still here */
};

/** Tell the page allocator that we can free pages. */
void swap_init(void);

/** Swap to that device, all of it. Returns 0 or a negative error. */
int swapon(struct block_device *device);

/** Stop swapping. Refused while a slot is in use. */
int swapoff(void);

/** Slots of the area, and how many are in use. */
unsigned long swap_slots(void);
unsigned long swap_slots_used(void);

static inline pte_t swap_slot_to_pte(unsigned long slot)
{
    return (pte_t)(slot << SWAP_SLOT_SHIFT);
}

static inline unsigned long pte_to_swap_slot(pte_t pte)
{
    return pte >> SWAP_SLOT_SHIFT;
}

/** One more, or one less, entry holds this slot. */
void swap_duplicate(unsigned long slot);
void swap_free(unsigned long slot);

/** The page of a slot, with one more user; `*major` if it had to be read. */
struct page *swap_in(unsigned long slot, bool *major);

/** One user of a page with a slot less; the last one frees both. */
void free_page_and_swap_slot(struct page *page);

/**
 * Whether an anonymous page has one user only, who may write to it without
 * making a copy. If it has a slot, that is freed: its copy would be old.
 */
bool swap_page_is_mine(struct page *page);

struct swap_counts swap_counts(void);

#endif
