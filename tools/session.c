/* SPDX-License-Identifier: MIT */
#include "tools/session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void text_seen(void *context)
{
    struct session *session = context;

    machine_stop(session->machine, MACHINE_STOP_ON);
}

/* "FILE:ARGUMENTS" becomes the name FILE and the text "FILE ARGUMENTS". */
static bool split_module(struct session *session, unsigned i)
{
    const char *given = session->options.modules[i];
    const char *colon = strchr(given, ':');
    const size_t length = colon ? (size_t)(colon - given) : strlen(given);

    session->module_name[i] = strndup(given, length);
    session->module_text[i] = strdup(given);
    if (!session->module_name[i] || !session->module_text[i])
        return error_set(&session->error, "out of memory");
    if (colon)
        session->module_text[i][length] = ' ';
    return true;
}

/* A file that must have content. */
static bool read_whole(struct session *session, const char *path,
                       struct host_file *file)
{
    if (!host_file_read(path, file, &session->error))
        return false;
    return file->size > 0 ||
           error_set(&session->error, "%s: the file is empty", path);
}

static bool read_files(struct session *session)
{
    const struct run_options *options = &session->options;

    if (!firmware_files_read(&session->firmware, options, &session->error))
        return false;
    if (options->image &&
        !host_file_read(options->image, &session->image, &session->error))
        return false;
    if (options->initrd &&
        !read_whole(session, options->initrd, &session->initrd))
        return false;
    for (unsigned i = 0; i < options->module_count; i++) {
        if (!split_module(session, i) ||
            !read_whole(session, session->module_name[i], &session->module[i]))
            return false;
    }
    return true;
}

static bool read_input(struct session *session)
{
    const char *path = session->options.input;
    struct host_file file;
    bool ok;

    if (!path)
        return true;
    if (!host_file_read(path, &file, &session->error))
        return false;
    ok = input_script_parse(&session->input, path, &file, &session->error);
    host_file_release(&file);
    return ok;
}

static bool build_machine(struct session *session)
{
    const struct run_options *options = &session->options;
    struct machine_options wanted = {
        .memory_bytes = options->memory_bytes,
        .cpu = options->cpu,
        .tlb = options->tlb,
        .ticks_per_second = options->mips * 1000000,
        .dma_offset = options->dma_offset,
        .firmware = firmware_files_roms(&session->firmware),
        .clock_start =
            options->clock_host ? (int64_t)time(NULL) : options->clock_start,
        .serial_out = console_serial_out,
        .debug_out = console_debug_out,
        .context = &session->console,
        .strict = options->strict};
    struct machine *machine;

    if (!drives_open(&session->drives, options, &wanted.media, &session->error))
        return false;
    machine = aligned_alloc(64, (sizeof *machine + 63) & ~63u);
    if (!machine)
        return error_set(&session->error, "out of memory");
    if (!machine_init(machine, &wanted, &session->error)) {
        free(machine);
        return false;
    }
    machine->stop_tick = options->stop_after;
    session->machine = machine;
    return true;
}

static bool open_checks(struct session *session)
{
    if (!session->options.check_tlb)
        return true;
    session->check_tlb =
        check_tlb_create(session->machine, session_symbols(session),
                         session->options.stop_on_finding);
    return session->check_tlb || error_set(&session->error, "out of memory");
}

bool session_open(struct session *session)
{
    session->refusal = STATUS_FILE;
    trace_filter_init(&session->filter);
    trace_span_init(&session->span);
    if (!read_files(session) || !read_input(session) ||
        !build_machine(session) || !session_boot(session))
        return false;
    if (!session_symbols_open(session) || !session_names_open(session))
        return false;
    if (!display_open(&session->display, &session->options, session->machine,
                      &session->error))
        return false;
    if (!console_open(&session->console, &session->options, &session->error))
        return false;
    if (!open_checks(session))
        return false;
    session->console.on_seen = text_seen;
    session->console.context = session;
    if (session->options.input) {
        input_player_start(&session->player, &session->input, session->machine);
        session->console.listener = &session->player;
    }
    return session_trace_open(session);
}

bool session_boot(struct session *session)
{
    const struct run_options *options = &session->options;
    struct loader_module modules[MODULE_OPTIONS_MAX];
    const struct loader_request request = {
        .image = {options->image, session->image.bytes, session->image.size},
        .initrd = {options->initrd, session->initrd.bytes,
                   session->initrd.size},
        .arguments = run_options_arguments(options),
        .modules = modules,
        .module_count = options->module_count};

    if (!options->image)
        return true; /* RESET leads to the BIOS */
    for (unsigned i = 0; i < options->module_count; i++)
        modules[i] = (struct loader_module){.file = {session->module_name[i],
                                                     session->module[i].bytes,
                                                     session->module[i].size},
                                            .text = session->module_text[i]};
    return loader_load(session->machine, &request, &session->loaded,
                       &session->error);
}

bool session_finish(struct session *session)
{
    struct error later = {""};
    bool ok = true;

    terminal_close(&session->terminal);
    if (!console_close(&session->console, &session->error))
        ok = false;
    if (!recorder_close(&session->recorder, &later)) {
        session->error = later;
        ok = false;
    }
    if (!drives_close(&session->drives, &later)) {
        session->error = later;
        ok = false;
    }
    return ok;
}

void session_close(struct session *session)
{
    for (unsigned i = 0; i < session->options.module_count; i++) {
        host_file_release(&session->module[i]);
        free(session->module_name[i]);
        free(session->module_text[i]);
    }
    host_file_release(&session->initrd);
    host_file_release(&session->image);
    firmware_files_release(&session->firmware);
    display_close(&session->display);
    check_tlb_destroy(session->check_tlb);
    probes_destroy(session->probes);
    if (session->machine)
        machine_release(session->machine);
    free(session->machine);
    symbols_destroy(session->source.symbols);
    input_script_release(&session->input);
    run_options_release(&session->options);
}
