/* SPDX-License-Identifier: MIT */
/*
 * A window that shows pictures and hands over keys and mouse. Keys are named
 * by their usage numbers of the USB HID tables, page 7: by place, not by what
 * is printed on them.
 *
 *   in    pictures, a title
 *   out   keys and mouse to callbacks, what the user wants of the window
 *   next  SDL, if the build has it; it is started by window_open() alone
 *
 * Chords of the window itself, all with Ctrl and the left Alt: G gives the
 * mouse back, F fills the screen, S saves a picture, I shows a line of figures.
 */
#ifndef HOST_WINDOW_H
#define HOST_WINDOW_H

#include "base/error.h"
#include "devices/vga_picture.h"

/** What the user has asked for, as bits. */
enum window_wish {
    WINDOW_CLOSE = 1,
    WINDOW_SAVE_PICTURE = 2,
    WINDOW_SHOW_FIGURES = 4 /**< or no longer */
};

/** Who gets keys and mouse. */
struct window_input {
    void (*key)(void *context, uint8_t usage, bool down);
    /** Movement right, down and of the wheel up; buttons left, right, middle
     * from bit 0 on. */
    void (*mouse)(void *context, int dx, int dy, int dz, unsigned buttons);
    void *context;
};

struct window;

/** Open one; NULL with the reason if there is no screen to open it on. */
struct window *window_open(const char *title, const struct window_input *input,
                           struct error *error);
void window_close(struct window *window);

/**
 * Handle what the user has done, waiting for it up to `milliseconds`. Gives
 * the sum of the wishes.
 */
unsigned window_wait(struct window *window, unsigned milliseconds);

/** Show a picture, enlarged by a whole number; the window takes its size. */
void window_show(struct window *window, const struct picture *picture);

void window_set_title(struct window *window, const char *title);

/** True while the mouse is the guest's. */
bool window_has_mouse(const struct window *window);

#endif
