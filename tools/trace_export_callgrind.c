/* SPDX-License-Identifier: MIT */
/* Callgrind, for kcachegrind: events by instruction and function. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tally.h"
#include "tools/trace_export.h"

static void collect(struct trace_query *query, struct tally *tally)
{
    struct trace_record record;

    while (trace_query_next(query, &record)) {
        if (record.event == TRACE_MEM)
            tally_add(tally, record.eip, TALLY_ACCESSES, 1);
        else if (record.event == TRACE_WALK)
            tally_add(tally, record.eip, TALLY_WALKS, 1);
        else if (record.event == TRACE_FAULT)
            tally_add(tally, record.eip, TALLY_FAULTS, 1);
        else if (record.event == TRACE_TLB && record.tlb.action == TLB_MISS)
            tally_add(tally, record.eip, TALLY_MISSES, 1);
    }
}

static int by_address(const void *one, const void *other)
{
    const struct tally_row *a = one;
    const struct tally_row *b = other;

    return a->key < b->key ? -1 : a->key > b->key;
}

static const char unknown[] = "(unknown)";

static void put_function(const struct trace_query *query, FILE *file,
                         uint32_t eip)
{
    char text[SYMBOL_TEXT_SIZE];
    const char *name = symbols_text(query->symbols, eip, text);
    const int length = (int)strcspn(name, "+");

    (void)fprintf(file, "fn=%.*s\n", length ? length : (int)sizeof unknown - 1,
                  length ? name : unknown);
}

static void put_rows(const struct trace_query *query, FILE *file,
                     const struct tally *tally)
{
    linear_addr function = 0;
    bool begun = false;

    for (size_t i = 0; i < tally->used; i++) {
        const struct tally_row *row = &tally->row[i];
        linear_addr start = 0;

        (void)symbols_start(query->symbols, row->key, &start);
        if (!begun || start != function)
            put_function(query, file, row->key);
        begun = true;
        function = start;
        (void)fprintf(file, "0x%x %llu %llu %llu %llu\n", row->key,
                      (unsigned long long)row->count[TALLY_ACCESSES],
                      (unsigned long long)row->count[TALLY_MISSES],
                      (unsigned long long)row->count[TALLY_WALKS],
                      (unsigned long long)row->count[TALLY_FAULTS]);
    }
}

bool export_callgrind(struct trace_query *query, FILE *file,
                      struct error *error)
{
    struct tally tally = {.row = NULL};
    bool complete;

    collect(query, &tally);
    (void)tally_sort(&tally, TALLY_ACCESSES);
    if (tally.used)
        qsort(tally.row, tally.used, sizeof *tally.row, by_address);
    (void)fputs("# callgrind format\nversion: 1\ncreator: pagewalk\n"
                "positions: instr\n"
                "events: Accesses TlbMisses Walks Faults\n\n",
                file);
    put_rows(query, file, &tally);
    complete = !tally.failed;
    tally_release(&tally);
    if (!complete)
        return error_set(error, "out of memory");
    return (fflush(file) == 0 && !ferror(file)) ||
           error_set(error, "cannot write: %s", strerror(errno));
}
