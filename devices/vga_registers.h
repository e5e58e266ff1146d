/* SPDX-License-Identifier: MIT */
/*
 * Words that the parts of the VGA share: numbers and bits of its registers,
 * and what one part asks of another. Only devices/vga_*.c includes this.
 *
 *   in    struct vga
 *   out   what its registers say, part by part
 *
 * "IBM VGA Technical Reference" (Personal System/2 Hardware Interface
 * Technical Reference, "Video Subsystem").
 */
#ifndef DEVICES_VGA_REGISTERS_H
#define DEVICES_VGA_REGISTERS_H

#include "devices/vga.h"

enum {
    MISC_COLOUR_PORTS = 0x01,
    MISC_RAM_ENABLE = 0x02,
    MISC_CLOCK_28_MHZ = 0x04
};

enum {
    SEQUENCER_CLOCKING = 1,
    SEQUENCER_MAP_MASK = 2,
    SEQUENCER_CHARACTER_MAP = 3,
    SEQUENCER_MEMORY_MODE = 4,
    CLOCKING_8_DOTS = 0x01,
    CLOCKING_HALF = 0x08,
    CLOCKING_SCREEN_OFF = 0x20,
    MEMORY_MODE_SEQUENTIAL = 0x04, /* clear: odd/even */
    MEMORY_MODE_CHAIN_4 = 0x08
};

enum {
    GRAPHICS_SET_RESET = 0,
    GRAPHICS_ENABLE_SET_RESET = 1,
    GRAPHICS_COLOUR_COMPARE = 2,
    GRAPHICS_ROTATE = 3,
    GRAPHICS_READ_MAP = 4,
    GRAPHICS_MODE = 5,
    GRAPHICS_MISCELLANEOUS = 6,
    GRAPHICS_COLOUR_CARE = 7,
    GRAPHICS_BIT_MASK = 8,
    MODE_WRITE = 0x03,
    MODE_READ_COMPARE = 0x08,
    MODE_ODD_EVEN = 0x10,
    MODE_SHIFT_INTERLEAVED = 0x20,
    MODE_SHIFT_256 = 0x40,
    MISCELLANEOUS_GRAPHICS = 0x01,
    MISCELLANEOUS_CHAIN_ODD_EVEN = 0x02
};

enum {
    ATTRIBUTE_INDEX = 0x1f,
    ATTRIBUTE_SOURCE = 0x20, /* in the index: the screen has the palette */
    ATTRIBUTE_MODE = 0x10,   /* registers below it are the palette */
    ATTRIBUTE_PLANE_ENABLE = 0x12,
    ATTRIBUTE_PANNING = 0x13,
    ATTRIBUTE_COLOUR_SELECT = 0x14,
    ATTRIBUTE_MODE_LINE_GRAPHICS = 0x04,
    ATTRIBUTE_MODE_BLINK = 0x08,
    ATTRIBUTE_MODE_PANNING_SPLIT = 0x20,
    ATTRIBUTE_MODE_8_BITS = 0x40,
    ATTRIBUTE_MODE_PALETTE_54 = 0x80
};

