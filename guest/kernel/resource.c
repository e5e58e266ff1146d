/* SPDX-License-Identifier: MIT */
#include "kernel/resource.h"

#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"
#include "mm/layout.h"
#include "mm/memory_map.h"

#define LAST_PORT 0xFFFFul

struct resource ioport_resource = {.name = "ports", .end = LAST_PORT};
struct resource iomem_resource = {.name = "memory", .end = ~0ul};

/* What every PC has, whether we have a driver for it or not. */
static struct resource standard_ports[] = {
    {.name = "dma1", .start = 0x00, .end = 0x0F},
    {.name = "pic1", .start = 0x20, .end = 0x21},
    {.name = "timer", .start = 0x40, .end = 0x43},
    {.name = "keyboard", .start = 0x60, .end = 0x60},
    {.name = "keyboard", .start = 0x64, .end = 0x64},
    {.name = "rtc", .start = 0x70, .end = 0x71},
    {.name = "dma page reg", .start = 0x80, .end = 0x8F},
    {.name = "pic2", .start = 0xA0, .end = 0xA1},
    {.name = "dma2", .start = 0xC0, .end = 0xDF},
    {.name = "fpu", .start = 0xF0, .end = 0xF1},
    {.name = "vbe", .start = 0x1CE, .end = 0x1CF},
    {.name = "vga", .start = 0x3C0, .end = 0x3DF},
    {.name = "serial", .start = 0x3F8, .end = 0x3FF},
    {.name = "PCI conf1", .start = 0xCF8, .end = 0xCFF},
};

static struct resource video_memory = {
    .name = "Video RAM area",
    .start = 0xA0000,
    .end = 0xBFFFF,
};
static struct resource system_rom = {
    .name = "System ROM",
    .start = 0xF0000,
    .end = 0xFFFFF,
};
static struct resource system_ram[MEMORY_RANGES];
static struct resource kernel_code = {.name = "Kernel code"};
static struct resource kernel_data = {.name = "Kernel data"};

/* From the linker script. */
extern char _text[];
extern char _erodata[];
extern char _end[];

static bool contains(const struct resource *outer, const struct resource *inner)
{
    return outer->start <= inner->start && inner->end <= outer->end;
}

/* Whose child it becomes: the smallest range that contains it whole. */
static struct resource *find_parent(struct resource *root,
                                    const struct resource *resource)
{
    struct resource *child = root->child;

    while (child) {
        if (contains(child, resource) &&
            !(child->start == resource->start && child->end == resource->end)) {
            root = child;
            child = root->child;
        } else {
            child = child->sibling;
        }
    }
    return root;
}

/* The first child that overlaps; 0 if none does. */
static const struct resource *find_conflict(const struct resource *parent,
                                            const struct resource *resource)
{
    const struct resource *child = parent->child;

    while (child &&
           (child->end < resource->start || child->start > resource->end))
        child = child->sibling;
    return child;
}

static void insert(struct resource *parent, struct resource *resource)
{
    struct resource **link = &parent->child;

    while (*link && (*link)->start < resource->start)
        link = &(*link)->sibling;
    resource->parent = parent;
    resource->sibling = *link;
    *link = resource;
}

bool request_resource(struct resource *root, struct resource *resource)
{
    struct resource *parent;
    bool free_range;

    if (resource->end < resource->start || !contains(root, resource))
        return false;
    preempt_disable();
    parent = find_parent(root, resource);
    free_range = !find_conflict(parent, resource);
    if (free_range)
        insert(parent, resource);
    preempt_enable();
    return free_range;
}

void resources_init(void)
{
    const struct memory_map *map = memory_map();
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(standard_ports); i++)
        request_resource(&ioport_resource, &standard_ports[i]);
    request_resource(&iomem_resource, &video_memory);
    request_resource(&iomem_resource, &system_rom);
    for (i = 0; i < map->count; i++) {
        system_ram[i] = (struct resource){
            .name = "System RAM",
            .start = pfn_to_phys(map->range[i].start_pfn),
            .end = pfn_to_phys(map->range[i].end_pfn) - 1,
        };
        request_resource(&iomem_resource, &system_ram[i]);
    }
    kernel_code.start = __pa(_text);
    kernel_code.end = __pa(_erodata) - 1;
    kernel_data.start = __pa(ALIGN_UP((unsigned long)_erodata, PAGE_SIZE));
    kernel_data.end = __pa(_end) - 1;
    request_resource(&iomem_resource, &kernel_code);
    request_resource(&iomem_resource, &kernel_data);
}

/* ---- for drivers -------------------------------------------------------- */

/* A driver shares with nobody: no node may overlap, nor contain it as RAM. */
static struct resource *request(struct resource *root, const char *caller,
                                unsigned long start, unsigned long size,
                                const char *name)
{
    struct resource wanted = {
        .name = name,
        .start = start,
        .end = start + size - 1,
    };
    const struct resource *owner;
    struct resource *resource;

    if (size == 0 || wanted.end < start || wanted.end > root->end) {
        complain(COMPLAINT_BAD_SIZE, "%s(%lx, %lu): no such range", caller,
                 start, size);
        return NULL;
    }
    owner = find_conflict(root, &wanted);
    if (owner) {
        complain(COMPLAINT_BUSY, "%s(%lx, %lu): %08lx-%08lx belongs to %s",
                 caller, start, size, owner->start, owner->end, owner->name);
        return NULL;
    }
    resource = kmalloc(sizeof(*resource), GFP_KERNEL);
    if (!resource)
        return NULL;
    *resource = wanted;
    request_resource(root, resource);
    return resource;
}

static void release(struct resource *root, const char *caller,
                    unsigned long start, unsigned long size)
{
    struct resource **link = &root->child;
    struct resource *resource;

    while (*link &&
           ((*link)->start != start || (*link)->end != start + size - 1))
        link = &(*link)->sibling;
    resource = *link;
    /* What the kernel itself entered is not kmalloc'ed, and not for others. */
    if (!resource || !ksize(resource)) {
        complain(COMPLAINT_FOREIGN, "%s(%lx, %lu): nobody requested that",
                 caller, start, size);
        return;
    }
    *link = resource->sibling;
    kfree(resource);
}

struct resource *request_region(unsigned long start, unsigned long count,
                                const char *name)
{
    return request(&ioport_resource, "request_region", start, count, name);
}

void release_region(unsigned long start, unsigned long count)
{
    release(&ioport_resource, "release_region", start, count);
}

struct resource *request_mem_region(unsigned long start, unsigned long size,
                                    const char *name)
{
    return request(&iomem_resource, "request_mem_region", start, size, name);
}

void release_mem_region(unsigned long start, unsigned long size)
{
    release(&iomem_resource, "release_mem_region", start, size);
}

void show_resources(const struct resource *root)
{
    const int digits = root == &ioport_resource ? 4 : 8;
    const struct resource *node = root->child;

    while (node) {
        printk("  %s%0*lx-%0*lx : %s\n", node->parent == root ? "" : "  ",
               digits, node->start, digits, node->end, node->name);
        if (node->child) {
            node = node->child;
            continue;
        }
        while (node != root && !node->sibling)
            node = node->parent;
        node = node == root ? NULL : node->sibling;
    }
}
