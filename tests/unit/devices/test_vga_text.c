/* SPDX-License-Identifier: MIT */
/*
 * Pictures of screens whose every dot is computed here from the bytes that
 * were written, by the manual's description of each mode.
 */
#include "tests/unit/devices/vga_card.h"
#include "tests/unit/random.h"

/* A frame of mode 3 in ticks, and something over. */
#define FRAME_TICKS (TICKS_PER_SECOND * 900ull * 449 / 28322000 + 1)

/* Shapes of a font; the byte of line `line` of `character`. */
static unsigned shape(unsigned font, unsigned character, unsigned line)
{
    return (character * 37 + line * 101 + font * 59 + (character * line >> 3)) &
           0xff;
}

static void load_font(struct card *card, unsigned font, unsigned place)
{
    set_sequencer(card, 2, 0x04);
    set_sequencer(card, 4, 0x07);
    set_graphics(card, 5, 0x00);
    set_graphics(card, 6, 0x04);
    for (unsigned character = 0; character < 256; character++)
        for (unsigned line = 0; line < 32; line++)
            poke(card, CARD_WINDOW + place + character * 32 + line,
                 shape(font, character, line));
    set_sequencer(card, 2, 0x03);
    set_sequencer(card, 4, 0x03);
    set_graphics(card, 5, 0x10);
    set_graphics(card, 6, 0x0e);
}

struct text {
    uint8_t cell[0x8000];
    unsigned columns;
    unsigned pitch; /* cells */
    unsigned start; /* cell */
    unsigned width; /* of a cell */
    bool line_graphics;
    bool blink;
    bool dark; /* blinking text is not seen */
    bool two_fonts;
};

static void fill_text(struct card *card, struct text *text, uint64_t seed)
{
    struct random random = random_seeded(seed);

    for (unsigned i = 0; i < sizeof text->cell; i++) {
        text->cell[i] = (uint8_t)random_next(&random);
        poke(card, CARD_TEXT + i, text->cell[i]);
    }
}

static uint32_t text_dot(const struct text *text, unsigned x, unsigned y)
{
    const unsigned cell = text->start + y / 16 * text->pitch + x / text->width;
    const unsigned character = text->cell[cell * 2 & 0x7fff];
    const unsigned attribute = text->cell[(cell * 2 + 1) & 0x7fff];
    const unsigned font = text->two_fonts && attribute & 8 ? 1 : 0;
    const unsigned bits = shape(font, character, y % 16);
    const unsigned column = x % text->width;
    bool on = column < 8 && bits >> (7 - column) & 1;
    unsigned background = attribute >> 4;

    if (column == 8)
        on = text->line_graphics && character >= 0xc0 && character <= 0xdf &&
             bits & 1;
    if (text->blink) {
        background &= 7;
        if (attribute & 0x80 && text->dark)
            on = false;
    }
    return card_colours[on ? attribute & 15 : background];
}

static void expect_text(struct card *card, const struct text *text,
                        unsigned from, unsigned to)
{
    vga_render(&card->vga, &card->picture);
    expect_size(card, text->columns * text->width, 400);
    for (unsigned y = from; y < to; y++)
        for (unsigned x = 0; x < card->picture.width; x++)
            EXPECT_EQ(dot(card, x, y), text_dot(text, x, y));
}

START_TEST(text_shows_each_dot_of_each_character)
{
    struct card *card = card_create();
    struct text text = {.columns = 80, .pitch = 80, .blink = true};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 1);
    for (unsigned way = 0; way < 8; way++) {
        text.width = way & 1 ? 8 : 9;
        text.line_graphics = (way & 2) != 0;
        text.blink = (way & 4) != 0;
        set_sequencer(card, 1, way & 1 ? 1 : 0);
        set_attribute(card, 0x10,
                      (text.blink ? 8u : 0) | (text.line_graphics ? 4u : 0));
        expect_text(card, &text, 0, 400);
    }
    card_destroy(card);
}
END_TEST

START_TEST(blinking_text_is_dark_half_of_the_time)
{
    struct card *card = card_create();
    struct text text = {.columns = 80,
                        .pitch = 80,
                        .width = 9,
                        .line_graphics = true,
                        .blink = true};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 2);
    for (unsigned frame = 0; frame < 64; frame += 8) {
        clock_advance(&card->clock, frame * FRAME_TICKS);
        text.dark = frame / 16 % 2 != 0;
        expect_text(card, &text, 0, 32);
    }
    card_destroy(card);
}
END_TEST

