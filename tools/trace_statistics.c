/* SPDX-License-Identifier: MIT */
#include "tools/trace_statistics.h"

#include <stdlib.h>
#include <string.h>

#include "trace/text.h"

/* --- Beginning and end --- */

static void init_bank(struct stat_bank *bank,
                      const struct tlb_geometry *geometry, unsigned page_shift)
{
    bank->page_shift = page_shift;
    if (geometry->entries)
        bank->sets = geometry->entries / geometry->ways;
    if (bank->sets > STAT_SETS_MAX)
        bank->sets = 0;
}

static bool init_tlb(struct trace_statistics *statistics,
                     const struct trace_info *info, struct error *error)
{
    const uint32_t asked = statistics->options->events;
    struct tlb_model model = {.name = ""};
    uint32_t events;

    if (!tlb_model_parse(info->tlb, &model, error) ||
        !trace_events_parse(info->events, &events, error))
        return false;
    events &= asked;
    statistics->split = model.split;
    init_bank(&statistics->bank[TRACE_BANK_DATA], &model.data, 12);
    init_bank(&statistics->bank[TRACE_BANK_DATA_LARGE], &model.data_large, 22);
    if (model.split) {
        init_bank(&statistics->bank[TRACE_BANK_CODE], &model.code, 12);
        init_bank(&statistics->bank[TRACE_BANK_CODE_LARGE], &model.code_large,
                  22);
    }
    if (!(events & 1u << TRACE_TLB))
        statistics->rates = STAT_RATES_NONE;
    else if (events & 1u << TRACE_HIT)
        statistics->rates = STAT_RATES_HITS;
    else if (events & 1u << TRACE_MEM && model.split)
        statistics->rates = STAT_RATES_ACCESSES;
    return true;
}

bool trace_statistics_init(struct trace_statistics *statistics,
                           const struct trace_options *options,
                           const struct trace_info *info,
                           const struct symbols *symbols, struct error *error)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->options = options;
    statistics->symbols = symbols;
    statistics->first_tick = UINT64_MAX;
    statistics->state_tick = UINT64_MAX;
    statistics->page = calloc(STAT_PAGES, sizeof *statistics->page);
    if (!statistics->page || !reuse_init(&statistics->reuse))
        return error_set(error, "out of memory");
    if (!trace_heap_init(&statistics->heap, NULL, error) ||
        !init_tlb(statistics, info, error))
        return false;
    return !options->tlb_given ||
           tlb_simulation_init(&statistics->simulation, &options->tlb, error);
}

