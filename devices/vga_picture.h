/* SPDX-License-Identifier: MIT */
/*
 * A picture of the screen: what a monitor would show, a pixel a dot.
 *
 *   in    room for the pixels, given by whoever wants the picture
 *   out   lines from top to bottom, XRGB8888
 */
#ifndef DEVICES_VGA_PICTURE_H
#define DEVICES_VGA_PICTURE_H

#include "base/types.h"

/** The most that registers can ask for: 256 characters of 9 doubled dots. */
enum { PICTURE_PIXELS_MAX = 256 * 9 * 2 * 1024 };

struct picture {
    uint32_t *pixels; /**< room for PICTURE_PIXELS_MAX */
    unsigned width;
    unsigned height;
};

#endif