START_TEST(start_address_and_row_offset_move_the_text)
{
    struct card *card = card_create();
    struct text text = {.columns = 80, .width = 9, .line_graphics = true};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 3);
    set_attribute(card, 0x10, 0x04);
    for (unsigned i = 0; i < 16; i++) {
        text.start = i * 997;
        text.pitch = 80 + i * 2;
        set_crtc(card, 0x0c, text.start >> 8);
        set_crtc(card, 0x0d, text.start & 0xff);
        set_crtc(card, 0x13, text.pitch / 2);
        if ((text.start + 26 * text.pitch) * 2 < 0x8000)
            expect_text(card, &text, 0, 400);
    }
    card_destroy(card);
}
END_TEST

/* Sequencer, "Character Map Select": two fonts, told apart by intensity. */
START_TEST(attribute_bit_3_chooses_one_of_two_fonts)
{
    static const struct {
        unsigned place;
        unsigned map_a;
        unsigned map_b;
    } maps[] = {{0x0000, 0x00, 0x00}, {0x4000, 0x04, 0x01},
                {0x8000, 0x08, 0x02}, {0xc000, 0x0c, 0x03},
                {0x2000, 0x20, 0x10}, {0x6000, 0x24, 0x11},
                {0xa000, 0x28, 0x12}, {0xe000, 0x2c, 0x13}};
    struct card *card = card_create();
    struct text text = {.columns = 80,
                        .pitch = 80,
                        .width = 9,
                        .line_graphics = true,
                        .two_fonts = true};

    no_cursor(card);
    fill_text(card, &text, 4);
    set_attribute(card, 0x10, 0x04);
    for (unsigned a = 0; a < 8; a++) {
        const unsigned b = (a + 3) % 8;

        load_font(card, 1, maps[a].place);
        load_font(card, 0, maps[b].place);
        set_sequencer(card, 3, maps[a].map_a | maps[b].map_b);
        expect_text(card, &text, 0, 64);
    }
    card_destroy(card);
}
END_TEST

START_TEST(cursor_covers_its_lines_and_blinks)
{
    struct card *card = card_create();

    for (unsigned first = 0; first < 32; first++) {
        for (unsigned last = 0; last < 32; last += 3) {
            set_crtc(card, 0x0a, first);
            set_crtc(card, 0x0b, last);
            set_crtc(card, 0x0e, 0);
            set_crtc(card, 0x0f, 83);
            vga_render(&card->vga, &card->picture);
            for (unsigned line = 0; line < 16; line++) {
                EXPECT_EQ(dot(card, 27, 16 + line),
                          line >= first && line <= last ? 0xaaaaaa : 0);
                EXPECT_EQ(dot(card, 26, 16 + line), 0);
                EXPECT_EQ(dot(card, 36, 16 + line), 0);
            }
        }
    }
    set_crtc(card, 0x0a, 0);
    for (unsigned frame = 0; frame < 64; frame += 4) {
        clock_advance(&card->clock, frame * FRAME_TICKS);
        vga_render(&card->vga, &card->picture);
        EXPECT_EQ(dot(card, 30, 20), frame / 8 % 2 ? 0 : 0xaaaaaa);
    }
    card_destroy(card);
}
END_TEST

/* In 9 dots a value of 8 is none, in 8 dots 0 is. */
START_TEST(panning_moves_text_to_the_left)
{
    struct card *card = card_create();
    struct text text = {.columns = 80, .pitch = 100};

    no_cursor(card);
    set_crtc(card, 0x13, 50);
    load_font(card, 0, 0);
    fill_text(card, &text, 5);
    for (unsigned value = 0; value < 16; value++) {
        for (text.width = 8; text.width <= 9; text.width++) {
            const unsigned moved = text.width == 8 ? value % 8
                                   : value >= 8    ? 0
                                                   : value + 1;

            set_sequencer(card, 1, text.width == 8 ? 1 : 0);
            set_attribute(card, 0x10, 0);
            set_attribute(card, 0x13, value);
            vga_render(&card->vga, &card->picture);
            for (unsigned y = 0; y < 400; y += 7)
                for (unsigned x = 0; x < 80 * text.width; x++)
                    EXPECT_EQ(dot(card, x, y), text_dot(&text, x + moved, y));
        }
    }
    card_destroy(card);
}
END_TEST

