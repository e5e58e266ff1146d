/* SPDX-License-Identifier: MIT */
/*
 * The code that a trace says was fetched last: what is at work is always in
 * it, so a trace with fetches can be disassembled without the guest's image.
 */
#ifndef TOOLS_TRACE_CODE_H
#define TOOLS_TRACE_CODE_H

#include "trace/trace.h"

struct trace_code_run {
    linear_addr linear;
    uint8_t bits; /**< 16 or 32 */
    uint16_t size;
    uint8_t code[PAGE_SIZE];
};

/** An instruction may begin in one run and end in the next. */
struct trace_code_runs {
    struct trace_code_run run[2];
    unsigned last; /**< the one that was taken last */
};

/** Take note of a fetch. */
void trace_code_take(struct trace_code_runs *runs,
                     const struct trace_fetch *fetch);

/**
 * Read up to `size` bytes of code at `linear`. Returns how many are known, and
 * in `*bits` how they were decoded.
 */
size_t trace_code_read(const struct trace_code_runs *runs, linear_addr linear,
                       uint8_t *bytes, size_t size, uint8_t *bits);

#endif
