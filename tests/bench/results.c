/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char begin_mark[] = "<!-- bench: begin -->\n";
static const char end_mark[] = "<!-- bench: end -->\n";

/* --- Medians --- */

typedef double figure(const struct sample *sample);

static double cpu_of(const struct sample *sample)
{
    return sample->cpu;
}

static double start_of(const struct sample *sample)
{
    return sample->start;
}

static double mips_of(const struct sample *sample)
{
    return (double)sample->ticks / sample->cpu * 1e-6;
}

static int by_size(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return (first > second) - (first < second);
}

static double median(double *values, unsigned count)
{
    if (count == 0)
        return (double)NAN;
    qsort(values, count, sizeof *values, by_size);
    return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

/* The median over the rounds; not a number where there is none. */
static double guest_median(const struct guest *guest, unsigned machine,
                           figure *of)
{
    double values[ROUNDS_MAX];

    for (unsigned i = 0; i < guest->samples[machine]; i++)
        values[i] = of(&guest->sample[machine][i]);
    return median(values, guest->wrong[machine] ? 0 : guest->samples[machine]);
}

/* Over all guests and rounds. */
static double machine_median(const struct bench *bench, unsigned machine,
                             figure *of)
{
    static double values[GUESTS_MAX * ROUNDS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < bench->guests; i++)
        for (unsigned k = 0; k < bench->guest[i].samples[machine]; k++)
            values[count++] = of(&bench->guest[i].sample[machine][k]);
    return median(values, count);
}

static long machine_peak(const struct bench *bench, unsigned machine)
{
    long peak = 0;

    for (unsigned i = 0; i < bench->guests; i++)
        for (unsigned k = 0; k < bench->guest[i].samples[machine]; k++)
            if (bench->guest[i].sample[machine][k].peak > peak)
                peak = bench->guest[i].sample[machine][k].peak;
    return peak;
}

/* Ours divided by the peer's. */
static double guest_ratio(const struct guest *guest, unsigned peer)
{
    return guest_median(guest, PAGEWALK, cpu_of) /
           guest_median(guest, peer, cpu_of);
}

static double geometric_mean(const struct bench *bench, unsigned peer)
{
    double sum = 0;
    unsigned count = 0;

    for (unsigned i = 0; i < bench->guests; i++) {
        double ratio = guest_ratio(&bench->guest[i], peer);

        if (isnan(ratio))
            continue;
        sum += log(ratio);
        count++;
    }
    return count ? exp(sum / count) : (double)NAN;
}

/* --- Cells --- */

static void put_cell(FILE *file, double value, int digits)
{
    if (isnan(value))
        (void)fprintf(file, " - |");
    else
        (void)fprintf(file, " %.*f |", digits, value);
}

static void put_ratio(FILE *file, double ratio)
{
    put_cell(file, ratio, ratio < 0.1 ? 3 : 2);
}

static bool present(const struct bench *bench, unsigned machine)
{
    return bench->program[machine] != NULL;
}

/* --- Tables --- */

static void put_heading(FILE *file, const struct bench *bench)
{
    (void)fprintf(file, "\n| guest | MIPS |");
    for (unsigned machine = 0; machine < MACHINES; machine++)
        if (present(bench, machine))
            (void)fprintf(file, " %s, s |", machine_names[machine]);
    for (unsigned peer = QEMU; peer < MACHINES; peer++)
        if (present(bench, peer))
            (void)fprintf(file, " of %s's |", machine_names[peer]);
    (void)fprintf(file, " goal |\n| --- | --: | --: |");
    for (unsigned peer = QEMU; peer < MACHINES; peer++)
        if (present(bench, peer))
            (void)fprintf(file, " --: | --: |");
    (void)fprintf(file, " --: |\n");
}

static void put_guest(FILE *file, const struct bench *bench,
                      const struct guest *guest)
{
    if (!guest->wanted)
        return;
    if (guest->waits[0]) {
        (void)fprintf(file, "| %s | waits for %s |\n", guest->name,
                      guest->waits);
        return;
    }
    (void)fprintf(file, "| %s |", guest->name);
    put_cell(file, guest_median(guest, PAGEWALK, mips_of), 0);
    for (unsigned machine = 0; machine < MACHINES; machine++)
        if (present(bench, machine))
            put_cell(file, guest_median(guest, machine, cpu_of), 3);
    for (unsigned peer = QEMU; peer < MACHINES; peer++)
        if (present(bench, peer))
            put_ratio(file, guest_ratio(guest, peer));
    put_ratio(file, guest->goal > 0 ? guest->goal : (double)NAN);
    (void)fprintf(file, "\n");
}

static void put_means(FILE *file, const struct bench *bench)
{
    (void)fprintf(file, "| geometric mean | |");
    for (unsigned machine = 0; machine < MACHINES; machine++)
        if (present(bench, machine))
            (void)fprintf(file, " |");
    for (unsigned peer = QEMU; peer < MACHINES; peer++)
        if (present(bench, peer))
            put_ratio(file, geometric_mean(bench, peer));
    (void)fprintf(file, " |\n");
}

static void put_machines(FILE *file, const struct bench *bench)
{
    (void)fprintf(file, "\n| machine | start to first byte, ms | peak memory, "
                        "MiB |\n| --- | --: | --: |\n");
    for (unsigned machine = 0; machine < MACHINES; machine++) {
        if (!present(bench, machine))
            continue;
        (void)fprintf(file, "| %s |", machine_names[machine]);
        put_cell(file, 1e3 * machine_median(bench, machine, start_of), 1);
        put_cell(file, (double)machine_peak(bench, machine) / 1024, 0);
        (void)fprintf(file, "\n");
    }
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
                  ".\nProcessor time between BEGIN and END, the median of %u "
                  "rounds of 1/%u of the\nusual iterations, all machines in "
                  "turn. A ratio below 1 is faster than the peer.\nThe goal is "
                  "a ratio to QEMU's. MIPS are guest ticks: instructions and "
                  "iterations\nof REP.\n",
                  bench->rounds, bench->divisor);
}

void results_write(FILE *file, const struct bench *bench)
{
    put_circumstances(file, bench);
    put_heading(file, bench);
    for (unsigned i = 0; i < bench->guests; i++)
        put_guest(file, bench, &bench->guest[i]);
    put_means(file, bench);
    put_machines(file, bench);
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

static void write_between(FILE *file, const char *text,
                          const struct bench *bench)
{
    const char *begin = strstr(text, begin_mark);
    const char *end = begin ? strstr(begin, end_mark) : NULL;

    if (end)
        (void)fprintf(file, "%.*s", (int)(begin - text), text);
    else
        (void)fprintf(file, "# Performance\n\nMade by `make bench "
                            "BENCH_TABLE=FILE`; tests/bench/README.md says "
                            "how.\n\n");
    (void)fprintf(file, "%s", begin_mark);
    results_write(file, bench);
    (void)fprintf(file, "%s%s", end_mark, end ? end + strlen(end_mark) : "");
}

bool results_save(const char *path, const struct bench *bench)
{
    char *text = read_text(path);
    FILE *file = text ? fopen(path, "w") : NULL;
    bool written = false;

    if (file) {
        write_between(file, text, bench);
        written = fclose(file) == 0;
    }
    if (!written)
        perror(path);
    free(text);
    return written;
}
