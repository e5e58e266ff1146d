/* SPDX-License-Identifier: MIT */
/*
 * The code that a packet holds already, by physical address: a fetch of it is
 * written without its bytes. Recorder and reader keep the same table; what is
 * found in it is the last that the packet has for that address.
 */
#ifndef TRACE_CODES_H
#define TRACE_CODES_H

#include "trace/trace.h"

enum { TRACE_CODES = 1 << 14 };

struct trace_code {
    uint64_t packet; /**< number of the packet, from 1 on */
    physical_addr physical;
    uint16_t size;
    uint8_t bits;
    bool cut;
    const uint8_t *code; /**< in the packet */
};

struct trace_codes {
    struct trace_code entry[TRACE_CODES];
};

/** What the packet has for the address, or NULL. */
const struct trace_code *trace_codes_find(const struct trace_codes *codes,
                                          uint64_t packet,
                                          physical_addr physical);

/** The packet now has the bytes of a fetch, at `code`. */
void trace_codes_note(struct trace_codes *codes, uint64_t packet,
                      const struct trace_fetch *fetch, const uint8_t *code);

#endif
