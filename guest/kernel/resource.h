/* SPDX-License-Identifier: MIT */
/*
 * Who owns which ports and which physical addresses: two trees of ranges.
 *
 *   in    a range that a driver wants
 *   out   a node in the tree, or a refusal that names the owner
 *
 * To own a range does not make it work, and a driver that never asked could
 * touch it all the same: the trees keep drivers from each other, not the
 * processor from the bus.
 */
#ifndef KERNEL_RESOURCE_H
#define KERNEL_RESOURCE_H

#include "kernel/types.h"

struct resource {
    const char *name;
    unsigned long start;
    unsigned long end; /**< the last one, too */
    struct resource *parent;
    struct resource *sibling; /**< by rising address */
    struct resource *child;
};

/** The roots: all ports, all physical addresses. */
extern struct resource ioport_resource;
extern struct resource iomem_resource;

/** Enter what every PC has, and the memory that there is. */
void resources_init(void);

/** Put `resource` below `root`, or below what there contains it whole. */
bool request_resource(struct resource *root, struct resource *resource);

/** Own `count` ports from `start`. Returns 0, after a complaint, if not. */
struct resource *request_region(unsigned long start, unsigned long count,
                                const char *name);
void release_region(unsigned long start, unsigned long count);

/** The same for `size` bytes of physical addresses. */
struct resource *request_mem_region(unsigned long start, unsigned long size,
                                    const char *name);
void release_mem_region(unsigned long start, unsigned long size);

/** Print a tree as /proc/ioports and /proc/iomem do. */
void show_resources(const struct resource *root);

#endif
