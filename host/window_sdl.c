/* SPDX-License-Identifier: MIT */
#include "host/window.h"

#include <SDL.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libSDL2-2.0.so.0"

enum {
    KEYS = 256,
    FIRST_WIDTH = 720,
    FIRST_HEIGHT = 400,
    LARGEST_FIRST_SCALE = 3
};

/*
 * The functions of SDL that are called, without their SDL_. It is loaded only
 * when a window is wanted: it brings some fifty libraries along, which a run
 * without a window would wait for at its start.
 */
#define SDL_FUNCTIONS(X)      \
    X(CreateRenderer)         \
    X(CreateTexture)          \
    X(CreateWindow)           \
    X(DestroyRenderer)        \
    X(DestroyTexture)         \
    X(DestroyWindow)          \
    X(GetDisplayUsableBounds) \
    X(GetError)               \
    X(GetRendererOutputSize)  \
    X(GetWindowFlags)         \
    X(GetWindowSize)          \
    X(Init)                   \
    X(PollEvent)              \
    X(Quit)                   \
    X(RenderClear)            \
    X(RenderCopy)             \
    X(RenderPresent)          \
    X(SetHint)                \
    X(SetRelativeMouseMode)   \
    X(SetRenderDrawColor)     \
    X(SetWindowFullscreen)    \
    X(SetWindowKeyboardGrab)  \
    X(SetWindowSize)          \
    X(SetWindowTitle)         \
    X(UpdateTexture)          \
    X(WaitEventTimeout)

#define SDL_MEMBER(name) __typeof__(&SDL_##name) name;

struct sdl {
    bool is_open;
    SDL_FUNCTIONS(SDL_MEMBER)
};

struct window {
    struct sdl sdl;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture; /* NULL until a picture was shown */
    int width;            /* of the picture */
    int height;
    struct window_input input;
    bool down[KEYS]; /* what the guest believes */
    unsigned buttons;
    bool has_mouse;
    bool fullscreen;
    unsigned wishes;
};

/* --- The library --- */

/* Put the address of `name` into `function`, a pointer to a function: C has
 * no conversion from a pointer to data. */
static bool find(void *library, const char *name, void *function)
{
    void *const address = dlsym(library, name);

    memcpy(function, &address, sizeof address);
    return address != NULL;
}

/* It stays until the process ends: libraries under it have threads, and
 * memory that they would leave behind. */
static bool sdl_open(struct sdl *sdl, struct error *error)
{
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool found = true;

    if (!library)
        return error_set(error, "%s", dlerror());
#define FIND(name) found = found && find(library, "SDL_" #name, &sdl->name);
    SDL_FUNCTIONS(FIND)
#undef FIND
    sdl->is_open = found;
    return found || error_set(error, LIBRARY " is too old");
}

/* --- Opening --- */

static bool refuse(const struct window *window, struct error *error)
{
    return error_set(error, "no window: %s", window->sdl.GetError());
}

/* The largest whole number by which a text screen fits on this one. */
static int first_scale(const struct window *window)
{
    SDL_Rect usable;
    int scale = 1;

    if (window->sdl.GetDisplayUsableBounds(0, &usable) != 0)
        return scale;
    while (scale < LARGEST_FIRST_SCALE &&
           (scale + 1) * FIRST_WIDTH <= usable.w &&
           (scale + 1) * FIRST_HEIGHT <= usable.h)
        scale++;
    return scale;
}

static bool open_parts(struct window *window, const char *title,
                       struct error *error)
{
    const int scale = first_scale(window);

    window->window = window->sdl.CreateWindow(
        title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
        scale * FIRST_WIDTH, scale * FIRST_HEIGHT, SDL_WINDOW_RESIZABLE);
    if (!window->window)
        return refuse(window, error);
    window->renderer = window->sdl.CreateRenderer(window->window, -1, 0);
    return window->renderer || refuse(window, error);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && *value;
}

/* Where it finds no screen, SDL falls back on one that nobody sees. That is
 * for those who ask for it by name. */
static bool start_video(struct window *window, struct error *error)
{
    if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") &&
        !is_set("SDL_VIDEODRIVER"))
        return error_set(error,
                         "no window: there is no screen, DISPLAY is not set");
    if (!sdl_open(&window->sdl, error))
        return false;
    /* Signals, and whether the screen goes dark, are not SDL's business. */
    (void)window->sdl.SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    (void)window->sdl.SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    (void)window->sdl.SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
    return window->sdl.Init(SDL_INIT_VIDEO) == 0 || refuse(window, error);
}

