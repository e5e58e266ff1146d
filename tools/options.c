/* SPDX-License-Identifier: MIT */
#include "tools/options.h"

#include <stdlib.h>
#include <string.h>

#include "tools/option_values.h"

/** Does an option take a value? */
enum takes {
    TAKES_NONE,
    TAKES_VALUE,   /**< --name VALUE, --name=VALUE, -n VALUE, -nVALUE */
    TAKES_OPTIONAL /**< --name or --name=VALUE */
};

struct option_row {
    const char *name; /**< NULL: a heading of the help, in `help` */
    char letter;      /**< or 0 */
    enum takes takes;
    option_value *take;
    const char *value; /**< as the help shows it */
    const char *help;
};

/* clang-format off */
static const struct option_row rows[] = {
    {NULL, 0, TAKES_NONE, NULL, NULL, "The machine"},
    {"memory", 'm', TAKES_VALUE, option_memory, "SIZE",
     "RAM, from 1M to 3G (default 160M)"},
    {"cpu", 0, TAKES_VALUE, option_cpu, "MODEL",
     "386, 486, pentium or pentiumpro (the default)"},
    {"tlb", 0, TAKES_VALUE, option_tlb, "MODEL",
     "the TLB of that chip, or ENTRIESxWAYS[:lru|plru|fifo|random[:SEED]],\n"
     "random:SEED, infinite, none (default: that of --cpu)"},
    {"mips", 0, TAKES_VALUE, option_mips, "N",
     "million instructions per second of machine time (default 100)"},
    {"dma-offset", 0, TAKES_VALUE, option_dma_offset, "SIZE",
     "devices see memory that much further up than the processor (default 0)"},
    {"rtc", 0, TAKES_VALUE, option_rtc, "TIME|host",
     "what the clock chip shows at the start, UTC\n"
     "(default 2024-01-01T00:00:00)"},
    {"bios", 0, TAKES_VALUE, option_bios, "FILE|default",
     "start this ROM at the reset vector, in the place of an IMAGE;\n"
     "default: SeaBIOS, where it is installed; needs not be given with a drive"},
    {"vga-bios", 0, TAKES_VALUE, option_vga_bios, "FILE|default|none",
     "ROM of the VGA, handed to the BIOS (default: SeaBIOS's own)"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "The guest"},
    {"append", 0, TAKES_VALUE, option_append, "TEXT",
     "guest command line; the same as words behind --"},
    {"module", 0, TAKES_VALUE, option_module, "FILE[:ARGUMENTS]",
     "multiboot module; may be repeated"},
    {"initrd", 0, TAKES_VALUE, option_initrd, "FILE",
     "initial RAM disk of a Linux kernel"},
    {"disk", 0, TAKES_VALUE, option_disk, "FILE[,rw]",
     "raw image of an ATA disk; written only with ,rw, else changes live in\n"
     "memory; may be repeated"},
    {"floppy", 0, TAKES_VALUE, option_floppy, "FILE[,rw]",
     "the same of a floppy disk; may be given twice"},
    {"cdrom", 0, TAKES_VALUE, option_cdrom, "FILE",
     "ISO image in an ATAPI CD-ROM drive"},
    {"serial", 0, TAKES_VALUE, option_serial, "stdio|null|file:PATH",
     "COM1 (default stdio; Ctrl-A X ends the run)"},
    {"debugcon", 0, TAKES_VALUE, option_debugcon, "stdio|null|file:PATH",
     "bytes written to port 0xe9 (default null)"},
    {"input", 0, TAKES_VALUE, option_input, "FILE",
     "script of keys and serial text, each at a tick or after a text"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "The screen"},
    {"display", 0, TAKES_VALUE, option_display, "none|sdl",
     "sdl: a window, with keyboard and mouse (default none)"},
    {"realtime", 0, TAKES_NONE, option_realtime, NULL,
     "keep the machine's time to yours, as in a window"},
    {"screenshot", 0, TAKES_VALUE, option_screenshot, "FILE.png",
     "picture of the screen when the run ends"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "When to stop"},
    {"stop-after", 0, TAKES_VALUE, option_stop_after, "N[k|M|G]",
     "after N ticks"},
    {"stop-on", 0, TAKES_VALUE, option_stop_on, "TEXT",
     "as soon as the guest has printed TEXT"},
    {"stop-at", 0, TAKES_VALUE, option_stop_at, "SYMBOL|ADDRESS",
     "before the instruction there, and show the state"},
    {"timeout", 0, TAKES_VALUE, option_timeout, "SECONDS",
     "after that much of your time"},
    {"no-reboot", 0, TAKES_NONE, option_no_reboot, NULL,
     "a reset by the guest ends the run"},
    {"strict", 0, TAKES_NONE, option_strict, NULL,
     "stop where the guest uses what is not modelled"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "What to record"},
    {"trace", 0, TAKES_VALUE, option_trace, "PATH",
     "write the trace there: text if PATH ends in .txt, else a directory\n"
     "of packets that pagewalk trace and babeltrace2 read"},
    {"ring", 0, TAKES_VALUE, option_ring, "N",
     "keep only the last N MiB of it, and write them when the trace ends:\n"
     "at --trace-to, or with the run, however that ends"},
    {"events", 0, TAKES_VALUE, option_events, "LIST",
     "tlb,hit,walk,fault,mem,mem+value,fetch,exec,port,mmio,dma,irq,cr,task,\n"
     "marker or all (default tlb,walk,fault); of irq, dma and cr a part alone:\n"
     "line, dreq, mode"},
    {"trace-from", 0, TAKES_VALUE, option_trace_from, "WHEN,...",
     "from the first of these on: a tick, SYMBOL, at:ADDRESS, fault:VECTOR\n"
     "(13, #GP, any), interrupt:VECTOR, marker:VALUE, event:NAME"},
    {"trace-to", 0, TAKES_VALUE, option_trace_to, "WHEN,...",
     "up to there; the event that ends it is the last one"},
    {"only", 0, TAKES_VALUE, option_only, "KEY=FIRST-LAST,...",
     "only events with that linear, physical, eip, cpl, cr3; symbol=NAME: of\n"
     "code in that function, or with addresses in that object"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "What to show at the end"},
    {"stats", 0, TAKES_OPTIONAL, option_stats, "json",
     "counters, on standard error"},
    {"inspect", 0, TAKES_VALUE, option_inspect,
     "walk:ADDRESS|pages|tlb|regs|symbols",
     "the state as it stands; may be repeated"},
    {"probe", 0, TAKES_VALUE, option_probe, "'SYMBOL(ARGUMENTS) -> REGISTER'",
     "record calls of a function of the guest and their returns, as in\n"
     "'kmalloc(size=eax, flags=edx) -> eax'; may be repeated"},
    {"probe-allocators", 0, TAKES_NONE, option_probe_allocators, NULL,
     "the same for the allocators of Linux, or of the tour"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "What to check"},
    {"check", 0, TAKES_VALUE, option_check, "tlb",
     "report each use of a TLB entry that the page tables contradict"},
    {"on-finding", 0, TAKES_VALUE, option_on_finding, "report|stop",
     "go on after a finding (the default), or end the run at the first"},
    {NULL, 0, TAKES_NONE, NULL, NULL, "Symbols and help"},
    {"symbols", 0, TAKES_VALUE, option_symbols, "FILE|kallsyms",
     "ELF file or System.map with the guest's symbols, or those that a\n"
     "running Linux keeps of itself (default: IMAGE; of Linux, kallsyms)"},
    {"help", 'h', TAKES_NONE, option_help, NULL, "this text"},
};
/* clang-format on */

