/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "machine/image.h"
#include "tools/peek.h"
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

/* Look for the tables of a Linux that runs; of the one that has its code at
 * `code`, if that is not 0. */
static void look_for_kernel(struct session *session, physical_addr code)
{
    const struct machine *machine = session->machine;
    struct symbol_source *source = &session->source;
    const uint64_t memory_bytes = machine->options.memory_bytes;
    const size_t end = memory_bytes < KERNEL_LAST ? memory_bytes : KERNEL_LAST;
    const struct kallsyms_memory memory = {machine->bus.memory + KERNEL_FIRST,
                                           end - KERNEL_FIRST, KERNEL_FIRST,
                                           code};

    if (source->found || !machine->cpu.mmu.paging || source->looks == LOOKS_MAX)
        return;
    source->looks++;
    source->found = symbols_add_kernel(source->symbols, &memory);
    source->met |= source->found;
}

/* Where the code at work lies, if it is a kernel's; else 0. */
static physical_addr code_at_work(struct machine *machine)
{
    const struct cpu *cpu = &machine->cpu;
    struct page_walk walk;

    if (cpu->cpl == 3 || !cpu->mmu.paging)
        return 0;
    walk = peek_walk(machine, cpu->segment[CS].base + cpu_current_eip(cpu));
    return walk.ok ? walk.physical : 0;
}

/* A module's code lies outside of its kernel. */
const struct symbols *session_symbols(struct session *session)
{
    if (session->source.kernel) {
        look_for_kernel(session, code_at_work(session->machine));
        look_for_kernel(session, 0);
    }
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

/* A Linux turns paging on when it is unpacked and about to go to its place:
 * linear addresses are still physical ones. */
static void paging_on(void *context)
{
    struct session *session = context;
    struct symbol_source *source = &session->source;
    const struct cpu *cpu = &session->machine->cpu;

    look_for_kernel(session, cpu->segment[CS].base + cpu_current_eip(cpu));
    if (!source->found || !source->names_wait)
        return;
    source->names_wait = false;
    if (find_names(session, NAMES_SYMBOLS))
        return;
    source->failed = true;
    machine_stop(session->machine, MACHINE_STOP_AT);
}

/* Find what needs no symbols of the kernel, and wait for what does. */
static bool wait_for_kernel(struct session *session)
{
    struct symbol_source *source = &session->source;

    source->names_wait = session->probes != NULL;
    if (!find_names(session, NAMES_NUMBERS))
        return false;
    if (source->names_wait || session->options.check_tlb)
        session->machine->cpu.breakpoints.paging_on = paging_on;
    return true;
}

bool session_names_open(struct session *session)
{
    const struct run_options *options = &session->options;

    if (options->probe_count || options->probe_allocators) {
        session->probes = probes_create(session->machine);
        if (!session->probes)
            return error_set(&session->error, "out of memory");
    }
    return session->source.kernel ? wait_for_kernel(session)
                                  : find_names(session, NAMES_ALL);
}

bool session_names_reset(struct session *session)
{
    struct symbol_source *source = &session->source;

    if (session->probes)
        probes_forget_calls(session->probes);
    if (!source->kernel || !source->found)
        return true;
    symbols_clear(source->symbols);
    source->found = false;
    source->looks = 0;
    breakpoints_clear(&session->machine->cpu.breakpoints);
    if (session->probes)
        probes_clear(session->probes);
    return wait_for_kernel(session);
}

bool session_names_unmet(const struct session *session)
{
    const struct symbol_source *source = &session->source;

    return source->names_wait && !source->met &&
           session->cause != SESSION_ERROR;
}
