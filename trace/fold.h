/* SPDX-License-Identifier: MIT */
/*
 * Events that stand for several: what nearly always comes together is written
 * as one, and read as the records that it stands for.
 *
 *   refill   a TLB miss, its walk, the eviction, the fill
 *   repeat   the accesses of a repeated string instruction within a page
 *   update   a read and a write of one operand
 *
 *   in    the steps of a miss as they are taken; runs of elements
 *   out   bytes in the packet; for readers, records again
 */
#ifndef TRACE_FOLD_H
#define TRACE_FOLD_H

#include "trace/trace.h"

/**
 * A data or code page was missed. True: what follows of it is held until it is
 * complete. False: events are to be written one by one.
 */
MUST_CHECK bool trace_hold_miss(struct trace *trace, bool code,
                                linear_addr linear);

/** Write the refill that is held and complete. */
void trace_refill(struct trace *trace);

/** Write what is held as it is, since something else comes next. */
void trace_release(struct trace *trace);

/**
 * Write a run of elements, if the packet can take it, and says where the pages
 * are. The record needs its place, and the tick of the last iteration.
 */
MUST_CHECK bool trace_put_repeat(struct trace *trace,
                                 const struct trace_record *record);

/** Folded records, taken apart. */
struct trace_unfolding {
    struct trace_record whole;
    uint32_t next;
    uint32_t count;
};

/** True if an event that was read can be what it says; `tick` is that of the
 * event before. Physical addresses are not looked at. */
bool trace_fold_is_sound(const struct trace_record *whole, uint64_t tick);

/** Begin with the first record of `whole`. */
void trace_unfold(struct trace_unfolding *unfolding,
                  const struct trace_record *whole);

/** The next record. False: that was all. */
MUST_CHECK bool trace_unfold_next(struct trace_unfolding *unfolding,
                                  struct trace_record *record);

#endif
