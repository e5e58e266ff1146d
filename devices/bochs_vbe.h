/* SPDX-License-Identifier: MIT */
/*
 * The Bochs VBE extensions: graphics modes by an index and a data port, and a
 * linear framebuffer that is plain memory on the bus.
 *
 *   in    words at the index and the data port
 *   out   the mode; zeroes in the framebuffer when it is switched on
 *   next  whoever draws: struct bochs_vbe, and the bytes at `memory`
 *
 * Bochs, "VBE_DISPI Interface" (vbe_display_api.txt). The banked window at
 * A0000 and the 4-bit modes are not here.
 */
#ifndef DEVICES_BOCHS_VBE_H
#define DEVICES_BOCHS_VBE_H

#include "base/types.h"
#include "devices/vga.h"

struct bus;

enum {
    VBE_MEMORY_BYTES = 16 << 20,
    VBE_MAX_XRES = 2560,
    VBE_MAX_YRES = 1600,
    VBE_MAX_BPP = 32
};

/** Bits of `enable`. */
enum {
    VBE_ENABLED = 0x01,
    VBE_GET_CAPABILITIES = 0x02, /**< resolutions read as their limits */
    VBE_8_BIT_DAC = 0x20,
    VBE_LINEAR = 0x40,
    VBE_NO_CLEAR = 0x80
};

struct bochs_vbe {
    uint16_t index;
    uint16_t id;
    uint16_t xres;
    uint16_t yres;
    uint16_t bpp; /**< 8, 15, 16, 24 or 32 */
    uint16_t enable;
    uint16_t bank;
    uint16_t virt_width;
    uint16_t virt_height;
    uint16_t x_offset;
    uint16_t y_offset;
    struct bus *bus;
    struct vga *vga;      /**< whose DAC widens to 8 bits */
    physical_addr memory; /**< of the framebuffer */
};

/** Fill in and reset. */
void bochs_vbe_init(struct bochs_vbe *vbe, struct bus *bus, struct vga *vga,
                    physical_addr memory);

/** Switched off, 640 x 480 x 8 prepared. */
void bochs_vbe_reset(struct bochs_vbe *vbe);

/** Bytes from one line of the screen to the next. */
uint32_t bochs_vbe_pitch(const struct bochs_vbe *vbe);

/** Index port at offset 0, data port at offsets 1 and 2, words only. */
uint32_t bochs_vbe_read(void *context, uint32_t offset, unsigned size);
void bochs_vbe_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

#endif
