/* SPDX-License-Identifier: MIT */
/*
 * Take the time of the benchmark guests on pagewalk and on its peers, in turn,
 * in several rounds, and show medians and ratios.
 *
 * Usage: bench [options] [GUEST]...
 *     --list FILE --images FOLDER        the guests: guests.txt, their images
 *     --pagewalk COMMAND --qemu COMMAND --bochs COMMAND    empty: left out
 *     --rounds N --div N                 how often, and what part of the work
 *     --table FILE --commit TEXT         also write the results there
 */
#include "tests/bench/bench.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* What stands on the command line. */
struct settings {
    const char *list;
    const char *table;
};

static const struct option long_options[] = {
    {"list", required_argument, NULL, 'l'},
    {"images", required_argument, NULL, 'i'},
    {"pagewalk", required_argument, NULL, 'p'},
    {"qemu", required_argument, NULL, 'q'},
    {"bochs", required_argument, NULL, 'b'},
    {"rounds", required_argument, NULL, 'r'},
    {"div", required_argument, NULL, 'd'},
    {"table", required_argument, NULL, 't'},
    {"commit", required_argument, NULL, 'c'},
    {NULL, 0, NULL, 0},
};

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

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

static bool set_option(int option, struct bench *bench,
                       struct settings *settings)
{
    switch (option) {
    case 'l': settings->list = optarg; return true;
    case 'i': bench->images = optarg; return true;
    case 'p': bench->program[PAGEWALK] = text_or_null(optarg); return true;
    case 'q': bench->program[QEMU] = text_or_null(optarg); return true;
    case 'b': bench->program[BOCHS] = text_or_null(optarg); return true;
    case 'r': return parse_count(optarg, ROUNDS_MAX, &bench->rounds);
    case 'd': return parse_count(optarg, 1000000, &bench->divisor);
    case 't': settings->table = text_or_null(optarg); return true;
    case 'c': bench->commit = optarg; return true;
    default: return false;
    }
}

/* --- The list of guests --- */

/* "guest iterations checksum goal waits", or a comment. */
static void parse_line(const char *line, struct bench *bench)
{
    struct guest *guest = &bench->guest[bench->guests];
    char goal[NAME_SIZE];

    if (*line == '#' || bench->guests == GUESTS_MAX)
        return;
    if (sscanf(line, "%31s %*s %*s %31s %31s", guest->name, goal,
               guest->waits) != 3)
        return;
    guest->goal = strtod(goal, NULL);
    if (strcmp(guest->waits, "-") == 0)
        guest->waits[0] = '\0';
    guest->wanted = true;
    bench->guests++;
}

static bool read_list(const char *path, struct bench *bench)
{
    char line[256];
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        return false;
    }
    while (fgets(line, sizeof line, file))
        parse_line(line, bench);
    (void)fclose(file);
    return bench->guests > 0;
}

/* With names on the command line, only those. */
static bool choose(struct bench *bench, char *const names[], int count)
{
    int found = 0;

    for (unsigned i = 0; count > 0 && i < bench->guests; i++) {
        bench->guest[i].wanted = false;
        for (int n = 0; n < count; n++)
            if (strcmp(bench->guest[i].name, names[n]) == 0)
                bench->guest[i].wanted = true;
        found += bench->guest[i].wanted;
    }
    if (found < count)
        (void)fprintf(stderr, "bench: not all of these are guests\n");
    return found == count;
}

/* --- Rounds --- */

static void run_one(struct bench *bench, struct guest *guest,
                    enum machine_name machine)
{
    struct sample *sample = &guest->sample[machine][guest->samples[machine]];
    char why[WHY_SIZE] = "";

    if (!bench->program[machine])
        return;
    if (!measure(bench, guest->name, machine, sample, why)) {
        (void)fprintf(stderr, "%s on %s: %s\n", guest->name,
                      machine_names[machine], why);
        return;
    }
    guest->samples[machine]++;
    (void)fprintf(stderr, "%-12s %-8s %8.3f s\n", guest->name,
                  machine_names[machine], sample->cpu);
}

/* A machine that computes something else does other work. */
static void compare(struct guest *guest, unsigned machine)
{
    const struct sample *ours = &guest->sample[PAGEWALK][0];

    for (unsigned i = 0; i < guest->samples[machine]; i++) {
        const struct sample *sample = &guest->sample[machine][i];

        if (sample->checksum != ours->checksum ||
            sample->iterations != ours->iterations)
            guest->wrong[machine] = true;
    }
    if (guest->wrong[machine])
        (void)fprintf(stderr, "%s on %s: another checksum, not counted\n",
                      guest->name, machine_names[machine]);
}

static void run_round(struct bench *bench)
{
    for (unsigned i = 0; i < bench->guests; i++) {
        struct guest *guest = &bench->guest[i];

        if (!guest->wanted || guest->waits[0])
            continue;
        for (unsigned machine = 0; machine < MACHINES; machine++) {
            run_one(bench, guest, (enum machine_name)machine);
            compare(guest, machine);
        }
    }
}

static bool parse_arguments(int argc, char *argv[], struct bench *bench,
                            struct settings *settings)
{
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if (!set_option(option, bench, settings))
            return false;
    return settings->list && bench->images && bench->program[PAGEWALK] &&
           read_list(settings->list, bench) &&
           choose(bench, argv + optind, argc - optind);
}

int main(int argc, char *argv[])
{
    static struct bench bench = {.rounds = 3, .divisor = 4, .commit = ""};
    struct settings settings = {NULL, NULL};

    if (!parse_arguments(argc, argv, &bench, &settings)) {
        (void)fprintf(stderr, "Usage: bench --list FILE --images FOLDER "
                              "--pagewalk COMMAND [options] [GUEST]...\n");
        return 2;
    }
    for (unsigned round = 0; round < bench.rounds; round++) {
        (void)fprintf(stderr, "round %u of %u\n", round + 1, bench.rounds);
        run_round(&bench);
    }
    results_write(stdout, &bench);
    return !settings.table || results_save(settings.table, &bench) ? 0 : 1;
}
