/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tools/trace_statistics.h"
#include "trace/line.h"
#include "trace/names.h"

static unsigned long long number(uint64_t value)
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
                  number(statistics->total ? statistics->first_tick : 0),
                  number(statistics->last_tick), number(statistics->total));
    for (unsigned i = 0; i < TRACE_EVENT_COUNT; i++) {
        if (statistics->events[i])
            (void)fprintf(file, "  %-10s %14llu\n",
                          line_event((enum trace_event)i),
                          number(statistics->events[i]));
    }
}

static void show_sets(FILE *file, const struct trace_statistics *statistics)
{
    (void)fputs("\nTLB by set             fills      evictions           hits"
                "  hit rate\n",
                file);
    for (unsigned i = 0; i < STAT_SETS_MAX; i++) {
        const uint64_t hits = statistics->hits_of_set[i];
        const uint64_t fills = statistics->fills_of_set[i];

        if (!hits && !fills)
            continue;
        (void)fprintf(file, "  set %-5u %14llu %14llu", i, number(fills),
                      number(statistics->evictions_of_set[i]));
        if (statistics->events[TRACE_HIT])
            (void)fprintf(file, " %14llu %8.2f%%", number(hits),
                          percent(hits, hits + fills));
        (void)fputc('\n', file);
    }
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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        (void)fprintf(file, "  %-10s %14llu %14llu\n", rows[i].name,
                      number(statistics->tlb[rows[i].action][0]),
                      number(statistics->tlb[rows[i].action][1]));
    for (unsigned i = 0; i <= TLB_CAUSE_RESET; i++) {
        if (statistics->flushes[i])
            (void)fprintf(file, "  flushes by %-8s %9llu\n",
                          tlb_cause_name((enum tlb_cause)i),
                          number(statistics->flushes[i]));
    }
    show_sets(file, statistics);
}

static void show_walks(FILE *file, const struct trace_statistics *statistics)
{
    if (statistics->events[TRACE_WALK])
        (void)fprintf(file,
                      "\nwalks      %14llu\n  refused  %14llu\n"
                      "  set A, D %14llu\n",
                      number(statistics->events[TRACE_WALK]),
                      number(statistics->walks_refused),
                      number(statistics->walks_marking));
    if (!statistics->events[TRACE_FAULT])
        return;
    (void)fputs("\nfaults\n", file);
    for (unsigned i = 0; i < 256; i++) {
        const char *name = vector_name((uint8_t)i);

        if (statistics->faults[i])
            (void)fprintf(file, "  %-8s %14llu  %s\n", name ? name : "",
                          number(statistics->faults[i]),
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
                  number(statistics->reads), number(statistics->bytes_read),
                  number(statistics->writes), number(statistics->bytes_written),
                  reuse->pages,
                  statistics->windows ? (double)statistics->window_sum /
                                            (double)statistics->windows
                                      : 0.0,
                  number(statistics->window_max));
    (void)fputs("\nreuse distance of pages (other pages touched since)\n",
                file);
    for (unsigned i = 0; i < REUSE_CLASSES; i++) {
        sum += reuse->count[i];
        if (reuse->count[i])
            (void)fprintf(file, "  below %-8u %14llu %7.2f%% so far\n", 1u << i,
                          number(reuse->count[i]), percent(sum, accesses));
    }
    (void)fprintf(file, "  never before   %14llu\n", number(reuse->first));
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
                  "faults\n",
                  title);
    for (size_t i = 0; i < count && i < statistics->options->top; i++) {
        const struct tally_row *row = &tally->row[i];
        char text[SYMBOL_TEXT_SIZE] = "";

        if (symbols)
            (void)symbols_text(statistics->symbols, row->key, text);
        (void)fprintf(file, "  %08x %-13.13s %12llu %12llu %12llu %12llu\n",
                      row->key, text, number(row->count[TALLY_ACCESSES]),
                      number(row->count[TALLY_MISSES]),
                      number(row->count[TALLY_WALKS]),
                      number(row->count[TALLY_FAULTS]));
    }
    if (tally->failed)
        (void)fputs("  (not all: out of memory)\n", file);
}

static void show_names(FILE *file, const struct trace_statistics *statistics)
{
    if (!statistics->names)
        return;
    (void)fputs("\ncycles                          reads         writes"
                "          bytes\n",
                file);
    for (unsigned i = 0; i < statistics->names; i++) {
        const struct stat_name *row = &statistics->name[i];

        (void)fprintf(file, "  %-5s %-16s %12llu %14llu %14llu\n",
                      line_event(row->event), row->name, number(row->reads),
                      number(row->writes), number(row->bytes));
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
        simulation->small.geometry.ways, number(simulation->lookups),
        number(simulation->misses),
        percent(simulation->lookups - simulation->misses, simulation->lookups),
        number(simulation->evictions));
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
    show_names(file, statistics);
    show_simulation(file, statistics);
}
