/* SPDX-License-Identifier: MIT */
#include "tools/trace_code.h"

#include <string.h>

void trace_code_take(struct trace_code_runs *runs,
                     const struct trace_fetch *fetch)
{
    struct trace_code_run *run;

    runs->last ^= 1;
    run = &runs->run[runs->last];
    run->linear = fetch->linear;
    run->bits = fetch->bits;
    run->size = fetch->size;
    if (fetch->size)
        memcpy(run->code, fetch->code, fetch->size);
}

/* What the run has from `linear` on. */
static size_t read_run(const struct trace_code_run *run, linear_addr linear,
                       uint8_t *bytes, size_t size)
{
    const uint32_t offset = linear - run->linear;

    if (offset >= run->size)
        return 0;
    if (size > run->size - offset)
        size = run->size - offset;
    memcpy(bytes, run->code + offset, size);
    return size;
}

size_t trace_code_read(const struct trace_code_runs *runs, linear_addr linear,
                       uint8_t *bytes, size_t size, uint8_t *bits)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct trace_code_run *run = &runs->run[runs->last ^ i];
        const size_t first = read_run(run, linear, bytes, size);

        if (!first)
            continue;
        *bits = run->bits;
        if (i == 0 || first == size)
            return first;
        return first + read_run(&runs->run[runs->last],
                                linear + (uint32_t)first, bytes + first,
                                size - first);
    }
    return 0;
}
