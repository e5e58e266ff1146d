/* SPDX-License-Identifier: MIT */
/*
 * A block device that is nothing but memory: where there is no disk, the tour
 * swaps to it. Its pages are taken when it is made, so that it needs none
 * when memory is short.
 */
#ifndef DRIVERS_RAMDISK_H
#define DRIVERS_RAMDISK_H

#include "drivers/block.h"

/** Make one of so many pages; 0 without memory. */
struct block_device *ramdisk_create(unsigned long pages);

void ramdisk_destroy(struct block_device *device);

#endif
