/* SPDX-License-Identifier: MIT */
/*
 * The processor's side of the planes, against a model that follows the
 * manual's description of the graphics controller bit by bit.
 */
#include "tests/unit/devices/vga_card.h"
#include "tests/unit/random.h"

/* The registers that decide, as a guest writes them. */
struct controls {
    unsigned map_mask;
    unsigned set_reset;
    unsigned enable;
    unsigned compare;
    unsigned function; /* of the rotate register, bits 3 and 4 */
    unsigned rotate;
    unsigned read_map;
    unsigned write_mode;
    unsigned read_mode;
    unsigned care;
    unsigned bit_mask;
};

struct model {
    uint8_t plane[4][VGA_PLANE_BYTES];
    uint8_t latch[4];
};

static unsigned bit(unsigned value, unsigned number)
{
    return value >> number & 1;
}

/* One bit of one plane, as the manual's tables give it. */
static unsigned written_bit(const struct controls *c, unsigned plane,
                            unsigned number, unsigned byte, unsigned latch)
{
    const unsigned rotated = bit(byte, (number + c->rotate) % 8);
    unsigned mask = bit(c->bit_mask, number);
    unsigned value;

    switch (c->write_mode) {
    case 0:
        value = bit(c->enable, plane) ? bit(c->set_reset, plane) : rotated;
        break;
    case 1: return latch;
    case 2: value = bit(byte, plane); break;
    default:
        value = bit(c->set_reset, plane);
        mask &= rotated;
        break;
    }
    if (c->function == 1)
        value &= latch;
    if (c->function == 2)
        value |= latch;
    if (c->function == 3)
        value ^= latch;
    return mask ? value : latch;
}

static void model_write(struct model *model, const struct controls *c,
                        unsigned address, unsigned planes, unsigned byte)
{
    for (unsigned plane = 0; plane < 4; plane++) {
        unsigned result = 0;

        if (!bit(c->map_mask & planes, plane))
            continue;
        for (unsigned i = 0; i < 8; i++)
            result |=
                written_bit(c, plane, i, byte, bit(model->latch[plane], i))
                << i;
        model->plane[plane][address] = (uint8_t)result;
    }
}

static unsigned model_read(struct model *model, const struct controls *c,
                           unsigned address, unsigned plane)
{
    unsigned result = 0;

    for (unsigned i = 0; i < 4; i++)
        model->latch[i] = model->plane[i][address];
    if (c->read_mode == 0)
        return model->latch[plane];
    for (unsigned i = 0; i < 8; i++) {
        bool same = true;

        for (unsigned p = 0; p < 4; p++)
            if (bit(c->care, p) &&
                bit(model->latch[p], i) != bit(c->compare, p))
                same = false;
        result |= (same ? 1u : 0u) << i;
    }
    return result;
}

static void program(struct card *card, const struct controls *c,
                    unsigned mode_bits)
{
    set_sequencer(card, 2, c->map_mask);
    set_graphics(card, 0, c->set_reset);
    set_graphics(card, 1, c->enable);
    set_graphics(card, 2, c->compare);
    set_graphics(card, 3, c->function << 3 | c->rotate);
    set_graphics(card, 4, c->read_map);
    set_graphics(card, 5, c->write_mode | c->read_mode << 3 | mode_bits);
    set_graphics(card, 7, c->care);
    set_graphics(card, 8, c->bit_mask);
}

static void expect_planes(const struct card *card, const struct model *model)
{
    for (unsigned address = 0; address < VGA_PLANE_BYTES; address++)
        for (unsigned plane = 0; plane < 4; plane++)
            EXPECT_EQ(card->vga.planes[address] >> 8 * plane & 0xff,
                      model->plane[plane][address]);
}

static void clear_planes(struct card *card)
{
    memset(card->vga.planes, 0, sizeof card->vga.planes);
}

/* Planar, 64 KiB at A0000, and all planes 0. */
static void planar(struct card *card)
{
    set_sequencer(card, 4, 0x06);
    set_graphics(card, 6, 0x05);
    clear_planes(card);
}

static struct controls random_controls(struct random *random)
{
    return (struct controls){.map_mask = random_below(random, 16),
                             .set_reset = random_below(random, 16),
                             .enable = random_below(random, 16),
                             .compare = random_below(random, 16),
                             .read_map = random_below(random, 4),
                             .care = random_below(random, 16),
                             .bit_mask = random_below(random, 256)};
}

