/* SPDX-License-Identifier: MIT */
#include "tools/option_values.h"

#include <string.h>

#include "machine/wiring.h"
#include "tools/parse.h"
#include "trace/text.h"

enum { MIPS_MAX = 1000000 };

bool option_memory(struct run_options *options, const char *value,
                   struct error *error)
{
    uint64_t bytes;

    if (!parse_size(value, &bytes))
        return error_set(error, "'%s' is no size: a number with K, M or G",
                         value);
    if (bytes < BOARD_EXTENDED_START || bytes > BOARD_MEMORY_MAX ||
        bytes % PAGE_SIZE != 0)
        return error_set(error, "'%s': must be from 1M to 3G, in steps of 4K",
                         value);
    options->memory_bytes = bytes;
    return true;
}

bool option_cpu(struct run_options *options, const char *value,
                struct error *error)
{
    const struct cpu_model *model = cpu_model_find(value);

    if (!model)
        return error_set(error, "unknown model '%s'; known: %s", value,
                         CPU_MODEL_NAMES);
    options->cpu = model;
    return true;
}

bool option_tlb(struct run_options *options, const char *value,
                struct error *error)
{
    struct error why = {""};

    options->tlb_given = true;
    options->tlb_name = value;
    return tlb_model_parse(value, &options->tlb, &why) ||
           error_set(error, "'%s': %.400s", value, why.text);
}

bool option_mips(struct run_options *options, const char *value,
                 struct error *error)
{
    uint64_t mips;

    if (!parse_number(value, &mips) || mips < 1 || mips > MIPS_MAX)
        return error_set(error, "'%s': must be a whole number from 1 to %d",
                         value, MIPS_MAX);
    options->mips = mips;
    return true;
}

bool option_dma_offset(struct run_options *options, const char *value,
                       struct error *error)
{
    uint64_t bytes;

    if (!parse_size(value, &bytes) || bytes > UINT32_MAX ||
        bytes % PAGE_SIZE != 0)
        return error_set(error, "'%s': must be below 4G, in steps of 4K",
                         value);
    options->dma_offset = (uint32_t)bytes;
    return true;
}

bool option_rtc(struct run_options *options, const char *value,
                struct error *error)
{
    options->clock_host = strcmp(value, "host") == 0;
    if (options->clock_host || parse_date(value, &options->clock_start))
        return true;
    return error_set(
        error, "'%s': must be host, or a time like 2024-01-31T23:59:59", value);
}

bool option_bios(struct run_options *options, const char *value,
                 struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    options->bios = value;
    return true;
}

bool option_vga_bios(struct run_options *options, const char *value,
                     struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    options->vga_bios = value;
    return true;
}

bool option_append(struct run_options *options, const char *value,
                   struct error *error)
{
    (void)error;
    options->append = value;
    return true;
}

bool option_module(struct run_options *options, const char *value,
                   struct error *error)
{
    if (options->module_count == MODULE_OPTIONS_MAX)
        return error_set(error, "more than %d modules", MODULE_OPTIONS_MAX);
    options->modules[options->module_count++] = value;
    return true;
}

bool option_initrd(struct run_options *options, const char *value,
                   struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    options->initrd = value;
    return true;
}

bool option_disk(struct run_options *options, const char *value,
                 struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    if (options->disk_count == BOARD_DISKS)
        return error_set(error, "more than %d disks", BOARD_DISKS);
    options->disks[options->disk_count++] = value;
    return true;
}

bool option_floppy(struct run_options *options, const char *value,
                   struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    if (options->floppy_count == BOARD_FLOPPIES)
        return error_set(error, "more than %d floppy disks", BOARD_FLOPPIES);
    options->floppies[options->floppy_count++] = value;
    return true;
}

bool option_cdrom(struct run_options *options, const char *value,
                  struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    options->cdrom = value;
    return true;
}

static bool parse_sink(struct sink_choice *sink, const char *value,
                       struct error *error)
{
    if (strcmp(value, "null") == 0)
        *sink = (struct sink_choice){SINK_NULL, NULL};
    else if (strcmp(value, "stdio") == 0)
        *sink = (struct sink_choice){SINK_STDIO, NULL};
    else if (strncmp(value, "file:", 5) == 0 && value[5])
        *sink = (struct sink_choice){SINK_FILE, value + 5};
    else
        return error_set(error, "'%s': must be stdio, null or file:PATH",
                         value);
    return true;
}

bool option_serial(struct run_options *options, const char *value,
                   struct error *error)
{
    return parse_sink(&options->serial, value, error);
}

bool option_debugcon(struct run_options *options, const char *value,
                     struct error *error)
{
    return parse_sink(&options->debugcon, value, error);
}

bool option_input(struct run_options *options, const char *value,
                  struct error *error)
{
    if (!*value)
        return error_set(error, "no file given");
    options->input = value;
    return true;
}

bool option_stop_after(struct run_options *options, const char *value,
                       struct error *error)
{
    uint64_t ticks;

    if (!parse_count(value, &ticks) || ticks == CLOCK_NEVER)
        return error_set(error, "'%s' is no count: a number with k, M or G",
                         value);
    options->stop_after = ticks;
    return true;
}

bool option_stop_on(struct run_options *options, const char *value,
                    struct error *error)
{
    if (!*value)
        return error_set(error, "the text is empty");
    options->stop_on = value;
    return true;
}