void trace_statistics_release(struct trace_statistics *statistics)
{
    tally_release(&statistics->pages);
    tally_release(&statistics->regions);
    tally_release(&statistics->functions);
    reuse_release(&statistics->reuse);
    trace_heap_release(&statistics->heap);
    free(statistics->page);
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

void trace_statistics_end(struct trace_statistics *statistics)
{
    for (uint32_t page = 0; page < STAT_PAGES; page++) {
        const uint64_t *count = statistics->page[page].count;

        if (!statistics->region[page >> 10])
            continue;
        for (unsigned kind = 0; kind < TALLY_KINDS; kind++) {
            if (!count[kind])
                continue;
            tally_add(&statistics->pages, page << 12, (enum tally_kind)kind,
                      count[kind]);
            tally_add(&statistics->regions, page >> 10 << 22,
                      (enum tally_kind)kind, count[kind]);
        }
    }
    end_window(statistics);
}

/* --- By page and by function --- */

/* The row of the function that EIP is in, or NULL. */
static struct tally_row *function_of(struct trace_statistics *statistics,
                                     uint32_t eip)
{
    struct stat_function *function =
        &statistics->function[eip % STAT_FUNCTIONS];

    if (!function->known || function->eip != eip) {
        linear_addr start;

        function->known = true;
        function->eip = eip;
        function->found =
            symbols_start(statistics->symbols, eip, &start) &&
            tally_find(&statistics->functions, start, &function->number);
    }
    return function->found ? &statistics->functions.row[function->number]
                           : NULL;
}

static void count(struct trace_statistics *statistics,
                  const struct trace_record *record, linear_addr linear,
                  enum tally_kind kind)
{
    struct tally_row *function = function_of(statistics, record->eip);

    statistics->page[linear >> 12].count[kind]++;
    statistics->region[linear >> 22] = true;
    if (function)
        function->count[kind]++;
}

/* --- Look-ups --- */

static struct stat_bank *bank_of(struct trace_statistics *statistics,
                                 linear_addr linear, bool code)
{
    const unsigned number =
        code && statistics->split ? TRACE_BANK_CODE : TRACE_BANK_DATA;
    struct stat_bank *large = &statistics->bank[number + 1];

    return statistics->is_large[linear >> 22] && large->sets
               ? large
               : &statistics->bank[number];
}

/* The set that a page belongs to, or NULL where they are not followed. */
static struct stat_set *set_of(struct trace_statistics *statistics,
                               linear_addr linear, bool code)
{
    struct stat_bank *bank = bank_of(statistics, linear, code);

    return bank->sets
               ? &bank->set[linear >> bank->page_shift & (bank->sets - 1)]
               : NULL;
}

static void look_up(struct trace_statistics *statistics,
                    const struct trace_record *record, linear_addr linear,
                    bool code)
{
    struct stat_set *set = set_of(statistics, linear, code);

    statistics->lookups++;
    if (set)
        set->lookups++;
    count(statistics, record, linear, TALLY_LOOKUPS);
}

static void miss(struct trace_statistics *statistics,
                 const struct trace_record *record)
{
    const struct trace_tlb *tlb = &record->tlb;
    struct stat_set *set = set_of(statistics, tlb->linear, tlb->code);

    count(statistics, record, tlb->linear, TALLY_MISSES);
    if (statistics->rates == STAT_RATES_ACCESSES && tlb->code)
        return;
    statistics->missed++;
    if (set)
        set->missed++;
    count(statistics, record, tlb->linear, TALLY_MISSED);
    if (statistics->rates == STAT_RATES_HITS)
        look_up(statistics, record, tlb->linear, tlb->code);
}

/* A read-modify-write is one look-up and two events. */
static bool is_second_half(const struct trace_record *last,
                           const struct trace_record *record)
{
    return last->tick == record->tick && record->access.write &&
           !last->access.write && last->access.size == record->access.size &&
           last->access.linear == record->access.linear;
}

static void look_up_access(struct trace_statistics *statistics,
                           const struct trace_record *record)
{
    const struct trace_access *access = &record->access;

    look_up(statistics, record, access->linear, false);
    if (page_crosses(access->linear, access->size))
        look_up(statistics, record, access->linear + access->size - 1, false);
}

/* --- Events --- */

static void begin_window(struct trace_statistics *statistics, uint64_t tick)
{
    end_window(statistics);
    statistics->window = tick / STAT_WINDOW + 1;
    statistics->window_end = statistics->window * STAT_WINDOW;
}

/* `last`: the record before this one, if it was an access. */
static void take_access(struct trace_statistics *statistics,
                        const struct trace_record *record,
                        const struct trace_record *last)
{
    const struct trace_access *access = &record->access;
    struct stat_page *page = &statistics->page[access->linear >> 12];

    statistics->accesses[access->write]++;
    statistics->bytes[access->write] += access->size;
    count(statistics, record, access->linear, TALLY_ACCESSES);
    reuse_touch(&statistics->reuse, access->linear);
    if (record->tick >= statistics->window_end)
        begin_window(statistics, record->tick);
    if (page->window != statistics->window)
        statistics->in_window++;
    page->window = statistics->window;
    if (statistics->rates == STAT_RATES_ACCESSES && statistics->paging &&
        !is_second_half(last, record))
        look_up_access(statistics, record);
}

static void take_tlb(struct trace_statistics *statistics,
                     const struct trace_record *record)
{
    const struct trace_tlb *tlb = &record->tlb;
    struct stat_bank *bank = bank_of(statistics, tlb->linear, tlb->code);

    statistics->tlb[tlb->action][tlb->code]++;
    switch (tlb->action) {
    case TLB_HIT:
        if (statistics->rates == STAT_RATES_HITS)
            look_up(statistics, record, tlb->linear, tlb->code);
        break;
    case TLB_MISS: miss(statistics, record); break;
    case TLB_FILL:
        if (tlb->set < bank->sets)
            bank->set[tlb->set].fills++;
        break;
    case TLB_EVICT:
        if (tlb->set < bank->sets)
            bank->set[tlb->set].evictions++;
        break;
    case TLB_FLUSH: statistics->flushes[tlb->cause]++; break;
    default: break;
    }
}

static void take_walk(struct trace_statistics *statistics,
                      const struct trace_record *record)
{
    const struct trace_walk *walk = &record->walk;

    statistics->paging = true;
    if (walk->ok)
        statistics->is_large[walk->linear >> 22] = !walk->has_pte;
    else
        statistics->walks_refused++;
    if (walk->marked)
        statistics->walks_marking++;
    /* A look-up that no access follows. */
    if (statistics->rates == STAT_RATES_ACCESSES && !walk->ok &&
        walk->access != ACCESS_EXECUTE)
        look_up(statistics, record, walk->linear, false);
    count(statistics, record, walk->linear, TALLY_WALKS);
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
    const uint8_t channel =
        record->event == TRACE_DMA ? record->cycle.channel : TRACE_NO_CHANNEL;
    struct stat_name *row;

    for (unsigned i = 0; i < statistics->names; i++) {
        row = &statistics->name[i];
        if (row->event == record->event && row->channel == channel &&
            strcmp(row->name, name) == 0)
            return row;
    }
    if (statistics->names == STAT_NAMES_MAX)
        return NULL;
    row = &statistics->name[statistics->names++];
    row->event = record->event;
    row->channel = channel;
    row->first = row->bus_first = UINT32_MAX;
    (void)snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static void widen(uint32_t *first, uint32_t *last, uint32_t from, uint32_t to)
{
    if (from < *first)
        *first = from;
    if (to > *last)
        *last = to;
}

static void take_cycle(struct trace_statistics *statistics,
                       const struct trace_record *record)
{
    const struct trace_cycle *cycle = &record->cycle;
    struct stat_name *row = find_name(statistics, record);
    const uint32_t behind = cycle->size ? cycle->size - 1 : 0;

    if (!row)
        return;
    if (cycle->write) {
        row->writes++;
        row->bytes_written += cycle->size;
    } else {
        row->reads++;
        row->bytes_read += cycle->size;
    }
    widen(&row->first, &row->last, cycle->where, cycle->where + behind);
    widen(&row->bus_first, &row->bus_last, cycle->bus, cycle->bus + behind);
}

static void take_control(struct trace_statistics *statistics,
                         const struct trace_control *control)
{
    if (control->number == 0)
        statistics->paging = control->new_value >> 31;
}

static void take_other(struct trace_statistics *statistics,
                       const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: take_tlb(statistics, record); break;
    case TRACE_WALK: take_walk(statistics, record); break;
    case TRACE_FAULT: take_fault(statistics, record); break;
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA: take_cycle(statistics, record); break;
    case TRACE_CR: take_control(statistics, &record->control); break;
    case TRACE_PROBE: trace_heap_take(&statistics->heap, record); break;
    case TRACE_MEM:
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_DREQ:
    case TRACE_IRQ:
    case TRACE_LINE:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_MARKER:
    case TRACE_EVENT_COUNT:
    default: break;
    }
}

static void take_state(struct trace_statistics *statistics,
                       const struct trace_state *state)
{
    if (statistics->state_tick == state->tick)
        return;
    statistics->state_tick = state->tick;
    statistics->paging = state->cr0 >> 31;
}

void trace_statistics_take(struct trace_statistics *statistics,
                           const struct trace_record *records, unsigned count,
                           const struct trace_state *state)
{
    const struct trace_record *last = &statistics->last;

    take_state(statistics, state);
    if (statistics->first_tick == UINT64_MAX)
        statistics->first_tick = records[0].tick;
    statistics->last_tick = records[count - 1].tick;
    statistics->total += count;
    for (unsigned i = 0; i < count; i++) {
        const struct trace_record *record = &records[i];

        statistics->events[record->event]++;
        if (record->event != TRACE_MEM) {
            take_other(statistics, record);
            continue;
        }
        take_access(statistics, record, last);
        last = record;
    }
    if (last != &statistics->last)
        statistics->last = *last;
    for (unsigned i = 0; statistics->options->tlb_given && i < count; i++)
        tlb_simulation_take(&statistics->simulation, &records[i], state);
}
