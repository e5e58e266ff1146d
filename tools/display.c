/* SPDX-License-Identifier: MIT */
#include "tools/display.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/picture.h"

enum {
    TITLE_SIZE = 512,
    FIGURES_HEIGHT = 18, /* scan lines under the picture */
    PICTURES_MAX = 9999
};

#define NANOSECONDS_PER_MILLISECOND UINT64_C(1000000)
/* Pictures are drawn at the guest's rate, but not beyond this one. */
#define DRAWING_NANOSECONDS (10u * NANOSECONDS_PER_MILLISECOND)
#define FIGURES_NANOSECONDS (500u * NANOSECONDS_PER_MILLISECOND)

#define FIGURES_COLOUR     0xd0d0d0u
#define FIGURES_BACKGROUND 0x303030u

static void on_key(void *context, uint8_t usage, bool down)
{
    board_key(context, usage, down);
}

static void on_mouse(void *context, int dx, int dy, int dz, unsigned buttons)
{
    board_mouse(context, dx, dy, dz, buttons);
}

static bool make_picture(struct picture *picture, struct error *error)
{
    picture->pixels = malloc(PICTURE_PIXELS_MAX * sizeof(uint32_t));
    return picture->pixels || error_set(error, "out of memory");
}

/* What lies behind the last slash. */
static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void tell(struct display *display, const char *state)
{
    char title[TITLE_SIZE];

    (void)snprintf(title, sizeof title, "pagewalk: %.200s - %.200s%s",
                   display->name, state,
                   window_has_mouse(display->window)
                       ? " - Ctrl-Alt-G gives the mouse back"
                       : "");
    window_set_title(display->window, title);
}

static bool open_window(struct display *display, struct machine *machine,
                        struct error *error)
{
    const struct window_input input = {on_key, on_mouse, &machine->board};

    display->window = window_open("pagewalk", &input, error);
    if (!display->window || !make_picture(&display->shown, error))
        return false;
    tell(display, "starting");
    return true;
}

bool display_open(struct display *display, const struct run_options *options,
                  struct machine *machine, struct error *error)
{
    const char *path = options->screenshot;

    display->name = last_name(options->image ? options->image : "");
    if (path && !picture_can_save(path, error))
        return false;
    if ((path || options->display == DISPLAY_SDL) &&
        !make_picture(&display->picture, error))
        return false;
    return options->display != DISPLAY_SDL ||
           open_window(display, machine, error);
}

/* --- Under the picture --- */

static void draw_character(const struct picture *picture, unsigned x,
                           unsigned y, char character)
{
    for (unsigned line = 0; line < 16 && x + 8 <= picture->width; line++) {
        uint32_t *pixels =
            picture->pixels + (size_t)(y + line) * picture->width + x;
        const uint8_t dots = vga_font_line((uint8_t)character, line);

        for (unsigned i = 0; i < 8; i++)
            pixels[i] =
                dots >> (7 - i) & 1 ? FIGURES_COLOUR : FIGURES_BACKGROUND;
    }
}

/* Make the picture higher by a line of text. */
static void add_figures(struct display *display)
{
    struct picture *picture = &display->picture;
    const unsigned top = picture->height;
    const uint32_t end = picture->width * (top + FIGURES_HEIGHT);

    if (end > PICTURE_PIXELS_MAX)
        return;
    for (uint32_t i = picture->width * top; i < end; i++)
        picture->pixels[i] = FIGURES_BACKGROUND;
    picture->height += FIGURES_HEIGHT;
    for (unsigned i = 0; display->figures[i]; i++)
        draw_character(picture, 8 * (i + 1), top + 1, display->figures[i]);
}

/* --- In the window --- */

static size_t picture_bytes(const struct picture *picture)
{
    return (size_t)picture->width * picture->height * sizeof *picture->pixels;
}

static bool has_changed(const struct display *display)
{
    const struct picture *now = &display->picture;
    const struct picture *before = &display->shown;

    return now->width != before->width || now->height != before->height ||
           memcmp(now->pixels, before->pixels, picture_bytes(now)) != 0;
}

static void draw(struct display *display, struct board *board)
{
    struct picture swap;

    board_screen(board, &display->picture);
    if (display->figures_on)
        add_figures(display);
    if (!has_changed(display))
        return;
    window_show(display->window, &display->picture);
    swap = display->shown;
    display->shown = display->picture;
    display->picture = swap;
}

static void measure(struct display *display, struct machine *machine,
                    uint64_t now)
{
    const struct figures_sample sample = figures_take(machine, now);
    char text[FIGURES_TEXT_SIZE];

    figures_tell(&display->sample, &sample, true, text);
    figures_tell(&display->sample, &sample, false, display->figures);
    display->sample = sample;
    tell(display, text);
}

/* pagewalk-1.png, or the first number that is free. */
static void save_picture(struct display *display, struct board *board)
{
    char path[64] = "";
    struct error error;

    for (unsigned i = 1; i <= PICTURES_MAX; i++) {
        (void)snprintf(path, sizeof path, "pagewalk-%u.png", i);
        if (access(path, F_OK) != 0)
            break;
    }
    board_screen(board, &display->picture);
    if (picture_can_save(path, &error) &&
        picture_save(&display->picture, path, &error))
        (void)fprintf(stderr, "pagewalk: the screen is in %s\n", path);
    else
        (void)fprintf(stderr, "pagewalk: %s\n", error.text);
}

bool display_turn(struct display *display, struct machine *machine,
                  uint64_t now, unsigned milliseconds)
{
    const uint64_t frame = board_frames(&machine->board);
    unsigned wishes;

    if (!display->window)
        return true;
    wishes = window_wait(display->window, milliseconds);
    if (wishes & WINDOW_SHOW_FIGURES)
        display->figures_on = !display->figures_on;
    if (wishes & WINDOW_SAVE_PICTURE)
        save_picture(display, &machine->board);
    if (!display->stands && now - display->sample.host >= FIGURES_NANOSECONDS)
        measure(display, machine, now);
    if ((frame != display->frame || display->stands) &&
        now - display->drawn >= DRAWING_NANOSECONDS) {
        display->frame = frame;
        display->drawn = now;
        draw(display, &machine->board);
    }
    return !(wishes & WINDOW_CLOSE);
}

/* --- The end --- */

void display_stand(struct display *display, const char *state)
{
    display->stands = true;
    display->frame = 0;
    tell(display, state);
}

bool display_finish(struct display *display, const struct run_options *options,
                    struct board *board, struct error *error)
{
    window_close(display->window);
    display->window = NULL;
    if (!options->screenshot)
        return true;
    board_screen(board, &display->picture);
    return picture_save(&display->picture, options->screenshot, error);
}

void display_close(struct display *display)
{
    window_close(display->window);
    free(display->picture.pixels);
    free(display->shown.pixels);
    memset(display, 0, sizeof *display);
}
