/* SPDX-License-Identifier: MIT */
#include "tools/trace_options.h"

#include <string.h>

#include "tools/parse.h"
#include "trace/text.h"

typedef bool take_value(struct trace_options *options, const char *value,
                        struct error *error);

struct row {
    const char *name;
    unsigned commands;
    const char *value; /* as the help shows it; NULL: takes none */
    take_value *take;
    const char *help;
};

struct word {
    const char *name;
    unsigned bit;
};

/* Words behind commas, as bits. */
static bool parse_words(const char *list, const struct word *known,
                        unsigned *bits, struct error *error)
{
    *bits = 0;
    for (;;) {
        const size_t length = strcspn(list, ",");
        const struct word *word = known;

        while (word->name && (strlen(word->name) != length ||
                              memcmp(word->name, list, length) != 0))
            word++;
        if (!word->name)
            return error_set(error, "unknown word '%.*s'",
                             (int)(length < 64 ? length : 64), list);
        *bits |= word->bit;
        if (!list[length])
            return true;
        list += length + 1;
    }
}

static bool take_events(struct trace_options *options, const char *value,
                        struct error *error)
{
    return trace_events_parse(value, &options->events, error);
}

static bool take_only(struct trace_options *options, const char *value,
                      struct error *error)
{
    return trace_filter_parse(&options->filter, value, error);
}

static bool take_tick(const char *value, uint64_t *tick, struct error *error)
{
    return parse_count(value, tick) ||
           error_set(error, "'%s' is no tick: a number with k, M or G", value);
}

static bool take_from(struct trace_options *options, const char *value,
                      struct error *error)
{
    return take_tick(value, &options->filter.from, error);
}

static bool take_to(struct trace_options *options, const char *value,
                    struct error *error)
{
    return take_tick(value, &options->filter.to, error);
}

static bool take_symbols(struct trace_options *options, const char *value,
                         struct error *error)
{
    (void)error;
    options->symbols = value;
    return true;
}

static bool take_image(struct trace_options *options, const char *value,
                       struct error *error)
{
    (void)error;
    options->image = value;
    return true;
}

static bool take_function(struct trace_options *options, const char *value,
                          struct error *error)
{
    (void)error;
    options->function = value;
    return true;
}

static bool take_number(const char *value, uint64_t *number,
                        struct error *error)
{
    return parse_count(value, number) ||
           error_set(error, "'%s' is no number", value);
}

static bool take_limit(struct trace_options *options, const char *value,
                       struct error *error)
{
    return take_number(value, &options->limit, error);
}

static bool take_context(struct trace_options *options, const char *value,
                         struct error *error)
{
    enum { CONTEXT_MAX = 1000 };

    return take_number(value, &options->context, error) &&
           (options->context <= CONTEXT_MAX ||
            error_set(error, "'%s': up to %d", value, CONTEXT_MAX));
}

static bool take_top(struct trace_options *options, const char *value,
                     struct error *error)
{
    enum { TOP_MAX = 10000 };

    return take_number(value, &options->top, error) &&
           (options->top <= TOP_MAX ||
            error_set(error, "'%s': up to %d", value, TOP_MAX));
}

static bool take_columns(struct trace_options *options, const char *value,
                         struct error *error)
{
    static const struct word known[] = {
        {"tick", COLUMN_TICK},     {"eip", COLUMN_EIP},
        {"cpl", COLUMN_CPL},       {"cr3", COLUMN_CR3},
        {"event", COLUMN_EVENT},   {"what", COLUMN_WHAT},
        {"symbol", COLUMN_SYMBOL}, {"code", COLUMN_CODE},
        {"source", COLUMN_SOURCE}, {NULL, 0}};

    return parse_words(value, known, &options->columns, error);
}

static bool take_ignore(struct trace_options *options, const char *value,
                        struct error *error)
{
    static const struct word known[] = {{"tick", IGNORE_TICK},
                                        {"eip", IGNORE_EIP},
                                        {"value", IGNORE_VALUE},
                                        {"physical", IGNORE_PHYSICAL},
                                        {"cr3", IGNORE_CR3},
                                        {"cpl", IGNORE_CPL},
                                        {NULL, 0}};

    return parse_words(value, known, &options->ignore, error);
}

static bool take_colour(struct trace_options *options, const char *value,
                        struct error *error)
{
    options->colour = value;
    return strcmp(value, "auto") == 0 || strcmp(value, "always") == 0 ||
           strcmp(value, "never") == 0 ||
           error_set(error, "'%s': must be auto, always or never", value);
}

static bool take_format(struct trace_options *options, const char *value,
                        struct error *error)
{
    (void)error;
    options->format = value;
    return true;
}

static bool take_output(struct trace_options *options, const char *value,
                        struct error *error)
{
    (void)error;
    options->output = value;
    return true;
}

static bool take_tlb(struct trace_options *options, const char *value,
                     struct error *error)
{
    struct error why = {""};

    options->tlb_given = true;
    return tlb_model_parse(value, &options->tlb, &why) ||
           error_set(error, "'%s': %.400s", value, why.text);
}

static bool take_help(struct trace_options *options, const char *value,
                      struct error *error)
{
    (void)value;
    (void)error;
    options->help = true;
    return true;
}

