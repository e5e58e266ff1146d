/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "machine/linux_block.h"
#include "machine/load.h"

/* The kernel runs elsewhere than it is loaded; there must be RAM for it. */
static bool take_run_area(struct load *load)
{
    const struct image_kernel *kernel = &load->plan.kernel;
    const uint64_t end = kernel->run_first + kernel->run_size;

    if (kernel->run_size == 0)
        return true;
    if (end < kernel->run_first ||
        !places_are_ram(&load->places, kernel->run_first, end))
        return error_set(load->error,
                         "%s: unpacks itself to 0x%08llx to 0x%08llx, "
                         "outside RAM, which ends at 0x%08llx",
                         load->request->image.name,
                         (unsigned long long)kernel->run_first,
                         (unsigned long long)(end - 1),
                         (unsigned long long)load->places.memory_bytes - 1);
    places_take(&load->places, kernel->run_first, end);
    return true;
}

/* High, where a kernel's own growth does not reach it. */
static bool load_initrd(struct load *load, struct linux_facts *facts)
{
    const struct image *initrd = &load->request->initrd;
    const uint64_t limit = (uint64_t)load->plan.kernel.initrd_max + 1;
    uint64_t first;

    if (initrd->size == 0)
        return true;
    first = places_find_last(&load->places, initrd->size, limit);
    if (first == 0)
        return error_set(load->error, "%s: the initrd does not fit into RAM",
                         initrd->name);
    bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)first,
                    initrd->bytes, (uint32_t)initrd->size);
    places_take(&load->places, first, first + initrd->size);
    facts->initrd = (physical_addr)first;
    facts->initrd_size = (uint32_t)initrd->size;
    return true;
}

static bool put_block(struct load *load, const struct linux_facts *facts,
                      struct entry_flat *entry)
{
    const size_t size = linux_block_size(facts);
    uint8_t *bytes;
    uint64_t at;

    if (!load_find_block(load, size, &at))
        return false;
    bytes = malloc(size);
    if (!bytes)
        return error_set(load->error, "%s: out of memory", facts->image->name);
    linux_block_write(facts, (physical_addr)at, bytes);
    bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)at, bytes,
                    (uint32_t)size);
    free(bytes);
    entry->esi = (uint32_t)at;
    entry->esp = (uint32_t)at;
    entry->gdt = (physical_addr)at + LINUX_BLOCK_GDT;
    entry->linux_table = true;
    return true;
}

bool load_linux(struct load *load, struct entry_flat *entry)
{
    const struct loader_request *request = load->request;
    struct linux_facts facts = {.image = &request->image,
                                .header_end = load->plan.kernel.header_end,
                                .arguments = request->arguments,
                                .memory_bytes =
                                    load->machine->options.memory_bytes};

    if (facts.arguments &&
        strlen(facts.arguments) > load->plan.kernel.command_line_max)
        return error_set(load->error,
                         "%s: takes a command line of %u bytes at most, and "
                         "was given %zu",
                         request->image.name,
                         load->plan.kernel.command_line_max,
                         strlen(facts.arguments));
    return take_run_area(load) && load_initrd(load, &facts) &&
           put_block(load, &facts, entry);
}
