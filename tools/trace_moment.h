/* SPDX-License-Identifier: MIT */
/*
 * The machine just before an event of a trace: what stands at the head of the
 * event's packet, brought up to the event by those in between, as far as they
 * tell.
 *
 *   in    a trace, and the number of an event in its packet
 *   out   a state, and which parts of it may have changed unseen since when
 */
#ifndef TOOLS_TRACE_MOMENT_H
#define TOOLS_TRACE_MOMENT_H

#include <stdio.h>

#include "tools/trace_query.h"
#include "tools/trace_slots.h"

struct trace_moment {
    /** At the event; its TLB entries are those of the packet's head. */
    struct trace_state state;
    enum processor_mode mode;
    uint64_t head;  /**< tick of the packet's head */
    bool at_head;   /**< no event lies between: all is as it was there */
    uint32_t told;  /**< bits of enum trace_event: all of them are there */
    uint32_t valid; /**< entries of the TLB */
    bool has_slots; /**< the head held all of the TLB's entries */
    bool unsure;    /**< which entries were flushed was not recorded */
    struct trace_slots slots;
};

/** An event of a trace: the packet, and how many that pass the query's filters
 * come before it there. */
struct trace_event_place {
    uint64_t packet;
    uint64_t before;
};

/**
 * The machine before the event at `place`, or, where the packet has no such
 * event, at its end. `query` is the one that counted. Release in either case.
 */
bool trace_moment_find(struct trace_moment *moment,
                       const struct trace_query *query, const char *path,
                       const struct trace_event_place *place,
                       struct error *error);
void trace_moment_release(struct trace_moment *moment);

/** Print it, and what of it cannot be known since when. */
void trace_moment_show(FILE *file, const struct trace_moment *moment);

/** Print the TLB entries that only one of two has. */
void trace_moment_show_tlbs(FILE *file, const struct trace_moment *one,
                            const struct trace_moment *other);

#endif
