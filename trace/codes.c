/* SPDX-License-Identifier: MIT */
#include "trace/codes.h"

static unsigned place_of(physical_addr physical)
{
    return (physical ^ physical >> 14) % TRACE_CODES;
}

const struct trace_code *trace_codes_find(const struct trace_codes *codes,
                                          uint64_t packet,
                                          physical_addr physical)
{
    const struct trace_code *code = &codes->entry[place_of(physical)];

    return code->packet == packet && code->physical == physical ? code : NULL;
}

void trace_codes_note(struct trace_codes *codes, uint64_t packet,
                      const struct trace_fetch *fetch, const uint8_t *code)
{
    codes->entry[place_of(fetch->physical)] =
        (struct trace_code){.packet = packet,
                            .physical = fetch->physical,
                            .size = fetch->size,
                            .bits = fetch->bits,
                            .cut = fetch->cut,
                            .code = code};
}
