/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 7, NAMES_MAX = 8 };

/* A name of machines.txt and the text that it stands for. */
struct definition {
    char name[NAME_SIZE];
    char text[COMMAND_SIZE];
};

struct definitions {
    struct definition definition[NAMES_MAX];
    unsigned count;
};

static FILE *open_list(const char *path)
{
    FILE *file = fopen(path, "r");

    if (!file)
        perror(path);
    return file;
}

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

/* --- Guests --- */

/* "guest iterations checksum goal usual least waits", or a comment. */
static void parse_guest(const char *line, struct bench *bench)
{
    struct guest *guest = &bench->guest[bench->guests];
    char goal[NAME_SIZE];

    if (*line == '#' || bench->guests == GUESTS_MAX)
        return;
    if (sscanf(line, "%47s %*s %*s %47s %lu %lu %47s", guest->name, goal,
               &guest->usual, &guest->least, guest->waits) != 5)
        return;
    guest->goal = strtod(goal, NULL);
    if (strcmp(guest->waits, "-") == 0)
        guest->waits[0] = '\0';
    guest->wanted = true;
    bench->guests++;
}

static bool want(struct bench *bench, const char *name)
{
    struct guest *guest = bench->guest;

    while (guest < bench->guest + bench->guests &&
           strcmp(guest->name, name) != 0)
        guest++;
    if (guest == bench->guest + GUESTS_MAX)
        return false;
    if (guest == bench->guest + bench->guests) {
        copy(guest->name, NAME_SIZE, name);
        bench->guests++;
    }
    guest->wanted = true;
    return true;
}

bool read_guests(const char *path, struct bench *bench, char *const names[],
                 int count)
{
    char line[COMMAND_SIZE];
    FILE *file = open_list(path);

    if (!file)
        return false;
    while (fgets(line, sizeof line, file))
        parse_guest(line, bench);
    (void)fclose(file);
    for (unsigned i = 0; count > 0 && i < bench->guests; i++)
        bench->guest[i].wanted = false;
    for (int i = 0; i < count; i++)
        if (!want(bench, names[i]))
            return false;
    return bench->guests > 0;
}

unsigned long iterations_of(const struct bench *bench,
                            const struct guest *guest,
                            const struct machine *machine)
{
    unsigned long divided = guest->usual / bench->divisor;
    unsigned long all = divided > guest->least ? divided : guest->least;

    if (guest->usual == 0)
        return 0;
    return all > machine->part ? all / machine->part : 1;
}

/* --- Machines --- */

const char *program_path(const struct bench *bench, const char *name)
{
    for (unsigned i = 0; i < bench->programs; i++)
        if (strcmp(bench->program[i].name, name) == 0)
            return bench->program[i].path;
    return NULL;
}

/* A field without the spaces around it. */
static char *trim(char *text)
{
    char *end = text + strlen(text);

    while (isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static bool define(char *line, struct definitions *definitions)
{
    char *equals = strchr(line, '=');
    struct definition *new = &definitions->definition[definitions->count];

    if (!equals || definitions->count == NAMES_MAX)
        return false;
    *equals = '\0';
    copy(new->name, sizeof new->name, trim(line));
    copy(new->text, sizeof new->text, trim(equals + 1));
    definitions->count++;
    return true;
}

/* The command with each $name that is defined in the file replaced. */
static void expand(const char *text, const struct definitions *definitions,
                   char *command)
{
    size_t length = 0;

    command[0] = '\0';
    while (*text && length < COMMAND_SIZE - 1) {
        const struct definition *found = NULL;
        size_t size = strcspn(text + 1, " $,/") + 1;

        for (unsigned i = 0; *text == '$' && i < definitions->count; i++)
            if (strlen(definitions->definition[i].name) == size - 1 &&
                strncmp(definitions->definition[i].name, text + 1, size - 1) ==
                    0)
                found = &definitions->definition[i];
        (void)snprintf(command + length, COMMAND_SIZE - length, "%.*s",
                       found ? COMMAND_SIZE : 1, found ? found->text : text);
        length += strlen(command + length);
        text += found ? size : 1;
    }
}

/* Whether a program that the command names is not there. */
static bool lacks_program(const struct bench *bench, const char *command)
{
    char name[NAME_SIZE + 1];

    for (unsigned i = 0; i < bench->programs; i++) {
        (void)snprintf(name, sizeof name, "$%s", bench->program[i].name);
        if (strstr(command, name) && !*bench->program[i].path)
            return true;
    }
    return false;
}

static int find_machine(const struct bench *bench, const char *name)
{
    for (unsigned i = 0; i < bench->machines; i++)
        if (strcmp(bench->machine[i].name, name) == 0)
            return (int)i;
    return -1;
}

static unsigned count_of(const char *text, unsigned most)
{
    unsigned long count = strtoul(text, NULL, 10);

    return count > most ? most : (unsigned)count;
}

static bool parse_machine(char *line, struct bench *bench,
                          const struct definitions *definitions)
{
    struct machine *machine = &bench->machine[bench->machines];
    char *field[FIELDS];

    for (unsigned i = 0; i < FIELDS; i++) {
        char *one = strsep(&line, "|");

        if (!one)
            return false;
        field[i] = trim(one);
    }
    if (strcmp(field[0], bench->set) != 0)
        return true;
    if (bench->machines == MACHINES_MAX)
        return false;
    copy(machine->name, NAME_SIZE, field[1]);
    machine->of = find_machine(bench, field[2]);
    machine->part = count_of(field[3], 1000000);
    machine->rounds = count_of(field[4], ROUNDS_MAX);
    copy(machine->events, NAME_SIZE, field[5]);
    expand(field[6], definitions, machine->command);
    machine->missing = lacks_program(bench, machine->command);
    bench->machines++;
    return machine->part > 0 && (machine->of >= 0 || field[2][0] == '-');
}

bool read_machines(const char *path, struct bench *bench)
{
    struct definitions definitions = {.count = 0};
    char line[COMMAND_SIZE];
    FILE *file = open_list(path);
    bool right = file != NULL;

    while (right && fgets(line, sizeof line, file)) {
        char *text = trim(line);

        if (*text == '#' || *text == '\0')
            continue;
        right = strchr(text, '|') ? parse_machine(text, bench, &definitions)
                                  : define(text, &definitions);
        if (!right)
            (void)fprintf(stderr, "%s: cannot read '%s'\n", path, text);
    }
    if (file)
        (void)fclose(file);
    if (right && bench->machines == 0)
        (void)fprintf(stderr, "%s: there is no set '%s'\n", path, bench->set);
    return right && bench->machines > 0;
}

bool compares_rows(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->machines; i++)
        if (bench->machine[i].of >= 0)
            return true;
    return false;
}
