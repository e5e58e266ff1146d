/* SPDX-License-Identifier: MIT */
/*
 * The machine's state as the trace writes it down at the head of a packet.
 */
#ifndef MACHINE_TRACE_STATE_H
#define MACHINE_TRACE_STATE_H

#include "trace/state.h"

/** The trace's callback; `context` is the struct machine. */
void machine_trace_state(void *context, struct trace_state *state);

#endif
