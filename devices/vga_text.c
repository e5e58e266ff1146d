/* SPDX-License-Identifier: MIT */
#include "devices/vga_registers.h"

enum {
    FIRST_LINE_GRAPHIC = 0xc0, /* characters whose dot 8 goes on into dot 9 */
    LAST_LINE_GRAPHIC = 0xdf,
    ATTRIBUTE_BLINKS = 0x80,
    ATTRIBUTE_FONT = 0x08,
    ATTRIBUTE_UNDERLINE = 0x77, /* of these bits, 01 is underlined */
    PLANE_OF_FONTS = 2
};

bool vga_is_text(const struct vga *vga)
{
    return !(vga->graphics[GRAPHICS_MISCELLANEOUS] & MISCELLANEOUS_GRAPHICS);
}

struct vga_text vga_text_screen(const struct vga *vga)
{
    const uint8_t *crtc = vga->crtc;
    const unsigned height =
        (crtc[CRTC_MAXIMUM_SCAN_LINE] & CRTC_SCAN_LINE) + 1u;

    return (struct vga_text){
        .columns = crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u,
        .rows = vga_lines(vga) / height,
        .pitch_bytes = crtc[CRTC_OFFSET] * 4u,
        .start_byte =
            2u * (uint32_t)(crtc[CRTC_START_HIGH] << 8 | crtc[CRTC_START_LOW]),
        .cell_height = height,
        .cell_width = vga_cell_width(vga),
        .blink = (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_BLINK) != 0,
        .cursor_on = !(crtc[CRTC_CURSOR_START] & CRTC_CURSOR_OFF),
        .cursor_cell =
            (unsigned)(crtc[CRTC_CURSOR_HIGH] << 8 | crtc[CRTC_CURSOR_LOW]),
        .cursor_first = crtc[CRTC_CURSOR_START] & CRTC_SCAN_LINE,
        .cursor_last = crtc[CRTC_CURSOR_END] & CRTC_SCAN_LINE,
    };
}

uint16_t vga_text_cell(const struct vga *vga, unsigned column, unsigned row)
{
    const struct vga_text text = vga_text_screen(vga);
    const uint32_t counter =
        text.start_byte / 2 + row * text.pitch_bytes / 2 + column;

    return (uint16_t)vga->planes[vga_display_address(vga, counter, 0)];
}

/*
 * Where the shapes of a character lie: one of eight maps of 8 KiB, named by
 * three bits that are not side by side. Attribute bit 3 chooses map A.
 */
static unsigned font_base(const struct vga *vga, unsigned attribute)
{
    const unsigned select = vga->sequencer[SEQUENCER_CHARACTER_MAP];
    const unsigned low =
        attribute & ATTRIBUTE_FONT ? select >> 2 & 3 : select & 3;
    const unsigned high =
        attribute & ATTRIBUTE_FONT ? select >> 5 & 1 : select >> 4 & 1;

    return low << 14 | high << 13;
}

/* Is the cursor on this line of this cell? The skew moves it to the right. */
static bool cursor_here(const struct vga_drawing *drawing, uint32_t counter,
                        unsigned row_scan)
{
    const uint8_t *crtc = drawing->vga->crtc;
    const unsigned cell =
        (unsigned)(crtc[CRTC_CURSOR_HIGH] << 8 | crtc[CRTC_CURSOR_LOW]) +
        (crtc[CRTC_CURSOR_END] >> 5 & 3);

    return drawing->cursor_on && (counter & 0xffff) == (cell & 0xffff) &&
           row_scan >= (crtc[CRTC_CURSOR_START] & CRTC_SCAN_LINE) &&
           row_scan <= (crtc[CRTC_CURSOR_END] & CRTC_SCAN_LINE);
}

/* Dots of one line of a character; bit 8 is the first, bit 0 the ninth. */
static unsigned shape(const struct vga *vga, unsigned character,
                      unsigned attribute, unsigned row_scan)
{
    const unsigned place =
        font_base(vga, attribute) + character * VGA_GLYPH_BYTES + row_scan;
    const unsigned dots = vga->planes[place] >> 8 * PLANE_OF_FONTS & 0xff;
    const bool joined =
        (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_LINE_GRAPHICS) &&
        character >= FIRST_LINE_GRAPHIC && character <= LAST_LINE_GRAPHIC;

    if (row_scan == (vga->crtc[CRTC_UNDERLINE] & CRTC_SCAN_LINE) &&
        (attribute & ATTRIBUTE_UNDERLINE) == 0x01)
        return 0x1ff;
    return dots << 1 | (joined ? dots & 1 : 0);
}

static void draw_cell(const struct vga_drawing *drawing, uint32_t counter,
                      unsigned row_scan, unsigned width, uint32_t *dots)
{
    const struct vga *vga = drawing->vga;
    const uint32_t cell =
        vga->planes[vga_display_address(vga, counter, row_scan)];
    const unsigned attribute = cell >> 8 & 0xff;
    unsigned foreground = attribute & 15;
    unsigned background = attribute >> 4;
    unsigned bits = shape(vga, cell & 0xff, attribute, row_scan);

    if (cursor_here(drawing, counter, row_scan)) {
        bits = 0x1ff;
    } else if (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_BLINK) {
        if ((attribute & ATTRIBUTE_BLINKS) && drawing->blink_off)
            bits = 0;
    }
    if (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_BLINK)
        background &= 7;
    for (unsigned i = 0; i < width; i++)
        dots[i] =
            drawing->colour[bits >> (8 - i) & 1 ? foreground : background];
}

void vga_draw_text(const struct vga_drawing *drawing, uint32_t counter,
                   unsigned row_scan, uint32_t *dots)
{
    const unsigned width = vga_cell_width(drawing->vga);

    for (unsigned i = 0; i < drawing->characters; i++)
        draw_cell(drawing, counter + i, row_scan, width,
                  dots + (size_t)i * width);
}
