/* SPDX-License-Identifier: MIT */
/*
 * The Bochs VBE extensions: graphics modes by an index and a data port, and a
 * framebuffer that is plain memory on the bus, whole where a PCI base address
 * puts it, and 64 KiB of it in the VGA's window.
 *
 *   in    words at the index and the data port
 *   out   the mode, pictures; zeroes in the framebuffer when it is switched on
 *
 * Bochs, "VBE_DISPI Interface" (vbe_display_api.txt). The 4-bit modes are not
 * here.
 */
#ifndef DEVICES_BOCHS_VBE_H
#define DEVICES_BOCHS_VBE_H

#include "devices/pci.h"
#include "devices/vga.h"

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
    struct memory_chip memory; /**< the framebuffer */
    struct pci_function function;
    struct vga *vga; /**< whose DAC and window it takes over */
};

/**
 * Fill in, put it on the PCI bus in `slot` with the framebuffer as BAR 0, and
 * reset. Fails when the host has no memory for it, or the bus no room.
 */
bool bochs_vbe_init(struct bochs_vbe *vbe, struct vga *vga, struct pci *pci,
                    unsigned slot, struct error *error);

/** Give the framebuffer back. */
void bochs_vbe_release(struct bochs_vbe *vbe);

/** Switched off, 640 x 480 x 8 prepared. */
void bochs_vbe_reset(struct bochs_vbe *vbe);

/** Bytes from one line of the screen to the next. */
uint32_t bochs_vbe_pitch(const struct bochs_vbe *vbe);

/** True while its picture is shown in the place of the VGA's. */
bool bochs_vbe_is_on(const struct bochs_vbe *vbe);

/** Draw what the monitor shows while it is on. */
void bochs_vbe_render(const struct bochs_vbe *vbe, struct picture *picture);

/** Index port at offset 0, data port at offsets 1 and 2, words only. */
uint32_t bochs_vbe_read(void *context, uint32_t offset, unsigned size);
void bochs_vbe_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

#endif