START_TEST(every_write_mode_function_and_rotation_does_what_the_manual_says)
{
    struct card *card = card_create();
    struct model *model = calloc(1, sizeof *model);
    struct random random = random_seeded(1);

    ck_assert_ptr_nonnull(model);
    planar(card);
    for (unsigned i = 0; i < 4 * 2 * 4 * 8 * 64; i++) {
        struct controls c = random_controls(&random);

        c.write_mode = i % 4;
        c.read_mode = i / 4 % 2;
        c.function = i / 8 % 4;
        c.rotate = i / 32 % 8;
        program(card, &c, 0);
        for (unsigned n = 0; n < 8; n++) {
            const unsigned from = random_below(&random, 64);
            const unsigned to = random_below(&random, 64);
            const unsigned byte = random_below(&random, 256);

            EXPECT_EQ(peek(card, CARD_WINDOW + from),
                      model_read(model, &c, from, c.read_map));
            poke(card, CARD_WINDOW + to, byte);
            model_write(model, &c, to, 15, byte);
        }
    }
    expect_planes(card, model);
    free(model);
    card_destroy(card);
}
END_TEST

START_TEST(chain_4_and_odd_even_choose_the_plane_by_the_address)
{
    struct card *card = card_create();
    struct model *model = calloc(1, sizeof *model);
    struct random random = random_seeded(2);

    ck_assert_ptr_nonnull(model);
    planar(card);
    for (unsigned i = 0; i < 20000; i++) {
        const bool chained = bit(i, 0);
        const bool read_by_turns = bit(i, 1);
        struct controls c = random_controls(&random);
        const unsigned to = random_below(&random, 0x10000);
        const unsigned byte = random_below(&random, 256);
        const unsigned address = chained ? to & ~3u : to & ~1u;
        unsigned plane = c.read_map;

        if (chained)
            plane = to % 4;
        else if (read_by_turns)
            plane = (plane & 2) | (to & 1);
        c.map_mask = i / 4 % 16;
        c.bit_mask |= 1; /* never plain memory nor all of it masked */
        c.enable |= 1;
        set_sequencer(card, 4, chained ? 0x0e : 0x02);
        set_graphics(card, 6, 0x07);
        program(card, &c, read_by_turns ? 0x10 : 0);
        EXPECT_EQ(peek(card, CARD_WINDOW + to),
                  model_read(model, &c, address, plane));
        poke(card, CARD_WINDOW + to, byte);
        model_write(model, &c, address,
                    chained ? 1u << to % 4 : (to & 1 ? 10u : 5u), byte);
    }
    expect_planes(card, model);
    free(model);
    card_destroy(card);
}
END_TEST

START_TEST(wide_accesses_are_bytes_one_after_the_other)
{
    struct card *card = card_create();

    planar(card);
    set_graphics(card, 5, 0);
    for (unsigned plane = 0; plane < 4; plane++) {
        set_sequencer(card, 2, 1u << plane);
        set_graphics(card, 4, plane);
        bus_write(&card->bus, BUS_CPU, CARD_WINDOW + 100, 4,
                  0x44332211u * (plane + 1));
        EXPECT_EQ(bus_read(&card->bus, BUS_CPU, CARD_WINDOW + 100, 4),
                  0x44332211u * (plane + 1));
        EXPECT_EQ(bus_read(&card->bus, BUS_CPU, CARD_WINDOW + 102, 2),
                  0x44332211u * (plane + 1) >> 16);
    }
    card_destroy(card);
}
END_TEST

/* Graphics controller, miscellaneous register, "Memory Map". */
START_TEST(memory_map_decodes_what_it_says_and_no_more)
{
    static const struct {
        uint32_t first;
        uint32_t end;
    } maps[] = {{0xa0000, 0xc0000},
                {0xa0000, 0xb0000},
                {0xb0000, 0xb8000},
                {0xb8000, 0xc0000}};
    struct card *card = card_create();

    set_sequencer(card, 2, 15);
    for (unsigned enabled = 0; enabled < 2; enabled++) {
        for (unsigned chain = 0; chain < 3; chain++) {
            for (unsigned map = 0; map < 4; map++) {
                card_out(card, PORT_MISC_WRITE, enabled ? 0x67 : 0x65);
                set_sequencer(card, 2, chain == 2 ? 3 : 15);
                set_sequencer(card, 4, chain == 1 ? 0x0e : 0x02);
                set_graphics(card, 5, 0x10);
                set_graphics(card, 6, map << 2 | 2);
                for (uint32_t at = 0xa0000; at < 0xc0000; at += 0x800) {
                    const bool there =
                        enabled && at >= maps[map].first && at < maps[map].end;

                    poke(card, at, 0x5a);
                    EXPECT_EQ(peek(card, at), there ? 0x5a : 0xff);
                    poke(card, at, 0xa5);
                    EXPECT_EQ(peek(card, at), there ? 0xa5 : 0xff);
                }
            }
        }
    }
    card_destroy(card);
}
END_TEST

