/* SPDX-License-Identifier: MIT */
#include "devices/vga_registers.h"

/* 3C0 takes an index and its data by turns; reading 3DA begins anew. */
void vga_write_attribute(struct vga *vga, uint8_t value)
{
    const unsigned index = vga->attribute_index & ATTRIBUTE_INDEX;

    vga->attribute_data_next = !vga->attribute_data_next;
    if (vga->attribute_data_next) {
        vga->attribute_index = value & (ATTRIBUTE_INDEX | ATTRIBUTE_SOURCE);
        return;
    }
    if (index >= VGA_ATTRIBUTE_REGISTERS)
        return;
    if (index >= ATTRIBUTE_MODE)
        vga->attribute[index] = value;
    else if (!(vga->attribute_index & ATTRIBUTE_SOURCE))
        vga->attribute[index] = value & 0x3f; /* else the screen has it */
}

uint8_t vga_read_attribute(const struct vga *vga)
{
    const unsigned index = vga->attribute_index & ATTRIBUTE_INDEX;

    return index < VGA_ATTRIBUTE_REGISTERS ? vga->attribute[index] : 0;
}

uint8_t vga_attribute_entry(const struct vga *vga, unsigned attribute)
{
    const uint8_t select = vga->attribute[ATTRIBUTE_COLOUR_SELECT];
    unsigned entry = vga->attribute[attribute & 15];

    if (vga->attribute[ATTRIBUTE_MODE] & ATTRIBUTE_MODE_PALETTE_54)
        entry = (entry & 0x0f) | (select & 0x03u) << 4;
    return (uint8_t)((entry & 0x3f) | (select & 0x0cu) << 4);
}
