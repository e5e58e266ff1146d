/* SPDX-License-Identifier: MIT */
/*
 * Pictures of the screen as PNG files.
 *
 *   in    struct picture, a path
 *   next  libpng, if the build has it
 */
#ifndef HOST_PICTURE_H
#define HOST_PICTURE_H

#include "base/error.h"
#include "devices/vga_picture.h"

/** False if this build cannot write pictures, or not there: says why. */
bool picture_can_save(const char *path, struct error *error);

/** Write it; after a failure no half of a file is left. */
bool picture_save(const struct picture *picture, const char *path,
                  struct error *error);

#endif
