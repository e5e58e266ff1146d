/* SPDX-License-Identifier: MIT */
#include "tools/trace_compare.h"

#include <stdlib.h>
#include <string.h>

#include "tools/trace_held.h"
#include "tools/trace_line.h"

enum {
    AHEAD = HELD_MAX / 2, /* how far to look for where they meet again */
    RUN = 4,              /* as many equal events in a row are a meeting */
    SHOWN = 20            /* differences told, the first one in full */
};

struct comparison {
    FILE *file;
    const struct trace_options *options;
    struct held_queue side[2];
    struct trace_liner liner;
    uint64_t shift; /* tick of the second less that of the first */
    uint64_t equal;
    uint64_t only[2]; /* events that only one of them has */
    uint64_t parted;  /* times that they went apart */
    char *before;     /* the last equal lines, `context` of them in a ring */
};

static char *before_at(const struct comparison *comparison, uint64_t number)
{
    const uint64_t context = comparison->options->context;

    return comparison->before + number % context * TRACE_LINE_SIZE;
}

static void remember(struct comparison *comparison, const struct held *held)
{
    char *line;
    size_t length;

    if (!comparison->options->context || comparison->parted)
        return;
    line = before_at(comparison, comparison->equal);
    length = trace_liner_write(&comparison->liner, line, &held->record);
    line[length - 1] = '\0';
}

static void show(struct comparison *comparison, const char *mark,
                 const struct held *held)
{
    char line[TRACE_LINE_SIZE];
    const size_t length =
        trace_liner_write(&comparison->liner, line, &held->record);

    (void)fprintf(comparison->file, "%s %.*s", mark, (int)length, line);
}

static bool ticks_agree(const struct comparison *comparison,
                        const struct held *one, const struct held *other)
{
    return comparison->options->ignore & IGNORE_TICK ||
           one->record.tick + comparison->shift == other->record.tick;
}

/* True if RUN events from there on are equal, or all to both ends; with the
 * same distance of their ticks. */
static bool meet(struct comparison *comparison, unsigned i, unsigned j)
{
    const struct held *first = held_at(&comparison->side[0], i);
    const struct held *second = held_at(&comparison->side[1], j);
    uint64_t shift;

    if (!first || !second)
        return !first && !second;
    shift = second->record.tick - first->record.tick;
    for (unsigned n = 0; n < RUN; n++) {
        const struct held *one = held_at(&comparison->side[0], i + n);
        const struct held *other = held_at(&comparison->side[1], j + n);

        if (!one || !other)
            return !one && !other;
        if (one->hash != other->hash ||
            (!(comparison->options->ignore & IGNORE_TICK) &&
             other->record.tick - one->record.tick != shift))
            return false;
    }
    return true;
}

/* The nearest place where they meet again. False: there is none near. */
static bool find_meeting(struct comparison *comparison, unsigned *skip)
{
    for (unsigned sum = 0; sum < AHEAD; sum++) {
        for (unsigned i = 0; i <= sum; i++) {
            if (!meet(comparison, i, sum - i))
                continue;
            skip[0] = i;
            skip[1] = sum - i;
            return true;
        }
    }
    return false;
}

/* Where one of them is, and what the machine is like there. */
static void show_side(const struct comparison *comparison, unsigned side,
                      const struct trace_moment *moment)
{
    const struct trace_state *state = &moment->state;
    const struct symbols *symbols = comparison->liner.symbols;
    char symbol[SYMBOL_TEXT_SIZE] = "";

    (void)fprintf(
        comparison->file, "  %s: %stick %llu, eip %08x%s%s, cpl %u, cr3 %08x\n",
        comparison->options->path[side],
        comparison->side[side].count ? "" : "at its end, ",
        (unsigned long long)state->tick, state->eip,
        symbols_count(symbols) ? " " : "",
        symbols_text(symbols, state->eip, symbol), state->cpl, state->cr3);
    trace_moment_show(comparison->file, moment);
}

/* The machine where they part, on both sides. The queue has read on, so the
 * packet is read anew. */
static void show_moments(struct comparison *comparison)
{
    struct trace_moment moment[2];
    struct error error;
    bool ok[2];

    for (unsigned side = 0; side < 2; side++) {
        struct held_queue *queue = &comparison->side[side];
        const struct held *held = held_at(queue, 0);

        ok[side] = trace_moment_find(
            &moment[side], &queue->query, comparison->options->path[side],
            held ? &held->place : &queue->place, &error);
        if (ok[side])
            show_side(comparison, side, &moment[side]);
        else
            (void)fprintf(comparison->file, "  %s: at its end\n",
                          comparison->options->path[side]);
    }
    if (ok[0] && ok[1])
        trace_moment_show_tlbs(comparison->file, &moment[0], &moment[1]);
    trace_moment_release(&moment[0]);
    trace_moment_release(&moment[1]);
}

/* The first difference, in full: what led there, what each has, what follows.
 */
