/* SPDX-License-Identifier: MIT */
/*
 * What need not be written: of a walk what follows from CR3 and the entries,
 * where the entries lie and where the page is; of a fetch its linear address.
 */
#ifndef TRACE_DERIVE_H
#define TRACE_DERIVE_H

#include "trace/trace.h"

/** Complete a walk whose entries and verdict are there. */
void trace_walk_derive(struct trace_walk *walk, uint32_t cr3);

/** True if the walk, as it is, is what trace_walk_derive() would make of it
 * (the A20 gate was open, CR3 the present one). */
bool trace_walk_follows(const struct trace_walk *walk, uint32_t cr3);

/** Complete a fetch whose record has its place: the linear address. */
void trace_fetch_derive(struct trace_record *record);

#endif
