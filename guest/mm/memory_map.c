/* SPDX-License-Identifier: MIT */
#include "mm/memory_map.h"

#include "boot/multiboot.h"
#include "kernel/printk.h"
#include "mm/layout.h"

#define FOUR_GIB (1ull << 32)
#define MIB      (1ul << 20)

/*
 * Firmware keeps tables in the last KiB of memory, and says so in its map;
 * where the map does not, we leave the same room alone.
 */
#define FIRMWARE_PAGES ((128ul << 10) >> PAGE_SHIFT)

static void add_range(struct memory_map *map, uint64_t start, uint64_t end)
{
    struct memory_range *range = &map->range[map->count];

    if (end > FOUR_GIB)
        end = FOUR_GIB;
    if (map->count == MEMORY_RANGES || start >= end)
        return;
    range->start_pfn = (unsigned long)((start + PAGE_SIZE - 1) >> PAGE_SHIFT);
    range->end_pfn = (unsigned long)(end >> PAGE_SHIFT);
    if (range->start_pfn < range->end_pfn)
        map->count++;
}

static void read_entry(struct memory_map *map,
                       const struct multiboot_mmap_entry *entry)
{
    const uint64_t start = ((uint64_t)entry->base_high << 32) | entry->base_low;
    const uint64_t length =
        ((uint64_t)entry->length_high << 32) | entry->length_low;

    printk("machine: memory map %08x%08x + %08x%08x %s\n", entry->base_high,
           entry->base_low, entry->length_high, entry->length_low,
           entry->type == MULTIBOOT_MMAP_USABLE ? "usable" : "reserved");
    if (entry->type == MULTIBOOT_MMAP_USABLE && start + length >= start)
        add_range(map, start, start + length);
}

static void read_mmap(struct memory_map *map, const struct multiboot_info *info)
{
    uint32_t offset = 0;

    while (offset < info->mmap_length) {
        const struct multiboot_mmap_entry *entry =
            __va(info->mmap_addr + offset);

        read_entry(map, entry);
        offset += entry->size + sizeof(entry->size);
    }
}

static void keep_off_firmware(struct memory_map *map)
{
    const unsigned long end = memory_map_end_pfn(map);
    const unsigned long limit =
        ALIGN_UP(end, MIB >> PAGE_SHIFT) - FIRMWARE_PAGES;
    unsigned int i;

    for (i = 0; i < map->count; i++) {
        if (map->range[i].end_pfn > limit)
            map->range[i].end_pfn = limit;
    }
}

void memory_map_read(struct memory_map *map, const struct multiboot_info *info)
{
    map->count = 0;
    if (info->flags & MULTIBOOT_HAS_MMAP) {
        read_mmap(map, info);
    } else if (info->flags & MULTIBOOT_HAS_MEMORY) {
        printk("machine: no memory map; %u KiB low, %u KiB high\n",
               info->mem_lower, info->mem_upper);
        add_range(map, 0, (uint64_t)info->mem_lower << 10);
        add_range(map, MIB, MIB + ((uint64_t)info->mem_upper << 10));
    }
    keep_off_firmware(map);
}

unsigned long memory_map_end_pfn(const struct memory_map *map)
{
    unsigned long end = 0;
    unsigned int i;

    for (i = 0; i < map->count; i++) {
        if (map->range[i].end_pfn > end)
            end = map->range[i].end_pfn;
    }
    return end;
}

unsigned long memory_map_pages(const struct memory_map *map,
                               unsigned long start_pfn, unsigned long end_pfn)
{
    unsigned long pages = 0;
    unsigned int i;

    for (i = 0; i < map->count; i++) {
        const struct memory_range *range = &map->range[i];
        const unsigned long start =
            range->start_pfn > start_pfn ? range->start_pfn : start_pfn;
        const unsigned long end =
            range->end_pfn < end_pfn ? range->end_pfn : end_pfn;

        if (start < end)
            pages += end - start;
    }
    return pages;
}
