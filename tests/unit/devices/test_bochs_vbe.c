/* SPDX-License-Identifier: MIT */
#include "devices/bochs_vbe.h"

#include "bus/bus.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { INDEX_PORT = 0, DATA_PORT = 1 };
enum {
    ID,
    XRES,
    YRES,
    BPP,
    ENABLE,
    BANK,
    VIRT_WIDTH,
    VIRT_HEIGHT,
    X_OFFSET,
    Y_OFFSET,
    MEMORY_64K
};

#define FRAMEBUFFER 0xe0000000u

struct fixture {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct vga vga;
    struct bochs_vbe vbe;
};

static struct fixture *fixture_create(void)
{
    const struct bus_range range = {.name = "VBE framebuffer",
                                    .kind = BUS_RAM,
                                    .first = FRAMEBUFFER,
                                    .size = VBE_MEMORY_BYTES};
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    EXPECT(bus_add(&f->bus, &range, &error));
    clock_init(&f->clock, 100000000);
    vga_init(&f->vga, &f->clock);
    bochs_vbe_init(&f->vbe, &f->bus, &f->vga, FRAMEBUFFER);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    bus_release(&f->bus);
    free(f);
}

static void set(struct fixture *f, unsigned index, unsigned value)
{
    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, index);
    bochs_vbe_write(&f->vbe, DATA_PORT, 2, value);
}

static unsigned get(struct fixture *f, unsigned index)
{
    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, index);
    return bochs_vbe_read(&f->vbe, DATA_PORT, 2);
}

static void set_mode(struct fixture *f, unsigned width, unsigned height,
                     unsigned bpp, unsigned flags)
{
    set(f, ENABLE, 0);
    set(f, XRES, width);
    set(f, YRES, height);
    set(f, BPP, bpp);
    set(f, ENABLE, VBE_ENABLED | flags);
}

START_TEST(id_takes_the_six_known_versions_and_no_other)
{
    struct fixture *f = fixture_create();

    EXPECT_EQ(get(f, ID), 0xb0c5);
    for (unsigned value = 0; value < 0x10000; value++) {
        set(f, ID, 0xb0c2);
        set(f, ID, value);
        EXPECT_EQ(get(f, ID),
                  value >= 0xb0c0 && value <= 0xb0c5 ? value : 0xb0c2);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(mode_takes_what_is_possible_and_only_while_off)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 0x10000; value += value < 3000 ? 1 : 251) {
        set(f, XRES, 640);
        set(f, XRES, value);
        EXPECT_EQ(get(f, XRES), value >= 1 && value <= 2560 ? value : 640);
        set(f, YRES, 480);
        set(f, YRES, value);
        EXPECT_EQ(get(f, YRES), value >= 1 && value <= 1600 ? value : 480);
        set(f, BPP, 24);
        set(f, BPP, value);
        EXPECT_EQ(get(f, BPP),
                  value == 0 ? 8
                  : value == 8 || value == 15 || value == 16 || value == 32
                      ? value
                      : 24);
    }
    set_mode(f, 800, 600, 32, VBE_LINEAR);
    set(f, XRES, 1024);
    set(f, YRES, 768);
    set(f, BPP, 8);
    EXPECT_EQ(get(f, XRES), 800);
    EXPECT_EQ(get(f, YRES), 600);
    EXPECT_EQ(get(f, BPP), 32);
    fixture_destroy(f);
}
END_TEST

