/* SPDX-License-Identifier: MIT */
#include "mm/init.h"

#include "fs/file.h"
#include "kernel/panic.h"
#include "mm/bootmem.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/memory_map.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/paging.h"
#include "mm/percpu.h"
#include "mm/slab.h"
#include "mm/swap.h"

#define MIB (1ul << 20)

/* The least that image, page tables and mem_map leave something of. */
#define SMALLEST_MEMORY (4 * MIB)

/* The BIOS data area, and its extension below the VGA's memory. */
#define BDA_START  0x00000u
#define EBDA_START 0x9F000u

/* From the linker script. */
extern char _text[];
extern char _end[];

static struct memory_map physical_memory;

const struct memory_map *memory_map(void)
{
    return &physical_memory;
}

/*
 * Low memory ends where memory ends, rounded up to a MiB so that a few KiB
 * that firmware keeps do not show in every address.
 */
static void find_memory_bounds(void)
{
    max_pfn = ALIGN_UP(memory_map_end_pfn(&physical_memory), MIB >> PAGE_SHIFT);
    if (max_pfn < SMALLEST_MEMORY >> PAGE_SHIFT)
        panic("%lu KiB of memory are too few", max_pfn << (PAGE_SHIFT - 10));
    max_low_pfn = max_pfn < MAX_LOWMEM_PFN ? max_pfn : MAX_LOWMEM_PFN;
    high_memory = (unsigned long)__va(0) + (max_low_pfn << PAGE_SHIFT);
}

static void reserve(const char *what, phys_addr_t start, unsigned long size)
{
    reserve_bootmem(start, size);
    bootmem_note(what, start, size);
}

static void bootmem_setup(void)
{
    const phys_addr_t image = __pa(_text);
    const phys_addr_t bitmap = __pa(_end);
    unsigned int i;

    init_bootmem(_end, max_low_pfn);
    for (i = 0; i < physical_memory.count; i++) {
        const struct memory_range *range = &physical_memory.range[i];
        const unsigned long end =
            range->end_pfn < max_low_pfn ? range->end_pfn : max_low_pfn;

        if (range->start_pfn < end)
            free_bootmem(pfn_to_phys(range->start_pfn), (end - range->start_pfn)
                                                            << PAGE_SHIFT);
    }
    reserve("BIOS data area", BDA_START, PAGE_SIZE);
    reserve("extended BIOS data area", EBDA_START, PAGE_SIZE);
    reserve("kernel image", image, (unsigned long)(_end - _text));
    reserve("bootmem bitmap", bitmap, bootmem_bitmap_bytes(max_low_pfn));
}

void mem_init_early(const struct multiboot_info *info)
{
    struct page *map;

    memory_map_read(&physical_memory, info);
    find_memory_bounds();
    bootmem_setup();
    paging_init();

    map = alloc_bootmem(mem_map_bytes(max_pfn));
    if (!map)
        panic("no room for mem_map");
    bootmem_note("mem_map", __pa(map), mem_map_bytes(max_pfn));
    free_area_init(map);
    setup_per_cpu_areas();
}

/* Files can be read again. */
static unsigned long shrink_page_cache(gfp_t gfp, unsigned long wanted)
{
    (void)wanted;
    return gfp & __GFP_FS ? drop_page_cache() : 0;
}

static unsigned long shrink_slabs(gfp_t gfp, unsigned long wanted)
{
    const unsigned long before = nr_free_pages();

    (void)gfp;
    (void)wanted;
    kmem_cache_shrink_all();
    return nr_free_pages() - before;
}

static struct shrinker page_cache_shrinker = {
    .name = "page cache",
    .shrink = shrink_page_cache,
};
static struct shrinker slab_shrinker = {
    .name = "slabs",
    .shrink = shrink_slabs,
};

static void release_high_memory(void)
{
    unsigned int i;

    for (i = 0; i < physical_memory.count; i++) {
        const struct memory_range *range = &physical_memory.range[i];
        const unsigned long start =
            range->start_pfn > max_low_pfn ? range->start_pfn : max_low_pfn;

        if (start < range->end_pfn)
            release_pages_to_buddy(start, range->end_pfn);
    }
}

void mem_init(void)
{
    free_all_bootmem();
    release_high_memory();
    kmem_cache_init();
    kmalloc_init();
    kmap_init();
    process_memory_init();
    register_shrinker(&page_cache_shrinker);
    register_shrinker(&slab_shrinker);
    swap_init();
}
