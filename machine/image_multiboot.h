/* SPDX-License-Identifier: MIT */
/*
 * Multiboot 1 headers: found in the first 8192 bytes of an image, judged, and
 * where they carry load addresses of their own, followed.
 * "The Multiboot Specification", 0.6.96, "OS image format".
 */
#ifndef MACHINE_IMAGE_MULTIBOOT_H
#define MACHINE_IMAGE_MULTIBOOT_H

#include "machine/image.h"

/** Offset of the image's multiboot header, or SIZE_MAX if it has none. */
size_t image_multiboot_find(const struct image *image);

/**
 * Plan an image that has a multiboot header at `header`. Fails where the
 * header asks for what is not served.
 */
bool image_multiboot_plan(const struct image *image, size_t header,
                          struct image_plan *plan, struct error *error);

#endif
