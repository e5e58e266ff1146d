/* SPDX-License-Identifier: MIT */
#include "machine/loader.h"

#include <stdlib.h>
#include <string.h>

#include "machine/boot_block.h"
#include "machine/load.h"
#include "machine/memory_map.h"

static bool refuse_segment(struct load *load, const struct image_segment *it)
{
    const char *name = load->request->image.name;
    const uint64_t end = (uint64_t)it->physical + it->memory_size;

    if (it->physical < HOLE_END && end > HOLE_START)
        return error_set(load->error,
                         "%s: its segment at 0x%08x to 0x%08x "
                         "lies in the hole at 0xa0000 to 0xfffff",
                         name, it->physical, (uint32_t)(end - 1));
    return error_set(load->error,
                     "%s: its segment at 0x%08x to 0x%08x lies "
                     "outside RAM, which ends at 0x%08x",
                     name, it->physical, (uint32_t)(end - 1),
                     (uint32_t)(load->machine->options.memory_bytes - 1));
}

static bool check_segments(struct load *load)
{
    for (unsigned i = 0; i < load->plan.segment_count; i++) {
        const struct image_segment *segment = &load->plan.segment[i];
        const uint64_t end = (uint64_t)segment->physical + segment->memory_size;

        if (!places_are_ram(&load->places, segment->physical, end))
            return refuse_segment(load, segment);
        places_take(&load->places, segment->physical, end);
    }
    return true;
}

/* After a RESET there may be an old run's bytes; a page that is all zeroes
 * is left alone, so that a large .bss costs no host memory. */
static void clear_memory(struct bus *bus, physical_addr physical, uint32_t size)
{
    static const uint8_t zeroes[PAGE_SIZE];

    while (size > 0) {
        const uint32_t rest = PAGE_SIZE - (physical & PAGE_OFFSET_MASK);
        const uint32_t now = size < rest ? size : rest;

        if (memcmp(bus->memory + physical, zeroes, now) != 0)
            bus_write_block(bus, BUS_DEBUGGER, physical, zeroes, now);
        physical += now;
        size -= now;
    }
}

static void copy_segments(struct load *load)
{
    struct bus *bus = &load->machine->bus;

    for (unsigned i = 0; i < load->plan.segment_count; i++) {
        const struct image_segment *segment = &load->plan.segment[i];

        bus_write_block(bus, BUS_DEBUGGER, segment->physical,
                        load->request->image.bytes + segment->offset,
                        segment->file_size);
        clear_memory(bus, segment->physical + segment->file_size,
                     segment->memory_size - segment->file_size);
    }
}

static bool load_modules(struct load *load, struct boot_module *taken)
{
    const struct loader_request *request = load->request;

    if (request->module_count > LOADER_MODULES_MAX)
        return error_set(load->error, "%s: more than %d modules",
                         request->image.name, LOADER_MODULES_MAX);
    for (unsigned i = 0; i < request->module_count; i++) {
        const struct loader_module *module = &request->modules[i];
        const uint64_t limit = load->machine->options.memory_bytes;
        const uint64_t first =
            places_find(&load->places, module->file.size, HOLE_END, limit);

        if (first >= limit)
            return error_set(load->error,
                             "%s: the module does not fit into "
                             "RAM",
                             module->file.name);
        bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)first,
                        module->file.bytes, (uint32_t)module->file.size);
        places_take(&load->places, first, first + module->file.size);
        taken[i] = (struct boot_module){
            (physical_addr)first, (physical_addr)(first + module->file.size),
            module->text};
    }
    return true;
}

bool load_find_block(struct load *load, size_t size, uint64_t *at)
{
    const uint64_t top = load->places.memory_bytes;

    *at = places_find(&load->places, size, BOOT_BLOCK_FIRST, LOW_MEMORY_END);
    if (*at >= LOW_MEMORY_END)
        *at = places_find(&load->places, size, HOLE_END, top);
    return *at < top || error_set(load->error,
                                  "%s: no room in RAM for the boot "
                                  "information",
                                  load->request->image.name);
}

/* Modules and boot block of an image that is no Linux kernel. */
static bool load_multiboot(struct load *load, struct entry_flat *entry)
{
    const struct loader_request *request = load->request;
    struct boot_module modules[LOADER_MODULES_MAX];
    const struct boot_facts facts = {.image_name = request->image.name,
                                     .arguments = request->arguments,
                                     .memory_bytes =
                                         load->machine->options.memory_bytes,
                                     .modules = modules,
                                     .module_count = request->module_count};
    uint8_t *bytes;
    size_t size;
    uint64_t at;

    if (!load_modules(load, modules))
        return false;
    size = boot_block_size(&facts);
    if (!load_find_block(load, size, &at))
        return false;
    bytes = malloc(size);
    if (!bytes)
        return error_set(load->error, "%s: out of memory", request->image.name);
    entry->gdt = (physical_addr)at;
    entry->esp = (physical_addr)at;
    entry->ebx = boot_block_write(&facts, (physical_addr)at, bytes);
    bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)at, bytes,
                    (uint32_t)size);
    free(bytes);
    if (load->plan.kind == IMAGE_MULTIBOOT)
        entry->eax = MULTIBOOT_LOADER_MAGIC;
    else
        entry->ebx = 0;
    return true;
}

/* Files that this kind of image has no use for. */
static bool refuse_extras(const struct load *load)
{
    const struct loader_request *request = load->request;

    if (request->module_count > 0 && load->plan.kind != IMAGE_MULTIBOOT)
        return error_set(load->error,
                         "%s: takes no modules, because it has no "
                         "multiboot header",
                         request->image.name);
    if (request->initrd.size > 0 && load->plan.kind != IMAGE_LINUX)
        return error_set(load->error,
                         "%s: takes no initrd, because it is no Linux "
                         "kernel",
                         request->image.name);
    return true;
}

static bool carry_out(struct load *load)
{
    struct cpu *cpu = &load->machine->cpu;
    struct entry_flat entry = {.eip = 0};
    bool ok = true;

    if (!image_plan(&load->request->image, &load->plan, load->error) ||
        !refuse_extras(load) || !check_segments(load))
        return false;
    entry.eip = load->plan.entry;
    if (load->plan.kind == IMAGE_LINUX)
        ok = load_linux(load, &entry);
    else if (load->plan.kind != IMAGE_BOOT_SECTOR)
        ok = load_multiboot(load, &entry);
    if (!ok)
        return false;
    copy_segments(load);
    if (load->plan.kind == IMAGE_BOOT_SECTOR)
        entry_real(cpu, BOOT_SECTOR_ADDRESS);
    else
        entry_flat(cpu, &entry);
    return true;
}

bool loader_load(struct machine *machine, const struct loader_request *request,
                 struct loader_result *result, struct error *error)
{
    struct load *load = calloc(1, sizeof *load);
    bool ok;

    if (!load)
        return error_set(error, "%s: out of memory", request->image.name);
    load->machine = machine;
    load->places.memory_bytes = machine->options.memory_bytes;
    load->request = request;
    load->error = error;
    ok = carry_out(load);
    *result = (struct loader_result){load->plan.kind, load->plan.entry};
    free(load);
    return ok;
}
