/* SPDX-License-Identifier: MIT */
/*
 * The code of an ELF file, by linear address, for those who have a trace and
 * no machine.
 */
#ifndef TOOLS_CODE_IMAGE_H
#define TOOLS_CODE_IMAGE_H

#include "base/error.h"
#include "base/types.h"

struct code_image;

/** Read the file. NULL: `error` says why. */
struct code_image *code_image_open(const char *path, struct error *error);
void code_image_close(struct code_image *image);

/** Copy up to `size` bytes at `linear`; returns how many there are. */
size_t code_image_read(const struct code_image *image, linear_addr linear,
                       uint8_t *bytes, size_t size);

#endif
