/* SPDX-License-Identifier: MIT */
/*
 * Pictures of screens whose every dot is computed here from the bytes that
 * were written, by the manual's description of each mode.
 */
#include "tests/unit/devices/vga_card.h"
#include "tests/unit/random.h"

/* Registers of a mode, as IBM's BIOS sets them. */
struct mode {
    uint8_t misc;
    uint8_t clocking;
    uint8_t memory_mode;
    uint8_t crtc[25];
    uint8_t graphics_mode;
    uint8_t graphics_misc;
    uint8_t attribute_mode;
};

static const struct mode mode_12 = {0xe3,
                                    0x01,
                                    0x06,
                                    {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b,
                                     0x3e, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00,
                                     0x00, 0x00, 0xea, 0x8c, 0xdf, 0x28, 0x00,
                                     0xe7, 0x04, 0xe3, 0xff},
                                    0x00,
                                    0x05,
                                    0x01};
static const struct mode mode_13 = {0x63,
                                    0x01,
                                    0x0e,
                                    {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf,
                                     0x1f, 0x00, 0x41, 0x00, 0x00, 0x00, 0x00,
                                     0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x40,
                                     0x96, 0xb9, 0xa3, 0xff},
                                    0x40,
                                    0x05,
                                    0x41};
static const struct mode mode_4 = {0x63,
                                   0x09,
                                   0x02,
                                   {0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf,
                                    0x1f, 0x00, 0xc1, 0x00, 0x00, 0x00, 0x00,
                                    0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x14, 0x00,
                                    0x96, 0xb9, 0xa2, 0xff},
                                   0x30,
                                   0x0f,
                                   0x01};
static const struct mode mode_6 = {0x63,
                                   0x01,
                                   0x06,
                                   {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf,
                                    0x1f, 0x00, 0xc1, 0x00, 0x00, 0x00, 0x00,
                                    0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x00,
                                    0x96, 0xb9, 0xc2, 0xff},
                                   0x00,
                                   0x0d,
                                   0x01};

static void set_mode(struct card *card, const struct mode *mode,
                     unsigned map_mask)
{
    card_out(card, PORT_MISC_WRITE, mode->misc);
    set_sequencer(card, 1, mode->clocking);
    set_sequencer(card, 2, map_mask);
    set_sequencer(card, 4, mode->memory_mode);
    set_crtc(card, 0x11, 0);
    for (unsigned i = 0; i < 25; i++)
        set_crtc(card, i, mode->crtc[i]);
    set_graphics(card, 5, mode->graphics_mode);
    set_graphics(card, 6, mode->graphics_misc);
    set_attribute(card, 0x10, mode->attribute_mode);
    set_attribute(card, 0x13, 0);
}

/* Colours that tell all 256 entries apart, 6 bits a part. */
static void load_palette(struct card *card)
{
    card_out(card, PORT_DAC_WRITE_INDEX, 0);
    for (unsigned i = 0; i < 256; i++) {
        card_out(card, PORT_DAC_DATA, i & 0x3f);
        card_out(card, PORT_DAC_DATA, i >> 2);
        card_out(card, PORT_DAC_DATA, i >> 6);
    }
}

static uint32_t six_to_eight(unsigned six)
{
    return six << 2 | six >> 4;
}

static uint32_t palette_colour(unsigned i)
{
    return six_to_eight(i & 0x3f) << 16 | six_to_eight(i >> 2) << 8 |
           six_to_eight(i >> 6);
}

START_TEST(planar_graphics_are_four_planes_deep)
{
    struct card *card = card_create();
    struct random random = random_seeded(9);
    static uint8_t pixel[480][640];

    set_mode(card, &mode_12, 15);
    for (unsigned y = 0; y < 480; y++)
        for (unsigned x = 0; x < 640; x++)
            pixel[y][x] = (uint8_t)random_below(&random, 16);
    for (unsigned plane = 0; plane < 4; plane++) {
        set_sequencer(card, 2, 1u << plane);
        for (unsigned i = 0; i < 640 * 480 / 8; i++) {
            unsigned byte = 0;

            for (unsigned n = 0; n < 8; n++)
                byte |= (pixel[i / 80][i % 80 * 8 + n] >> plane & 1u)
                        << (7 - n);
            poke(card, CARD_WINDOW + i, byte);
        }
    }
    for (unsigned enabled = 0; enabled < 16; enabled++) {
        set_attribute(card, 0x12, enabled);
        vga_render(&card->vga, &card->picture);
        expect_size(card, 640, 480);
        for (unsigned y = 0; y < 480; y++)
            for (unsigned x = 0; x < 640; x++)
                EXPECT_EQ(dot(card, x, y), card_colours[pixel[y][x] & enabled]);
    }
    card_destroy(card);
}
END_TEST

