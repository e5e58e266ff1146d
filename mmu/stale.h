/* SPDX-License-Identifier: MIT */
/*
 * The checker of stale translations: uses of a TLB entry that no longer agrees
 * with the page tables, because somebody changed them and no INVLPG or load
 * of CR3 followed. It changes nothing that the guest can see.
 *
 *   in    fills of the TLB; writes to the pages of the tables that they read
 *   out   a finding at each use of an entry that the tables contradict
 *
 * No walk an access: a write to an entry in use makes the TLB entries that
 * came from it suspect, and takes them from the fast table. Only uses of a
 * suspect entry are compared with a new walk. SDM 3A, "Invalidation of TLBs
 * and Paging-Structure Caches".
 */
#ifndef MMU_STALE_H
#define MMU_STALE_H

#include "mmu/mmu.h"

/** What the tables say now that the TLB does not know. */
enum stale_kind {
    STALE_REMOVED,  /**< no translation any more */
    STALE_MOVED,    /**< another frame */
    STALE_NARROWED, /**< a right that the use needs has gone */
    STALE_CLEANED   /**< a write finds D clear in memory and will not set it */
};

/** Where the processor was, as the trace says it. */
struct stale_place {
    uint64_t tick;
    uint32_t eip;
    uint32_t cr3;
    uint8_t cpl;
};

struct stale_finding {
    enum stale_kind kind;
    struct page_request request; /**< the use */
    struct stale_place use;
    struct stale_place store; /**< what changed the entry */
    enum bus_master writer;   /**< of the store */
    physical_addr entry;      /**< the PDE or PTE that it changed */
    uint64_t old_entry;       /**< what stood there before */
    physical_addr old_frame;  /**< of the TLB's entry */
    uint32_t old_rights;      /**< PTE_RW, PTE_US of it */
    struct page_walk walk;    /**< what the tables say now */
};

struct stale;

/**
 * Watch the TLBs of `mmu` from now on; they are empty or the checker does not
 * know what is in them. `report` is called at each finding, also if it is the
 * same again. NULL for want of memory. Stands until stale_destroy().
 */
struct stale *stale_create(struct mmu *mmu,
                           void (*report)(void *context,
                                          const struct stale_finding *finding),
                           void *context);
void stale_destroy(struct stale *stale);

/** A walk that passed went into a slot. For mmu/translate.c. */
void stale_filled(struct stale *stale, const struct tlb_bank *bank,
                  uint32_t slot, const struct page_walk *walk);

/** A suspect entry serves a request. For mmu/translate.c. */
void stale_used(struct stale *stale, struct tlb_bank *bank, uint32_t slot,
                struct page_request request);

#endif
