/* SPDX-License-Identifier: MIT */
/*
 * The processor's side of the planes. An access goes through the graphics
 * controller and the map mask byte by byte, but for two cases in which that
 * comes to nothing more than plain memory: text, and 256 colours with chain 4.
 * Then the window is memory on the bus, and the planes are brought up to date
 * when somebody looks at them, or when a register makes the case end.
 */
#include <string.h>

#include "devices/vga_registers.h"

enum {
    WINDOW_64K = 0x10000,
    WINDOW_32K = 0x8000,
    MONO_WINDOW = 0x10000,  /* B0000 from A0000 */
    COLOUR_WINDOW = 0x18000 /* B8000 from A0000 */
};

#define ALL_PLANES UINT32_MAX
#define EVEN_MAPS  0x00ff00ffu /* planes 0 and 2 */
#define ODD_MAPS   0xff00ff00u

/* A byte for each plane. */
static uint32_t in_all_planes(uint8_t byte)
{
    return byte * 0x01010101u;
}

/* All ones in the planes whose bit is set. */
static uint32_t whole_planes(uint8_t bits)
{
    return ((bits & 1u) | (bits & 2u) << 7 | (bits & 4u) << 14 |
            (bits & 8u) << 21) *
           0xff;
}

/* --- One byte --- */

static unsigned folded_index(const struct vga_access *access, uint32_t offset)
{
    if (access->chain_4)
        return offset & ~3u;
    return access->drop_bit_0 ? offset & ~1u : offset;
}

/* The planes' bytes at an offset into the window. */
static ALWAYS_INLINE uint32_t *place_of(struct vga *vga, uint32_t offset)
{
    const struct vga_access *access = &vga->access;

    offset %= VGA_PLANE_BYTES;
    return &vga->planes[access->folded ? folded_index(access, offset) : offset];
}

static uint32_t planes_written(const struct vga_access *access, uint32_t offset)
{
    if (access->chain_4)
        return access->planes & 0xffu << offset % 4 * 8;
    if (access->write_odd_even)
        return access->planes & (offset & 1 ? ODD_MAPS : EVEN_MAPS);
    return access->planes;
}

static uint32_t combine(const struct vga *vga, uint32_t data, uint32_t mask)
{
    switch (vga->access.function) {
    case 1: data &= vga->latch; break;
    case 2: data |= vga->latch; break;
    case 3: data ^= vga->latch; break;
    default: break;
    }
    return (data & mask) | (vga->latch & ~mask);
}

/* What the graphics controller makes of a byte, for all four planes. */
static uint32_t written_data(const struct vga *vga, uint8_t byte)
{
    const struct vga_access *access = &vga->access;
    const uint8_t rotated =
        (uint8_t)(byte >> access->rotate | byte << (8 - access->rotate));

    switch (access->write_mode) {
    case 0:
        return combine(vga,
                       (in_all_planes(rotated) & ~access->set_reset_enable) |
                           (access->set_reset & access->set_reset_enable),
                       access->bit_mask);
    case 1: return vga->latch;
    case 2: return combine(vga, whole_planes(byte), access->bit_mask);
    default:
        return combine(vga, access->set_reset,
                       access->bit_mask & in_all_planes(rotated));
    }
}

static ALWAYS_INLINE void write_byte(struct vga *vga, uint32_t offset,
                                     uint8_t byte)
{
    const struct vga_access *access = &vga->access;
    const uint32_t data =
        access->direct ? in_all_planes(byte) : written_data(vga, byte);
    const uint32_t planes =
        access->folded ? planes_written(access, offset) : access->planes;
    uint32_t *place = place_of(vga, offset);

    *place = (*place & ~planes) | (data & planes);
}

/* Read mode 1: a bit is 1 where all planes that count have the colour. */
static uint8_t compared(const struct vga *vga)
{
    uint32_t differs = (vga->latch ^ vga->access.compare) & vga->access.care;

    differs |= differs >> 16;
    differs |= differs >> 8;
    return (uint8_t)~differs;
}

static ALWAYS_INLINE uint8_t read_byte(struct vga *vga, uint32_t offset)
{
    const struct vga_access *access = &vga->access;
    unsigned plane = access->read_map;

    vga->latch = *place_of(vga, offset);
    if (access->read_compare)
        return compared(vga);
    if (access->chain_4)
        plane = offset % 4;
    else if (access->read_odd_even)
        plane = (plane & 2) | (offset & 1);
    return (uint8_t)(vga->latch >> 8 * plane);
}

