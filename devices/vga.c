/* SPDX-License-Identifier: MIT */
#include "devices/vga.h"

#include <string.h>

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

enum {
    ATTRIBUTE_INDEX = 0x1f,
    ATTRIBUTE_INDEX_AND_SOURCE = 0x3f,
    ATTRIBUTE_PALETTE = 0x10, /* registers below it are the palette */
    ATTRIBUTE_MODE = 0x10,
    ATTRIBUTE_MODE_BLINK = 0x08,
    ATTRIBUTE_MODE_PALETTE_54 = 0x80,
    ATTRIBUTE_COLOUR_SELECT = 0x14,
    STATUS_0_SWITCH = 0x10,
    STATUS_1_BLANK = 0x01,
    STATUS_1_VERTICAL_RETRACE = 0x08,
    DAC_STATE_READING = 0x03,
    CLOCKING_8_DOTS = 0x01,
    CLOCKING_HALF = 0x08,
    MISC_CLOCK_28_MHZ = 0x04
};

enum {
    CRTC_HORIZONTAL_TOTAL = 0x00,
    CRTC_HORIZONTAL_DISPLAY_END = 0x01,
    CRTC_VERTICAL_TOTAL = 0x06,
    CRTC_OVERFLOW = 0x07,
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
    CRTC_PROTECT = 0x80,        /* in RETRACE_END: 0 to 7 are read only */
    CRTC_LINE_COMPARE_8 = 0x10, /* in OVERFLOW: never protected */
    CURSOR_OFF = 0x20,
    SCAN_LINE = 0x1f
};

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

enum { MODE_3_MISC_OUTPUT = 0x67, ATTRIBUTE_SOURCE = 0x20 };

void vga_init(struct vga *vga, struct clock *clock)
{
    *vga = (struct vga){.clock = clock};
    vga_reset(vga);
}

/* The 64 colours of the EGA: two bits a part, 2/3 and 1/3 of full. */
static void load_ega_palette(struct vga *vga)
{
    memset(vga->palette, 0, sizeof vga->palette);
    for (unsigned i = 0; i < 64; i++) {
        for (unsigned part = 0; part < 3; part++) {
            const unsigned primary = i >> (2 - part) & 1;
            const unsigned secondary = i >> (5 - part) & 1;

            vga->palette[i].component[part] =
                (uint8_t)(primary * 0x2a + secondary * 0x15);
        }
    }
}

void vga_reset(struct vga *vga)
{
    *vga = (struct vga){.misc_output = MODE_3_MISC_OUTPUT,
                        .attribute_index = ATTRIBUTE_SOURCE,
                        .dac_mask = 0xff,
                        .clock = vga->clock};
    memcpy(vga->sequencer, mode_3_sequencer, sizeof vga->sequencer);
    memcpy(vga->crtc, mode_3_crtc, sizeof vga->crtc);
    memcpy(vga->graphics, mode_3_graphics, sizeof vga->graphics);
    memcpy(vga->attribute, mode_3_attribute, sizeof vga->attribute);
    load_ega_palette(vga);
}

static unsigned cell_width(const struct vga *vga)
{
    return vga->sequencer[1] & CLOCKING_8_DOTS ? 8 : 9;
}

/* A vertical register whose bits 8 and 9 lie in the overflow register. */
static unsigned vertical(const struct vga *vga, unsigned index, unsigned bit_8,
                         unsigned bit_9)
{
    const unsigned overflow = vga->crtc[CRTC_OVERFLOW];

    return vga->crtc[index] | (overflow >> bit_8 & 1) << 8 |
           (overflow >> bit_9 & 1) << 9;
}

struct vga_text vga_text_screen(const struct vga *vga)
{
    const uint8_t *crtc = vga->crtc;
    const unsigned height = (crtc[CRTC_MAXIMUM_SCAN_LINE] & SCAN_LINE) + 1u;
    const unsigned lines = vertical(vga, CRTC_DISPLAY_END, 1, 6) + 1;

