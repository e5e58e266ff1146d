/* SPDX-License-Identifier: MIT */
/*
 * What lies in a drive: bytes that can be read and perhaps written. Who owns
 * the bytes is not a device's business; host/disk_image.h is one such owner.
 *
 *   in    byte offsets, from a drive that has checked them against `size`
 *   out   bytes, or false: the drive tells its guest of a medium error
 */
#ifndef DEVICES_MEDIUM_H
#define DEVICES_MEDIUM_H

#include "base/types.h"

struct medium {
    uint64_t size; /**< bytes; 0: there is nothing in the drive */
    bool read_only;
    bool (*read)(void *context, uint64_t offset, void *data, uint32_t size);
    bool (*write)(void *context, uint64_t offset, const void *data,
                  uint32_t size);
    bool (*flush)(void *context);
    void *context;
};

#endif
