/* SPDX-License-Identifier: MIT */
/*
 * Take the time of the benchmark guests on several machines, in turn, in
 * several rounds, and show medians and ratios.
 *
 * Usage: bench [options] [GUEST]...
 *     --set NAME --machines FILE      the machines: a set of machines.txt
 *     --guests FILE --images FOLDER   the guests: guests.txt, their images
 *     --program NAME=PATH             what a command means by $NAME; empty if
 *                                     it is not there
 *     --rounds N --div N              how often, and what part of the work
 *     --table FILE --commit TEXT      also write the results there
 */
#include "tests/bench/bench.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What stands on the command line. */
struct settings {
    const char *guests;
    const char *machines;
    const char *table;
};

static const struct option long_options[] = {
    {"set", required_argument, NULL, 's'},
    {"machines", required_argument, NULL, 'm'},
    {"guests", required_argument, NULL, 'g'},
    {"images", required_argument, NULL, 'i'},
    {"program", required_argument, NULL, 'p'},
    {"rounds", required_argument, NULL, 'r'},
    {"div", required_argument, NULL, 'd'},
    {"table", required_argument, NULL, 't'},
    {"commit", required_argument, NULL, 'c'},
    {NULL, 0, NULL, 0},
};

static double now(void)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* --- The command line --- */

static bool parse_count(const char *text, unsigned most, unsigned *count)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*end || end == text || value < 1 || value > most) {
        (void)fprintf(stderr, "bench: '%s' is not a number from 1 to %u\n",
                      text, most);
        return false;
    }
    *count = (unsigned)value;
    return true;
}

static bool add_program(struct bench *bench, const char *text)
{
    struct program *program = &bench->program[bench->programs];
    size_t size = strcspn(text, "=");

    if (bench->programs == PROGRAMS_MAX || text[size] != '=' ||
        size >= NAME_SIZE)
        return false;
    (void)snprintf(program->name, NAME_SIZE, "%.*s", (int)size, text);
    program->path = text + size + 1;
    bench->programs++;
    return true;
}

static bool set_option(int option, struct bench *bench,
                       struct settings *settings)
{
    switch (option) {
    case 's': bench->set = optarg; return true;
    case 'm': settings->machines = optarg; return true;
    case 'g': settings->guests = optarg; return true;
    case 'i': bench->images = optarg; return true;
    case 'p': return add_program(bench, optarg);
    case 'r': return parse_count(optarg, ROUNDS_MAX, &bench->rounds);
    case 'd': return parse_count(optarg, 1000000, &bench->divisor);
    case 't': settings->table = *optarg ? optarg : NULL; return true;
    case 'c': bench->commit = optarg; return true;
    default: return false;
    }
}

static bool parse_arguments(int argc, char *argv[], struct bench *bench,
                            struct settings *settings)
{
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if (!set_option(option, bench, settings))
            return false;
    return settings->guests && settings->machines && bench->images &&
           bench->set &&
           read_guests(settings->guests, bench, argv + optind, argc - optind) &&
           read_machines(settings->machines, bench);
}

/* --- Rounds --- */

static bool takes_part(const struct bench *bench, unsigned guest,
                       unsigned machine, unsigned round)
{
    return bench->guest[guest].wanted && !bench->guest[guest].waits[0] &&
           !bench->machine[machine].missing &&
           round < bench->machine[machine].rounds;
}

/* A machine that computes something else than the one that it is compared
 * with, which is the first if it names none, does other work. Where rows name
 * each other, those that name none begin a group of their own. */
static void compare(struct bench *bench, unsigned guest, unsigned machine)
{
    int of = bench->machine[machine].of;
    const struct runs *other = &bench->runs[guest][of < 0 ? 0 : of];
    struct runs *runs = &bench->runs[guest][machine];
    const struct sample *last = &runs->sample[runs->count - 1];

    if ((of < 0 && compares_rows(bench)) || other->count == 0 || runs->wrong ||
        last->iterations != other->sample->iterations ||
        last->checksum == other->sample->checksum)
        return;
    runs->wrong = true;
    (void)fprintf(stderr, "%s on %s: another checksum, not counted\n",
                  bench->guest[guest].name, bench->machine[machine].name);
}

static void run_one(struct bench *bench, unsigned guest, unsigned machine,
                    const char *progress)
{
    struct runs *runs = &bench->runs[guest][machine];
    char why[WHY_SIZE] = "";
    double began = now();
    bool done = measure(bench, &bench->guest[guest], &bench->machine[machine],
                        &runs->sample[runs->count], why);

    (void)fprintf(stderr, "%s %-12s %-26s ", progress, bench->guest[guest].name,
                  bench->machine[machine].name);
    if (!done) {
        (void)fprintf(stderr, "%s\n", why);
        return;
    }
    (void)fprintf(stderr, "%8.3f s of %.1f s\n", runs->sample[runs->count].cpu,
                  now() - began);
    runs->count++;
    compare(bench, guest, machine);
}

static void run_round(struct bench *bench, unsigned round)
{
    char progress[NAME_SIZE];

    for (unsigned guest = 0; guest < bench->guests; guest++)
        for (unsigned machine = 0; machine < bench->machines; machine++) {
            (void)snprintf(progress, sizeof progress,
                           "round %u of %u:", round + 1, bench->rounds);
            if (takes_part(bench, guest, machine, round))
                run_one(bench, guest, machine, progress);
        }
}

static void warn_of_missing(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->machines; i++)
        if (bench->machine[i].missing)
            (void)fprintf(stderr, "bench: %s is left out: it is not here\n",
                          bench->machine[i].name);
}

int main(int argc, char *argv[])
{
    static struct bench bench = {.rounds = 1, .divisor = 1, .commit = ""};
    struct settings settings = {NULL, NULL, NULL};
    double began = now();

    if (!parse_arguments(argc, argv, &bench, &settings)) {
        (void)fprintf(stderr, "Usage: bench --set NAME --machines FILE "
                              "--guests FILE --images FOLDER "
                              "[options] [GUEST]...\n");
        return 2;
    }
    warn_of_missing(&bench);
    for (unsigned round = 0; round < bench.rounds; round++)
        run_round(&bench, round);
    bench.seconds = now() - began;
    results_write(stdout, &bench);
    return !settings.table || results_save(settings.table, &bench) ? 0 : 1;
}
