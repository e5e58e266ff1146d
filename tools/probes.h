/* SPDX-License-Identifier: MIT */
/*
 * Probes: calls of functions of the guest and their returns, as events of the
 * trace. A call is matched with its return by the place of the return address
 * on the stack, so calls within calls, recursion, interrupts and switches to
 * other tasks in between are kept apart.
 *
 *   in    specifications, symbols, breakpoints that are reached
 *   out   TRACE_PROBE events; without a trace, lines on standard error
 */
#ifndef TOOLS_PROBES_H
#define TOOLS_PROBES_H

#include <stdio.h>

#include "machine/machine.h"
#include "tools/symbols.h"

struct probes;

/** None yet. NULL for want of memory. */
struct probes *probes_create(struct machine *machine);
void probes_destroy(struct probes *probes);

/** Forget them, and calls that are not over: the machine was reset. */
void probes_clear(struct probes *probes);

/** Forget calls that are not over, for the same reason. */
void probes_forget_calls(struct probes *probes);

/** Add one by what --probe takes. Fails where there is no such symbol. */
bool probes_add(struct probes *probes, const struct symbols *symbols,
                const char *text, struct error *error);

/**
 * Add those of --probe-allocators: of Linux, or of a kernel with the names of
 * the tour's. Fails where no allocator is known by name.
 */
bool probes_add_allocators(struct probes *probes, const struct symbols *symbols,
                           struct error *error);

/** The instruction at `linear` is next: it may begin or end a call. */
void probes_reached(struct probes *probes, linear_addr linear);

/** One line: how many calls there were, and how many had not returned. */
void probes_summary(FILE *file, const struct probes *probes);

#endif