    return (struct vga_text){
        .columns = crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u,
        .rows = lines / height,
        .pitch_bytes = crtc[CRTC_OFFSET] * 4u,
        .start_byte =
            2u * (uint32_t)(crtc[CRTC_START_HIGH] << 8 | crtc[CRTC_START_LOW]),
        .cell_height = height,
        .cell_width = cell_width(vga),
        .blink = (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_BLINK) != 0,
        .cursor_on = !(crtc[CRTC_CURSOR_START] & CURSOR_OFF),
        .cursor_cell =
            (unsigned)(crtc[CRTC_CURSOR_HIGH] << 8 | crtc[CRTC_CURSOR_LOW]),
        .cursor_first = crtc[CRTC_CURSOR_START] & SCAN_LINE,
        .cursor_last = crtc[CRTC_CURSOR_END] & SCAN_LINE,
    };
}

struct vga_colour vga_text_colour(const struct vga *vga, unsigned attribute)
{
    const uint8_t select = vga->attribute[ATTRIBUTE_COLOUR_SELECT];
    unsigned entry = vga->attribute[attribute & 15];
    struct vga_colour colour;

    if (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_PALETTE_54)
        entry = (entry & 0x0f) | (select & 0x03u) << 4;
    entry = (entry & 0x3f) | (select & 0x0cu) << 4;
    colour = vga->palette[entry & vga->dac_mask];
    for (unsigned part = 0; part < 3 && !vga->dac_8_bits; part++) {
        const unsigned six = colour.component[part] & 0x3fu;

        colour.component[part] = (uint8_t)(six << 2 | six >> 4);
    }
    return colour;
}

/* 3C0 takes an index and its data by turns; reading 3DA begins anew. */
static void write_attribute(struct vga *vga, uint8_t value)
{
    const unsigned index = vga->attribute_index & ATTRIBUTE_INDEX;

    vga->attribute_data_next = !vga->attribute_data_next;
    if (vga->attribute_data_next) {
        vga->attribute_index = value & ATTRIBUTE_INDEX_AND_SOURCE;
        return;
    }
    if (index >= VGA_ATTRIBUTE_REGISTERS)
        return;
    if (index >= ATTRIBUTE_PALETTE)
        vga->attribute[index] = value;
    else if (!(vga->attribute_index & ATTRIBUTE_SOURCE))
        vga->attribute[index] = value & 0x3f; /* else the screen has it */
}

static uint8_t read_attribute(const struct vga *vga)
{
    const unsigned index = vga->attribute_index & ATTRIBUTE_INDEX;

    return index < VGA_ATTRIBUTE_REGISTERS ? vga->attribute[index] : 0;
}

static void select_dac(struct vga *vga, uint8_t index, bool reading)
{
    vga->dac_index = index;
    vga->dac_component = 0;
    vga->dac_reading = reading;
}

/* The part that is next; after blue it is the next entry's red. */
static uint8_t *next_component(struct vga *vga)
{
    uint8_t *part = &vga->palette[vga->dac_index].component[vga->dac_component];

    if (++vga->dac_component == 3) {
        vga->dac_component = 0;
        vga->dac_index++;
    }
    return part;
}

uint32_t vga_read(void *context, uint32_t offset, unsigned size)
{
    struct vga *vga = context;

    (void)size;
    switch (offset) {
    case PORT_ATTRIBUTE:
        return vga->attribute_data_next ? 0 : vga->attribute_index;
    case PORT_ATTRIBUTE_READ: return read_attribute(vga);
    case PORT_MISC_WRITE: return STATUS_0_SWITCH;
    case PORT_SEQUENCER_INDEX: return vga->sequencer_index;
    case PORT_SEQUENCER_DATA:
        return vga->sequencer_index < VGA_SEQUENCER_REGISTERS
                   ? vga->sequencer[vga->sequencer_index]
                   : 0;
    case PORT_DAC_MASK: return vga->dac_mask;
    case PORT_DAC_READ_INDEX: return vga->dac_reading ? DAC_STATE_READING : 0;
    case PORT_DAC_WRITE_INDEX: return vga->dac_index;
    case PORT_DAC_DATA: return *next_component(vga);
    case PORT_FEATURE_READ: return vga->feature_control;
    case PORT_MISC_READ: return vga->misc_output;
    case PORT_GRAPHICS_INDEX: return vga->graphics_index;
    case PORT_GRAPHICS_DATA:
        return vga->graphics_index < VGA_GRAPHICS_REGISTERS
                   ? vga->graphics[vga->graphics_index]
                   : 0;
    default: return 0xff;
    }
}