START_TEST(switching_on_clears_the_screen_unless_told_otherwise)
{
    struct fixture *f = fixture_create();
    uint8_t *memory = f->bus.memory + FRAMEBUFFER;
    const uint32_t screen = 800 * 600 * 4;

    for (unsigned keep = 0; keep < 2; keep++) {
        memset(memory, 0xcc, screen + 1);
        set_mode(f, 800, 600, 32, keep ? VBE_NO_CLEAR : 0);
        EXPECT_EQ(memory[0], keep ? 0xcc : 0);
        EXPECT_EQ(memory[screen - 1], keep ? 0xcc : 0);
        EXPECT_EQ(memory[screen], 0xcc);
        /* Already on: nothing happens to the picture. */
        memory[5] = 0x77;
        set(f, ENABLE, VBE_ENABLED);
        EXPECT_EQ(memory[5], 0x77);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(virtual_size_and_offsets_stay_inside_the_memory)
{
    static const unsigned depths[] = {8, 15, 16, 24, 32};
    struct fixture *f = fixture_create();

    for (unsigned depth = 0; depth < 5; depth++) {
        const unsigned bytes = (depths[depth] + 7) / 8;

        set_mode(f, 1024, 768, depths[depth], VBE_NO_CLEAR);
        EXPECT_EQ(get(f, VIRT_WIDTH), 1024);
        for (unsigned width = 0; width < 0x10000; width += 97) {
            unsigned virtual_width;
            unsigned lines;

            set(f, VIRT_WIDTH, width);
            set(f, X_OFFSET, width);
            set(f, Y_OFFSET, width * 3 & 0xffff);
            virtual_width = get(f, VIRT_WIDTH);
            lines = get(f, VIRT_HEIGHT);
            EXPECT(virtual_width >= 1024 && lines >= 768);
            EXPECT((uint64_t)virtual_width * bytes * lines <= 16u << 20);
            EXPECT(get(f, X_OFFSET) + 1024 <= virtual_width);
            EXPECT(get(f, Y_OFFSET) + 768 <= lines);
            EXPECT_EQ(bochs_vbe_pitch(&f->vbe), virtual_width * bytes);
            if (width >= 1024 && width * bytes * 768 <= 16u << 20)
                EXPECT_EQ(virtual_width, width);
        }
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(narrower_memory_pulls_the_offset_back)
{
    struct fixture *f = fixture_create();

    set_mode(f, 640, 480, 8, VBE_LINEAR);
    set(f, VIRT_WIDTH, 2000);
    set(f, X_OFFSET, 1300);
    EXPECT_EQ(get(f, X_OFFSET), 1300);
    set(f, VIRT_WIDTH, 800);
    EXPECT_EQ(get(f, X_OFFSET), 160);
    fixture_destroy(f);
}
END_TEST

START_TEST(largest_mode_fits)
{
    struct fixture *f = fixture_create();

    set_mode(f, 2560, 1600, 32, VBE_LINEAR);
    EXPECT_EQ(get(f, VIRT_WIDTH), 2560);
    ck_assert_uint_ge(get(f, VIRT_HEIGHT), 1600);
    fixture_destroy(f);
}
END_TEST

START_TEST(capabilities_read_as_the_limits)
{
    struct fixture *f = fixture_create();

    set(f, ENABLE, VBE_GET_CAPABILITIES);
    EXPECT_EQ(get(f, XRES), 2560);
    EXPECT_EQ(get(f, YRES), 1600);
    EXPECT_EQ(get(f, BPP), 32);
    set(f, ENABLE, 0);
    EXPECT_EQ(get(f, XRES), 640);
    EXPECT_EQ(get(f, MEMORY_64K), 256);
    fixture_destroy(f);
}
END_TEST

START_TEST(enable_keeps_its_bits_and_widens_the_dac)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 0x100; value++) {
        set(f, ENABLE, value | VBE_NO_CLEAR);
        EXPECT_EQ(get(f, ENABLE), (value & 0x63) | VBE_NO_CLEAR);
        EXPECT_EQ(f->vga.dac_8_bits, value >> 5 & 1);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(bank_is_kept_while_it_exists)
{
    struct fixture *f = fixture_create();

    set(f, BANK, 255);
    EXPECT_EQ(get(f, BANK), 255);
    set(f, BANK, 256);
    EXPECT_EQ(get(f, BANK), 255);
    fixture_destroy(f);
}
END_TEST

START_TEST(ports_answer_words_only)
{
    struct fixture *f = fixture_create();

    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, XRES);
    bochs_vbe_write(&f->vbe, INDEX_PORT, 1, YRES);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, INDEX_PORT, 2), XRES);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, DATA_PORT, 1), UINT32_MAX);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, DATA_PORT + 1, 2), 640);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        id_takes_the_six_known_versions_and_no_other,
        mode_takes_what_is_possible_and_only_while_off,
        switching_on_clears_the_screen_unless_told_otherwise,
        virtual_size_and_offsets_stay_inside_the_memory,
        narrower_memory_pulls_the_offset_back,
        largest_mode_fits,
        capabilities_read_as_the_limits,
        enable_keeps_its_bits_and_widens_the_dac,
        bank_is_kept_while_it_exists,
        ports_answer_words_only,
    };

    return run_tests("bochs_vbe", tests, sizeof tests / sizeof tests[0]);
}
