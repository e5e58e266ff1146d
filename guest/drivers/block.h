/* SPDX-License-Identifier: MIT */
/*
 * A device that keeps pages: what swapping and the disk chapters see of it.
 */
#ifndef DRIVERS_BLOCK_H
#define DRIVERS_BLOCK_H

#include "mm/page.h"

struct block_device {
    const char *name;
    unsigned long pages; /**< its size */
    /** Move one page; false if the device failed. May sleep. */
    bool (*transfer)(struct block_device *device, unsigned long index,
                     struct page *page, bool write);
    void *driver; /**< the driver's own */
};

#endif
