/* SPDX-License-Identifier: MIT */
#include "host/window.h"

struct window *window_open(const char *title, const struct window_input *input,
                           struct error *error)
{
    (void)title;
    (void)input;
    (void)error_set(error, "this pagewalk was built without SDL");
    return NULL;
}

void window_close(struct window *window)
{
    (void)window;
}

unsigned window_wait(struct window *window, unsigned milliseconds)
{
    (void)window;
    (void)milliseconds;
    return WINDOW_CLOSE;
}

void window_show(struct window *window, const struct picture *picture)
{
    (void)window;
    (void)picture;
}

void window_set_title(struct window *window, const char *title)
{
    (void)window;
    (void)title;
}

bool window_has_mouse(const struct window *window)
{
    (void)window;
    return false;
}
