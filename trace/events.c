/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "trace/text.h"

struct name {
    const char *name;
    uint32_t mask;
};

/* A word that means more stands before those that mean a part of it. */
static const struct name names[] = {
    {"all", ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES},
    {"tlb", 1u << TRACE_TLB},
    {"hit", 1u << TRACE_HIT},
    {"walk", 1u << TRACE_WALK},
    {"fault", 1u << TRACE_FAULT},
    /* Text always shows the value. */
    {"mem+value", 1u << TRACE_MEM | TRACE_VALUES},
    {"mem", 1u << TRACE_MEM},
    {"fetch", 1u << TRACE_FETCH},
    {"exec", 1u << TRACE_EXEC},
    {"port", 1u << TRACE_PORT},
    {"mmio", 1u << TRACE_MMIO},
    {"dma", 1u << TRACE_DMA | 1u << TRACE_DREQ},
    {"dreq", 1u << TRACE_DREQ},
    {"irq", 1u << TRACE_IRQ | 1u << TRACE_LINE},
    {"line", 1u << TRACE_LINE},
    {"cr", 1u << TRACE_CR | 1u << TRACE_MODE},
    {"mode", 1u << TRACE_MODE},
    {"task", 1u << TRACE_TASK},
    {"marker", 1u << TRACE_MARKER},
    {"probe", 1u << TRACE_PROBE},
};

enum { NAME_COUNT = sizeof names / sizeof names[0] };

/* The bits that a word stands for, or 0. */
static uint32_t mask_of(const char *word, size_t length)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strlen(names[i].name) == length &&
            memcmp(names[i].name, word, length) == 0)
            return names[i].mask;
    }
    return 0;
}

bool trace_events_parse(const char *list, uint32_t *mask, struct error *error)
{
    uint32_t sum = 0;

    for (;;) {
        const size_t length = strcspn(list, ",");
        const uint32_t bits = mask_of(list, length);

        if (!bits)
            return error_set(error,
                             "unknown event '%.*s'; known: tlb, hit, walk, "
                             "fault, mem, mem+value, fetch, exec, port, mmio, "
                             "dma, dreq, irq, line, cr, mode, task, marker, "
                             "probe, all",
                             (int)(length < 64 ? length : 64), list);
        sum |= bits;
        if (!list[length])
            break;
        list += length + 1;
    }
    *mask = sum;
    return true;
}

void trace_events_name(uint32_t mask, char *text, size_t size)
{
    uint32_t left = mask;
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < NAME_COUNT; i++) {
        const uint32_t bits = names[i].mask;

        /* A word is left out whose events others have named. */
        if ((mask & bits) != bits || !(left & bits))
            continue;
        left &= ~bits;
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 used ? "," : "", names[i].name);
        if (used >= size)
            return;
    }
}
