/* SPDX-License-Identifier: MIT */
#include "tools/trace_statistics.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 1 << 20 };

bool trace_statistics_init(struct trace_statistics *statistics,
                           const struct trace_options *options,
                           const struct symbols *symbols, struct error *error)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->options = options;
    statistics->symbols = symbols;
    statistics->first_tick = UINT64_MAX;
    statistics->touched_in = calloc(PAGES, sizeof(uint64_t));
    if (!statistics->touched_in || !reuse_init(&statistics->reuse))
        return error_set(error, "out of memory");
    return !options->tlb_given ||
           tlb_simulation_init(&statistics->simulation, &options->tlb, error);
}

void trace_statistics_release(struct trace_statistics *statistics)
{
    tally_release(&statistics->pages);
    tally_release(&statistics->regions);
    tally_release(&statistics->functions);
    reuse_release(&statistics->reuse);
    free(statistics->touched_in);
    if (statistics->options && statistics->options->tlb_given)
        tlb_simulation_release(&statistics->simulation);
}

static void end_window(struct trace_statistics *statistics)
{
    if (!statistics->in_window)
        return;
    statistics->windows++;
    statistics->window_sum += statistics->in_window;
    if (statistics->in_window > statistics->window_max)
        statistics->window_max = statistics->in_window;
    statistics->in_window = 0;
}

static const struct stat_function *function_of(
    struct trace_statistics *statistics, uint32_t eip)
{
    struct stat_function *function =
        &statistics->function[eip % STAT_FUNCTIONS];

    if (!function->known || function->eip != eip) {
        function->known = true;
        function->eip = eip;
        function->found =
            symbols_start(statistics->symbols, eip, &function->start);
    }
    return function;
}

/* Count by page and by function. */
static void count(struct trace_statistics *statistics,
                  const struct trace_record *record, linear_addr linear,
                  enum tally_kind kind)
{
    const struct stat_function *function = function_of(statistics, record->eip);

    tally_add(&statistics->pages, linear & PAGE_FRAME_MASK, kind, 1);
    if (function->found)
        tally_add(&statistics->functions, function->start, kind, 1);
}

/* The regions are sums of their pages. */
void trace_statistics_end(struct trace_statistics *statistics)
{
    for (size_t i = 0; i < statistics->pages.size; i++) {
        const struct tally_row *row = &statistics->pages.row[i];

        for (unsigned kind = 0; row->used && kind < TALLY_KINDS; kind++)
            tally_add(&statistics->regions, row->key >> 22 << 22,
                      (enum tally_kind)kind, row->count[kind]);
    }
    end_window(statistics);
}

static void take_access(struct trace_statistics *statistics,
                        const struct trace_record *record)
{
    const struct trace_access *access = &record->access;
    const uint64_t window = record->tick / STAT_WINDOW + 1;
    uint64_t *touched = &statistics->touched_in[access->linear >> 12];

    if (access->write) {
        statistics->writes++;
        statistics->bytes_written += access->size;
    } else {
        statistics->reads++;
        statistics->bytes_read += access->size;
    }
    count(statistics, record, access->linear, TALLY_ACCESSES);
    reuse_touch(&statistics->reuse, access->linear);
    if (window != statistics->window)
        end_window(statistics);
    statistics->window = window;
    if (*touched != window)
        statistics->in_window++;
    *touched = window;
}

static void take_tlb(struct trace_statistics *statistics,
                     const struct trace_record *record)
{
    const struct trace_tlb *tlb = &record->tlb;
    const unsigned set = tlb->set % STAT_SETS_MAX;

    statistics->tlb[tlb->action][tlb->code]++;
    switch (tlb->action) {
    case TLB_HIT: statistics->hits_of_set[set]++; break;
    case TLB_MISS: count(statistics, record, tlb->linear, TALLY_MISSES); break;
    case TLB_FILL: statistics->fills_of_set[set]++; break;
    case TLB_EVICT: statistics->evictions_of_set[set]++; break;
    case TLB_FLUSH: statistics->flushes[tlb->cause]++; break;
    default: break;
    }
}

static void take_walk(struct trace_statistics *statistics,
                      const struct trace_record *record)
{
    if (!record->walk.ok)
        statistics->walks_refused++;
    if (record->walk.marked)
        statistics->walks_marking++;
    count(statistics, record, record->walk.linear, TALLY_WALKS);
}

static void take_fault(struct trace_statistics *statistics,
                       const struct trace_record *record)
{
    statistics->faults[record->fault.vector]++;
    if (record->fault.vector == VECTOR_PF)
        count(statistics, record, record->fault.linear, TALLY_FAULTS);
}

static struct stat_name *find_name(struct trace_statistics *statistics,
                                   const struct trace_record *record)
{
    const char *name = record->cycle.name ? record->cycle.name : "(nobody)";
    struct stat_name *row;

    for (unsigned i = 0; i < statistics->names; i++) {
        row = &statistics->name[i];
        if (row->event == record->event && strcmp(row->name, name) == 0)
            return row;
    }
    if (statistics->names == STAT_NAMES_MAX)
        return NULL;
    row = &statistics->name[statistics->names++];
    row->event = record->event;
    (void)snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static void take_cycle(struct trace_statistics *statistics,
                       const struct trace_record *record)
{
    struct stat_name *row = find_name(statistics, record);

    if (!row)
        return;
    if (record->cycle.write)
        row->writes++;
    else
        row->reads++;
    row->bytes += record->cycle.size;
}

void trace_statistics_take(struct trace_statistics *statistics,
                           const struct trace_record *record,
                           const struct trace_state *state)
{
    if (statistics->first_tick == UINT64_MAX)
        statistics->first_tick = record->tick;
    statistics->last_tick = record->tick;
    statistics->total++;
    statistics->events[record->event]++;
    if (statistics->options->tlb_given)
        tlb_simulation_take(&statistics->simulation, record, state);
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: take_tlb(statistics, record); break;
    case TRACE_WALK: take_walk(statistics, record); break;
    case TRACE_FAULT: take_fault(statistics, record); break;
    case TRACE_MEM: take_access(statistics, record); break;
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA: take_cycle(statistics, record); break;
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_IRQ:
    case TRACE_CR:
    case TRACE_MARKER:
    case TRACE_PROBE:
    case TRACE_EVENT_COUNT:
    default: break;
    }
}
