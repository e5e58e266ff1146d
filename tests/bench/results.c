/* SPDX-License-Identifier: MIT */
#include "tests/bench/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MARK_SIZE = 64 };

/* --- Cells --- */

/* Three digits that count, of what is not tiny. */
static void put_cell(FILE *file, double value)
{
    int digits = 1;

    if (value >= 100)
        digits = 0;
    else if (value < 10)
        digits = value < 0.1 ? 4 : 2;
    if (isnan(value))
        (void)fprintf(file, " - |");
    else
        (void)fprintf(file, " %.*f |", digits, value);
}

static void put_text(FILE *file, const char *text, const char *more)
{
    (void)fprintf(file, " %s%s |", text, more);
}

static void put_rule(FILE *file, unsigned figures)
{
    (void)fprintf(file, "\n| --- |");
    for (unsigned i = 0; i < figures; i++)
        (void)fprintf(file, " --: |");
    (void)fprintf(file, "\n");
}

static bool measured(const struct bench *bench, unsigned guest)
{
    return bench->guest[guest].wanted && !bench->guest[guest].waits[0];
}

/* --- Guests by machines: the first machine against its peers --- */

static void put_peers_heading(FILE *file, const struct bench *bench)
{
    unsigned figures = 2;

    (void)fprintf(file, "\n| guest | MIPS |");
    for (unsigned i = 0; i < bench->machines; i++, figures++)
        put_text(file, bench->machine[i].name, ", s");
    for (unsigned i = 1; i < bench->machines; i++, figures++) {
        (void)fprintf(file, " of");
        put_text(file, bench->machine[i].name, "'s");
    }
    (void)fprintf(file, " goal |");
    put_rule(file, figures);
}

static void put_guest(FILE *file, const struct bench *bench, unsigned guest)
{
    const struct runs *runs = bench->runs[guest];
    double goal = bench->guest[guest].goal;

    (void)fprintf(file, "|");
    put_text(file, bench->guest[guest].name, "");
    put_cell(file, runs_median(&runs[0], sample_mips));
    for (unsigned i = 0; i < bench->machines; i++)
        put_cell(file, runs_median(&runs[i], sample_cpu));
    for (unsigned i = 1; i < bench->machines; i++)
        put_cell(file, runs_ratio(bench, guest, 0, i));
    put_cell(file, goal > 0 ? goal : (double)NAN);
    (void)fprintf(file, "\n");
}

static void put_means(FILE *file, const struct bench *bench)
{
    (void)fprintf(file, "| geometric mean | |");
    for (unsigned i = 0; i < bench->machines; i++)
        (void)fprintf(file, " |");
    for (unsigned i = 1; i < bench->machines; i++)
        put_cell(file, mean_ratio(bench, 0, i));
    (void)fprintf(file, " |\n");
}

static double peak_of(const struct sample *sample)
{
    return sample->peak / (1 << 20);
}

static double beyond_of(const struct sample *sample)
{
    return sample->beyond / (1 << 20);
}

static void put_costs(FILE *file, const struct bench *bench)
{
    (void)fprintf(file,
                  "\n| machine | start to first byte, ms | of it processor, "
                  "ms | peak memory, MiB | of it beyond the guest's RAM, "
                  "MiB |");
    put_rule(file, 4);
    for (unsigned i = 0; i < bench->machines; i++) {
        (void)fprintf(file, "|");
        put_text(file, bench->machine[i].name, "");
        put_cell(file, 1e3 * machine_median(bench, i, sample_start));
        put_cell(file, 1e3 * machine_median(bench, i, sample_start_cpu));
        put_cell(file, machine_most(bench, i, peak_of));
        put_cell(file, machine_most(bench, i, beyond_of));
        (void)fprintf(file, "\n");
    }
}

static void put_peers(FILE *file, const struct bench *bench)
{
    put_peers_heading(file, bench);
    for (unsigned i = 0; i < bench->guests; i++)
        if (measured(bench, i))
            put_guest(file, bench, i);
    put_means(file, bench);
    put_costs(file, bench);
}

/* --- Machines by guests: each against the row that it names --- */

static bool has_events(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->machines; i++)
        if (bench->machine[i].events[0] != '-')
            return true;
    return false;
}

static void put_rows_heading(FILE *file, const struct bench *bench, bool events)
{
    unsigned figures = 0;

    (void)fprintf(file, "\n| machine |");
    for (unsigned i = 0; i < bench->guests; i++) {
        if (!measured(bench, i))
            continue;
        put_text(file, bench->guest[i].name, ", µs");
        put_text(file, "times", "");
        if (events)
            (void)fprintf(file, " of it in the kernel, %% | million events/s | "
                                "bytes/event |");
        figures += events ? 5 : 2;
    }
    put_rule(file, figures);
}

