/* SPDX-License-Identifier: MIT */
#include "drivers/framebuffer.h"

#include "arch/io.h"
#include "drivers/pci.h"

#define VBE_INDEX_PORT 0x1CE
#define VBE_DATA_PORT  0x1CF

#define VBE_ID     0
#define VBE_XRES   1
#define VBE_YRES   2
#define VBE_BPP    3
#define VBE_ENABLE 4

#define VBE_ID_FIRST  0xB0C0
#define VBE_ID_LAST   0xB0CF
#define VBE_ID_LINEAR 0xB0C4 /* the first that can do 32 bits, linear */

#define VBE_ENABLED        0x01
#define VBE_LINEAR_ENABLED 0x40

#define FIXED_ADDRESS 0xE0000000u /* where there is no PCI */
#define WIDTH         640
#define HEIGHT        480
#define BYTES_A_PIXEL 4

static uint16_t vbe_read(uint16_t index)
{
    outw(index, VBE_INDEX_PORT);
    return inw(VBE_DATA_PORT);
}

static void vbe_write(uint16_t index, uint16_t value)
{
    outw(index, VBE_INDEX_PORT);
    outw(value, VBE_DATA_PORT);
}

struct framebuffer framebuffer_probe(void)
{
    struct framebuffer framebuffer = {
        .physical = pci_find_bar0(PCI_CLASS_DISPLAY),
        .width = WIDTH,
        .height = HEIGHT,
        .size = WIDTH * HEIGHT * BYTES_A_PIXEL,
    };
    const uint16_t id = vbe_read(VBE_ID);

    framebuffer.on_pci = framebuffer.physical != 0;
    if (!framebuffer.on_pci)
        framebuffer.physical = FIXED_ADDRESS;
    framebuffer.present = id >= VBE_ID_FIRST && id <= VBE_ID_LAST;
    if (framebuffer.present && id < VBE_ID_LINEAR) {
        vbe_write(VBE_ID, VBE_ID_LINEAR);
        framebuffer.present = vbe_read(VBE_ID) == VBE_ID_LINEAR;
    }
    return framebuffer;
}

void framebuffer_turn_on(const struct framebuffer *framebuffer)
{
    vbe_write(VBE_ENABLE, 0);
    vbe_write(VBE_XRES, (uint16_t)framebuffer->width);
    vbe_write(VBE_YRES, (uint16_t)framebuffer->height);
    vbe_write(VBE_BPP, BYTES_A_PIXEL * 8);
    vbe_write(VBE_ENABLE, VBE_ENABLED | VBE_LINEAR_ENABLED);
}

void framebuffer_turn_off(void)
{
    vbe_write(VBE_ENABLE, 0);
}