enum {
    CRTC_HORIZONTAL_TOTAL = 0x00,
    CRTC_HORIZONTAL_DISPLAY_END = 0x01,
    CRTC_VERTICAL_TOTAL = 0x06,
    CRTC_OVERFLOW = 0x07,
    CRTC_PRESET_ROW_SCAN = 0x08,
    CRTC_MAXIMUM_SCAN_LINE = 0x09,
    CRTC_CURSOR_START = 0x0a,
    CRTC_CURSOR_END = 0x0b,
    CRTC_START_HIGH = 0x0c,
    CRTC_START_LOW = 0x0d,
    CRTC_CURSOR_HIGH = 0x0e,
    CRTC_CURSOR_LOW = 0x0f,
    CRTC_RETRACE_START = 0x10,
    CRTC_RETRACE_END = 0x11,
    CRTC_DISPLAY_END = 0x12,
    CRTC_OFFSET = 0x13,
    CRTC_UNDERLINE = 0x14,
    CRTC_MODE = 0x17,
    CRTC_LINE_COMPARE = 0x18,
    CRTC_PROTECT = 0x80,        /* in RETRACE_END: 0 to 7 are read only */
    CRTC_LINE_COMPARE_8 = 0x10, /* in OVERFLOW: never protected */
    CRTC_LINE_COMPARE_9 = 0x40, /* in MAXIMUM_SCAN_LINE */
    CRTC_DOUBLE_SCAN = 0x80,    /* in MAXIMUM_SCAN_LINE */
    CRTC_SCAN_LINE = 0x1f,
    CRTC_CURSOR_OFF = 0x20,       /* in CURSOR_START */
    CRTC_COUNT_BY_4 = 0x20,       /* in UNDERLINE */
    CRTC_DOUBLEWORD = 0x40,       /* in UNDERLINE */
    CRTC_MODE_ROW_1_PLAIN = 0x01, /* clear: row scan bit 0 is address 13 */
    CRTC_MODE_ROW_2_PLAIN = 0x02, /* clear: row scan bit 1 is address 14 */
    CRTC_MODE_COUNT_BY_2 = 0x08,
    CRTC_MODE_WRAP_64K = 0x20,
    CRTC_MODE_BYTE = 0x40,
    CRTC_MODE_SYNC = 0x80
};

/** Bytes from one character's shape in plane 2 to the next one's. */
enum { VGA_GLYPH_BYTES = 32 };

/** Dots of a character, also in graphics. */
unsigned vga_cell_width(const struct vga *vga);

/** The scan lines that are shown. */
unsigned vga_lines(const struct vga *vga);

/** Where the split screen begins: the line behind this one shows byte 0. */
unsigned vga_line_compare(const struct vga *vga);

/** Address in a plane of what the CRTC counts as `counter`. */
unsigned vga_display_address(const struct vga *vga, uint32_t counter,
                             unsigned row_scan);

/** Derive from the registers how the processor's accesses go; then the window
 * on the bus. To be called when a register that matters has changed. */
void vga_memory_update(struct vga *vga);

/** Put the window on the bus. */
bool vga_memory_init(struct vga *vga, struct error *error);

/** All planes to 0. */
void vga_memory_clear(struct vga *vga);

/** What the screen is made of, fetched once a picture. */
struct vga_drawing {
    const struct vga *vga;
    uint32_t dac[VGA_PALETTE_ENTRIES]; /**< XRGB8888 */
    uint32_t colour[16];               /**< of what the planes give */
    unsigned characters;               /**< across the screen, and one more */
    bool blink_off;                    /**< blinking text is in its dark half */
    bool cursor_on; /**< the cursor is in its bright half, or steady */
};

/**
 * Draw the characters from `counter` on, one scan line of them, into `dots`,
 * 8 or 9 each; `row_scan` is the line within the row.
 */
void vga_draw_text(const struct vga_drawing *drawing, uint32_t counter,
                   unsigned row_scan, uint32_t *dots);
void vga_draw_graphics(const struct vga_drawing *drawing, uint32_t counter,
                       unsigned row_scan, uint32_t *dots);

/** The attribute controller's port 3C0, whose index and data take turns. */
void vga_write_attribute(struct vga *vga, uint8_t value);
uint8_t vga_read_attribute(const struct vga *vga);

/** Entry of the DAC that attribute 0 to 15 selects. */
uint8_t vga_attribute_entry(const struct vga *vga, unsigned attribute);

/** The DAC's ports 3C7 to 3C9. */
void vga_select_dac(struct vga *vga, uint8_t index, bool reading);
uint8_t vga_read_dac(struct vga *vga);
void vga_write_dac(struct vga *vga, uint8_t value);

/** The 64 colours of the EGA, the rest black. */
void vga_load_ega_palette(struct vga *vga);

/** Load the shapes of code page 437 where character map 0 lies. */
void vga_font_load(struct vga *vga);

#endif
