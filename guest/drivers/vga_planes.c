/* SPDX-License-Identifier: MIT */
#include "drivers/vga_planes.h"

#include "arch/io.h"

/* Each has a port for the index, and the next one for the value. */
#define SEQUENCER 0x3C4
#define GRAPHICS  0x3CE

#define MAP_MASK 2 /* of the sequencer */
#define READ_MAP 4 /* of the graphics controller */

/* Graphics at A0000, all planes, every byte as the processor wrote it. */
static const struct {
    uint16_t port;
    uint8_t index;
    uint8_t value;
} planar[VGA_REGISTERS] = {
    {SEQUENCER, MAP_MASK, 0x0F}, {SEQUENCER, 4, 0x06},    {GRAPHICS, 1, 0x00},
    {GRAPHICS, 3, 0x00},         {GRAPHICS, READ_MAP, 0}, {GRAPHICS, 5, 0x00},
    {GRAPHICS, 6, 0x05},         {GRAPHICS, 8, 0xFF},
};

static void write_register(uint16_t port, uint8_t index, uint8_t value)
{
    outb(index, port);
    outb(value, (uint16_t)(port + 1));
}

struct vga_registers vga_planes_begin(void)
{
    struct vga_registers before;
    unsigned int i;

    for (i = 0; i < VGA_REGISTERS; i++) {
        outb(planar[i].index, planar[i].port);
        before.value[i] = inb((uint16_t)(planar[i].port + 1));
        write_register(planar[i].port, planar[i].index, planar[i].value);
    }
    return before;
}

void vga_planes_end(const struct vga_registers *before)
{
    unsigned int i;

    for (i = 0; i < VGA_REGISTERS; i++)
        write_register(planar[i].port, planar[i].index, before->value[i]);
}

void vga_write_planes(uint8_t mask)
{
    write_register(SEQUENCER, MAP_MASK, mask);
}

void vga_read_plane(uint8_t plane)
{
    write_register(GRAPHICS, READ_MAP, plane);
}
