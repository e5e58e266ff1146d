/* SPDX-License-Identifier: MIT */
/*
 * VGA, first part: every register is kept and read back, the text memory is
 * plain memory on the bus, and the retrace bits follow from virtual time.
 * There is no BIOS to set a mode, so reset leaves the chip as a BIOS would:
 * text, 80 x 25, colour.
 *
 *   in    ports 3C0 to 3DA, virtual time
 *   out   registers, the palette, where on the screen the cursor is
 *   next  whoever draws: struct vga_picture
 *
 * "IBM VGA Technical Reference" (Personal System/2 Hardware Interface
 * Technical Reference, "Video Subsystem").
 */
#ifndef DEVICES_VGA_H
#define DEVICES_VGA_H

#include "bus/clock.h"

enum {
    VGA_SEQUENCER_REGISTERS = 5,
    VGA_CRTC_REGISTERS = 25,
    VGA_GRAPHICS_REGISTERS = 9,
    VGA_ATTRIBUTE_REGISTERS = 21,
    VGA_PALETTE_ENTRIES = 256
};

/** A colour as the DAC holds it: 6 bits each, or 8. */
struct vga_colour {
    uint8_t component[3]; /**< red, green, blue */
};

struct vga {
    uint8_t misc_output;
    uint8_t feature_control;
    uint8_t sequencer_index;
    uint8_t sequencer[VGA_SEQUENCER_REGISTERS];
    uint8_t crtc_index;
    uint8_t crtc[VGA_CRTC_REGISTERS];
    uint8_t graphics_index;
    uint8_t graphics[VGA_GRAPHICS_REGISTERS];
    uint8_t attribute_index;  /**< with the bit that lets the picture through */
    bool attribute_data_next; /**< what the next write to 3C0 is */
    uint8_t attribute[VGA_ATTRIBUTE_REGISTERS];
    uint8_t dac_mask;
    uint8_t dac_index;     /**< entry at work */
    uint8_t dac_component; /**< 0 to 2: which part of it is next */
    bool dac_reading;
    bool dac_8_bits; /**< set by the VBE extension */
    struct vga_colour palette[VGA_PALETTE_ENTRIES];
    struct clock *clock;
};

/** What a text screen shows, for whoever draws it. Changes nothing. */
struct vga_text {
    unsigned columns;
    unsigned rows;
    unsigned pitch_bytes; /**< from one row of cells to the next */
    uint32_t start_byte;  /**< of the first cell within text memory */
    unsigned cell_height; /**< scan lines */
    unsigned cell_width;  /**< dots: 8 or 9 */
    bool blink;           /**< attribute bit 7 blinks, not brightens */
    bool cursor_on;
    unsigned cursor_cell;  /**< counted from the first cell of the memory */
    unsigned cursor_first; /**< scan lines of the cursor within the cell */
    unsigned cursor_last;
};

/** Fill in and reset. */
void vga_init(struct vga *vga, struct clock *clock);

/** Text mode 3 with the palette that a BIOS loads. */
void vga_reset(struct vga *vga);

/** The registers' answer to "what is on the text screen". */
struct vga_text vga_text_screen(const struct vga *vga);

/** The colour that text attribute 0 to 15 is shown in, 8 bits a part. */
struct vga_colour vga_text_colour(const struct vga *vga, unsigned attribute);

/** Ports 3C0 to 3CF by their offset from 3C0. */
uint32_t vga_read(void *context, uint32_t offset, unsigned size);
void vga_write(void *context, uint32_t offset, unsigned size, uint32_t value);

/** CRTC index at offset 0, data at offset 1. */
uint32_t vga_read_crtc(void *context, uint32_t offset, unsigned size);
void vga_write_crtc(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

/** Input status 1; written, the feature control. */
uint32_t vga_read_status(void *context, uint32_t offset, unsigned size);
void vga_write_feature(void *context, uint32_t offset, unsigned size,
                       uint32_t value);

#endif
