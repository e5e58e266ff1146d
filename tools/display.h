/* SPDX-License-Identifier: MIT */
/*
 * The guest's screen, as a run shows it: in a window while it goes on, and as
 * a picture of the end.
 *
 *   in    struct run_options, the machine
 *   out   keys and mouse to the board
 *   next  host/window.h, host/picture.h
 */
#ifndef TOOLS_DISPLAY_H
#define TOOLS_DISPLAY_H

#include "host/window.h"
#include "tools/figures.h"
#include "tools/options.h"

struct display {
    struct picture picture; /**< its pixels on the heap, or NULL */
    struct picture shown;   /**< what the window shows, likewise */
    struct window *window;  /**< NULL: none */
    const char *name;       /**< of the image */
    bool figures_on;
    bool stands;    /**< the machine has stopped */
    uint64_t frame; /**< of the guest's screen, as drawn last */
    uint64_t drawn; /**< when: host nanoseconds */
    struct figures_sample sample;
    char figures[FIGURES_TEXT_SIZE];
};

/** Make ready what the options ask for. Close in either case. */
bool display_open(struct display *display, const struct run_options *options,
                  struct machine *machine, struct error *error);

/**
 * Between two slices of a run: hand over keys, waiting for them up to
 * `milliseconds`, and show what has changed. False when the user closes the
 * window. Without a window: true at once.
 */
bool display_turn(struct display *display, struct machine *machine,
                  uint64_t now, unsigned milliseconds);

/** The machine has stopped for good: the title says why from now on. */
void display_stand(struct display *display, const char *state);

/** The run is over: write the picture that was asked for. */
bool display_finish(struct display *display, const struct run_options *options,
                    struct board *board, struct error *error);

void display_close(struct display *display);

#endif