START_TEST(text_and_chained_graphics_are_plain_memory)
{
    struct card *card = card_create();

    EXPECT(bus_is_ram(&card->bus, CARD_TEXT));
    EXPECT(bus_is_ram(&card->bus, CARD_TEXT + 0x7fff));
    EXPECT(!bus_is_ram(&card->bus, CARD_TEXT - 1));
    set_sequencer(card, 2, 15);
    EXPECT(!bus_is_ram(&card->bus, CARD_TEXT)); /* would reach the font */
    set_sequencer(card, 4, 0x0e);
    set_graphics(card, 6, 0x05);
    EXPECT(bus_is_ram(&card->bus, CARD_WINDOW));
    EXPECT(bus_is_ram(&card->bus, CARD_WINDOW + 0xffff));
    EXPECT(!bus_is_ram(&card->bus, CARD_WINDOW + 0x10000));
    set_graphics(card, 8, 0xfe);
    EXPECT(!bus_is_ram(&card->bus, CARD_WINDOW));
    set_graphics(card, 8, 0xff);
    EXPECT(bus_is_ram(&card->bus, CARD_WINDOW));
    set_sequencer(card, 4, 0x06);
    EXPECT(!bus_is_ram(&card->bus, CARD_WINDOW));
    card_destroy(card);
}
END_TEST

/* What a BIOS does: text is written, the font loaded, text read again. */
START_TEST(text_survives_a_font_load_and_the_font_survives_text)
{
    struct card *card = card_create();

    for (unsigned i = 0; i < 0x8000; i++)
        poke(card, CARD_TEXT + i, i * 7);
    set_sequencer(card, 2, 0x04);
    set_sequencer(card, 4, 0x07);
    set_graphics(card, 4, 0x02);
    set_graphics(card, 5, 0x00);
    set_graphics(card, 6, 0x04);
    for (unsigned i = 0; i < 0x2000; i++)
        poke(card, CARD_WINDOW + i, i * 11);
    set_sequencer(card, 2, 0x03);
    set_sequencer(card, 4, 0x03);
    set_graphics(card, 4, 0x00);
    set_graphics(card, 5, 0x10);
    set_graphics(card, 6, 0x0e);
    for (unsigned i = 0; i < 0x8000; i++) {
        EXPECT_EQ(peek(card, CARD_TEXT + i), i * 7 & 0xff);
        poke(card, CARD_TEXT + i, i * 13);
    }
    vga_settle(&card->vga);
    for (unsigned i = 0; i < 0x2000; i++) {
        EXPECT_EQ(card->vga.planes[i] >> 16 & 0xff, i * 11 & 0xff);
        EXPECT_EQ(card->vga.planes[i & ~1u] >> 8 * (i & 1) & 0xff,
                  i * 13 & 0xff);
    }
    card_destroy(card);
}
END_TEST

/* The same pixels by both roads: chained, and plane by plane. */
START_TEST(chained_pixels_lie_in_the_planes)
{
    struct card *card = card_create();

    set_sequencer(card, 2, 15);
    set_sequencer(card, 4, 0x0e);
    set_graphics(card, 5, 0x40);
    set_graphics(card, 6, 0x05);
    for (unsigned i = 0; i < 0x10000; i++)
        poke(card, CARD_WINDOW + i, i * 5 + (i >> 8));
    set_sequencer(card, 4, 0x06);
    for (unsigned plane = 0; plane < 4; plane++) {
        set_graphics(card, 4, plane);
        for (unsigned i = 0; i < 0x10000; i += 4) {
            const unsigned pixel = i + plane;

            EXPECT_EQ(peek(card, CARD_WINDOW + i),
                      (pixel * 5 + (pixel >> 8)) & 0xff);
        }
    }
    card_destroy(card);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_write_mode_function_and_rotation_does_what_the_manual_says,
        chain_4_and_odd_even_choose_the_plane_by_the_address,
        wide_accesses_are_bytes_one_after_the_other,
        memory_map_decodes_what_it_says_and_no_more,
        text_and_chained_graphics_are_plain_memory,
        text_survives_a_font_load_and_the_font_survives_text,
        chained_pixels_lie_in_the_planes,
    };

    return run_tests("vga_memory", tests, sizeof tests / sizeof tests[0]);
}