static void put_row(FILE *file, const struct bench *bench, unsigned machine,
                    bool events)
{
    int of = bench->machine[machine].of;

    (void)fprintf(file, "|");
    put_text(file, bench->machine[machine].name, "");
    for (unsigned i = 0; i < bench->guests; i++) {
        const struct runs *runs = &bench->runs[i][machine];

        if (!measured(bench, i))
            continue;
        put_cell(file, 1e6 * runs_median(runs, sample_per_iteration));
        put_cell(file, of < 0 ? (double)NAN
                              : runs_ratio(bench, i, machine, (unsigned)of));
        if (!events)
            continue;
        put_cell(file, 100 * runs_median(runs, sample_kernel_share));
        put_cell(file, 1e-6 * runs_median(runs, sample_event_rate));
        put_cell(file, runs_median(runs, sample_event_size));
    }
    (void)fprintf(file, "\n");
}

static void put_rows(FILE *file, const struct bench *bench)
{
    bool events = has_events(bench);

    put_rows_heading(file, bench, events);
    for (unsigned i = 0; i < bench->machines; i++)
        put_row(file, bench, i, events);
}

void results_tables(FILE *file, const struct bench *bench)
{
    if (compares_rows(bench))
        put_rows(file, bench);
    else
        put_peers(file, bench);
}

/* --- The circumstances --- */

/* What the host calls its processor. */
static void put_processor(FILE *file)
{
    char line[256];
    FILE *cpuinfo = fopen("/proc/cpuinfo", "r");
    const char *name = NULL;

    while (cpuinfo && !name && fgets(line, sizeof line, cpuinfo))
        if (strncmp(line, "model name", 10) == 0)
            name = strchr(line, ':');
    (void)fprintf(file, "%.*s", name ? (int)strcspn(name + 2, "\n") : 7,
                  name ? name + 2 : "unknown");
    if (cpuinfo)
        (void)fclose(cpuinfo);
}

static void put_circumstances(FILE *file, const struct bench *bench)
{
    char date[32] = "";
    time_t now = time(NULL);
    struct tm calendar;

    if (gmtime_r(&now, &calendar))
        (void)strftime(date, sizeof date, "%Y-%m-%d", &calendar);
    (void)fprintf(file, "%s, commit %s, on ", date, bench->commit);
    put_processor(file);
    (void)fprintf(file,
                  ".\nMedians of %u rounds, 1/%u of the usual iterations, or "
                  "as many as can be timed;\nall took %.0f minutes.\n",
                  bench->rounds, bench->divisor, ceil(bench->seconds / 60));
    for (unsigned i = 0; i < bench->machines; i++)
        if (bench->machine[i].missing)
            (void)fprintf(file, "Left out, for it was not there: %s.\n",
                          bench->machine[i].name);
}

void results_write(FILE *file, const struct bench *bench)
{
    put_circumstances(file, bench);
    results_tables(file, bench);
}

/* --- The file --- */

/* All of a file, or an empty text if there is none. To be freed. */
static char *read_text(const char *path)
{
    enum { TEXT_MAX = 1 << 20 };
    char *text = calloc(1, TEXT_MAX);
    FILE *file = fopen(path, "r");

    if (text && file)
        (void)fread(text, 1, TEXT_MAX - 1, file);
    if (file)
        (void)fclose(file);
    return text;
}

bool results_save(const char *path, const struct bench *bench)
{
    char begin_mark[MARK_SIZE];
    char end_mark[MARK_SIZE];
    char *text = read_text(path);
    const char *begin;
    const char *end;
    FILE *file = NULL;
    bool written = false;

    (void)snprintf(begin_mark, MARK_SIZE, "<!-- %s: begin -->\n", bench->set);
    (void)snprintf(end_mark, MARK_SIZE, "<!-- %s: end -->\n", bench->set);
    begin = text ? strstr(text, begin_mark) : NULL;
    end = begin ? strstr(begin, end_mark) : NULL;
    if (end)
        file = fopen(path, "w");
    else
        (void)fprintf(stderr, "%s: has no '<!-- %s: begin -->' and end\n", path,
                      bench->set);
    if (file) {
        (void)fprintf(file, "%.*s%s", (int)(begin - text), text, begin_mark);
        results_write(file, bench);
        (void)fprintf(file, "%s", end);
        written = fclose(file) == 0;
    }
    free(text);
    return written;
}
