/* SPDX-License-Identifier: MIT */
#include "trace/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const key_names[TRACE_KEY_COUNT] = {
    [TRACE_KEY_LINEAR] = "linear", [TRACE_KEY_PHYSICAL] = "physical",
    [TRACE_KEY_EIP] = "eip",       [TRACE_KEY_CPL] = "cpl",
    [TRACE_KEY_CR3] = "cr3",       [TRACE_KEY_SYMBOL] = "symbol",
};

void trace_filter_init(struct trace_filter *filter)
{
    *filter = (struct trace_filter){.to = UINT64_MAX};
}

/* Parse one number. Returns what follows it, or NULL. */
static const char *parse_bound(const char *text, uint32_t *value)
{
    char *end;
    unsigned long number;

    if (*text < '0' || *text > '9')
        return NULL;
    errno = 0;
    number = strtoul(text, &end, 0);
    if (errno || number > UINT32_MAX)
        return NULL;
    *value = (uint32_t)number;
    return end;
}

static bool parse_key(const char *text, size_t size, enum trace_key *key)
{
    for (unsigned i = 0; i < TRACE_KEY_COUNT; i++) {
        if (strlen(key_names[i]) == size &&
            memcmp(text, key_names[i], size) == 0) {
            *key = (enum trace_key)i;
            return true;
        }
    }
    return false;
}

/* Parse one "KEY=FIRST-LAST". Returns what follows it, or NULL. */
static const char *parse_range(const char *text, struct trace_range *range)
{
    const char *equals = strchr(text, '=');

    if (!equals || !parse_key(text, (size_t)(equals - text), &range->key))
        return NULL;
    if (range->key == TRACE_KEY_SYMBOL) {
        range->symbol = equals + 1;
        range->first = 1;
        return range->symbol + strcspn(range->symbol, ",");
    }
    text = parse_bound(equals + 1, &range->first);
    range->last = range->first;
    if (text && *text == '-')
        text = parse_bound(text + 1, &range->last);
    return range->first <= range->last ? text : NULL;
}

bool trace_filter_parse(struct trace_filter *filter, const char *list,
                        struct error *error)
{
    for (;;) {
        struct trace_range range = {0};
        const char *rest = parse_range(list, &range);

        if (!rest || rest == range.symbol || (*rest && *rest != ','))
            return error_set(error,
                             "'%s': wants KEY=VALUE or KEY=FIRST-LAST, KEY one "
                             "of linear, physical, eip, cpl, cr3; or "
                             "symbol=NAME",
                             list);
        if (filter->range_count == TRACE_RANGES_MAX)
            return error_set(error, "more than %d ranges", TRACE_RANGES_MAX);
        filter->range[filter->range_count++] = range;
        if (!*rest)
            return true;
        list = rest + 1;
    }
}

static bool linear_of(const struct trace_record *record, uint32_t *value)
{
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT:
        *value = record->tlb.linear;
        return record->tlb.action != TLB_FLUSH ||
               record->tlb.cause == TLB_CAUSE_INVLPG ||
               record->tlb.cause == TLB_CAUSE_PAGE_FAULT;
    case TRACE_WALK: *value = record->walk.linear; return true;
    case TRACE_FAULT:
        *value = record->fault.linear;
        return record->fault.vector == VECTOR_PF;
    case TRACE_MEM: *value = record->access.linear; return true;
    case TRACE_FETCH: *value = record->fetch.linear; return true;
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA:
    case TRACE_DREQ:
    case TRACE_IRQ:
    case TRACE_LINE:
    case TRACE_CR:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_MARKER:
    case TRACE_PROBE:
    case TRACE_EVENT_COUNT:
    default: return false;
    }
}

static bool physical_of(const struct trace_record *record, uint32_t *value)
{
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT:
        *value = record->tlb.physical;
        return record->tlb.action == TLB_HIT ||
               record->tlb.action == TLB_FILL ||
               record->tlb.action == TLB_EVICT;
    case TRACE_WALK: *value = record->walk.physical; return record->walk.ok;
    case TRACE_MEM: *value = record->access.physical; return true;
    case TRACE_FETCH: *value = record->fetch.physical; return true;
    case TRACE_MMIO:
    case TRACE_DMA: *value = record->cycle.where; return true;
    case TRACE_FAULT:
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_DREQ:
    case TRACE_IRQ:
    case TRACE_LINE:
    case TRACE_CR:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_MARKER:
    case TRACE_PROBE:
    case TRACE_EVENT_COUNT:
    default: return false;
    }
}

/* The record's value of `key`. False: it has none. */
static bool key_of(const struct trace_record *record, enum trace_key key,
                   uint32_t *value)
{
    switch (key) {
    case TRACE_KEY_LINEAR: return linear_of(record, value);
    case TRACE_KEY_PHYSICAL: return physical_of(record, value);
    case TRACE_KEY_EIP: *value = record->eip; return true;
    case TRACE_KEY_CPL: *value = record->cpl; return true;
    case TRACE_KEY_CR3: *value = record->cr3; return true;
    case TRACE_KEY_SYMBOL: *value = trace_code(record); return true;
    case TRACE_KEY_COUNT:
    default: return false;
    }
}

static bool lies_in(const struct trace_range *range, uint32_t value)
{
    return value >= range->first && value <= range->last;
}

static bool passes_key(const struct trace_filter *filter,
                       const struct trace_record *record, enum trace_key key)
{
    bool asked = false;
    uint32_t value;

    for (unsigned i = 0; i < filter->range_count; i++) {
        const struct trace_range *range = &filter->range[i];

        if (range->key != key)
            continue;
        asked = true;
        if (key_of(record, key, &value) && lies_in(range, value))
            return true;
        if (key == TRACE_KEY_SYMBOL && linear_of(record, &value) &&
            lies_in(range, value))
            return true;
    }
    return !asked;
}

bool trace_filter_passes(const struct trace_filter *filter,
                         const struct trace_record *record)
{
    if (record->tick < filter->from || record->tick >= filter->to)
        return false;
    if (!filter->range_count)
        return true;
    for (unsigned key = 0; key < TRACE_KEY_COUNT; key++) {
        if (!passes_key(filter, record, (enum trace_key)key))
            return false;
    }
    return true;
}

void trace_filter_record(void *context, const struct trace_record *record)
{
    const struct trace_filter *filter = context;

    if (trace_filter_passes(filter, record))
        filter->record(filter->context, record);
}