/* --- What the bus calls --- */

static uint32_t read_window(void *context, uint32_t offset, unsigned size)
{
    struct vga *vga = context;
    const uint32_t from = offset - vga->access.first;
    uint32_t value = 0;

    if (from >= vga->access.size)
        return UINT32_MAX;
    if (LIKELY(size == 1))
        return read_byte(vga, from);
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)read_byte(vga, from + i) << 8 * i;
    return value;
}

static void write_window(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct vga *vga = context;
    const uint32_t from = offset - vga->access.first;

    if (from >= vga->access.size)
        return;
    if (LIKELY(size == 1)) {
        write_byte(vga, from, (uint8_t)value);
        return;
    }
    for (unsigned i = 0; i < size; i++)
        write_byte(vga, from + i, (uint8_t)(value >> 8 * i));
}

/* --- The window as memory --- */

/* Which bytes of a word of the planes the window holds. */
static uint32_t window_planes(enum vga_window_kind kind)
{
    return kind == VGA_WINDOW_TEXT ? 0xffffu : ALL_PLANES;
}

static unsigned window_step(enum vga_window_kind kind)
{
    return kind == VGA_WINDOW_TEXT ? 2 : 4;
}

/* The window holds a copy of the planes' bytes. */
static bool is_copy(enum vga_window_kind kind)
{
    return kind == VGA_WINDOW_TEXT || kind == VGA_WINDOW_CHAINED;
}

static uint32_t window_size(enum vga_window_kind kind)
{
    return kind == VGA_WINDOW_TEXT ? WINDOW_32K : WINDOW_64K;
}

void vga_settle(struct vga *vga)
{
    const uint32_t planes = window_planes(vga->window);
    const unsigned step = window_step(vga->window);

    if (!is_copy(vga->window))
        return;
    for (uint32_t at = 0; at < window_size(vga->window); at += step) {
        const uint32_t bytes = bus_load(vga->bus, vga->window_first + at, step);

        vga->planes[at] = (vga->planes[at] & ~planes) | (bytes & planes);
    }
}

/* The planes' bytes become the window's. */
static void fill_window(struct vga *vga)
{
    const unsigned step = window_step(vga->window);

    for (uint32_t at = 0; at < window_size(vga->window); at += step)
        bus_store(vga->bus, vga->window_first + at, step, vga->planes[at]);
}

/* Put memory in the place of the planes, or take it away. */
static void show_window(struct vga *vga, enum vga_window_kind kind,
                        physical_addr first)
{
    struct bus_range range = vga->bus->range[vga->memory_range];

    vga->window = kind;
    vga->window_first = first;
    range.hidden = kind == VGA_WINDOW_PLANES;
    range.first = first;
    range.size = window_size(kind);
    range.chip = kind == VGA_WINDOW_BANKED ? vga->bank_chip : NULL;
    range.chip_offset = kind == VGA_WINDOW_BANKED ? vga->bank_offset : 0;
    bus_change(vga->bus, vga->memory_range, &range);
    if (is_copy(kind))
        fill_window(vga);
}

void vga_memory_clear(struct vga *vga)
{
    show_window(vga, VGA_WINDOW_PLANES, vga->base);
    memset(vga->planes, 0, sizeof vga->planes);
}

bool vga_memory_init(struct vga *vga, struct error *error)
{
    const struct bus_range planes = {.name = "VGA memory",
                                     .kind = BUS_MMIO,
                                     .first = vga->base,
                                     .size = VGA_WINDOW_BYTES,
                                     .read = read_window,
                                     .write = write_window,
                                     .context = vga};
    const struct bus_range memory = {.name = "VGA memory",
                                     .kind = BUS_RAM,
                                     .hidden = true,
                                     .first = vga->base,
                                     .size = WINDOW_64K};

    if (!bus_add(vga->bus, &planes, error))
        return false;
    vga->memory_range = bus_add(vga->bus, &memory, error);
    return vga->memory_range != 0;
}

/* --- From the registers --- */

/* The part of the window that the memory map select decodes. */
static void decode_window(struct vga *vga)
{
    static const struct {
        uint32_t first;
        uint32_t size;
    } maps[] = {{0, VGA_WINDOW_BYTES},
                {0, WINDOW_64K},
                {MONO_WINDOW, WINDOW_32K},
                {COLOUR_WINDOW, WINDOW_32K}};
    const unsigned map = vga->graphics[GRAPHICS_MISCELLANEOUS] >> 2 & 3;

    vga->access.first = maps[map].first;
    vga->access.size = vga->misc_output & MISC_RAM_ENABLE ? maps[map].size : 0;
}