void vga_write(void *context, uint32_t offset, unsigned size, uint32_t value)
{
    struct vga *vga = context;
    const uint8_t byte = (uint8_t)value;

    (void)size;
    switch (offset) {
    case PORT_ATTRIBUTE: write_attribute(vga, byte); break;
    case PORT_MISC_WRITE: vga->misc_output = byte; break;
    case PORT_SEQUENCER_INDEX: vga->sequencer_index = byte & 7; break;
    case PORT_SEQUENCER_DATA:
        if (vga->sequencer_index < VGA_SEQUENCER_REGISTERS)
            vga->sequencer[vga->sequencer_index] = byte;
        break;
    case PORT_DAC_MASK: vga->dac_mask = byte; break;
    case PORT_DAC_READ_INDEX: select_dac(vga, byte, true); break;
    case PORT_DAC_WRITE_INDEX: select_dac(vga, byte, false); break;
    case PORT_DAC_DATA:
        *next_component(vga) = vga->dac_8_bits ? byte : byte & 0x3f;
        break;
    case PORT_GRAPHICS_INDEX: vga->graphics_index = byte & 15; break;
    case PORT_GRAPHICS_DATA:
        if (vga->graphics_index < VGA_GRAPHICS_REGISTERS)
            vga->graphics[vga->graphics_index] = byte;
        break;
    default: break;
    }
}

uint32_t vga_read_crtc(void *context, uint32_t offset, unsigned size)
{
    const struct vga *vga = context;

    (void)size;
    if (offset == 0)
        return vga->crtc_index;
    return vga->crtc_index < VGA_CRTC_REGISTERS ? vga->crtc[vga->crtc_index]
                                                : 0;
}

static void write_crtc_register(struct vga *vga, uint8_t value)
{
    uint8_t *entry = &vga->crtc[vga->crtc_index];

    if (vga->crtc_index <= CRTC_OVERFLOW &&
        (vga->crtc[CRTC_RETRACE_END] & CRTC_PROTECT)) {
        if (vga->crtc_index == CRTC_OVERFLOW)
            *entry = (uint8_t)((*entry & ~CRTC_LINE_COMPARE_8) |
                               (value & CRTC_LINE_COMPARE_8));
        return;
    }
    *entry = value;
}

void vga_write_crtc(void *context, uint32_t offset, unsigned size,
                    uint32_t value)
{
    struct vga *vga = context;

    (void)size;
    if (offset == 0)
        vga->crtc_index = value & 0x3f;
    else if (vga->crtc_index < VGA_CRTC_REGISTERS)
        write_crtc_register(vga, (uint8_t)value);
}

/* Where the beam is, in dots from the start of the frame. */
static uint64_t beam_position(const struct vga *vga, uint64_t dots_per_frame)
{
    const uint64_t frequency =
        (vga->misc_output & MISC_CLOCK_28_MHZ ? 28322000u : 25175000u) /
        (vga->sequencer[1] & CLOCKING_HALF ? 2u : 1u);

    return clock_periods_in(vga->clock, clock_now(vga->clock), frequency) %
           dots_per_frame;
}

uint32_t vga_read_status(void *context, uint32_t offset, unsigned size)
{
    struct vga *vga = context;
    const uint8_t *crtc = vga->crtc;
    const unsigned dots = cell_width(vga) * (crtc[CRTC_HORIZONTAL_TOTAL] + 5u);
    const unsigned lines = vertical(vga, CRTC_VERTICAL_TOTAL, 0, 5) + 2;
    const uint64_t beam = beam_position(vga, (uint64_t)dots * lines);
    const unsigned line = (unsigned)(beam / dots);
    const unsigned character = (unsigned)(beam % dots) / cell_width(vga);
    const unsigned start = vertical(vga, CRTC_RETRACE_START, 2, 7);
    const unsigned length =
        (crtc[CRTC_RETRACE_END] - crtc[CRTC_RETRACE_START]) & 15u;
    uint32_t status = 0;

    (void)offset;
    (void)size;
    vga->attribute_data_next = false;
    if (line > vertical(vga, CRTC_DISPLAY_END, 1, 6) ||
        character > crtc[CRTC_HORIZONTAL_DISPLAY_END])
        status |= STATUS_1_BLANK;
    if (line - start < length)
        status |= STATUS_1_VERTICAL_RETRACE | STATUS_1_BLANK;
    return status;
}

void vga_write_feature(void *context, uint32_t offset, unsigned size,
                       uint32_t value)
{
    struct vga *vga = context;

    (void)offset;
    (void)size;
    vga->feature_control = (uint8_t)value;
}