START_TEST(mode_13_shows_a_byte_a_pixel)
{
    struct card *card = card_create();
    struct random random = random_seeded(10);
    static uint8_t pixel[64000];

    set_mode(card, &mode_13, 15);
    load_palette(card);
    for (unsigned i = 0; i < sizeof pixel; i++) {
        pixel[i] = (uint8_t)random_next(&random);
        poke(card, CARD_WINDOW + i, pixel[i]);
    }
    for (unsigned panned = 0; panned < 4; panned++) {
        set_attribute(card, 0x13, panned * 2);
        vga_render(&card->vga, &card->picture);
        expect_size(card, 640, 400);
        for (unsigned y = 0; y < 396; y++)
            for (unsigned x = 0; x < 640; x++)
                EXPECT_EQ(dot(card, x, y),
                          palette_colour(pixel[y / 2 * 320 + x / 2 + panned]));
    }
    card_destroy(card);
}
END_TEST

/* Mode 13h with chain 4 and doublewords off: pages, and 320 x 400. */
START_TEST(unchained_mode_shows_four_planes_by_turns)
{
    struct card *card = card_create();
    struct random random = random_seeded(11);
    static uint8_t pixel[400][320];

    set_mode(card, &mode_13, 15);
    load_palette(card);
    set_sequencer(card, 4, 0x06);
    set_crtc(card, 0x14, 0x00);
    set_crtc(card, 0x17, 0xe3);
    set_crtc(card, 0x09, 0x40);
    for (unsigned plane = 0; plane < 4; plane++) {
        set_sequencer(card, 2, 1u << plane);
        for (unsigned i = 0; i < 80 * 400; i++) {
            uint8_t *place = &pixel[i / 80][i % 80 * 4 + plane];

            *place = (uint8_t)random_next(&random);
            poke(card, CARD_WINDOW + 0x4000 + i, *place);
        }
    }
    set_crtc(card, 0x0c, 0x40);
    vga_render(&card->vga, &card->picture);
    expect_size(card, 640, 400);
    for (unsigned y = 0; y < 400; y++)
        for (unsigned x = 0; x < 640; x++)
            EXPECT_EQ(dot(card, x, y), palette_colour(pixel[y][x / 2]));
    card_destroy(card);
}
END_TEST

/* As on a CGA: two bits a pixel, odd lines 8 KiB further on. */
START_TEST(mode_4_is_laid_out_like_a_cga)
{
    struct card *card = card_create();
    struct random random = random_seeded(12);
    static uint8_t byte[0x4000];

    set_mode(card, &mode_4, 3);
    set_attribute(card, 0x12, 3);
    for (unsigned i = 0; i < sizeof byte; i++) {
        byte[i] = (uint8_t)random_next(&random);
        poke(card, CARD_TEXT + i, byte[i]);
    }
    vga_render(&card->vga, &card->picture);
    expect_size(card, 640, 400);
    for (unsigned y = 0; y < 400; y++)
        for (unsigned x = 0; x < 640; x++) {
            const unsigned line = y / 2;
            const unsigned column = x / 2;
            const unsigned at =
                (line & 1) * 0x2000 + line / 2 * 80 + column / 4;

            EXPECT_EQ(dot(card, x, y),
                      card_colours[byte[at] >> (6 - column % 4 * 2) & 3]);
        }
    card_destroy(card);
}
END_TEST

