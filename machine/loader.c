/* SPDX-License-Identifier: MIT */
#include "machine/loader.h"

#include <stdlib.h>
#include <string.h>

#include "machine/boot_block.h"
#include "machine/entry.h"

enum {
    /* The boot block goes to the first free page on from here; below is
     * where real-mode tables and the stack of a simple image lie. */
    BOOT_BLOCK_FIRST = 0x9000,
    PLACES_MAX = IMAGE_SEGMENTS_MAX + LOADER_MODULES_MAX
};

/* A run of memory that is taken. */
struct place {
    uint64_t first;
    uint64_t end; /* behind the last byte */
};

/* A load on its way. */
struct load {
    struct machine *machine;
    const struct loader_request *request;
    struct image_plan plan;
    struct place taken[PLACES_MAX];
    unsigned taken_count;
    struct boot_module module[LOADER_MODULES_MAX];
    struct error *error;
};

/* RAM is whole from 0 to its end, but for the hole. The card's memory, there
 * and far above, is RAM to the bus, but no place for code. */
static bool is_ram(const struct machine *machine, uint64_t first, uint64_t end)
{
    return end <= machine->options.memory_bytes &&
           !(first < HOLE_END && end > HOLE_START);
}

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

static void take(struct load *load, uint64_t first, uint64_t end)
{
    load->taken[load->taken_count++] = (struct place){first, end};
}

/*
 * First page-aligned run of `size` bytes of RAM in [from, limit) that nothing
 * has taken, or `limit` if there is none.
 */
static uint64_t find_room(const struct load *load, uint64_t size, uint64_t from,
                          uint64_t limit)
{
    uint64_t first = from;
    unsigned i = 0;

    while (i < load->taken_count) {
        const struct place *taken = &load->taken[i++];

        if (first < taken->end && taken->first < first + size) {
            first =
                (taken->end + PAGE_OFFSET_MASK) & ~(uint64_t)PAGE_OFFSET_MASK;
            i = 0;
        }
    }
    if (first + size > limit || !is_ram(load->machine, first, first + size))
        return limit;
    return first;
}

static bool check_segments(struct load *load)
{
    for (unsigned i = 0; i < load->plan.segment_count; i++) {
        const struct image_segment *segment = &load->plan.segment[i];
        const uint64_t end = (uint64_t)segment->physical + segment->memory_size;

        if (!is_ram(load->machine, segment->physical, end))
            return refuse_segment(load, segment);
        take(load, segment->physical, end);
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

static bool load_modules(struct load *load)
{
    const struct loader_request *request = load->request;

    if (request->module_count > 0 && load->plan.kind != IMAGE_MULTIBOOT)
        return error_set(load->error,
                         "%s: takes no modules, because it has no "
                         "multiboot header",
                         request->image.name);
    if (request->module_count > LOADER_MODULES_MAX)
        return error_set(load->error, "%s: more than %d modules",
                         request->image.name, LOADER_MODULES_MAX);
    for (unsigned i = 0; i < request->module_count; i++) {
        const struct loader_module *module = &request->modules[i];
        const uint64_t limit = load->machine->options.memory_bytes;
        const uint64_t first =
            find_room(load, module->file.size, HOLE_END, limit);

        if (first >= limit)
            return error_set(load->error,
                             "%s: the module does not fit into "
                             "RAM",
                             module->file.name);
        bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)first,
                        module->file.bytes, (uint32_t)module->file.size);
        take(load, first, first + module->file.size);
        load->module[i] = (struct boot_module){
            (physical_addr)first, (physical_addr)(first + module->file.size),
            module->text};
    }
    return true;
}

/* Write the boot block. Returns false where there is no room for it. */
static bool put_boot_block(struct load *load, struct entry_flat *entry)
{
    const struct loader_request *request = load->request;
    const struct boot_facts facts = {.image_name = request->image.name,
                                     .arguments = request->arguments,
                                     .memory_bytes =
                                         load->machine->options.memory_bytes,
                                     .modules = load->module,
                                     .module_count = request->module_count};
    const size_t size = boot_block_size(&facts);
    const uint64_t top = load->machine->options.memory_bytes;
    uint64_t at = find_room(load, size, BOOT_BLOCK_FIRST, LOW_MEMORY_END);
    uint8_t *bytes;

    if (at >= LOW_MEMORY_END)
        at = find_room(load, size, HOLE_END, top);
    if (at >= top)
        return error_set(load->error,
                         "%s: no room in RAM for the boot "
                         "information",
                         request->image.name);
    bytes = malloc(size);
    if (!bytes)
        return error_set(load->error, "%s: out of memory", request->image.name);
    entry->gdt = (physical_addr)at;
    entry->esp = (physical_addr)at;
    entry->ebx = boot_block_write(&facts, (physical_addr)at, bytes);
    bus_write_block(&load->machine->bus, BUS_DEBUGGER, (physical_addr)at, bytes,
                    (uint32_t)size);
    free(bytes);
    return true;
}

static bool enter(struct load *load)
{
    struct cpu *cpu = &load->machine->cpu;
    struct entry_flat entry = {.eip = load->plan.entry};

    if (load->plan.kind == IMAGE_BOOT_SECTOR) {
        entry_real(cpu, BOOT_SECTOR_ADDRESS);
        return true;
    }
    if (!put_boot_block(load, &entry))
        return false;
    if (load->plan.kind == IMAGE_MULTIBOOT)
        entry.eax = MULTIBOOT_LOADER_MAGIC;
    else
        entry.ebx = 0;
    entry_flat(cpu, &entry);
    return true;
}

static bool carry_out(struct load *load)
{
    if (!image_plan(&load->request->image, &load->plan, load->error))
        return false;
    if (!check_segments(load) || !load_modules(load))
        return false;
    copy_segments(load);
    return enter(load);
}

bool loader_load(struct machine *machine, const struct loader_request *request,
                 struct loader_result *result, struct error *error)
{
    struct load *load = calloc(1, sizeof *load);
    bool ok;

    if (!load)
        return error_set(error, "%s: out of memory", request->image.name);
    load->machine = machine;
    load->request = request;
    load->error = error;
    ok = carry_out(load);
    *result = (struct loader_result){load->plan.kind, load->plan.entry};
    free(load);
    return ok;
}
