/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tools/trace_statistics.h"
#include "trace/line.h"
#include "trace/names.h"

static unsigned long long number_of(uint64_t value)
{
    return (unsigned long long)value;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

static void show_events(FILE *file, const struct trace_statistics *statistics)
{
    (void)fprintf(file, "ticks %llu to %llu, %llu events\n",
                  number_of(statistics->total ? statistics->first_tick : 0),
                  number_of(statistics->last_tick),
                  number_of(statistics->total));
    for (unsigned i = 0; i < TRACE_EVENT_COUNT; i++) {
        if (statistics->events[i])
            (void)fprintf(file, "  %-10s %14llu\n",
                          line_event((enum trace_event)i),
                          number_of(statistics->events[i]));
    }
}

static bool has_rates(const struct trace_statistics *statistics)
{
    return statistics->rates != STAT_RATES_NONE && statistics->lookups;
}

static void show_sets(FILE *file, const struct trace_statistics *statistics,
                      unsigned number)
{
    static const char *const names[STAT_BANKS] = {
        [TRACE_BANK_DATA] = "data",
        [TRACE_BANK_DATA_LARGE] = "data, large pages",
        [TRACE_BANK_CODE] = "code",
        [TRACE_BANK_CODE_LARGE] = "code, large pages"};
    const struct stat_bank *bank = &statistics->bank[number];
    const char *name = statistics->split || number ? names[number] : "all";
    bool begun = false;

    for (unsigned i = 0; i < bank->sets; i++) {
        const struct stat_set *set = &bank->set[i];

        if (!set->fills && !set->lookups && !set->missed)
            continue;
        if (!begun)
            (void)fprintf(file,
                          "\nTLB by set: %-17s misses          fills      "
                          "evictions%s\n",
                          name,
                          has_rates(statistics) ? "       look-ups   hit rate"
                                                : "");
        begun = true;
        (void)fprintf(file, "  set %-5u     %18llu %14llu %14llu", i,
                      number_of(set->missed), number_of(set->fills),
                      number_of(set->evictions));
        if (has_rates(statistics) && set->lookups)
            (void)fprintf(file, " %14llu %9.3f%%", number_of(set->lookups),
                          percent(set->lookups - set->missed, set->lookups));
        (void)fputc('\n', file);
    }
}

static void show_rate(FILE *file, const struct trace_statistics *statistics)
{
    if (has_rates(statistics))
        (void)fprintf(file, "  hit rate%s: %.4f%% of %llu look-ups\n",
                      statistics->rates == STAT_RATES_ACCESSES ? " of data"
                                                               : "",
                      percent(statistics->lookups - statistics->missed,
                              statistics->lookups),
                      number_of(statistics->lookups));
    else
        (void)fprintf(file, "  hit rate: not known, recorded without %s\n",
                      statistics->split ? "hit or mem" : "hit");
}

static void show_tlb(FILE *file, const struct trace_statistics *statistics)
{
    static const struct {
        const char *name;
        enum tlb_action action;
    } rows[] = {{"hits", TLB_HIT},
                {"misses", TLB_MISS},
                {"fills", TLB_FILL},
                {"evictions", TLB_EVICT}};

    if (!statistics->events[TRACE_TLB] && !statistics->events[TRACE_HIT])
        return;
    (void)fputs("\nTLB                     data           code\n", file);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].action != TLB_HIT || statistics->events[TRACE_HIT])
            (void)fprintf(file, "  %-10s %14llu %14llu\n", rows[i].name,
                          number_of(statistics->tlb[rows[i].action][0]),
                          number_of(statistics->tlb[rows[i].action][1]));
    }
    for (unsigned i = 0; i <= TLB_CAUSE_RESET; i++) {
        if (statistics->flushes[i])
            (void)fprintf(file, "  flushes by %-8s %9llu\n",
                          tlb_cause_name((enum tlb_cause)i),
                          number_of(statistics->flushes[i]));
    }
    show_rate(file, statistics);
    for (unsigned i = 0; i < STAT_BANKS; i++)
        show_sets(file, statistics, i);
}

static void show_walks(FILE *file, const struct trace_statistics *statistics)
{
    if (statistics->events[TRACE_WALK])
        (void)fprintf(file,
                      "\nwalks      %14llu\n  refused  %14llu\n"
                      "  set A, D %14llu\n",
                      number_of(statistics->events[TRACE_WALK]),
                      number_of(statistics->walks_refused),
                      number_of(statistics->walks_marking));
    if (!statistics->events[TRACE_FAULT])
        return;
    (void)fputs("\nfaults\n", file);
    for (unsigned i = 0; i < 256; i++) {
        const char *name = vector_name((uint8_t)i);

        if (statistics->faults[i])
            (void)fprintf(file, "  %-8s %14llu  %s\n", name ? name : "",
                          number_of(statistics->faults[i]),
                          vector_words((uint8_t)i));
    }
}

static void show_memory(FILE *file, const struct trace_statistics *statistics)
{
    const struct reuse *reuse = &statistics->reuse;
    const uint64_t accesses = statistics->events[TRACE_MEM];
    uint64_t sum = 0;

    if (!accesses)
        return;
    (void)fprintf(file,
                  "\nmemory                accesses          bytes\n"
                  "  reads    %14llu %14llu\n  writes   %14llu %14llu\n"
                  "  pages touched %9u\n"
                  "  working set in a million ticks: %.1f pages, at most "
                  "%llu\n",
                  number_of(statistics->accesses[0]),
                  number_of(statistics->bytes[0]),
                  number_of(statistics->accesses[1]),
                  number_of(statistics->bytes[1]), reuse->pages,
                  statistics->windows ? (double)statistics->window_sum /
                                            (double)statistics->windows
                                      : 0.0,
                  number_of(statistics->window_max));
    (void)fputs("\nreuse distance of pages (other pages touched since)\n",
                file);
    for (unsigned i = 0; i < REUSE_CLASSES; i++) {
        sum += reuse->count[i];
        if (reuse->count[i])
            (void)fprintf(file, "  below %-8u %14llu %7.2f%% so far\n", 1u << i,
                          number_of(reuse->count[i]), percent(sum, accesses));
    }
    (void)fprintf(file, "  never before   %14llu\n", number_of(reuse->first));
}

