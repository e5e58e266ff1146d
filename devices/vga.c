/* SPDX-License-Identifier: MIT */
#include "devices/vga.h"

#include <string.h>

#include "devices/vga_registers.h"

/* Offsets from 3C0. */
enum {
    PORT_ATTRIBUTE = 0x0,
    PORT_ATTRIBUTE_READ = 0x1,
    PORT_MISC_WRITE = 0x2, /* input status 0 when read */
    PORT_SEQUENCER_INDEX = 0x4,
    PORT_SEQUENCER_DATA = 0x5,
    PORT_DAC_MASK = 0x6,
    PORT_DAC_READ_INDEX = 0x7, /* DAC state when read */
    PORT_DAC_WRITE_INDEX = 0x8,
    PORT_DAC_DATA = 0x9,
    PORT_FEATURE_READ = 0xa,
    PORT_MISC_READ = 0xc,
    PORT_GRAPHICS_INDEX = 0xe,
    PORT_GRAPHICS_DATA = 0xf
};

enum { STATUS_0_SWITCH = 0x10, DAC_STATE_READING = 0x03 };

/* Mode 3 as the IBM VGA BIOS sets it: 720 x 400, cells of 9 x 16. */
static const uint8_t mode_3_sequencer[VGA_SEQUENCER_REGISTERS] = {
    0x03, 0x00, 0x03, 0x00, 0x02};
static const uint8_t mode_3_crtc[VGA_CRTC_REGISTERS] = {
    0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00,
    0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e,
    0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff};
static const uint8_t mode_3_graphics[VGA_GRAPHICS_REGISTERS] = {
    0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff};
static const uint8_t mode_3_attribute[VGA_ATTRIBUTE_REGISTERS] = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a,
    0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00};

enum { MODE_3_MISC_OUTPUT = 0x67, MODE_3_BLANK = 0x0720, MODE_3_BYTES = 4000 };

bool vga_init(struct vga *vga, struct clock *clock, struct bus *bus,
              physical_addr base, struct error *error)
{
    memset(vga, 0, sizeof *vga);
    vga->clock = clock;
    vga->bus = bus;
    vga->base = base;
    vga->window_first = base;
    if (!vga_memory_init(vga, error))
        return false;
    vga_reset(vga);
    return true;
}

/* What the screen shows after a BIOS has cleared it. */
static void clear_text(struct vga *vga)
{
    vga_memory_clear(vga);
    for (unsigned cell = 0; cell < MODE_3_BYTES; cell += 2)
        vga->planes[cell] = MODE_3_BLANK;
    vga_font_load(vga);
}

void vga_reset(struct vga *vga)
{
    vga->misc_output = MODE_3_MISC_OUTPUT;
    vga->feature_control = 0;
    vga->sequencer_index = 0;
    vga->crtc_index = 0;
    vga->graphics_index = 0;
    vga->attribute_index = ATTRIBUTE_SOURCE;
    vga->attribute_data_next = false;
    vga->dac_mask = 0xff;
    vga->dac_8_bits = false;
    vga->latch = 0;
    vga->bank_chip = NULL;
    vga_select_dac(vga, 0, false);
    memcpy(vga->sequencer, mode_3_sequencer, sizeof vga->sequencer);
    memcpy(vga->crtc, mode_3_crtc, sizeof vga->crtc);
    memcpy(vga->graphics, mode_3_graphics, sizeof vga->graphics);
    memcpy(vga->attribute, mode_3_attribute, sizeof vga->attribute);
    vga_load_ega_palette(vga);
    clear_text(vga);
    vga_memory_update(vga);
}

static void write_sequencer(struct vga *vga, uint8_t value)
{
    if (vga->sequencer_index >= VGA_SEQUENCER_REGISTERS)
        return;
    vga->sequencer[vga->sequencer_index] = value;
    if (vga->sequencer_index == SEQUENCER_MAP_MASK ||
        vga->sequencer_index == SEQUENCER_MEMORY_MODE)
        vga_memory_update(vga);
}

static void write_graphics(struct vga *vga, uint8_t value)
{
    if (vga->graphics_index >= VGA_GRAPHICS_REGISTERS)
        return;
    vga->graphics[vga->graphics_index] = value;
    vga_memory_update(vga);
}

static void write_misc(struct vga *vga, uint8_t value)
{
    vga->misc_output = value;
    vga_memory_update(vga);
}

/* An indexed register, 0 where there is none. */
static uint8_t indexed(const uint8_t *registers, unsigned count, unsigned index)
{
    return index < count ? registers[index] : 0;
}

uint32_t vga_read(void *context, uint32_t offset, unsigned size)
{
    struct vga *vga = context;

    (void)size;
    switch (offset) {
    case PORT_ATTRIBUTE:
        return vga->attribute_data_next ? 0 : vga->attribute_index;
    case PORT_ATTRIBUTE_READ: return vga_read_attribute(vga);
    case PORT_MISC_WRITE: return STATUS_0_SWITCH;
    case PORT_SEQUENCER_INDEX: return vga->sequencer_index;
    case PORT_SEQUENCER_DATA:
        return indexed(vga->sequencer, VGA_SEQUENCER_REGISTERS,
                       vga->sequencer_index);
    case PORT_DAC_MASK: return vga->dac_mask;
    case PORT_DAC_READ_INDEX: return vga->dac_reading ? DAC_STATE_READING : 0;
    case PORT_DAC_WRITE_INDEX: return vga->dac_index;
    case PORT_DAC_DATA: return vga_read_dac(vga);
    case PORT_FEATURE_READ: return vga->feature_control;
    case PORT_MISC_READ: return vga->misc_output;
    case PORT_GRAPHICS_INDEX: return vga->graphics_index;
    case PORT_GRAPHICS_DATA:
        return indexed(vga->graphics, VGA_GRAPHICS_REGISTERS,
                       vga->graphics_index);
    default: return 0xff;
    }
}

void vga_write(void *context, uint32_t offset, unsigned size, uint32_t value)
{
    struct vga *vga = context;
    const uint8_t byte = (uint8_t)value;

    (void)size;
    switch (offset) {
    case PORT_ATTRIBUTE: vga_write_attribute(vga, byte); break;
    case PORT_MISC_WRITE: write_misc(vga, byte); break;
    case PORT_SEQUENCER_INDEX: vga->sequencer_index = byte & 7; break;
    case PORT_SEQUENCER_DATA: write_sequencer(vga, byte); break;
    case PORT_DAC_MASK: vga->dac_mask = byte; break;
    case PORT_DAC_READ_INDEX: vga_select_dac(vga, byte, true); break;
    case PORT_DAC_WRITE_INDEX: vga_select_dac(vga, byte, false); break;
    case PORT_DAC_DATA: vga_write_dac(vga, byte); break;
    case PORT_GRAPHICS_INDEX: vga->graphics_index = byte & 15; break;
    case PORT_GRAPHICS_DATA: write_graphics(vga, byte); break;
    default: break;
    }
}
