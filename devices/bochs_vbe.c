/* SPDX-License-Identifier: MIT */
#include "devices/bochs_vbe.h"

#include <string.h>

enum {
    INDEX_ID,
    INDEX_XRES,
    INDEX_YRES,
    INDEX_BPP,
    INDEX_ENABLE,
    INDEX_BANK,
    INDEX_VIRT_WIDTH,
    INDEX_VIRT_HEIGHT,
    INDEX_X_OFFSET,
    INDEX_Y_OFFSET,
    INDEX_VIDEO_MEMORY_64K
};

enum {
    ID_FIRST = 0xb0c0,
    ID_LAST = 0xb0c5,
    BANK_BYTES = 64 << 10,
    ENABLE_BITS = VBE_ENABLED | VBE_GET_CAPABILITIES | VBE_8_BIT_DAC |
                  VBE_LINEAR | VBE_NO_CLEAR
};

bool bochs_vbe_is_on(const struct bochs_vbe *vbe)
{
    return (vbe->enable & VBE_ENABLED) != 0;
}

/* While it is on, the VGA's window shows the bank. */
static void show_bank(struct bochs_vbe *vbe)
{
    vga_set_bank(vbe->vga, bochs_vbe_is_on(vbe) ? &vbe->memory : NULL,
                 vbe->bank * (uint32_t)BANK_BYTES);
}

bool bochs_vbe_init(struct bochs_vbe *vbe, struct vga *vga, struct pci *pci,
                    unsigned slot, struct error *error)
{
    static const struct pci_identity identity = {.vendor = 0x1234,
                                                 .device = 0x1111,
                                                 .revision = 2,
                                                 .class_code = 0x030000};
    const struct bus_range range = {.name = "VBE framebuffer",
                                    .kind = BUS_RAM,
                                    .size = VBE_MEMORY_BYTES,
                                    .chip = &vbe->memory};

    *vbe = (struct bochs_vbe){.vga = vga};
    if (!memory_chip_init(&vbe->memory, "VBE framebuffer", VBE_MEMORY_BYTES,
                          error))
        return false;
    pci_function_init(&vbe->function, &identity);
    if (!pci_add_memory(pci, &vbe->function, 0, &range, error))
        return false;
    pci_add(pci, &vbe->function, slot, 0);
    bochs_vbe_reset(vbe);
    return true;
}

void bochs_vbe_release(struct bochs_vbe *vbe)
{
    memory_chip_release(&vbe->memory);
}

void bochs_vbe_reset(struct bochs_vbe *vbe)
{
    vbe->index = INDEX_ID;
    vbe->id = ID_LAST;
    vbe->xres = 640;
    vbe->yres = 480;
    vbe->bpp = 8;
    vbe->enable = 0;
    vbe->bank = 0;
    vbe->virt_width = 640;
    vbe->virt_height = 480;
    vbe->x_offset = 0;
    vbe->y_offset = 0;
    vbe->vga->dac_8_bits = false;
    show_bank(vbe);
}

static uint32_t pixel_bytes(const struct bochs_vbe *vbe)
{
    return (vbe->bpp + 7u) / 8;
}

uint32_t bochs_vbe_pitch(const struct bochs_vbe *vbe)
{
    return vbe->virt_width * pixel_bytes(vbe);
}

/* The width decides how many lines the memory holds. */
static void set_virtual_width(struct bochs_vbe *vbe, uint32_t width)
{
    const uint32_t limit =
        (uint32_t)VBE_MEMORY_BYTES / (vbe->yres * pixel_bytes(vbe));
    uint32_t height;

    if (width < vbe->xres)
        width = vbe->xres;
    if (width > limit)
        width = limit;
    if (width > UINT16_MAX)
        width = UINT16_MAX;
    vbe->virt_width = (uint16_t)width;
    height = VBE_MEMORY_BYTES / bochs_vbe_pitch(vbe);
    vbe->virt_height = (uint16_t)(height > UINT16_MAX ? UINT16_MAX : height);
}

static uint16_t at_most(uint32_t value, uint32_t limit)
{
    return (uint16_t)(value < limit ? value : limit);
}

/* Changing the range to itself makes the bus announce that its bytes change. */
static void clear_screen(struct bochs_vbe *vbe)
{
    struct bus *bus = vbe->vga->bus;
    const unsigned number = vbe->function.bar[0].number;
    const struct bus_range range = bus->range[number];

    memset(vbe->memory.bytes, 0, (size_t)vbe->yres * bochs_vbe_pitch(vbe));
    bus_change(bus, number, &range);
}

static void write_enable(struct bochs_vbe *vbe, uint16_t value)
{
    const bool starts = (value & VBE_ENABLED) && !(vbe->enable & VBE_ENABLED);

    vbe->enable = value & ENABLE_BITS;
    vbe->vga->dac_8_bits = (value & VBE_8_BIT_DAC) != 0;
    show_bank(vbe);
    if (!starts)
        return;
    vbe->x_offset = 0;
    vbe->y_offset = 0;
    set_virtual_width(vbe, vbe->xres);
    if (!(value & VBE_NO_CLEAR))
        clear_screen(vbe);
}

static bool is_depth(uint16_t bpp)
{
    return bpp == 8 || bpp == 15 || bpp == 16 || bpp == 24 || bpp == 32;
}

/* A mode is set while the extension is off, and must be a possible one. */
static void write_mode(struct bochs_vbe *vbe, uint16_t value)
{
    if (bochs_vbe_is_on(vbe))
        return;
    if (vbe->index == INDEX_XRES && value >= 1 && value <= VBE_MAX_XRES)
        vbe->xres = value;
    if (vbe->index == INDEX_YRES && value >= 1 && value <= VBE_MAX_YRES)
        vbe->yres = value;
    if (vbe->index == INDEX_BPP && value == 0)
        vbe->bpp = 8;
    if (vbe->index == INDEX_BPP && is_depth(value))
        vbe->bpp = value;
}