/* 2024-01-01 00:00:00 UTC */
#define CLOCK_START_DEFAULT INT64_C(1704067200)

enum { ROW_COUNT = sizeof rows / sizeof rows[0], HELP_COLUMN = 30 };

/* The words that are left to parse. */
struct cursor {
    int count;
    char **words;
    int next;
};

static const struct option_row *find_long(const char *name, size_t length)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].name && strlen(rows[i].name) == length &&
            memcmp(rows[i].name, name, length) == 0)
            return &rows[i];
    }
    return NULL;
}

static const struct option_row *find_letter(char letter)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter && rows[i].letter == letter)
            return &rows[i];
    }
    return NULL;
}

/* Take an option; `value` is what was joined to it, or NULL. */
static bool take(struct run_options *options, struct cursor *cursor,
                 const struct option_row *row, const char *value,
                 struct error *error)
{
    struct error why = {""};

    if (row->takes == TAKES_NONE && value)
        return error_set(error, "--%s takes no value", row->name);
    if (row->takes == TAKES_VALUE && !value) {
        if (cursor->next == cursor->count)
            return error_set(error, "--%s needs a value: %s", row->name,
                             row->value);
        value = cursor->words[cursor->next++];
    }
    return row->take(options, value, &why) ||
           error_set(error, "--%s: %.480s", row->name, why.text);
}