START_TEST(line_compare_splits_the_screen)
{
    struct card *card = card_create();
    struct text text = {.columns = 80, .pitch = 80, .width = 8};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 6);
    set_sequencer(card, 1, 1);
    set_crtc(card, 0x11, 0);
    set_crtc(card, 0x0c, 0x07); /* cell 0x700 */
    for (unsigned pans = 0; pans < 2; pans++) {
        set_attribute(card, 0x10, pans ? 0x00 : 0x20);
        set_attribute(card, 0x13, 3);
        for (unsigned line = 5; line < 400; line += 79) {
            set_crtc(card, 0x18, line & 0xff);
            set_crtc(card, 0x07, 0x0f | line >> 8 << 4);
            set_crtc(card, 0x09, 0x0f);
            vga_render(&card->vga, &card->picture);
            for (unsigned y = 0; y < 400; y++) {
                const bool below = y > line;
                const unsigned moved = below && !pans ? 0 : 3;

                text.start = below ? 0 : 0x700;
                for (unsigned x = 0; x < 640; x += 3)
                    EXPECT_EQ(
                        dot(card, x, y),
                        text_dot(&text, x + moved, below ? y - line - 1 : y));
            }
        }
    }
    card_destroy(card);
}
END_TEST

START_TEST(preset_row_scan_scrolls_by_lines)
{
    struct card *card = card_create();
    struct text text = {.columns = 80, .pitch = 80, .width = 8};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 7);
    set_sequencer(card, 1, 1);
    set_attribute(card, 0x10, 0);
    for (unsigned lines = 0; lines < 16; lines++) {
        set_crtc(card, 0x08, lines);
        vga_render(&card->vga, &card->picture);
        for (unsigned y = 0; y < 400; y++)
            for (unsigned x = 0; x < 640; x += 5)
                EXPECT_EQ(dot(card, x, y), text_dot(&text, x, y + lines));
    }
    card_destroy(card);
}
END_TEST

START_TEST(forty_columns_are_twice_as_wide)
{
    struct card *card = card_create();
    struct text text = {.columns = 40, .pitch = 40, .width = 9};

    no_cursor(card);
    load_font(card, 0, 0);
    fill_text(card, &text, 8);
    set_attribute(card, 0x10, 0);
    set_sequencer(card, 1, 0x08);
    set_crtc(card, 0x11, 0);
    set_crtc(card, 0x01, 39);
    set_crtc(card, 0x13, 20);
    vga_render(&card->vga, &card->picture);
    expect_size(card, 720, 400);
    for (unsigned y = 0; y < 400; y++)
        for (unsigned x = 0; x < 720; x++)
            EXPECT_EQ(dot(card, x, y), text_dot(&text, x / 2, y));
    card_destroy(card);
}
END_TEST

START_TEST(underline_shows_where_the_attribute_is_that_of_a_monochrome_card)
{
    struct card *card = card_create();

    no_cursor(card);
    set_crtc(card, 0x14, 12);
    for (unsigned attribute = 0; attribute < 256; attribute++) {
        poke(card, CARD_TEXT, ' ');
        poke(card, CARD_TEXT + 1, attribute);
        vga_render(&card->vga, &card->picture);
        for (unsigned line = 0; line < 16; line++)
            EXPECT_EQ(dot(card, 8, line),
                      line == 12 && (attribute & 0x77) == 1
                          ? card_colours[attribute & 15]
                          : card_colours[attribute >> 4 & 7]);
    }
    card_destroy(card);
}
END_TEST

/* A reader must be able to tell letters apart: all shapes differ, and none
 * touches the cell's edges but those that are made to join. */
START_TEST(built_in_font_has_a_shape_for_every_printable_character)
{
    struct card *card = card_create();

    for (unsigned a = 33; a < 127; a++) {
        const uint32_t *shape_a = &card->vga.planes[a * 32];
        unsigned dots = 0;

        for (unsigned line = 0; line < 32; line++) {
            const unsigned bits = shape_a[line] >> 16 & 0xff;

            dots += (unsigned)__builtin_popcount(bits);
            if (line == 0 || line > 15 || (a != '_' && bits & 0x80))
                EXPECT_EQ(bits, 0);
        }
        EXPECT(dots >= 4 && dots <= 64);
        for (unsigned b = a + 1; b < 127; b++) {
            unsigned differences = 0;

            for (unsigned line = 0; line < 16; line++)
                differences +=
                    (shape_a[line] ^ card->vga.planes[b * 32 + line]) >> 16 !=
                    0;
            EXPECT(differences > 0);
        }
    }
    card_destroy(card);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        text_shows_each_dot_of_each_character,
        blinking_text_is_dark_half_of_the_time,
        start_address_and_row_offset_move_the_text,
        attribute_bit_3_chooses_one_of_two_fonts,
        cursor_covers_its_lines_and_blinks,
        panning_moves_text_to_the_left,
        line_compare_splits_the_screen,
        preset_row_scan_scrolls_by_lines,
        forty_columns_are_twice_as_wide,
        underline_shows_where_the_attribute_is_that_of_a_monochrome_card,
        built_in_font_has_a_shape_for_every_printable_character,
    };

    return run_tests("vga_text", tests, sizeof tests / sizeof tests[0]);
}
