/* SPDX-License-Identifier: MIT */
/*
 * The image files of a run: opened as the options name them, watched while
 * the guest uses them, closed.
 */
#ifndef TOOLS_DRIVES_H
#define TOOLS_DRIVES_H

#include "host/disk_image.h"
#include "machine/wiring_storage.h"
#include "tools/options.h"

enum { DRIVES_MAX = BOARD_DISKS + BOARD_FLOPPIES + 1 };

struct drives {
    struct disk_image image[DRIVES_MAX];
    char *path[DRIVES_MAX]; /**< without ",rw" */
    unsigned count;
};

/**
 * Open every image and put it into `media`. Fails with one line that names
 * the file; close in either case.
 */
bool drives_open(struct drives *drives, const struct run_options *options,
                 struct board_media *media, struct error *error);

/** False once an image could not be read or written. */
bool drives_ok(const struct drives *drives, struct error *error);

/** Close all; false, with the first trouble, if not all went well. */
bool drives_close(struct drives *drives, struct error *error);

#endif
