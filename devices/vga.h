/* SPDX-License-Identifier: MIT */
/*
 * VGA: sequencer, CRTC, graphics and attribute controllers, DAC and four
 * planes of 64 KiB. There may be no BIOS to set a mode, so reset leaves the
 * chip as one would: text, 80 x 25, colour, with a font.
 *
 *   in    ports 3C0 to 3DA, the window at A0000, virtual time
 *   out   registers, the palette, bytes of the planes, pictures
 *   next  bus/, where the window is plain memory whenever that is exact
 *
 * vga.c has the ports, vga_crtc.c the timing, vga_memory.c the processor's
 * side of the planes, vga_text.c, vga_graphics.c and vga_render.c the
 * screen's.
 *
 * "IBM VGA Technical Reference" (Personal System/2 Hardware Interface
 * Technical Reference, "Video Subsystem").
 */
#ifndef DEVICES_VGA_H
#define DEVICES_VGA_H

#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/memory_chip.h"
#include "devices/vga_picture.h"

enum {
    VGA_SEQUENCER_REGISTERS = 5,
    VGA_CRTC_REGISTERS = 25,
    VGA_GRAPHICS_REGISTERS = 9,
    VGA_ATTRIBUTE_REGISTERS = 21,
    VGA_PALETTE_ENTRIES = 256,
    VGA_PLANE_BYTES = 65536,
    VGA_WINDOW_BYTES = 0x20000 /**< A0000 to BFFFF */
};

/** A colour as the DAC holds it: 6 bits each, or 8. */
struct vga_colour {
    uint8_t component[3]; /**< red, green, blue */
};

/** What the processor finds in the window. */
enum vga_window_kind {
    VGA_WINDOW_PLANES,  /**< the graphics controller answers each access */
    VGA_WINDOW_TEXT,    /**< memory: bytes of planes 0 and 1 by turns */
    VGA_WINDOW_CHAINED, /**< memory: bytes of planes 0 to 3 by turns */
    VGA_WINDOW_BANKED   /**< 64 KiB of the VBE framebuffer */
};

/** How an access goes to the planes: the registers, ready for use. */
struct vga_access {
    uint32_t first;  /**< decoded part of the window, from A0000 */
    uint32_t size;   /**< bytes; 0: the memory is switched off */
    uint32_t planes; /**< map mask, a byte a plane, like those below */
    uint32_t set_reset;
    uint32_t set_reset_enable;
    uint32_t bit_mask;
    uint32_t compare;
    uint32_t care;
    uint8_t rotate;
    uint8_t function;
    uint8_t write_mode;
    uint8_t read_map;
    bool read_compare;
    bool chain_4;
    bool write_odd_even;
    bool read_odd_even;
    bool drop_bit_0; /**< of the address, in odd/even modes */
    bool folded;     /**< an address says which planes, by one of these */
    bool direct;     /**< a byte written goes to the planes as it is */
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
    /** Byte p of a word is plane p. Behind a window that is memory, those of
     * its bytes are out of date: vga_settle(). */
    uint32_t planes[VGA_PLANE_BYTES];
    uint32_t latch; /**< what the last read fetched from the planes */
    struct vga_access access;
    enum vga_window_kind window;
    physical_addr window_first; /**< of the memory in it, or `base` */
    /** Of the VBE extension, when it has the window. */
    const struct memory_chip *bank_chip;
    uint32_t bank_offset;
    unsigned memory_range; /**< on the bus: what makes the window memory */
    physical_addr base;    /**< A0000 */
    struct bus *bus;
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

/**
 * Fill in, put the window at `base` on the bus, reset. Fails when the bus has
 * no room for it.
 */
bool vga_init(struct vga *vga, struct clock *clock, struct bus *bus,
              physical_addr base, struct error *error);

/** Text mode 3 with the palette and the font that a BIOS loads. */
void vga_reset(struct vga *vga);

/**
 * Let the window at A0000 show 64 KiB of `chip` from `offset` on, or the
 * planes again, if `chip` is NULL. For the VBE extension.
 */
void vga_set_bank(struct vga *vga, const struct memory_chip *chip,
                  uint32_t offset);

/** Bring the planes up to what the processor has written into the window. */
void vga_settle(struct vga *vga);

/** Draw what the monitor shows. Settles the planes. */
void vga_render(struct vga *vga, struct picture *picture);

/** How many frames the beam has drawn since the machine started. */
uint64_t vga_frames(const struct vga *vga);

/** Dots of a line, 0 to 15, of a shape of the built-in font. */
uint8_t vga_font_line(uint8_t character, unsigned line);

/** True in text modes. */
bool vga_is_text(const struct vga *vga);

/** The registers' answer to "what is on the text screen". */
struct vga_text vga_text_screen(const struct vga *vga);

/** Character and attribute (its high byte) of a cell of a settled screen. */
uint16_t vga_text_cell(const struct vga *vga, unsigned column, unsigned row);

/** Entry `index` of the DAC as XRGB8888. */
uint32_t vga_dac_colour(const struct vga *vga, unsigned index);

/** Ports 3C0 to 3CF by their offset from 3C0. */
uint32_t vga_read(void *context, uint32_t offset, unsigned size);
void vga_write(void *context, uint32_t offset, unsigned size, uint32_t value);

/** CRTC index at offset 0, data at offset 1: ports 3D4 and 3D5. */
uint32_t vga_read_crtc(void *context, uint32_t offset, unsigned size);
void vga_write_crtc(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

/** Input status 1; written, the feature control: port 3DA. */
uint32_t vga_read_status(void *context, uint32_t offset, unsigned size);
void vga_write_feature(void *context, uint32_t offset, unsigned size,
                       uint32_t value);

/** The same at the ports of a monochrome card: 3B4 to 3BA, from 3B4. */
uint32_t vga_read_mono(void *context, uint32_t offset, unsigned size);
void vga_write_mono(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

#endif
