/* SPDX-License-Identifier: MIT */
/*
 * The MMU's trace points. Each door tests one bit; only where the event is
 * wanted is a record built, out of line.
 */
#ifndef MMU_RECORD_H
#define MMU_RECORD_H

#include "mmu/mmu.h"

/* Behind the doors: build the record and hand it on. */
void record_tlb_entry(struct mmu *mmu, enum tlb_action action,
                      const struct tlb_bank *bank, uint32_t slot);
void record_tlb_miss(struct mmu *mmu, bool code, linear_addr linear);
void record_tlb_flush(struct mmu *mmu, enum tlb_cause cause, linear_addr linear,
                      uint32_t entries);
void record_walk(struct mmu *mmu, const struct page_walk *walk,
                 uint32_t marked);

/** A hit on, a fill of or the eviction of the entry in `slot`. */
static inline void trace_tlb_entry(struct mmu *mmu, enum tlb_action action,
                                   const struct tlb_bank *bank, uint32_t slot)
{
    if (trace_wants(mmu->trace, action == TLB_HIT ? TRACE_HIT : TRACE_TLB))
        record_tlb_entry(mmu, action, bank, slot);
}

/** A miss, by a fetch or by a data access. */
static inline void trace_tlb_miss(struct mmu *mmu, bool code,
                                  linear_addr linear)
{
    if (trace_wants(mmu->trace, TRACE_TLB))
        record_tlb_miss(mmu, code, linear);
}

/** A flush that removed `entries`; `linear` is 0 but for that of one page. */
static inline void trace_tlb_flush(struct mmu *mmu, enum tlb_cause cause,
                                   linear_addr linear, uint32_t entries)
{
    if (trace_wants(mmu->trace, TRACE_TLB))
        record_tlb_flush(mmu, cause, linear, entries);
}

/** A walk and the bits that it set; see paging_mark(). */
static ALWAYS_INLINE void trace_walk(struct mmu *mmu,
                                     const struct page_walk walk,
                                     uint32_t marked)
{
    if (trace_wants(mmu->trace, TRACE_WALK)) {
        /* A copy, so that the walk itself can stay in registers. */
        const struct page_walk copy = walk;

        record_walk(mmu, &copy, marked);
    }
}

#endif
