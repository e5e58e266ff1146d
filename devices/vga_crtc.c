/* SPDX-License-Identifier: MIT */
#include "devices/vga_registers.h"

enum {
    STATUS_1_BLANK = 0x01,
    STATUS_1_VERTICAL_RETRACE = 0x08,
    CRTC_INDEX = 0x3f,
    MONO_STATUS = 6 /* 3BA from 3B4 */
};

enum { CLOCK_25_HZ = 25175000, CLOCK_28_HZ = 28322000 };

/* A vertical register whose bits 8 and 9 lie in the overflow register. */
static unsigned vertical(const struct vga *vga, unsigned index, unsigned bit_8,
                         unsigned bit_9)
{
    const unsigned overflow = vga->crtc[CRTC_OVERFLOW];

    return vga->crtc[index] | (overflow >> bit_8 & 1) << 8 |
           (overflow >> bit_9 & 1) << 9;
}

unsigned vga_cell_width(const struct vga *vga)
{
    return vga->sequencer[SEQUENCER_CLOCKING] & CLOCKING_8_DOTS ? 8 : 9;
}

unsigned vga_lines(const struct vga *vga)
{
    return vertical(vga, CRTC_DISPLAY_END, 1, 6) + 1;
}

unsigned vga_line_compare(const struct vga *vga)
{
    const uint8_t *crtc = vga->crtc;
    const unsigned bit_8 = (crtc[CRTC_OVERFLOW] & CRTC_LINE_COMPARE_8) != 0;
    const unsigned bit_9 =
        (crtc[CRTC_MAXIMUM_SCAN_LINE] & CRTC_LINE_COMPARE_9) != 0;

    return crtc[CRTC_LINE_COMPARE] | bit_8 << 8 | bit_9 << 9;
}

/*
 * The CRTC counts characters; what it puts on the address lines depends on
 * the unit. In a doubleword the two low bits of the address are 0 here, as
 * they are for the processor in chain 4. Unverified: IBM's manual puts bits
 * 12 and 13 of the counter there, but does not say what the processor's side
 * does; seen from a chained mode alone it makes no difference.
 */
unsigned vga_display_address(const struct vga *vga, uint32_t counter,
                             unsigned row_scan)
{
    const uint8_t mode = vga->crtc[CRTC_MODE];
    unsigned address = counter & 0xffff;

    if (vga->crtc[CRTC_UNDERLINE] & CRTC_DOUBLEWORD) {
        address <<= 2;
    } else if (!(mode & CRTC_MODE_BYTE)) {
        const unsigned wraps = mode & CRTC_MODE_WRAP_64K ? 15 : 13;

        address = address << 1 | (address >> wraps & 1);
    }
    if (!(mode & CRTC_MODE_ROW_1_PLAIN))
        address = (address & ~0x2000u) | (row_scan & 1) << 13;
    if (!(mode & CRTC_MODE_ROW_2_PLAIN))
        address = (address & ~0x4000u) | (row_scan >> 1 & 1) << 14;
    return address & 0xffff;
}

/* --- Registers --- */

uint32_t vga_read_crtc(void *context, uint32_t offset, unsigned size)
{
    const struct vga *vga = context;

    (void)size;
    if (offset == 0)
        return vga->crtc_index;
    return vga->crtc_index < VGA_CRTC_REGISTERS ? vga->crtc[vga->crtc_index]
                                                : 0;
}

static void write_register(struct vga *vga, uint8_t value)
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
        vga->crtc_index = value & CRTC_INDEX;
    else if (vga->crtc_index < VGA_CRTC_REGISTERS)
        write_register(vga, (uint8_t)value);
}

/* --- Time --- */

/* Dots from one line, and one frame, to the next. */
static unsigned dots_per_line(const struct vga *vga)
{
    return vga_cell_width(vga) * (vga->crtc[CRTC_HORIZONTAL_TOTAL] + 5u);
}

static uint64_t dots_per_frame(const struct vga *vga)
{
    return (uint64_t)dots_per_line(vga) *
           (vertical(vga, CRTC_VERTICAL_TOTAL, 0, 5) + 2);
}

static uint64_t dots_so_far(const struct vga *vga)
{
    const uint64_t frequency =
        (vga->misc_output & MISC_CLOCK_28_MHZ ? CLOCK_28_HZ : CLOCK_25_HZ) /
        (vga->sequencer[SEQUENCER_CLOCKING] & CLOCKING_HALF ? 2u : 1u);

    return clock_periods_in(vga->clock, clock_now(vga->clock), frequency);
}

uint64_t vga_frames(const struct vga *vga)
{
    return dots_so_far(vga) / dots_per_frame(vga);
}

uint32_t vga_read_status(void *context, uint32_t offset, unsigned size)
{
    struct vga *vga = context;
    const uint8_t *crtc = vga->crtc;
    const unsigned dots = dots_per_line(vga);
    const uint64_t beam = dots_so_far(vga) % dots_per_frame(vga);
    const unsigned line = (unsigned)(beam / dots);
    const unsigned character = (unsigned)(beam % dots) / vga_cell_width(vga);
    const unsigned start = vertical(vga, CRTC_RETRACE_START, 2, 7);
    const unsigned length =
        (crtc[CRTC_RETRACE_END] - crtc[CRTC_RETRACE_START]) & 15u;
    uint32_t status = 0;

    (void)offset;
    (void)size;
    vga->attribute_data_next = false;
    if (line >= vga_lines(vga) || character > crtc[CRTC_HORIZONTAL_DISPLAY_END])
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

/* --- At the ports of a monochrome card --- */

uint32_t vga_read_mono(void *context, uint32_t offset, unsigned size)
{
    const struct vga *vga = context;

    if (vga->misc_output & MISC_COLOUR_PORTS)
        return UINT32_MAX;
    if (offset == MONO_STATUS)
        return vga_read_status(context, 0, size);
    return offset < 2 ? vga_read_crtc(context, offset, size) : UINT32_MAX;
}

void vga_write_mono(void *context, uint32_t offset, unsigned size,
                    uint32_t value)
{
    const struct vga *vga = context;

    if (vga->misc_output & MISC_COLOUR_PORTS)
        return;
    if (offset == MONO_STATUS)
        vga_write_feature(context, 0, size, value);
    else if (offset < 2)
        vga_write_crtc(context, offset, size, value);
}