bool option_stop_at(struct run_options *options, const char *value,
                    struct error *error)
{
    if (!*value)
        return error_set(error, "no symbol or address given");
    options->stop_at = value;
    return true;
}

bool option_timeout(struct run_options *options, const char *value,
                    struct error *error)
{
    if (!parse_seconds(value, &options->timeout))
        return error_set(error, "'%s': must be a number of seconds above 0",
                         value);
    return true;
}

bool option_no_reboot(struct run_options *options, const char *value,
                      struct error *error)
{
    (void)value;
    (void)error;
    options->no_reboot = true;
    return true;
}

bool option_strict(struct run_options *options, const char *value,
                   struct error *error)
{
    (void)value;
    (void)error;
    options->strict = true;
    return true;
}

bool option_probe(struct run_options *options, const char *value,
                  struct error *error)
{
    if (options->probe_count == PROBE_OPTIONS_MAX)
        return error_set(error, "at most %d probes", PROBE_OPTIONS_MAX);
    options->probes[options->probe_count++] = value;
    return true;
}

bool option_probe_allocators(struct run_options *options, const char *value,
                             struct error *error)
{
    (void)value;
    (void)error;
    options->probe_allocators = true;
    return true;
}

bool option_check(struct run_options *options, const char *value,
                  struct error *error)
{
    if (strcmp(value, "tlb") != 0)
        return error_set(error, "unknown check '%s'; known: tlb", value);
    options->check_tlb = true;
    return true;
}

bool option_on_finding(struct run_options *options, const char *value,
                       struct error *error)
{
    options->stop_on_finding = strcmp(value, "stop") == 0;
    return options->stop_on_finding || strcmp(value, "report") == 0 ||
           error_set(error, "'%s' is neither 'report' nor 'stop'", value);
}

bool option_trace(struct run_options *options, const char *value,
                  struct error *error)
{
    if (!*value)
        return error_set(error, "no path given");
    options->trace = value;
    return true;
}

/* One packet is one MiB. */
bool option_ring(struct run_options *options, const char *value,
                 struct error *error)
{
    enum { RING_MAX = 1 << 16 };

    if (!parse_number(value, &options->ring) || options->ring < 2 ||
        options->ring > RING_MAX)
        return error_set(error, "'%s': must be a number of MiB from 2 to %d",
                         value, RING_MAX);
    return true;
}

bool option_events(struct run_options *options, const char *value,
                   struct error *error)
{
    return trace_events_parse(value, &options->events, error);
}

bool option_trace_from(struct run_options *options, const char *value,
                       struct error *error)
{
    if (!*value)
        return error_set(error, "no tick or symbol given");
    options->trace_from = value;
    return true;
}

bool option_trace_to(struct run_options *options, const char *value,
                     struct error *error)
{
    if (!*value)
        return error_set(error, "no tick or symbol given");
    options->trace_to = value;
    return true;
}

bool option_only(struct run_options *options, const char *value,
                 struct error *error)
{
    return trace_filter_parse(&options->only, value, error);
}

bool option_display(struct run_options *options, const char *value,
                    struct error *error)
{
    if (strcmp(value, "none") == 0)
        options->display = DISPLAY_NONE;
    else if (strcmp(value, "sdl") == 0)
        options->display = DISPLAY_SDL;
    else
        return error_set(error, "'%s' is neither none nor sdl", value);
    return true;
}

bool option_realtime(struct run_options *options, const char *value,
                     struct error *error)
{
    (void)value;
    (void)error;
    options->realtime = true;
    return true;
}

bool option_screenshot(struct run_options *options, const char *value,
                       struct error *error)
{
    (void)error;
    options->screenshot = value;
    return true;
}

bool option_symbols(struct run_options *options, const char *value,
                    struct error *error)
{
    (void)error;
    options->symbols = value;
    return true;
}

bool option_stats(struct run_options *options, const char *value,
                  struct error *error)
{
    if (!value)
        options->statistics = STATISTICS_TEXT;
    else if (strcmp(value, "json") == 0)
        options->statistics = STATISTICS_JSON;
    else
        return error_set(error, "'%s': must be --stats or --stats=json", value);
    return true;
}

bool option_inspect(struct run_options *options, const char *value,
                    struct error *error)
{
    struct inspection inspection = {INSPECT_PAGES, NULL};

    if (strncmp(value, "walk:", 5) == 0 && value[5])
        inspection = (struct inspection){INSPECT_WALK, value + 5};
    else if (strcmp(value, "tlb") == 0)
        inspection.kind = INSPECT_TLB;
    else if (strcmp(value, "regs") == 0)
        inspection.kind = INSPECT_REGISTERS;
    else if (strcmp(value, "symbols") == 0)
        inspection.kind = INSPECT_SYMBOLS;
    else if (strcmp(value, "pages") != 0)
        return error_set(error,
                         "'%s': must be walk:ADDRESS, pages, tlb, regs or "
                         "symbols",
                         value);
    if (options->inspection_count == INSPECTIONS_MAX)
        return error_set(error, "given more than %d times", INSPECTIONS_MAX);
    options->inspections[options->inspection_count++] = inspection;
    return true;
}

bool option_help(struct run_options *options, const char *value,
                 struct error *error)
{
    (void)value;
    (void)error;
    options->help = true;
    return true;
}
