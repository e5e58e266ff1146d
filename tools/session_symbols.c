/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "machine/image.h"
#include "tools/session.h"

enum {
    KERNEL_FIRST = 0x100000, /* no kernel lies below */
    KERNEL_LAST = 896 << 20, /* nor above what it maps directly */
    LOOKS_MAX = 64
};

/* --- Where they come from --- */

static bool read_file(struct session *session)
{
    const char *path = session->options.symbols;
    struct host_file file;
    bool ok;

    if (!host_file_read(path, &file, &session->error))
        return false;
    ok = symbols_add(session->source.symbols, path, file.bytes, file.size,
                     &session->error);
    host_file_release(&file);
    return ok;
}

/* An image without symbols is none the worse. */
static void read_image(struct session *session)
{
    struct error ignored;

    (void)symbols_add(session->source.symbols, session->options.image,
                      session->image.bytes, session->image.size, &ignored);
}

bool session_symbols_open(struct session *session)
{
    const struct run_options *options = &session->options;
    const enum image_kind kind = session->loaded.kind;

    session->source.symbols = symbols_create();
    if (!session->source.symbols)
        return error_set(&session->error, "out of memory");
    if (options->symbols && strcmp(options->symbols, "kallsyms") != 0)
        return read_file(session);
    if (options->symbols || !options->image || kind == IMAGE_LINUX)
        session->source.kernel = true;
    else if (kind == IMAGE_ELF || kind == IMAGE_MULTIBOOT)
        read_image(session);
    return true;
}

/* Look for the tables of a Linux that runs. */
static void look_for_kernel(struct session *session)
{
    const struct machine *machine = session->machine;
    struct symbol_source *source = &session->source;
    const uint64_t memory_bytes = machine->options.memory_bytes;
    const size_t end = memory_bytes < KERNEL_LAST ? memory_bytes : KERNEL_LAST;
    const struct kallsyms_memory memory = {machine->bus.memory + KERNEL_FIRST,
                                           end - KERNEL_FIRST, KERNEL_FIRST};

    if (source->found || !machine->cpu.mmu.paging || source->looks == LOOKS_MAX)
        return;
    source->looks++;
    source->found = symbols_add_kernel(source->symbols, &memory);
}

const struct symbols *session_symbols(struct session *session)
{
    if (session->source.kernel)
        look_for_kernel(session);
    return session->source.symbols;
}

/* --- Names in options --- */

static bool add_probes(struct session *session)
{
    const struct run_options *options = &session->options;
    const struct symbols *symbols = session->source.symbols;
    struct error why;

    for (unsigned i = 0; i < options->probe_count; i++) {
        if (!probes_add(session->probes, symbols, options->probes[i], &why)) {
            session->refusal = STATUS_USAGE;
            return error_set(&session->error, "--probe '%.100s': %.300s",
                             options->probes[i], why.text);
        }
    }
    if (!options->probe_allocators ||
        probes_add_allocators(session->probes, symbols, &why))
        return true;
    session->refusal = STATUS_USAGE;
    return error_set(&session->error, "--probe-allocators: %.400s", why.text);
}

static bool find_names(struct session *session, enum names names)
{
    return session_marks_open(session, names) &&
           (!session->probes || names == NAMES_NUMBERS || add_probes(session));
}

/* A Linux turns paging on when it is unpacked and about to go to its place. */
static void paging_on(void *context)
{
    struct session *session = context;
    struct symbol_source *source = &session->source;

    look_for_kernel(session);
    if (!source->found || !source->names_wait)
        return;
    source->names_wait = false;
    if (find_names(session, NAMES_SYMBOLS))
        return;
    source->failed = true;
    machine_stop(session->machine, MACHINE_STOP_AT);
}

bool session_names_open(struct session *session)
{
    const struct run_options *options = &session->options;
    struct symbol_source *source = &session->source;

    if (options->probe_count || options->probe_allocators) {
        session->probes = probes_create(session->machine);
        if (!session->probes)
            return error_set(&session->error, "out of memory");
    }
    if (!source->kernel)
        return find_names(session, NAMES_ALL);
    source->names_wait = session->probes != NULL;
    if (!find_names(session, NAMES_NUMBERS))
        return false;
    if (source->names_wait || options->check_tlb)
        session->machine->cpu.breakpoints.paging_on = paging_on;
    return true;
}

bool session_names_unmet(const struct session *session)
{
    return session->source.names_wait && session->cause != SESSION_ERROR;
}
