/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "devices/vga_registers.h"

enum {
    CHARACTERS_MAX = 256 + 1, /* one more, for panning */
    DOTS_MAX = CHARACTERS_MAX * 9,
    /* Frames that the cursor, and blinking text, stay as they are. */
    CURSOR_FRAMES = 8,
    BLINK_FRAMES = 16
};

/* Where the picture's lines come from. */
struct layout {
    unsigned cell_width;
    unsigned width; /* dots before doubling */
    unsigned line_compare;
    unsigned height; /* scan lines of a row */
    unsigned scan_shift;
    uint32_t start;
    unsigned preset;
    unsigned pitch;
    unsigned panning; /* dots */
    unsigned split_panning;
    bool doubled;
};

/* Dots that the picture is moved to the left by. */
static unsigned panning(const struct vga *vga)
{
    const unsigned value = vga->attribute[ATTRIBUTE_PANNING] & 15;

    if (vga_is_text(vga) && vga_cell_width(vga) == 9)
        return value >= 8 ? 0 : value + 1;
    if (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_8_BITS)
        return value & 6;
    return value & 7;
}

static struct layout layout_of(const struct vga *vga)
{
    const uint8_t *crtc = vga->crtc;
    const unsigned cell_width = vga_is_text(vga) ? vga_cell_width(vga) : 8;
    const unsigned preset = crtc[CRTC_PRESET_ROW_SCAN];
    const bool split =
        (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_PANNING_SPLIT) != 0;

    return (struct layout){
        .cell_width = cell_width,
        .width = (crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u) * cell_width,
        .line_compare = vga_line_compare(vga),
        .height = (crtc[CRTC_MAXIMUM_SCAN_LINE] & CRTC_SCAN_LINE) + 1u,
        .scan_shift = crtc[CRTC_MAXIMUM_SCAN_LINE] & CRTC_DOUBLE_SCAN ? 1 : 0,
        .start = (uint32_t)(crtc[CRTC_START_HIGH] << 8 | crtc[CRTC_START_LOW]) +
                 (preset >> 5 & 3),
        .preset = preset & CRTC_SCAN_LINE,
        .pitch = crtc[CRTC_OFFSET] * 2u,
        .panning = panning(vga),
        .split_panning = split ? 0 : panning(vga),
        .doubled = (vga->sequencer[SEQUENCER_CLOCKING] & CLOCKING_HALF) != 0};
}

static void start_drawing(struct vga_drawing *drawing, const struct vga *vga)
{
    const unsigned enabled = vga->attribute[ATTRIBUTE_PLANE_ENABLE] & 15;
    const uint64_t frame = vga_frames(vga);

    drawing->vga = vga;
    drawing->characters = vga->crtc[CRTC_HORIZONTAL_DISPLAY_END] + 2u;
    drawing->blink_off = frame / BLINK_FRAMES % 2 != 0;
    drawing->cursor_on = !(vga->crtc[CRTC_CURSOR_START] & CRTC_CURSOR_OFF) &&
                         frame / CURSOR_FRAMES % 2 == 0;
    for (unsigned i = 0; i < VGA_PALETTE_ENTRIES; i++)
        drawing->dac[i] = vga_dac_colour(vga, i);
    for (unsigned i = 0; i < 16; i++)
        drawing->colour[i] =
            drawing->dac[vga_attribute_entry(vga, i & enabled)];
}

/* Dots to pixels: one each, or two. */
static void put_line(const struct layout *layout, const uint32_t *dots,
                     uint32_t *pixels)
{
    if (!layout->doubled) {
        memcpy(pixels, dots, layout->width * sizeof *pixels);
        return;
    }
    for (unsigned i = 0; i < layout->width; i++) {
        pixels[0] = dots[i];
        pixels[1] = dots[i];
        pixels += 2;
    }
}

static void draw_line(const struct vga_drawing *drawing,
                      const struct layout *layout, unsigned line,
                      uint32_t *pixels)
{
    const bool split = line > layout->line_compare;
    const unsigned below = split ? line - layout->line_compare - 1 : line;
    const unsigned scan =
        (below >> layout->scan_shift) + (split ? 0 : layout->preset);
    const uint32_t counter =
        (split ? 0 : layout->start) + scan / layout->height * layout->pitch;
    uint32_t dots[DOTS_MAX];

    if (vga_is_text(drawing->vga))
        vga_draw_text(drawing, counter, scan % layout->height, dots);
    else
        vga_draw_graphics(drawing, counter, scan % layout->height, dots);
    put_line(layout, dots + (split ? layout->split_panning : layout->panning),
             pixels);
}

/* Nothing is shown while the screen is off, or has no sync. */
static bool is_dark(const struct vga *vga)
{
    return (vga->sequencer[SEQUENCER_CLOCKING] & CLOCKING_SCREEN_OFF) ||
           !(vga->attribute_index & ATTRIBUTE_SOURCE) ||
           !(vga->crtc[CRTC_MODE] & CRTC_MODE_SYNC);
}

void vga_render(struct vga *vga, struct picture *picture)
{
    const struct layout layout = layout_of(vga);
    struct vga_drawing drawing;

    picture->width = layout.width << (layout.doubled ? 1 : 0);
    picture->height = vga_lines(vga);
    if (is_dark(vga)) {
        memset(picture->pixels, 0,
               sizeof *picture->pixels * picture->width * picture->height);
        return;
    }
    vga_settle(vga);
    start_drawing(&drawing, vga);
    for (unsigned line = 0; line < picture->height; line++)
        draw_line(&drawing, &layout, line,
                  picture->pixels + (size_t)line * picture->width);
}
