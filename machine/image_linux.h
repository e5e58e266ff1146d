/* SPDX-License-Identifier: MIT */
/*
 * Linux kernels as bzImage: the setup header at offset 0x1f1, judged, and what
 * it says about where the kernel goes. Other programs come in this form too
 * (memtest86+ is one).
 * "The Linux/x86 Boot Protocol", of Linux 6.1.
 */
#ifndef MACHINE_IMAGE_LINUX_H
#define MACHINE_IMAGE_LINUX_H

#include "machine/image.h"

/** The setup header has the same offsets in the file and in the zero page. */
enum {
    LINUX_HEADER = 0x1f1,      /**< its first byte */
    LINUX_HEADER_LIMIT = 0x290 /**< it ends here at the latest */
};

/** Is this a bzImage, or an older kernel of the same kind? */
bool image_is_linux(const struct image *image);

/**
 * Plan a kernel that is entered by the 32-bit boot protocol. Fails with one
 * line: truncated, too old for the protocol, a header that contradicts itself,
 * no 32-bit entry point.
 */
bool image_linux_plan(const struct image *image, struct image_plan *plan,
                      struct error *error);

#endif
