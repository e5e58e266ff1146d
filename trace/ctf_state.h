/* SPDX-License-Identifier: MIT */
/*
 * The state event that opens a packet, as bytes and back.
 */
#ifndef TRACE_CTF_STATE_H
#define TRACE_CTF_STATE_H

#include "trace/state.h"

/** Write the payload to `at`; returns what follows it. */
uint8_t *ctf_state_put(uint8_t *at, const struct trace_state *state);

/**
 * Read it, going no further than `end`; the tick is left alone. Returns what
 * follows it, or NULL if it is cut off or holds what cannot be.
 */
const uint8_t *ctf_state_get(const uint8_t *at, const uint8_t *end,
                             struct trace_state *state);

#endif