START_TEST(mode_6_is_laid_out_like_a_cga)
{
    struct card *card = card_create();
    struct random random = random_seeded(13);
    static uint8_t byte[0x4000];

    set_mode(card, &mode_6, 1);
    set_attribute(card, 0x12, 1);
    for (unsigned i = 0; i < sizeof byte; i++) {
        byte[i] = (uint8_t)random_next(&random);
        poke(card, CARD_TEXT + i, byte[i]);
    }
    vga_render(&card->vga, &card->picture);
    expect_size(card, 640, 400);
    for (unsigned y = 0; y < 400; y++)
        for (unsigned x = 0; x < 640; x++) {
            const unsigned line = y / 2;
            const unsigned at = (line & 1) * 0x2000 + line / 2 * 80 + x / 8;

            EXPECT_EQ(dot(card, x, y),
                      card_colours[byte[at] >> (7 - x % 8) & 1]);
        }
    card_destroy(card);
}
END_TEST

START_TEST(palette_registers_colour_select_and_mask_lead_to_the_dac)
{
    struct card *card = card_create();

    no_cursor(card);
    load_palette(card);
    poke(card, CARD_TEXT, 0xdb); /* all dots */
    poke(card, CARD_TEXT + 1, 0x05);
    for (unsigned i = 0; i < 64 * 16 * 2; i++) {
        const unsigned entry = i % 64;
        const unsigned select = i / 64 % 16;
        const bool from_54 = i / 1024 != 0;
        const unsigned mask = 0xff - i % 7;
        unsigned expected = entry | (select & 12) << 4;

        if (from_54)
            expected = (entry & 15) | (select & 15) << 4;
        (void)card_status(card);
        card_out(card, PORT_ATTRIBUTE, 5);
        card_out(card, PORT_ATTRIBUTE, entry);
        set_attribute(card, 0x10, from_54 ? 0x80 : 0);
        set_attribute(card, 0x14, select);
        card_out(card, PORT_DAC_MASK, mask);
        vga_render(&card->vga, &card->picture);
        EXPECT_EQ(dot(card, 3, 3), palette_colour(expected & mask));
    }
    card_destroy(card);
}
END_TEST

START_TEST(screen_can_be_switched_off_in_three_ways)
{
    struct card *card = card_create();

    poke(card, CARD_TEXT, 0xdb);
    vga_render(&card->vga, &card->picture);
    EXPECT_EQ(dot(card, 0, 0), 0xaaaaaa);
    set_sequencer(card, 1, 0x20);
    vga_render(&card->vga, &card->picture);
    EXPECT_EQ(dot(card, 0, 0), 0);
    set_sequencer(card, 1, 0x00);
    card_out(card, PORT_ATTRIBUTE, 0x00);
    vga_render(&card->vga, &card->picture);
    EXPECT_EQ(dot(card, 0, 0), 0);
    (void)card_status(card);
    card_out(card, PORT_ATTRIBUTE, 0x20);
    set_crtc(card, 0x17, 0x23);
    vga_render(&card->vga, &card->picture);
    EXPECT_EQ(dot(card, 0, 0), 0);
    set_crtc(card, 0x17, 0xa3);
    vga_render(&card->vga, &card->picture);
    EXPECT_EQ(dot(card, 0, 0), 0xaaaaaa);
    card_destroy(card);
}
END_TEST

START_TEST(no_registers_draw_beyond_the_picture)
{
    struct card *card = card_create();
    struct random random = random_seeded(14);

    for (unsigned i = 0; i < 300; i++) {
        for (unsigned n = 0; n < 25; n++)
            card->vga.crtc[n] = (uint8_t)random_next(&random);
        for (unsigned n = 0; n < 5; n++)
            set_sequencer(card, n, random_below(&random, 256));
        for (unsigned n = 0; n < 9; n++)
            set_graphics(card, n, random_below(&random, 256));
        for (unsigned n = 0x10; n < 21; n++)
            set_attribute(card, n, random_below(&random, 256));
        if (i == 0)
            memset(card->vga.crtc, 0xff, 25);
        vga_render(&card->vga, &card->picture);
        EXPECT((uint64_t)card->picture.width * card->picture.height <=
               PICTURE_PIXELS_MAX);
    }
    card_destroy(card);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        planar_graphics_are_four_planes_deep,
        mode_13_shows_a_byte_a_pixel,
        unchained_mode_shows_four_planes_by_turns,
        mode_4_is_laid_out_like_a_cga,
        mode_6_is_laid_out_like_a_cga,
        palette_registers_colour_select_and_mask_lead_to_the_dac,
        screen_can_be_switched_off_in_three_ways,
        no_registers_draw_beyond_the_picture,
    };

    return run_tests("vga_render", tests, sizeof tests / sizeof tests[0]);
}
