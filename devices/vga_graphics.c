/* SPDX-License-Identifier: MIT */
#include "devices/vga_registers.h"

enum { DOTS = 8 };

/*
 * Bit 0 of each of the four bytes, as a number; plane 0 is its lowest bit.
 * Each bit is moved to its place in the top byte; the copies never meet.
 */
static unsigned gather(uint32_t planes)
{
    return (planes & 0x01010101u) * 0x01020408u >> 24 & 15;
}

/* Eight dots, four planes deep. */
static void draw_planar(const struct vga_drawing *drawing, uint32_t planes,
                        uint32_t *dots)
{
    for (unsigned i = 0; i < DOTS; i++)
        dots[i] = drawing->colour[gather(planes >> (DOTS - 1 - i))];
}

/* Two bits a dot: four dots of planes 0 and 2, then four of 1 and 3. */
static void draw_interleaved(const struct vga_drawing *drawing, uint32_t planes,
                             uint32_t *dots)
{
    for (unsigned i = 0; i < DOTS; i++) {
        const uint32_t pair = planes >> (i < 4 ? 0 : 8);
        const unsigned shift = 6 - i % 4 * 2;

        dots[i] =
            drawing
                ->colour[(pair >> shift & 3) | (pair >> 16 >> shift & 3) << 2];
    }
}

/* Four pixels, two dots each. */
static void draw_256(const struct vga_drawing *drawing, uint32_t planes,
                     uint32_t *dots)
{
    for (unsigned i = 0; i < DOTS; i++)
        dots[i] = drawing->dac[planes >> i / 2 * 8 & 0xff];
}

/* The counter moves with each character, each second or each fourth one. */
static uint32_t counted(const struct vga *vga, unsigned characters)
{
    if (vga->crtc[CRTC_UNDERLINE] & CRTC_COUNT_BY_4)
        return characters / 4;
    return vga->crtc[CRTC_MODE] & CRTC_MODE_COUNT_BY_2 ? characters / 2
                                                       : characters;
}

void vga_draw_graphics(const struct vga_drawing *drawing, uint32_t counter,
                       unsigned row_scan, uint32_t *dots)
{
    const struct vga *vga = drawing->vga;
    const uint8_t mode = vga->graphics[GRAPHICS_MODE];

    for (unsigned i = 0; i < drawing->characters; i++, dots += DOTS) {
        const uint32_t planes = vga->planes[vga_display_address(
            vga, counter + counted(vga, i), row_scan)];

        if (mode & MODE_SHIFT_256)
            draw_256(drawing, planes, dots);
        else if (mode & MODE_SHIFT_INTERLEAVED)
            draw_interleaved(drawing, planes, dots);
        else
            draw_planar(drawing, planes, dots);
    }
}
