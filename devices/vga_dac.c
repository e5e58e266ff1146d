/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "devices/vga_registers.h"

enum { SIX_BITS = 0x3f };

void vga_load_ega_palette(struct vga *vga)
{
    /* Two bits a part: 2/3 and 1/3 of full. */
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

void vga_select_dac(struct vga *vga, uint8_t index, bool reading)
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

uint8_t vga_read_dac(struct vga *vga)
{
    return *next_component(vga);
}

void vga_write_dac(struct vga *vga, uint8_t value)
{
    *next_component(vga) = vga->dac_8_bits ? value : value & SIX_BITS;
}

/* An entry in 8 bits a part; 6 bits are spread so that 3F becomes FF. */
static struct vga_colour shown_colour(const struct vga *vga, unsigned entry)
{
    struct vga_colour colour = vga->palette[entry & vga->dac_mask];

    for (unsigned part = 0; part < 3 && !vga->dac_8_bits; part++) {
        const unsigned six = colour.component[part] & SIX_BITS;

        colour.component[part] = (uint8_t)(six << 2 | six >> 4);
    }
    return colour;
}

uint32_t vga_dac_colour(const struct vga *vga, unsigned index)
{
    const struct vga_colour colour = shown_colour(vga, index);

    return (uint32_t)colour.component[0] << 16 |
           (uint32_t)colour.component[1] << 8 | colour.component[2];
}