/* Keep the screen inside its memory. */
static void set_offsets(struct bochs_vbe *vbe, uint16_t x, uint16_t y)
{
    vbe->x_offset = at_most(x, (uint32_t)vbe->virt_width - vbe->xres);
    vbe->y_offset = at_most(y, (uint32_t)vbe->virt_height - vbe->yres);
}

/* What moves the screen within its memory is taken while it is on. */
static void write_view(struct bochs_vbe *vbe, uint16_t value)
{
    if (!bochs_vbe_is_on(vbe))
        return;
    if (vbe->index == INDEX_X_OFFSET) {
        set_offsets(vbe, value, vbe->y_offset);
    } else if (vbe->index == INDEX_Y_OFFSET) {
        set_offsets(vbe, vbe->x_offset, value);
    } else {
        set_virtual_width(vbe, value);
        set_offsets(vbe, vbe->x_offset, vbe->y_offset);
    }
}

static void write_bank(struct bochs_vbe *vbe, uint16_t value)
{
    if (value >= VBE_MEMORY_BYTES / BANK_BYTES)
        return;
    vbe->bank = value;
    show_bank(vbe);
}

static void write_data(struct bochs_vbe *vbe, uint16_t value)
{
    switch (vbe->index) {
    case INDEX_ID:
        if (value >= ID_FIRST && value <= ID_LAST)
            vbe->id = value;
        break;
    case INDEX_XRES:
    case INDEX_YRES:
    case INDEX_BPP: write_mode(vbe, value); break;
    case INDEX_ENABLE: write_enable(vbe, value); break;
    case INDEX_BANK: write_bank(vbe, value); break;
    case INDEX_VIRT_WIDTH:
    case INDEX_X_OFFSET:
    case INDEX_Y_OFFSET: write_view(vbe, value); break;
    default: break; /* the height follows from the width */
    }
}

static uint16_t read_data(const struct bochs_vbe *vbe)
{
    const bool limits = (vbe->enable & VBE_GET_CAPABILITIES) != 0;

    switch (vbe->index) {
    case INDEX_ID: return vbe->id;
    case INDEX_XRES: return limits ? VBE_MAX_XRES : vbe->xres;
    case INDEX_YRES: return limits ? VBE_MAX_YRES : vbe->yres;
    case INDEX_BPP: return limits ? VBE_MAX_BPP : vbe->bpp;
    case INDEX_ENABLE: return vbe->enable;
    case INDEX_BANK: return vbe->bank;
    case INDEX_VIRT_WIDTH: return vbe->virt_width;
    case INDEX_VIRT_HEIGHT: return vbe->virt_height;
    case INDEX_X_OFFSET: return vbe->x_offset;
    case INDEX_Y_OFFSET: return vbe->y_offset;
    case INDEX_VIDEO_MEMORY_64K: return VBE_MEMORY_BYTES / BANK_BYTES;
    default: return 0;
    }
}

/* --- The picture --- */

/* `bits` of a colour's part, as 8: the value repeated from the top. */
static uint32_t widened(uint32_t part, unsigned bits)
{
    return part << (8 - bits) | part >> (2 * bits - 8);
}

static uint32_t colour_of_16(uint32_t pixel, unsigned green_bits)
{
    const uint32_t green = pixel >> 5 & ((1u << green_bits) - 1);
    const uint32_t red = pixel >> (5 + green_bits) & 0x1f;

    return widened(red, 5) << 16 | widened(green, green_bits) << 8 |
           widened(pixel & 0x1f, 5);
}

static void draw_line(const struct bochs_vbe *vbe, const uint8_t *bytes,
                      uint32_t *pixels)
{
    for (unsigned x = 0; x < vbe->xres; x++) {
        switch (vbe->bpp) {
        case 8: pixels[x] = vga_dac_colour(vbe->vga, bytes[x]); break;
        case 15:
        case 16:
            pixels[x] = colour_of_16(bytes_load(bytes + 2 * (size_t)x, 2),
                                     vbe->bpp - 10u);
            break;
        case 24:
            pixels[x] = bytes_load(bytes + 3 * (size_t)x, 2) |
                        (uint32_t)bytes[3 * (size_t)x + 2] << 16;
            break;
        default:
            pixels[x] = bytes_load(bytes + 4 * (size_t)x, 4) & 0xffffff;
            break;
        }
    }
}

void bochs_vbe_render(const struct bochs_vbe *vbe, struct picture *picture)
{
    const uint8_t *first = vbe->memory.bytes +
                           (size_t)vbe->y_offset * bochs_vbe_pitch(vbe) +
                           (size_t)vbe->x_offset * pixel_bytes(vbe);

    picture->width = vbe->xres;
    picture->height = vbe->yres;
    for (unsigned y = 0; y < vbe->yres; y++)
        draw_line(vbe, first + (size_t)y * bochs_vbe_pitch(vbe),
                  picture->pixels + (size_t)y * picture->width);
}

uint32_t bochs_vbe_read(void *context, uint32_t offset, unsigned size)
{
    const struct bochs_vbe *vbe = context;

    if (size != 2)
        return UINT32_MAX;
    return offset == 0 ? vbe->index : read_data(vbe);
}

void bochs_vbe_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value)
{
    struct bochs_vbe *vbe = context;

    if (size != 2)
        return;
    if (offset == 0)
        vbe->index = (uint16_t)value;
    else
        write_data(vbe, (uint16_t)value);
}
