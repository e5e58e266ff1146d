/* SPDX-License-Identifier: MIT */
/*
 * A TLB as a textbook tells it, for comparison: sets and ways looked through
 * one by one, LRU as an ordered list, pseudo-LRU as a tree of nodes. It shares
 * no code and no representation with mmu/tlb.c.
 */
#ifndef TESTS_UNIT_MMU_MODEL_TLB_H
#define TESTS_UNIT_MMU_MODEL_TLB_H

#include "mmu/tlb.h"

enum { MODEL_WAYS_MAX = 64, MODEL_MISS = -1 };

struct model_entry {
    bool valid;
    bool writable;
    bool user;
    bool global;
    bool dirty;
    bool piece;           /**< of a large page, in a bank of small ones */
    uint32_t page_number; /**< linear address / bytes in a page */
    physical_addr frame;
    uint64_t serial; /**< of its insertion, counted from 1 */
};

struct model_set {
    uint8_t oldest_first[MODEL_WAYS_MAX]; /**< LRU: ways */
    bool tree[MODEL_WAYS_MAX];            /**< PLRU: right half is next */
    unsigned pointer;                     /**< FIFO */
};

struct model_tlb {
    enum tlb_policy policy;
    unsigned ways;
    unsigned set_count;
    uint32_t page_bytes;
    unsigned pointer; /**< of the 386, for all sets */
    uint32_t random;
    struct model_entry *entry; /**< set * ways + way */
    struct model_set *set;
};

void model_tlb_init(struct model_tlb *tlb, const struct tlb_geometry *geometry,
                    uint32_t page_bytes);
void model_tlb_release(struct model_tlb *tlb);

/** Slot of the entry for `linear`, or MODEL_MISS. */
int model_tlb_find(const struct model_tlb *tlb, linear_addr linear);

void model_tlb_use(struct model_tlb *tlb, unsigned slot);

/** Slot for a new entry for `linear`; the caller puts it there and uses it. */
unsigned model_tlb_choose(struct model_tlb *tlb, linear_addr linear);

#endif
