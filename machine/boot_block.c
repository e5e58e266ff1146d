/* SPDX-License-Identifier: MIT */
#include "machine/boot_block.h"

#include <string.h>

#include "machine/entry.h"
#include "machine/memory_map.h"

enum {
    INFO_HAS_MEMORY = 1 << 0,
    INFO_HAS_COMMAND_LINE = 1 << 2,
    INFO_HAS_MODULES = 1 << 3,
    INFO_HAS_MAP = 1 << 6,
    INFO_HAS_LOADER_NAME = 1 << 9
};

/* The multiboot information, of which the later fields are left out. */
struct information {
    uint32_t flags;
    uint32_t mem_lower; /* KiB */
    uint32_t mem_upper; /* KiB above 1 MiB */
    uint32_t boot_device;
    uint32_t cmdline;
    uint32_t mods_count;
    uint32_t mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length;
    uint32_t mmap_addr;
    uint32_t drives_length;
    uint32_t drives_addr;
    uint32_t config_table;
    uint32_t boot_loader_name;
    uint32_t apm_table;
    uint32_t vbe[6];
};

struct map_entry {
    uint32_t size; /* of the rest */
    uint32_t base[2];
    uint32_t length[2];
    uint32_t type;
};

struct module_entry {
    uint32_t mod_start;
    uint32_t mod_end;
    uint32_t string;
    uint32_t reserved;
};

static const char loader_name[] = "pagewalk";

/* Where the parts lie, from the block's start. */
enum {
    AT_INFORMATION = (ENTRY_GDT_SIZE + 15) & ~15,
    AT_MAP = AT_INFORMATION + (int)sizeof(struct information),
    AT_MODULES = AT_MAP + MEMORY_RUNS_MAX * (int)sizeof(struct map_entry)
};

/* Returns how many entries it wrote. */
static unsigned make_map(uint64_t memory_bytes, struct map_entry *map)
{
    struct memory_run run[MEMORY_RUNS_MAX];
    const unsigned count = memory_map(memory_bytes, run);

    for (unsigned i = 0; i < count; i++)
        map[i] = (struct map_entry){
            .size = sizeof(struct map_entry) - sizeof(uint32_t),
            .base = {(uint32_t)run[i].first, (uint32_t)(run[i].first >> 32)},
            .length = {(uint32_t)run[i].length,
                       (uint32_t)(run[i].length >> 32)},
            .type = run[i].type};
    return count;
}

static size_t command_line_size(const struct boot_facts *facts)
{
    const char *arguments = facts->arguments ? facts->arguments : "";

    return strlen(facts->image_name) + 1 + strlen(arguments) + 1;
}

size_t boot_block_size(const struct boot_facts *facts)
{
    size_t size = AT_MODULES + sizeof loader_name + command_line_size(facts);

    for (unsigned i = 0; i < facts->module_count; i++)
        size +=
            sizeof(struct module_entry) + strlen(facts->modules[i].text) + 1;
    return size;
}

/* Texts are put one behind the other. */
struct texts {
    uint8_t *bytes; /* of the whole block */
    size_t next;
    physical_addr physical; /* of the block */
};

static physical_addr put_text(struct texts *texts, const char *text)
{
    const size_t size = strlen(text) + 1;
    const physical_addr at = texts->physical + (physical_addr)texts->next;

    memcpy(texts->bytes + texts->next, text, size);
    texts->next += size;
    return at;
}

/* "IMAGE ARGUMENTS", or "IMAGE" where there are none. */
static physical_addr put_command_line(struct texts *texts,
                                      const struct boot_facts *facts)
{
    const physical_addr at = put_text(texts, facts->image_name);

    if (facts->arguments && *facts->arguments) {
        texts->bytes[texts->next - 1] = ' ';
        (void)put_text(texts, facts->arguments);
    }
    return at;
}

static void put_modules(const struct boot_facts *facts, struct texts *texts)
{
    for (unsigned i = 0; i < facts->module_count; i++) {
        const struct boot_module *module = &facts->modules[i];
        const struct module_entry entry = {.mod_start = module->start,
                                           .mod_end = module->end,
                                           .string =
                                               put_text(texts, module->text)};

        memcpy(texts->bytes + AT_MODULES + i * sizeof entry, &entry,
               sizeof entry);
    }
}

physical_addr boot_block_write(const struct boot_facts *facts,
                               physical_addr physical, uint8_t *bytes)
{
    const size_t modules_size =
        facts->module_count * sizeof(struct module_entry);
    struct texts texts = {bytes, AT_MODULES + modules_size, physical};
    struct map_entry map[MEMORY_RUNS_MAX] = {{0}};
    struct information information = {
        .flags = INFO_HAS_MEMORY | INFO_HAS_COMMAND_LINE | INFO_HAS_MODULES |
                 INFO_HAS_MAP | INFO_HAS_LOADER_NAME,
        .mem_lower = LOW_MEMORY_END / 1024,
        .mods_count = facts->module_count,
        .mods_addr = physical + AT_MODULES,
        .mmap_addr = physical + AT_MAP};

    memset(bytes, 0, boot_block_size(facts));
    if (facts->memory_bytes > HOLE_END)
        information.mem_upper =
            (uint32_t)((facts->memory_bytes - HOLE_END) / 1024);
    information.mmap_length =
        make_map(facts->memory_bytes, map) * (uint32_t)sizeof(struct map_entry);
    information.boot_loader_name = put_text(&texts, loader_name);
    information.cmdline = put_command_line(&texts, facts);
    put_modules(facts, &texts);
    memcpy(bytes, entry_gdt, ENTRY_GDT_SIZE);
    memcpy(bytes + AT_INFORMATION, &information, sizeof information);
    memcpy(bytes + AT_MAP, map, sizeof map);
    return physical + AT_INFORMATION;
}