static bool take_option(struct run_options *options, struct cursor *cursor,
                        const char *word, struct error *error)
{
    const struct option_row *row;
    const char *value = NULL;

    if (word[1] == '-') {
        const size_t length = strcspn(word + 2, "=");

        row = find_long(word + 2, length);
        if (word[2 + length] == '=')
            value = word + 2 + length + 1;
    } else {
        row = find_letter(word[1]);
        if (row && word[2])
            value = word + 2;
    }
    if (!row)
        return error_set(
            error, "unknown option '%s'; see 'pagewalk run --help'", word);
    return take(options, cursor, row, value, error);
}

/* The words behind -- with a space between. */
static bool take_rest(struct run_options *options, struct cursor *cursor,
                      struct error *error)
{
    size_t size = 1;
    char *end;

    for (int i = cursor->next; i < cursor->count; i++)
        size += strlen(cursor->words[i]) + 1;
    options->after_dashes = malloc(size);
    if (!options->after_dashes)
        return error_set(error, "out of memory");
    end = options->after_dashes;
    *end = '\0';
    for (int first = cursor->next; cursor->next < cursor->count;
         cursor->next++) {
        if (cursor->next > first)
            *end++ = ' ';
        end = stpcpy(end, cursor->words[cursor->next]);
    }
    return true;
}

static bool take_image(struct run_options *options, const char *word,
                       struct error *error)
{
    if (options->image)
        return error_set(error,
                         "unexpected '%s': the image is '%s'; the guest's "
                         "command line stands behind --",
                         word, options->image);
    options->image = word;
    return true;
}

static bool take_word(struct run_options *options, struct cursor *cursor,
                      struct error *error)
{
    const char *word = cursor->words[cursor->next++];

    if (strcmp(word, "--") == 0)
        return take_rest(options, cursor, error);
    if (word[0] == '-' && word[1])
        return take_option(options, cursor, word, error);
    return take_image(options, word, error);
}

/* An image, or a BIOS; where only drives are given, the one that is there. */
static bool choose_start(struct run_options *options, struct error *error)
{
    const bool has_drive =
        options->disk_count || options->floppy_count || options->cdrom;

    if (!options->image && !options->bios && has_drive)
        options->bios = FIRMWARE_DEFAULT;
    if (!options->image && !options->bios)
        return error_set(error, "no image given; see 'pagewalk run --help'");
    if (options->image && options->bios)
        return error_set(error,
                         "'%s': --bios starts a ROM in the place of an image",
                         options->image);
    if (options->bios && options->dma_offset)
        return error_set(error, "--dma-offset: a BIOS knows of none, so its "
                                "own transfers would fail");
    if (options->vga_bios && !options->bios)
        return error_set(error, "--vga-bios needs --bios");
    return true;
}

