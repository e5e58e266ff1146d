/* SPDX-License-Identifier: MIT */
/*
 * What a fetch takes in, for the trace: the run of code from where it enters
 * up to the first instruction that never goes on behind itself, at most to the
 * end of the page. How code is cut into blocks does not show.
 *
 *   in    a look-up of a code page that has just been counted
 *   out   TRACE_FETCH events
 */
#ifndef CPU_FETCHED_H
#define CPU_FETCHED_H

#include "cpu/cpu.h"

/** Code is entered at `linear`, which is CS:EIP, on the page that is held. */
NEVER_INLINE void fetched_run(struct cpu *cpu, linear_addr linear);

/**
 * Look up the page at `page`, where the instruction at CS:EIP, at `physical`,
 * ends and its run goes on. False: a fault is waiting in `cpu->fault`.
 */
MUST_CHECK bool fetched_next(struct cpu *cpu, linear_addr page,
                             physical_addr physical);

#endif