static void decode_graphics(struct vga *vga)
{
    const uint8_t *graphics = vga->graphics;
    struct vga_access *access = &vga->access;

    access->set_reset = whole_planes(graphics[GRAPHICS_SET_RESET]);
    access->set_reset_enable =
        whole_planes(graphics[GRAPHICS_ENABLE_SET_RESET]);
    access->compare = whole_planes(graphics[GRAPHICS_COLOUR_COMPARE]);
    access->care = whole_planes(graphics[GRAPHICS_COLOUR_CARE]);
    access->bit_mask = in_all_planes(graphics[GRAPHICS_BIT_MASK]);
    access->rotate = graphics[GRAPHICS_ROTATE] & 7;
    access->function = graphics[GRAPHICS_ROTATE] >> 3 & 3;
    access->read_map = graphics[GRAPHICS_READ_MAP] & 3;
    access->write_mode = graphics[GRAPHICS_MODE] & MODE_WRITE;
    access->read_compare = (graphics[GRAPHICS_MODE] & MODE_READ_COMPARE) != 0;
    access->read_odd_even = (graphics[GRAPHICS_MODE] & MODE_ODD_EVEN) != 0;
    access->drop_bit_0 =
        (graphics[GRAPHICS_MISCELLANEOUS] & MISCELLANEOUS_CHAIN_ODD_EVEN) != 0;
    access->direct = access->write_mode == 0 && access->rotate == 0 &&
                     access->function == 0 && access->set_reset_enable == 0 &&
                     access->bit_mask == UINT32_MAX;
}

static void decode_sequencer(struct vga *vga)
{
    const uint8_t mode = vga->sequencer[SEQUENCER_MEMORY_MODE];

    vga->access.planes = whole_planes(vga->sequencer[SEQUENCER_MAP_MASK]);
    vga->access.chain_4 = (mode & MEMORY_MODE_CHAIN_4) != 0;
    vga->access.write_odd_even = !(mode & MEMORY_MODE_SEQUENTIAL);
}

/*
 * Odd/even with planes 0 and 1 alone is characters and attributes by turns.
 * A read of such memory does not load the latches; nobody has been seen to
 * want them behind it.
 */
static bool is_plain_text(const struct vga_access *access)
{
    return !access->chain_4 && access->write_odd_even &&
           access->read_odd_even && access->drop_bit_0 &&
           access->read_map < 2 && access->size == WINDOW_32K &&
           access->planes == window_planes(VGA_WINDOW_TEXT);
}

static bool is_plain_chained(const struct vga_access *access)
{
    return access->chain_4 && access->size == WINDOW_64K &&
           access->planes == ALL_PLANES;
}

static enum vga_window_kind wanted_window(const struct vga *vga)
{
    const struct vga_access *access = &vga->access;

    if (vga->bank_chip)
        return VGA_WINDOW_BANKED;
    if (!access->direct || access->read_compare)
        return VGA_WINDOW_PLANES;
    if (is_plain_text(access))
        return VGA_WINDOW_TEXT;
    return is_plain_chained(access) ? VGA_WINDOW_CHAINED : VGA_WINDOW_PLANES;
}

void vga_memory_update(struct vga *vga)
{
    enum vga_window_kind kind;
    physical_addr first = vga->base;

    decode_window(vga);
    decode_graphics(vga);
    decode_sequencer(vga);
    vga->access.folded = vga->access.chain_4 || vga->access.write_odd_even ||
                         vga->access.drop_bit_0;
    kind = wanted_window(vga);
    if (is_copy(kind))
        first += vga->access.first;
    if (kind == vga->window && first == vga->window_first)
        return;
    vga_settle(vga);
    show_window(vga, kind, first);
}

void vga_set_bank(struct vga *vga, const struct memory_chip *chip,
                  uint32_t offset)
{
    if (chip == vga->bank_chip && offset == vga->bank_offset)
        return;
    vga->bank_chip = chip;
    vga->bank_offset = offset;
    if (chip && vga->window == VGA_WINDOW_BANKED)
        show_window(vga, VGA_WINDOW_BANKED, vga->base);
    else
        vga_memory_update(vga);
}
