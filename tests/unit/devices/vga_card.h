/* SPDX-License-Identifier: MIT */
/* A VGA alone on a bus, and words to program it with. */
#ifndef TESTS_UNIT_DEVICES_VGA_CARD_H
#define TESTS_UNIT_DEVICES_VGA_CARD_H

#include "devices/vga.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#define CARD_WINDOW      0xa0000u
#define CARD_TEXT        0xb8000u
#define TICKS_PER_SECOND 100000000u

/* Offsets from 3C0. */
enum {
    PORT_ATTRIBUTE = 0x0,
    PORT_ATTRIBUTE_READ = 0x1,
    PORT_MISC_WRITE = 0x2,
    PORT_SEQUENCER = 0x4,
    PORT_DAC_MASK = 0x6,
    PORT_DAC_READ_INDEX = 0x7,
    PORT_DAC_WRITE_INDEX = 0x8,
    PORT_DAC_DATA = 0x9,
    PORT_MISC_READ = 0xc,
    PORT_GRAPHICS = 0xe
};

struct card {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct vga vga;
    struct picture picture;
};

static inline struct card *card_create(void)
{
    struct card *card = calloc(1, sizeof *card);
    struct error error;

    ck_assert_ptr_nonnull(card);
    card->picture.pixels = calloc(PICTURE_PIXELS_MAX, sizeof(uint32_t));
    ck_assert_ptr_nonnull(card->picture.pixels);
    EXPECT(bus_init(&card->bus, &card->trace, &error));
    clock_init(&card->clock, TICKS_PER_SECOND);
    EXPECT(vga_init(&card->vga, &card->clock, &card->bus, CARD_WINDOW, &error));
    return card;
}

static inline void card_destroy(struct card *card)
{
    bus_release(&card->bus);
    free(card->picture.pixels);
    free(card);
}

static inline unsigned card_in(struct card *card, unsigned offset)
{
    return vga_read(&card->vga, offset, 1);
}

static inline void card_out(struct card *card, unsigned offset, unsigned value)
{
    vga_write(&card->vga, offset, 1, value);
}

static inline void set_sequencer(struct card *card, unsigned index,
                                 unsigned value)
{
    card_out(card, PORT_SEQUENCER, index);
    card_out(card, PORT_SEQUENCER + 1, value);
}

static inline void set_graphics(struct card *card, unsigned index,
                                unsigned value)
{
    card_out(card, PORT_GRAPHICS, index);
    card_out(card, PORT_GRAPHICS + 1, value);
}

static inline unsigned card_status(struct card *card)
{
    return vga_read_status(&card->vga, 0, 1);
}

/* Leaves the picture on. */
static inline void set_attribute(struct card *card, unsigned index,
                                 unsigned value)
{
    (void)card_status(card);
    card_out(card, PORT_ATTRIBUTE, index);
    card_out(card, PORT_ATTRIBUTE, value);
    card_out(card, PORT_ATTRIBUTE, 0x20);
    (void)card_status(card);
}

static inline void set_crtc(struct card *card, unsigned index, unsigned value)
{
    vga_write_crtc(&card->vga, 0, 1, index);
    vga_write_crtc(&card->vga, 1, 1, value);
}

static inline unsigned get_crtc(struct card *card, unsigned index)
{
    vga_write_crtc(&card->vga, 0, 1, index);
    return vga_read_crtc(&card->vga, 1, 1);
}

static inline void poke(struct card *card, physical_addr physical,
                        unsigned value)
{
    bus_write(&card->bus, BUS_CPU, physical, 1, value);
}

static inline unsigned peek(struct card *card, physical_addr physical)
{
    return bus_read(&card->bus, BUS_CPU, physical, 1);
}

/* The sixteen colours of a text screen, in hexadecimal RGB. */
static const uint32_t card_colours[16] = {
    0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa,
    0xaa5500, 0xaaaaaa, 0x555555, 0x5555ff, 0x55ff55, 0x55ffff,
    0xff5555, 0xff55ff, 0xffff55, 0xffffff};

static inline uint32_t dot(const struct card *card, unsigned x, unsigned y)
{
    return card->picture.pixels[y * card->picture.width + x];
}

static inline void expect_size(const struct card *card, unsigned width,
                               unsigned height)
{
    EXPECT_EQ(card->picture.width, width);
    EXPECT_EQ(card->picture.height, height);
}

static inline void no_cursor(struct card *card)
{
    set_crtc(card, 0x0a, 0x20);
}

#endif