/* The largest rows of a tally, by what the trace has most to say of. */
static void show_tally(FILE *file, struct trace_statistics *statistics,
                       struct tally *tally, const char *title, bool symbols)
{
    const enum tally_kind kind = statistics->events[TRACE_MEM] ? TALLY_ACCESSES
                                 : statistics->events[TRACE_TLB] ? TALLY_MISSES
                                                                 : TALLY_WALKS;
    const size_t count = tally_sort(tally, kind);

    if (!count)
        return;
    (void)fprintf(file,
                  "\n%-24s     accesses       misses        walks       "
                  "faults%s\n",
                  title, has_rates(statistics) ? "  hit rate" : "");
    for (size_t i = 0; i < count && i < statistics->options->top; i++) {
        const struct tally_row *row = &tally->row[i];
        char text[SYMBOL_TEXT_SIZE] = "";
        char source[SOURCE_TEXT_SIZE];

        if (symbols)
            (void)symbols_text(statistics->symbols, row->key, text);
        (void)fprintf(file, "  %08x %-13.13s %12llu %12llu %12llu %12llu",
                      row->key, text, number_of(row->count[TALLY_ACCESSES]),
                      number_of(row->count[TALLY_MISSES]),
                      number_of(row->count[TALLY_WALKS]),
                      number_of(row->count[TALLY_FAULTS]));
        if (has_rates(statistics) && row->count[TALLY_LOOKUPS])
            (void)fprintf(
                file, " %8.2f%%",
                percent(row->count[TALLY_LOOKUPS] - row->count[TALLY_MISSED],
                        row->count[TALLY_LOOKUPS]));
        if (tally == &statistics->functions &&
            *symbols_line(statistics->symbols, row->key, source))
            (void)fprintf(file, "  %s", source);
        (void)fputc('\n', file);
    }
    if (count > statistics->options->top)
        (void)fprintf(file, "  and %llu more\n",
                      number_of(count - statistics->options->top));
    if (tally->failed)
        (void)fputs("  (not all: out of memory)\n", file);
}

/* Cycles by device, of one kind; of DMA by channel or bus master. */
static void show_cycles(FILE *file, const struct trace_statistics *statistics,
                        enum trace_event event, const char *title)
{
    bool begun = false;

    for (unsigned i = 0; i < statistics->names; i++) {
        const struct stat_name *row = &statistics->name[i];
        const int digits = event == TRACE_PORT ? 4 : 8;

        if (row->event != event)
            continue;
        if (!begun)
            (void)fprintf(file,
                          "\n%-24s        reads       writes   bytes read "
                          "bytes written  from     to\n",
                          title);
        begun = true;
        (void)fprintf(file, "  %-22s %12llu %12llu %12llu %13llu  %0*x %0*x",
                      row->name, number_of(row->reads), number_of(row->writes),
                      number_of(row->bytes_read), number_of(row->bytes_written),
                      digits, row->first, digits, row->last);
        if (event == TRACE_DMA && row->bus_first != row->first)
            (void)fprintf(file, ", on the bus %08x %08x", row->bus_first,
                          row->bus_last);
        (void)fputc('\n', file);
    }
}

static void show_simulation(FILE *file,
                            const struct trace_statistics *statistics)
{
    const struct tlb_simulation *simulation = &statistics->simulation;

    if (!statistics->options->tlb_given)
        return;
    (void)fprintf(
        file,
        "\nanother TLB for data: %s, %u entries, %u ways\n"
        "  look-ups %14llu\n  misses   %14llu\n"
        "  hit rate %13.4f%%\n  evictions%14llu\n",
        statistics->options->tlb.name, simulation->small.geometry.entries,
        simulation->small.geometry.ways, number_of(simulation->lookups),
        number_of(simulation->misses),
        percent(simulation->lookups - simulation->misses, simulation->lookups),
        number_of(simulation->evictions));
    if (!statistics->events[TRACE_MEM])
        (void)fputs("  (the trace has no accesses: record with mem)\n", file);
}

void trace_statistics_show(FILE *file, struct trace_statistics *statistics)
{
    show_events(file, statistics);
    show_tlb(file, statistics);
    show_walks(file, statistics);
    show_memory(file, statistics);
    show_tally(file, statistics, &statistics->functions, "by function", true);
    show_tally(file, statistics, &statistics->regions, "by 4 MiB", false);
    show_tally(file, statistics, &statistics->pages, "hot pages", true);
    trace_statistics_show_heap(file, statistics);
    show_cycles(file, statistics, TRACE_DMA, "DMA by channel or master");
    show_cycles(file, statistics, TRACE_MMIO, "MMIO by device");
    show_cycles(file, statistics, TRACE_PORT, "ports by device");
    if (statistics->names == STAT_NAMES_MAX)
        (void)fprintf(file, "  (not all: more than %d devices)\n",
                      STAT_NAMES_MAX);
    show_simulation(file, statistics);
}
