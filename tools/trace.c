/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tools/commands.h"
#include "tools/exit_status.h"
#include "tools/trace_commands.h"

static const struct command {
    const char *name;
    unsigned bit;
    int (*run)(const struct trace_options *options);
    const char *arguments;
    const char *help;
} commands[] = {
    {"print", TRACE_PRINT, trace_print, "TRACE", "show the events as text"},
    {"stat", TRACE_STAT, trace_stat, "TRACE",
     "count: hit rates, walks, faults, hot pages, functions, devices"},
    {"diff", TRACE_DIFF, trace_diff, "TRACE TRACE",
     "show where two traces part"},
    {"export", TRACE_EXPORT, trace_export, "--format FORMAT TRACE",
     "write it as text, CSV, SQLite, Chrome JSON, VCD or callgrind"},
    {"report", TRACE_REPORT, trace_report, "TRACE",
     "draw what memory did, as a page for a browser"},
    {"record", TRACE_RECORD, trace_regress, "DIRECTORY",
     "run the rows of DIRECTORY/manifest and keep their traces"},
    {"check", TRACE_CHECK, trace_regress, "DIRECTORY",
     "run them again and show where a trace parts from the kept one"},
    {"bless", TRACE_BLESS, trace_regress, "DIRECTORY",
     "the same, and keep the new traces"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

int trace_complain(const struct error *error, int status)
{
    (void)fprintf(stderr, "pagewalk: %s\n", error->text);
    return status;
}

static void print_help(FILE *file)
{
    (void)fputs("Usage: pagewalk trace COMMAND [options] TRACE\n\n"
                "What is in a trace that 'pagewalk run --trace' wrote.\n\n",
                file);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(file, "  %-10s %s\n", commands[i].name, commands[i].help);
    (void)fputs("\n'pagewalk trace COMMAND --help' tells more.\n", file);
}

static int run(const struct command *command, int count, char **words)
{
    struct trace_options options;
    struct error error = {""};

    if (!trace_options_parse(&options, command->bit, count, words, &error))
        return trace_complain(&error, STATUS_USAGE);
    if (!options.help)
        return command->run(&options);
    (void)printf("Usage: pagewalk trace %s [options] %s\n\n%s\n\n",
                 command->name, command->arguments, command->help);
    trace_options_help(stdout, command->bit);
    return STATUS_OK;
}

int command_trace(int count, char **words)
{
    const char *word = count > 0 ? words[0] : "";

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].name) == 0)
            return run(&commands[i], count - 1, words + 1);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help(stdout);
        return STATUS_OK;
    }
    if (*word)
        (void)fprintf(stderr, "pagewalk: unknown trace command '%s'\n", word);
    else
        print_help(stderr);
    return STATUS_USAGE;
}
