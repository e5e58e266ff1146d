/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/types.h"
#include "tools/commands.h"
#include "tools/exit_status.h"

struct command {
    const char *name;
    int (*run)(int count, char **words);
    const char *help;
};

static const struct command commands[] = {
    {"run", command_run, "run a guest: pagewalk run [options] IMAGE"},
    {"trace", command_trace,
     "look at a recorded trace: pagewalk trace print TRACE"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(FILE *file)
{
    (void)fputs("Usage: pagewalk COMMAND ...\n\n"
                "An i386 machine whose memory you can see.\n\n",
                file);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(file, "  %-10s %s\n", commands[i].name, commands[i].help);
    (void)fputs("\n'pagewalk COMMAND --help' tells more; "
                "'pagewalk --version' names the version.\n",
                file);
}

static bool is(const char *word, const char *one, const char *other)
{
    return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    }
    if (is(word, "--version", "-V")) {
        puts("pagewalk " PACKAGE_VERSION);
        return STATUS_OK;
    }
    if (is(word, "--help", "-h") || strcmp(word, "help") == 0) {
        print_help(stdout);
        return STATUS_OK;
    }
    if (*word)
        (void)fprintf(stderr, "pagewalk: unknown command '%s'\n", word);
    else
        print_help(stderr);
    return STATUS_USAGE;
}