struct window *window_open(const char *title, const struct window_input *input,
                           struct error *error)
{
    struct window *window = calloc(1, sizeof *window);

    if (!window) {
        (void)error_set(error, "out of memory");
        return NULL;
    }
    window->input = *input;
    if (!start_video(window, error) || !open_parts(window, title, error)) {
        window_close(window);
        return NULL;
    }
    return window;
}

void window_close(struct window *window)
{
    if (!window)
        return;
    if (window->texture)
        window->sdl.DestroyTexture(window->texture);
    if (window->renderer)
        window->sdl.DestroyRenderer(window->renderer);
    if (window->window)
        window->sdl.DestroyWindow(window->window);
    if (window->sdl.is_open)
        window->sdl.Quit();
    free(window);
}

/* --- Pictures --- */

/* Where the picture goes: in the middle, enlarged by a whole number where it
 * fits at all. */
static SDL_Rect place(const struct window *window)
{
    SDL_Rect rect = {0, 0, window->width, window->height};
    int width = 0;
    int height = 0;
    int scale;

    (void)window->sdl.GetRendererOutputSize(window->renderer, &width, &height);
    scale = width / rect.w < height / rect.h ? width / rect.w : height / rect.h;
    if (scale >= 1) {
        rect.w *= scale;
        rect.h *= scale;
    } else if ((int64_t)width * rect.h < (int64_t)height * rect.w) {
        rect.h = (int)((int64_t)rect.h * width / rect.w);
        rect.w = width;
    } else {
        rect.w = (int)((int64_t)rect.w * height / rect.h);
        rect.h = height;
    }
    rect.x = (width - rect.w) / 2;
    rect.y = (height - rect.h) / 2;
    return rect;
}

static void paint(struct window *window)
{
    const SDL_Rect rect = place(window);

    (void)window->sdl.SetRenderDrawColor(window->renderer, 0, 0, 0, 255);
    (void)window->sdl.RenderClear(window->renderer);
    (void)window->sdl.RenderCopy(window->renderer, window->texture, NULL,
                                 &rect);
    window->sdl.RenderPresent(window->renderer);
}

/* The window keeps its scale when the picture's size changes. */
static void follow_size(struct window *window, int width, int height)
{
    int have_width;
    int have_height;
    int scale = 1;

    if (window->fullscreen ||
        window->sdl.GetWindowFlags(window->window) & SDL_WINDOW_MAXIMIZED)
        return;
    window->sdl.GetWindowSize(window->window, &have_width, &have_height);
    if (window->texture)
        scale = have_width / window->width;
    else
        scale = have_width / FIRST_WIDTH;
    if (scale < 1)
        scale = 1;
    window->sdl.SetWindowSize(window->window, scale * width, scale * height);
}

static bool fit_texture(struct window *window, int width, int height)
{
    if (window->texture && width == window->width && height == window->height)
        return true;
    follow_size(window, width, height);
    if (window->texture)
        window->sdl.DestroyTexture(window->texture);
    window->texture =
        window->sdl.CreateTexture(window->renderer, SDL_PIXELFORMAT_RGB888,
                                  SDL_TEXTUREACCESS_STREAMING, width, height);
    window->width = width;
    window->height = height;
    return window->texture != NULL;
}

void window_show(struct window *window, const struct picture *picture)
{
    if (!fit_texture(window, (int)picture->width, (int)picture->height))
        return;
    (void)window->sdl.UpdateTexture(
        window->texture, NULL, picture->pixels,
        (int)(picture->width * sizeof *picture->pixels));
    paint(window);
}

void window_set_title(struct window *window, const char *title)
{
    window->sdl.SetWindowTitle(window->window, title);
}

/* --- Keys and mouse --- */

bool window_has_mouse(const struct window *window)
{
    return window->has_mouse;
}

static void take_mouse(struct window *window, bool take)
{
    window->has_mouse =
        window->sdl.SetRelativeMouseMode(take ? SDL_TRUE : SDL_FALSE) == 0 &&
        take;
    window->sdl.SetWindowKeyboardGrab(window->window,
                                      window->has_mouse ? SDL_TRUE : SDL_FALSE);
}