enum {
    FILTERING =
        TRACE_PRINT | TRACE_STAT | TRACE_DIFF | TRACE_EXPORT | TRACE_REPORT,
    COMPARING = TRACE_DIFF | TRACE_CHECK | TRACE_BLESS,
    NAMING = FILTERING | COMPARING
};

/* clang-format off */
static const struct row rows[] = {
    {"events", FILTERING, "LIST", take_events,
     "only these events, as run --events takes them (default: all)"},
    {"only", FILTERING, "KEY=FIRST-LAST,...", take_only,
     "only events with that linear, physical, eip, cpl, cr3, or symbol=NAME"},
    {"function", FILTERING, "NAME", take_function,
     "only events of instructions in that function"},
    {"from", FILTERING, "TICK", take_from, "from that tick on"},
    {"to", FILTERING, "TICK", take_to, "up to before that tick"},
    {"symbols", NAMING, "FILE", take_symbols,
     "ELF file or System.map with the guest's symbols"},
    {"image", TRACE_PRINT | COMPARING, "FILE", take_image,
     "ELF file with the guest's code, to be disassembled"},
    {"limit", TRACE_PRINT | TRACE_EXPORT, "N", take_limit,
     "stop after N events"},
    {"columns", TRACE_PRINT, "LIST", take_columns,
     "of tick,eip,cpl,cr3,event,what,symbol,source,code"},
    {"colour", TRACE_PRINT | COMPARING, "auto|always|never", take_colour,
     "default auto: on a terminal"},
    {"tlb", TRACE_STAT, "MODEL", take_tlb,
     "run the recorded accesses through another TLB, as run --tlb takes it"},
    {"top", TRACE_STAT, "N", take_top, "rows of each list (default 10)"},
    {"ignore", COMPARING, "LIST", take_ignore,
     "do not compare tick,eip,value,physical,cr3,cpl"},
    {"context", COMPARING, "N", take_context,
     "events to show around a difference (default 5)"},
    {"format", TRACE_EXPORT, "FORMAT", take_format,
     "text, csv, sqlite, chrome, vcd or callgrind"},
    {"output", TRACE_EXPORT | TRACE_REPORT, "FILE", take_output,
     "write there, also -o (default: standard output; not for sqlite)"},
    {"help", ~0u, NULL, take_help, "this text"},
};
/* clang-format on */

enum { ROW_COUNT = sizeof rows / sizeof rows[0], HELP_COLUMN = 30 };

static const struct row *find(const char *name, size_t length, unsigned command)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].commands & command && strlen(rows[i].name) == length &&
            memcmp(rows[i].name, name, length) == 0)
            return &rows[i];
    }
    return NULL;
}

/* Take "--name", "--name=VALUE" or "--name VALUE"; returns the words used, or
 * 0 with `error` set. */
static int take(struct trace_options *options, int count, char **words,
                struct error *error)
{
    const char *word = strcmp(*words, "-o") == 0 ? "--output" : *words;
    const size_t length = strcspn(word + 2, "=");
    const struct row *row = find(word + 2, length, options->command);
    const char *joined = word[2 + length] ? word + 3 + length : NULL;
    const char *value = joined;
    struct error why = {""};

    if (!row) {
        (void)error_set(error, "unknown option '%s'", word);
        return 0;
    }
    if (!row->value && joined) {
        (void)error_set(error, "--%s takes no value", row->name);
        return 0;
    }
    if (row->value && !joined) {
        if (count < 2) {
            (void)error_set(error, "--%s needs a value: %s", row->name,
                            row->value);
            return 0;
        }
        value = words[1];
    }
    if (!row->take(options, value, &why)) {
        (void)error_set(error, "--%s: %.480s", row->name, why.text);
        return 0;
    }
    return row->value && !joined ? 2 : 1;
}

static bool check_paths(const struct trace_options *options,
                        struct error *error)
{
    const unsigned wanted = options->command == TRACE_DIFF ? 2 : 1;

    if (options->help || options->path_count == wanted)
        return true;
    return error_set(error, wanted == 2 ? "two traces are needed"
                                        : "one trace is needed");
}

bool trace_options_parse(struct trace_options *options, unsigned command,
                         int count, char **words, struct error *error)
{
    *options = (struct trace_options){.command = command,
                                      .events = UINT32_MAX,
                                      .limit = UINT64_MAX,
                                      .colour = "auto",
                                      .context = 5,
                                      .top = 10};
    trace_filter_init(&options->filter);
    for (int i = 0; i < count;) {
        const char *word = words[i];

        if ((word[0] == '-' && word[1] == '-') || strcmp(word, "-o") == 0) {
            const int used = take(options, count - i, words + i, error);

            if (!used)
                return false;
            i += used;
            continue;
        }
        if (word[0] == '-' && word[1])
            return error_set(error, "unknown option '%s'", word);
        if (options->path_count == TRACE_PATHS_MAX)
            return error_set(error, "unexpected '%s'", word);
        options->path[options->path_count++] = word;
        i++;
    }
    return check_paths(options, error);
}

void trace_options_help(FILE *file, unsigned command)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        int width;

        if (!(rows[i].commands & command))
            continue;
        width = fprintf(file, "  --%s %s", rows[i].name,
                        rows[i].value ? rows[i].value : "");
        if (width >= HELP_COLUMN - 1) {
            (void)fputc('\n', file);
            width = 0;
        }
        (void)fprintf(file, "%*s%s\n", HELP_COLUMN - width, "", rows[i].help);
    }
}
