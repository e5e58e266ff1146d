/* SPDX-License-Identifier: MIT */
/*
 * What of a walk need not be written, because it follows from CR3 and the
 * entries: where the entries lie, and where the page is.
 */
#ifndef TRACE_DERIVE_H
#define TRACE_DERIVE_H

#include "trace/trace.h"

/** Complete a walk whose entries and verdict are there. */
void trace_walk_derive(struct trace_walk *walk, uint32_t cr3);

/** True if the walk, as it is, is what trace_walk_derive() would make of it
 * (the A20 gate was open, CR3 the present one). */
bool trace_walk_follows(const struct trace_walk *walk, uint32_t cr3);

#endif
