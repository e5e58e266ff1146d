/* SPDX-License-Identifier: MIT */
#include "tools/display.h"

#include <stdlib.h>

#include "host/picture.h"

static bool make_picture(struct display *display, struct error *error)
{
    display->picture.pixels = malloc(PICTURE_PIXELS_MAX * sizeof(uint32_t));
    return display->picture.pixels || error_set(error, "out of memory");
}

bool display_open(struct display *display, const struct run_options *options,
                  struct error *error)
{
    const char *path = options->screenshot;

    return !path ||
           (picture_can_save(path, error) && make_picture(display, error));
}

bool display_finish(struct display *display, const struct run_options *options,
                    struct board *board, struct error *error)
{
    if (!options->screenshot)
        return true;
    board_screen(board, &display->picture);
    return picture_save(&display->picture, options->screenshot, error);
}

void display_close(struct display *display)
{
    free(display->picture.pixels);
    display->picture.pixels = NULL;
}