static void show_first(struct comparison *comparison, const unsigned *skip,
                       bool met)
{
    static const char *const marks[2] = {"-", "+"};
    const uint64_t context = comparison->options->context;
    const uint64_t lines =
        comparison->equal < context ? comparison->equal : context;

    (void)fprintf(comparison->file, "first difference, behind %llu events:\n",
                  (unsigned long long)comparison->equal);
    show_moments(comparison);
    for (uint64_t i = comparison->equal - lines; i < comparison->equal; i++)
        (void)fprintf(comparison->file, "  %s\n", before_at(comparison, i));
    for (unsigned side = 0; side < 2; side++) {
        /* Where only the tick differs, show that event. */
        const unsigned here = !skip[0] && !skip[1] ? 1 : skip[side];
        const uint64_t count = met && here < context + 1 ? here : context + 1;

        for (unsigned i = 0; i < count; i++) {
            const struct held *held = held_at(&comparison->side[side], i);

            if (held)
                show(comparison, marks[side], held);
        }
        if (met && skip[side] > count)
            (void)fprintf(comparison->file, "%s ... %llu more\n", marks[side],
                          (unsigned long long)(skip[side] - count));
    }
    for (unsigned i = 0; met && i < context; i++) {
        const struct held *held =
            held_at(&comparison->side[0], skip[0] + i + (!skip[0] && !skip[1]));

        if (held)
            show(comparison, " ", held);
    }
}

static void show_more(struct comparison *comparison, const unsigned *skip)
{
    const struct held *held = held_at(&comparison->side[0], 0);

    if (comparison->parted >= SHOWN)
        return;
    if (!skip[0] && !skip[1]) {
        (void)fprintf(comparison->file,
                      "from tick %llu on, the ticks are others\n",
                      held ? (unsigned long long)held->record.tick : 0);
        return;
    }
    (void)fprintf(
        comparison->file, "another, at tick %llu: %u events against %u\n",
        held ? (unsigned long long)held->record.tick : 0, skip[0], skip[1]);
}

/* They have parted. True: they meet again, and the comparison goes on. */
static bool part(struct comparison *comparison)
{
    unsigned skip[2] = {0, 0};
    const bool met = find_meeting(comparison, skip);
    const struct held *one;
    const struct held *other;

    if (comparison->parted == 0)
        show_first(comparison, skip, met);
    else
        show_more(comparison, skip);
    comparison->parted++;
    if (!met) {
        (void)fprintf(comparison->file,
                      "they do not meet again within %d events\n", AHEAD);
        return false;
    }
    for (unsigned side = 0; side < 2; side++) {
        comparison->only[side] += skip[side];
        held_skip(&comparison->side[side], skip[side]);
    }
    one = held_at(&comparison->side[0], 0);
    other = held_at(&comparison->side[1], 0);
    if (one && other)
        comparison->shift = other->record.tick - one->record.tick;
    return true;
}

static void compare(struct comparison *comparison)
{
    for (;;) {
        const struct held *one = held_at(&comparison->side[0], 0);
        const struct held *other = held_at(&comparison->side[1], 0);

        if (!one && !other)
            return;
        if (one && other && one->hash == other->hash &&
            ticks_agree(comparison, one, other)) {
            remember(comparison, one);
            comparison->equal++;
            held_skip(&comparison->side[0], 1);
            held_skip(&comparison->side[1], 1);
        } else if (!part(comparison)) {
            return;
        }
    }
}

static enum trace_verdict judge(struct comparison *comparison,
                                struct error *error)
{
    for (unsigned side = 0; side < 2; side++) {
        struct trace_query *query = &comparison->side[side].query;

        if (query->damaged) {
            progress_end(&query->progress);
            *error = query->error;
            return TRACE_TROUBLE;
        }
        if (comparison->side[side].ended)
            (void)trace_query_end(query);
        else
            progress_end(&query->progress);
    }
    if (!comparison->parted)
        return TRACE_SAME;
    (void)fprintf(
        comparison->file,
        "%llu events are equal, %llu only in %s, %llu only in %s\n",
        (unsigned long long)comparison->equal,
        (unsigned long long)comparison->only[0], comparison->options->path[0],
        (unsigned long long)comparison->only[1], comparison->options->path[1]);
    return TRACE_DIFFERENT;
}

enum trace_verdict trace_compare(const struct trace_options *options,
                                 FILE *file, struct error *error)
{
    struct comparison *comparison = calloc(1, sizeof *comparison);
    enum trace_verdict verdict = TRACE_TROUBLE;

    if (!comparison) {
        (void)error_set(error, "out of memory");
        return verdict;
    }
    comparison->file = file;
    comparison->options = options;
    comparison->before = calloc(options->context + 1, TRACE_LINE_SIZE);
    if (!comparison->before)
        (void)error_set(error, "out of memory");
    else if (held_open(&comparison->side[0], options, 0, error) &&
             held_open(&comparison->side[1], options, 1, error) &&
             trace_liner_open(&comparison->liner, &comparison->side[0].query,
                              error)) {
        compare(comparison);
        verdict = judge(comparison, error);
    }
    trace_liner_close(&comparison->liner);
    held_close(&comparison->side[0]);
    held_close(&comparison->side[1]);
    free(comparison->before);
    free(comparison);
    return verdict;
}
