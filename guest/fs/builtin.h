/* SPDX-License-Identifier: MIT */
/*
 * The files that the kernel's image brings along: fs/images.S has their
 * bytes, fs/builtin.c their names.
 */
#ifndef FS_BUILTIN_H
#define FS_BUILTIN_H

#include "fs/file.h"

/** The first byte of a file in the kernel's image, and the one behind it. */
struct image_range {
    const uint8_t *start;
    const uint8_t *end;
};

extern struct inode builtin_inode[];
extern const struct image_range builtin_image[];
extern const unsigned int builtin_count;

#endif
