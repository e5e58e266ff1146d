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

/* --- Places --- */

/* What the format writes for a name that is not known. */
static const char unknown[] = "???";

struct place {
    linear_addr function; /* where it begins; 0: none is known */
    uint32_t line;        /* 0: not known */
    char file[SOURCE_TEXT_SIZE];
};

static void find_place(const struct trace_query *query, uint32_t eip,
                       struct place *place)
{
    char *colon;

    place->function = 0;
    (void)symbols_start(query->symbols, eip, &place->function);
    (void)symbols_line(query->symbols, eip, place->file);
    colon = strrchr(place->file, ':');
    place->line = colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
    if (colon)
        *colon = '\0';
    else
        (void)snprintf(place->file, sizeof place->file, "%s", unknown);
}

/* A function begins with its file; code of others may stand within it. */
static void put_place(const struct trace_query *query, FILE *file, uint32_t eip,
                      const struct place *place, const struct place *last)
{
    char text[SYMBOL_TEXT_SIZE];

    if (last && place->function == last->function) {
        if (strcmp(place->file, last->file) != 0)
            (void)fprintf(file, "fi=%s\n", place->file);
        return;
    }
    text[strcspn(symbols_text(query->symbols, eip, text), "+")] = '\0';
    (void)fprintf(file, "fl=%s\nfn=%s\n", place->file, *text ? text : unknown);
}

/* --- Costs --- */

static const enum tally_kind kinds[] = {TALLY_ACCESSES, TALLY_MISSES,
                                        TALLY_WALKS, TALLY_FAULTS};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void put_rows(const struct trace_query *query, FILE *file,
                     const struct tally *tally)
{
    uint64_t total[KINDS] = {0};
    struct place places[2];

    for (size_t i = 0; i < tally->used; i++) {
        const struct tally_row *row = &tally->row[i];
        struct place *place = &places[i & 1];

        find_place(query, row->key, place);
        put_place(query, file, row->key, place, i ? &places[~i & 1] : NULL);
        (void)fprintf(file, "0x%x %u", row->key, place->line);
        for (unsigned k = 0; k < KINDS; k++) {
            const uint64_t count = row->count[kinds[k]];

            total[k] += count;
            (void)fprintf(file, " %llu", (unsigned long long)count);
        }
        (void)fputc('\n', file);
    }
    (void)fputs("\ntotals:", file);
    for (unsigned k = 0; k < KINDS; k++)
        (void)fprintf(file, " %llu", (unsigned long long)total[k]);
    (void)fputc('\n', file);
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
                "positions: instr line\n"
                "event: Accesses : Reads and writes\n"
                "event: TlbMisses : TLB misses\n"
                "event: Walks : Page walks\n"
                "event: Faults : Exceptions\n"
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
