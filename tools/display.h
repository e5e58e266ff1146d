/* SPDX-License-Identifier: MIT */
/*
 * The guest's screen, as a run shows it: a picture of the end.
 *
 *   in    struct run_options, the board
 *   next  host/picture.h
 */
#ifndef TOOLS_DISPLAY_H
#define TOOLS_DISPLAY_H

#include "machine/wiring.h"
#include "tools/options.h"

struct display {
    struct picture picture; /**< its pixels on the heap, or NULL */
};

/** Make ready what the options ask for. Close in either case. */
bool display_open(struct display *display, const struct run_options *options,
                  struct error *error);

/** The run is over: write the picture that was asked for. */
bool display_finish(struct display *display, const struct run_options *options,
                    struct board *board, struct error *error);

void display_close(struct display *display);

#endif
