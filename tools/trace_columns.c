/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tools/trace_export.h"
#include "trace/line.h"

static const char *const actions[] = {
    [TLB_HIT] = "hit",     [TLB_MISS] = "miss",   [TLB_FILL] = "fill",
    [TLB_EVICT] = "evict", [TLB_FLUSH] = "flush",
};

static const char *const accesses[] = {
    [ACCESS_READ] = "read",
    [ACCESS_WRITE] = "write",
    [ACCESS_EXECUTE] = "execute",
};

static void take_tlb(struct export_columns *columns,
                     const struct trace_tlb *tlb)
{
    columns->action = actions[tlb->action];
    columns->has_linear = tlb->action != TLB_FLUSH ||
                          tlb->cause == TLB_CAUSE_INVLPG ||
                          tlb->cause == TLB_CAUSE_PAGE_FAULT;
    columns->has_physical = tlb->action != TLB_FLUSH && tlb->action != TLB_MISS;
    columns->linear = tlb->linear;
    columns->physical = tlb->physical;
}

static void take_access(struct export_columns *columns,
                        const struct trace_access *access)
{
    columns->action = access->write ? "write" : "read";
    columns->has_linear = columns->has_physical = columns->has_size = true;
    columns->has_value = access->has_value;
    columns->linear = access->linear;
    columns->physical = access->physical;
    columns->size = access->size;
    columns->value = access->value;
}

static void take_cycle(struct export_columns *columns,
                       const struct trace_record *record)
{
    const struct trace_cycle *cycle = &record->cycle;

    columns->action = cycle->write ? "write" : "read";
    columns->has_physical = columns->has_size = columns->has_value = true;
    columns->physical = cycle->where;
    columns->size = cycle->size;
    columns->value = cycle->value;
    columns->name = cycle->name ? cycle->name : "";
}

static void take_walk(struct export_columns *columns,
                      const struct trace_walk *walk)
{
    columns->action = accesses[walk->access];
    columns->has_linear = true;
    columns->linear = walk->linear;
    columns->has_physical = walk->ok;
    columns->physical = walk->physical;
    columns->has_value = !walk->ok;
    columns->value = walk->error_code;
}

static void take_fault(struct export_columns *columns,
                       const struct fault *fault)
{
    columns->has_linear = fault->vector == VECTOR_PF;
    columns->linear = fault->linear;
    columns->has_value = fault->has_error_code;
    columns->value = fault->error_code;
}

/* Of the code the first four bytes, as of any value. */
static void take_fetch(struct export_columns *columns,
                       const struct trace_fetch *fetch)
{
    columns->has_linear = columns->has_physical = true;
    columns->linear = fetch->linear;
    columns->physical = fetch->physical;
    columns->has_size = columns->has_value = fetch->size > 0;
    columns->size = fetch->size;
    columns->code = fetch->code;
    if (fetch->size)
        memcpy(&columns->value, fetch->code,
               fetch->size < 4 ? fetch->size : (size_t)4);
}

void export_columns(struct export_columns *columns,
                    const struct trace_record *record)
{
    *columns = (struct export_columns){.action = "", .name = ""};
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: take_tlb(columns, &record->tlb); break;
    case TRACE_WALK: take_walk(columns, &record->walk); break;
    case TRACE_FAULT: take_fault(columns, &record->fault); break;
    case TRACE_MEM: take_access(columns, &record->access); break;
    case TRACE_FETCH: take_fetch(columns, &record->fetch); break;
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA: take_cycle(columns, record); break;
    case TRACE_MARKER:
        columns->has_value = true;
        columns->value = record->marker;
        break;
    case TRACE_PROBE:
        columns->action = record->probe.leave ? "return" : "call";
        columns->name = record->probe.function;
        columns->has_value = record->probe.has_result;
        columns->value = record->probe.result;
        break;
    case TRACE_DREQ:
    case TRACE_LINE: columns->name = record->line.controller; break;
    case TRACE_EXEC:
    case TRACE_IRQ:
    case TRACE_CR:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_EVENT_COUNT:
    default: break;
    }
    if (!columns->name)
        columns->name = "";
}

/* --- Functions --- */

enum { PLACES = 4096 };

struct export_place {
    uint32_t eip;
    bool known;
    char function[SYMBOL_TEXT_SIZE];
};

struct export_functions {
    const struct symbols *symbols;
    struct export_place place[PLACES];
};

struct export_functions *export_functions_create(const struct symbols *symbols)
{
    struct export_functions *functions = calloc(1, sizeof *functions);

    if (functions)
        functions->symbols = symbols;
    return functions;
}

void export_functions_destroy(struct export_functions *functions)
{
    free(functions);
}

const char *export_function(struct export_functions *functions, uint32_t eip)
{
    struct export_place *place = &functions->place[eip % PLACES];
    char *text = place->function;

    if (place->known && place->eip == eip)
        return text;
    place->known = true;
    place->eip = eip;
    text[strcspn(symbols_text(functions->symbols, eip, text), "+")] = '\0';
    return text;
}
