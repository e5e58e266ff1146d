/* SPDX-License-Identifier: MIT */
#include "mm/show.h"

#include "kernel/printk.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

void show_buddyinfo(void)
{
    int zone;
    unsigned int order;

    printk("  free blocks of order");
    for (order = 0; order < MAX_ORDER; order++)
        printk(" %5u", order);
    printk("\n");
    for (zone = 0; zone < MAX_NR_ZONES; zone++) {
        if (zones[zone].present_pages == 0)
            continue;
        printk("  Node 0, zone %7s", zones[zone].name);
        for (order = 0; order < MAX_ORDER; order++)
            printk(" %5lu", zones[zone].free_area[order].nr_free);
        printk("\n");
    }
}

void show_zones(void)
{
    int i;

    printk("  zone     frames             present     free  (pages)\n");
    for (i = 0; i < MAX_NR_ZONES; i++) {
        const struct zone *zone = &zones[i];

        if (zone->end_pfn == zone->start_pfn)
            printk("  %-8s none on this machine\n", zone->name);
        else
            printk("  %-8s %06lx .. %06lx  %8lu %8lu\n", zone->name,
                   zone->start_pfn, zone->end_pfn - 1, zone->present_pages,
                   zone->free_pages);
    }
}

void show_slabinfo(void)
{
    struct list_head *link;

    printk("  cache              active  total  objsize  per slab  pages "
           "per slab  slabs\n");
    for (link = cache_chain.next; link != &cache_chain; link = link->next) {
        const struct kmem_cache *cache =
            list_entry(link, struct kmem_cache, link);

        if (cache->slabs == 0)
            continue;
        printk("  %-18s %6lu %6lu %8lu %9u %15u %6lu\n", cache->name,
               cache->active_objects, cache->slabs * cache->objects_per_slab,
               (unsigned long)cache->size, cache->objects_per_slab,
               1u << cache->order, cache->slabs);
    }
}

static const char *area_kind(const struct vm_struct *area)
{
    if (area->flags & VM_ALLOC)
        return "vmalloc";
    return area->flags & VM_MAP ? "vmap" : "ioremap";
}

void show_vmallocinfo(void)
{
    const struct vm_struct *area;

    for (area = vmlist; area; area = area->next) {
        printk("  %08lx-%08lx %9lu pages=%lu %s", area->addr,
               area->addr + area->size, area->size, area->nr_pages,
               area_kind(area));
        if (area->flags & VM_IOREMAP)
            printk(" phys=%08x", area->phys_addr);
        printk("\n");
    }
}

static void show_part(const char *what, unsigned long start, unsigned long end)
{
    printk("  %08lx .. %08lx  %7lu KiB  %s\n", start, end - 1,
           (end - start) >> 10, what);
}

void show_layout(void)
{
    show_part("user space", 0, PAGE_OFFSET);
    show_part("direct map of low memory", PAGE_OFFSET, high_memory);
    show_part("gap, unmapped", high_memory, VMALLOC_START);
    show_part("vmalloc and ioremap", VMALLOC_START, VMALLOC_END);
    show_part("kmap window (PKMAP)", PKMAP_BASE,
              PKMAP_BASE + PKMAP_SLOTS * PAGE_SIZE);
    show_part("fixed mappings (fixmap)", FIXADDR_START, 0);
}
