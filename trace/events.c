/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "trace/text.h"

struct name {
    const char *name;
    uint32_t mask;
};

static const struct name names[] = {
    {"tlb", 1u << TRACE_TLB},
    {"hit", 1u << TRACE_HIT},
    {"walk", 1u << TRACE_WALK},
    {"fault", 1u << TRACE_FAULT},
    {"mem", 1u << TRACE_MEM},
    /* Text always shows the value. */
    {"mem+value", 1u << TRACE_MEM | TRACE_VALUES},
    {"fetch", 1u << TRACE_FETCH},
    {"exec", 1u << TRACE_EXEC},
    {"port", 1u << TRACE_PORT},
    {"mmio", 1u << TRACE_MMIO},
    {"dma", 1u << TRACE_DMA},
    {"irq", 1u << TRACE_IRQ},
    {"cr", 1u << TRACE_CR},
    {"marker", 1u << TRACE_MARKER},
    {"probe", 1u << TRACE_PROBE},
    {"all", ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES},
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
                             "dma, irq, cr, marker, probe, all",
                             (int)(length < 64 ? length : 64), list);
        sum |= bits;
        if (!list[length])
            break;
        list += length + 1;
    }
    *mask = sum;
    return true;
}

static bool is_wanted(const struct name *name, uint32_t mask)
{
    const uint32_t all = names[NAME_COUNT - 1].mask;

    if (mask == all || name->mask == all)
        return mask == name->mask;
    if (name->mask == 1u << TRACE_MEM && mask & TRACE_VALUES)
        return false;
    return (mask & name->mask) == name->mask;
}

void trace_events_name(uint32_t mask, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (!is_wanted(&names[i], mask))
            continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 used ? "," : "", names[i].name);
        if (used >= size)
            return;
    }
}