/* What can only be judged with all options known. */
static bool check_whole(struct run_options *options, struct error *error)
{
    if (options->help)
        return true;
    if (!choose_start(options, error))
        return false;
    if (options->append && options->after_dashes)
        return error_set(error, "--append and -- cannot be given together");
    if (!options->trace && (options->trace_from || options->trace_to ||
                            options->ring || options->only.range_count))
        return error_set(error, "--trace-from, --trace-to, --only and --ring "
                                "need --trace");
    if (options->cdrom && options->disk_count == BOARD_DISKS)
        return error_set(error, "--cdrom leaves room for %d disks",
                         BOARD_DISKS - 1);
    if (options->probe_count || options->probe_allocators)
        options->events |= 1u << TRACE_PROBE;
    if (!options->tlb_given)
        options->tlb_name = options->cpu->tlb;
    if (!options->tlb_given)
        return tlb_model_parse(options->cpu->tlb, &options->tlb, error);
    return true;
}

bool run_options_parse(struct run_options *options, int count, char **words,
                       struct error *error)
{
    struct cursor cursor = {count, words, 0};

    *options = (struct run_options){
        .memory_bytes = UINT64_C(160) << 20,
        .cpu = cpu_model_find("pentiumpro"),
        .mips = CLOCK_DEFAULT_MIPS,
        .clock_start = CLOCK_START_DEFAULT,
        .serial = {SINK_STDIO, NULL},
        .stop_after = CLOCK_NEVER,
        .events = 1u << TRACE_TLB | 1u << TRACE_WALK | 1u << TRACE_FAULT};
    trace_filter_init(&options->only);
    while (cursor.next < cursor.count) {
        if (!take_word(options, &cursor, error))
            return false;
    }
    return check_whole(options, error);
}

void run_options_release(struct run_options *options)
{
    free(options->after_dashes);
    options->after_dashes = NULL;
}

const char *run_options_arguments(const struct run_options *options)
{
    return options->append ? options->append : options->after_dashes;
}

/* Print `help`, whose lines after the first are indented. */
static void print_help_text(FILE *file, const char *help)
{
    for (const char *character = help; *character; character++) {
        (void)fputc(*character, file);
        if (*character == '\n')
            (void)fprintf(file, "%*s", HELP_COLUMN, "");
    }
    (void)fputc('\n', file);
}

static void print_row(FILE *file, const struct option_row *row)
{
    int width;

    width = row->letter ? fprintf(file, "  -%c, --%s", row->letter, row->name)
                        : fprintf(file, "  --%s", row->name);
    if (row->takes == TAKES_VALUE)
        width += fprintf(file, " %s", row->value);
    if (row->takes == TAKES_OPTIONAL)
        width += fprintf(file, "[=%s]", row->value);
    if (width >= HELP_COLUMN - 1) {
        (void)fputc('\n', file);
        width = 0;
    }
    (void)fprintf(file, "%*s", HELP_COLUMN - width, "");
    print_help_text(file, row->help);
}

void run_options_help(FILE *file)
{
    (void)fputs(
        "Usage: pagewalk run [options] IMAGE [-- guest command line]\n\n"
        "Run IMAGE: a multiboot or plain ELF kernel, a Linux bzImage, a boot\n"
        "sector or a flat binary, told apart by content. Without IMAGE, the\n"
        "BIOS starts from a floppy, CD or disk.\n",
        file);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].name)
            print_row(file, &rows[i]);
        else
            (void)fprintf(file, "\n%s:\n", rows[i].help);
    }
    (void)fputs(
        "\nExit status: 0 powered off or stopped as asked; odd: the guest's\n"
        "own; 2 usage; 4 triple fault; 6 image or file; 8 ran out of time or\n"
        "ticks; 10 finding; 12 halted for good; 130 interrupted.\n",
        file);
}