static void fill_screen(struct window *window)
{
    const bool full = !window->fullscreen;

    if (window->sdl.SetWindowFullscreen(
            window->window, full ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0) == 0)
        window->fullscreen = full;
}

/* True if the key was one of the window's own. */
static bool chord(struct window *window, const SDL_KeyboardEvent *event)
{
    const unsigned held = event->keysym.mod; /* then, not now */

    if (event->repeat || !(held & KMOD_CTRL) || !(held & KMOD_LALT))
        return false;
    switch ((int)event->keysym.scancode) {
    case SDL_SCANCODE_G: take_mouse(window, false); return true;
    case SDL_SCANCODE_F: fill_screen(window); return true;
    case SDL_SCANCODE_Q: window->wishes |= WINDOW_CLOSE; return true;
    case SDL_SCANCODE_S: window->wishes |= WINDOW_SAVE_PICTURE; return true;
    case SDL_SCANCODE_I: window->wishes |= WINDOW_SHOW_FIGURES; return true;
    default: return false;
    }
}

static void set_key(struct window *window, unsigned usage, bool down)
{
    if (usage >= KEYS || window->down[usage] == down)
        return;
    window->down[usage] = down;
    window->input.key(window->input.context, (uint8_t)usage, down);
}

/* SDL's scan codes are the usage numbers. A key that is held down goes down
 * again and again, as it does for a guest that hears a real keyboard. */
static void on_key(struct window *window, const SDL_KeyboardEvent *event)
{
    const unsigned usage = event->keysym.scancode;
    const bool down = event->type == SDL_KEYDOWN;

    if (down && chord(window, event))
        return;
    if (!event->repeat)
        set_key(window, usage, down);
    else if (usage < KEYS && window->down[usage])
        window->input.key(window->input.context, (uint8_t)usage, true);
}

/* A key that goes up while another window has the keyboard is not seen. */
static void release_keys(struct window *window)
{
    for (unsigned usage = 0; usage < KEYS; usage++)
        set_key(window, usage, false);
}

static void send_mouse(struct window *window, int dx, int dy, int dz)
{
    window->input.mouse(window->input.context, dx, dy, dz, window->buttons);
}

static unsigned button_bit(uint8_t button)
{
    switch (button) {
    case SDL_BUTTON_LEFT: return 1;
    case SDL_BUTTON_RIGHT: return 2;
    case SDL_BUTTON_MIDDLE: return 4;
    default: return 0;
    }
}

/* The click that takes the mouse is not the guest's. */
static void on_button(struct window *window, const SDL_MouseButtonEvent *event)
{
    const unsigned bit = button_bit(event->button);

    if (!window->has_mouse) {
        if (event->type == SDL_MOUSEBUTTONDOWN)
            take_mouse(window, true);
        return;
    }
    if (event->type == SDL_MOUSEBUTTONDOWN)
        window->buttons |= bit;
    else
        window->buttons &= ~bit;
    send_mouse(window, 0, 0, 0);
}

static void on_window(struct window *window, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_CLOSE: window->wishes |= WINDOW_CLOSE; break;
    case SDL_WINDOWEVENT_FOCUS_LOST: release_keys(window); break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        if (window->texture)
            paint(window);
        break;
    default: break;
    }
}

static void on_event(struct window *window, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_QUIT: window->wishes |= WINDOW_CLOSE; break;
    case SDL_WINDOWEVENT: on_window(window, &event->window); break;
    case SDL_KEYDOWN:
    case SDL_KEYUP: on_key(window, &event->key); break;
    case SDL_MOUSEMOTION:
        if (window->has_mouse)
            send_mouse(window, event->motion.xrel, event->motion.yrel, 0);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP: on_button(window, &event->button); break;
    case SDL_MOUSEWHEEL:
        if (window->has_mouse)
            send_mouse(window, 0, 0, event->wheel.y);
        break;
    default: break;
    }
}

unsigned window_wait(struct window *window, unsigned milliseconds)
{
    SDL_Event event;

    window->wishes = 0;
    if (milliseconds == 0 ||
        window->sdl.WaitEventTimeout(&event, (int)milliseconds)) {
        if (milliseconds != 0)
            on_event(window, &event);
        while (window->sdl.PollEvent(&event))
            on_event(window, &event);
    }
    return window->wishes;
}
