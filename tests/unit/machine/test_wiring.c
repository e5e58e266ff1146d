/* SPDX-License-Identifier: MIT */
#include "machine/wiring.h"

#include <string.h>

#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#define TICKS_PER_SECOND 100000000u

struct fixture {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct clock clock;
    struct board board;
    bool intr;
    uint8_t serial;
    uint8_t debug;
    uint32_t left_with;
    bool off;
};

static void take_intr(void *context, bool level)
{
    struct fixture *fixture = context;

    fixture->intr = level;
}

static void take_serial(void *context, uint8_t byte)
{
    struct fixture *fixture = context;

    fixture->serial = byte;
}

static void take_debug(void *context, uint8_t byte)
{
    struct fixture *fixture = context;

    fixture->debug = byte;
}

static void take_leave(void *context, uint32_t value)
{
    struct fixture *fixture = context;

    fixture->left_with = value;
}

static void take_power_off(void *context)
{
    struct fixture *fixture = context;

    fixture->off = true;
}

static uint64_t counter(void *context, unsigned index)
{
    (void)context;
    return index * 100ull;
}

static struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;
    const struct board_options options = {.intr = take_intr,
                                          .serial_out = take_serial,
                                          .debug_out = take_debug,
                                          .leave = take_leave,
                                          .power_off = take_power_off,
                                          .counter = counter,
                                          .context = f};

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    ports_init(&f->ports, &f->trace);
    clock_init(&f->clock, TICKS_PER_SECOND);
    ck_assert_msg(board_init(&f->board, &f->bus, &f->ports, &f->clock,
                             &f->trace, &options, &error),
                  "%s", error.text);
    return f;
}

/* With memory, and as firmware would leave it. */
static struct fixture *fixture_ready(void)
{
    struct fixture *f = fixture_create();
    struct error error;

    EXPECT(board_map_memory(&f->board, 16u << 20, &error));
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    board_release(&f->board);
    bus_release(&f->bus);
    free(f);
}

static void out8(struct fixture *f, uint16_t port, uint8_t value)
{
    ports_write(&f->ports, port, 1, value);
}

/* What every PC kernel writes: vectors 0x20 to 0x2F, all but `irq` masked. */
static void program_pics(struct fixture *f, unsigned irq)
{
    out8(f, 0x20, 0x11);
    out8(f, 0x21, 0x20);
    out8(f, 0x21, 0x04);
    out8(f, 0x21, 0x01);
    out8(f, 0xa0, 0x11);
    out8(f, 0xa1, 0x28);
    out8(f, 0xa1, 0x02);
    out8(f, 0xa1, 0x01);
    out8(f, 0x21, (uint8_t) ~(1u << irq));
    out8(f, 0xa1, 0xff);
}

START_TEST(every_device_answers_at_its_ports)
{
    static const struct {
        uint16_t first;
        uint16_t last;
        const char *name;
    } rows[] = {
        /* clang-format off */
        {0x000, 0x00f, "8237A bytes"},
        {0x020, 0x021, "8259A master"},
        {0x040, 0x043, "8254 timer"},
        {0x061, 0x061, "system port B"},
        {0x080, 0x08f, "DMA pages"},
        {0x0a0, 0x0a1, "8259A slave"},
        {0x170, 0x177, "secondary ATA"}, {0x1f0, 0x1f7, "primary ATA"},
        {0x376, 0x376, "secondary ATA control"},
        {0x3f0, 0x3f5, "82077AA floppy"},
        {0x3f7, 0x3f7, "82077AA disk change"},
        {0x3f6, 0x3f6, "primary ATA control"},
        {0xc000, 0xc00f, "IDE bus master"},
        {0x0c0, 0x0df, "8237A words"},
        {0x0e9, 0x0e9, "debug console"},
        {0x0f0, 0x0f1, "coprocessor"},
        {0x0f4, 0x0f7, "exit port"},
        {0x1ce, 0x1d1, "Bochs VBE"},
        {0x3c0, 0x3cf, "VGA"},
        {0x3b4, 0x3ba, "VGA mono"},      {0x3d4, 0x3d5, "VGA CRTC"},
        {0x3da, 0x3da, "VGA status"},
        {0x3f8, 0x3ff, "COM1"},
        {0x4d0, 0x4d0, "master ELCR"},
        {0x4d1, 0x4d1, "slave ELCR"},
        {0x5c0, 0x5c7, "counter port"},
        {0x5cc, 0x5cf, "marker port"},
        {0x600, 0x63f, "PIIX4 power management"},
        {0x0b2, 0x0b3, "APM"},
        {0xafe0, 0xafe3, "general purpose events"},
        {0x060, 0x060, "8042 data"},
        {0x064, 0x064, "8042 command"},
        {0x070, 0x071, "MC146818 clock"},
        {0x092, 0x092, "system port A"},
        {0x402, 0x402, "firmware's messages"},
        {0x510, 0x511, "fw_cfg"},
        {0x514, 0x51b, "fw_cfg DMA"},
        {0xcf8, 0xcff, "PCI configuration"},
        /* clang-format on */
    };
    struct fixture *f = fixture_ready();

    for (uint32_t port = 0; port < PORT_COUNT; port++) {
        const char *name = ports_name(&f->ports, (uint16_t)port);
        const char *expected = NULL;

        for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
            if (port >= rows[i].first && port <= rows[i].last)
                expected = rows[i].name;
        if (expected ? !name || strcmp(name, expected) != 0 : name != NULL)
            ck_abort_msg("port %#x", (unsigned)port);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(memory_has_the_holes_of_a_pc_at_every_size)
{
    static const uint64_t sizes[] = {1u << 20,   (1u << 20) + 4096, 8u << 20,
                                     160u << 20, 1u << 30,          3ull << 30};

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture *f = fixture_create();
        struct error error;

        EXPECT(board_map_memory(&f->board, sizes[i], &error));
        for (uint64_t page = 0; page < 1ull << 32; page += PAGE_SIZE) {
            const bool ram =
                page < sizes[i] && !(page >= 0xa0000 && page < 0xb8000);
            const bool framebuffer = page >= 0xe0000000 && page < 0xe1000000;

            if (bus_is_ram(&f->bus, (physical_addr)page) !=
                (ram || framebuffer))
                ck_abort_msg("page %#llx", (unsigned long long)page);
        }
        fixture_destroy(f);
    }
}
END_TEST

START_TEST(absurd_memory_sizes_are_refused_with_a_message)
{
    static const uint64_t sizes[] = {0,
                                     4096,
                                     (1u << 20) - 4096,
                                     (1u << 20) + 1,
                                     (3ull << 30) + 4096,
                                     1ull << 32,
                                     (1ull << 32) + (1 << 20),
                                     UINT64_MAX};
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct error error = {{0}};

        EXPECT(!board_map_memory(&f->board, sizes[i], &error));
        ck_assert_str_ne(error.text, "");
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(timer_interrupts_on_request_0)
{
    struct fixture *f = fixture_create();

    program_pics(f, 0);
    out8(f, 0x43, 0x34);
    out8(f, 0x40, 0xa9);
    out8(f, 0x40, 0x04); /* 1193: a thousand times a second */
    EXPECT(f->intr);     /* OUT rose with the control word */
    EXPECT_EQ(board_acknowledge(&f->board), 0x20);
    out8(f, 0x20, 0x20);
    for (unsigned i = 1; i <= 100; i++) {
        EXPECT(!f->intr);
        clock_advance(&f->clock, (uint64_t)i * (TICKS_PER_SECOND / 1000) + 200);
        EXPECT(f->intr);
        EXPECT_EQ(board_acknowledge(&f->board), 0x20);
        out8(f, 0x20, 0x20);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(com1_interrupts_on_request_4)
{
    struct fixture *f = fixture_create();

    program_pics(f, 4);
    out8(f, 0x3fc, 0x08);
    out8(f, 0x3f9, 0x01);
    EXPECT(board_serial_in(&f->board, 'k'));
    EXPECT(!board_serial_in(&f->board, 'l'));
    EXPECT(f->intr);
    EXPECT_EQ(board_acknowledge(&f->board), 0x24);
    EXPECT_EQ(ports_read(&f->ports, 0x3f8, 1), 'k');
    fixture_destroy(f);
}
END_TEST

START_TEST(what_leaves_the_board_reaches_its_callback)
{
    struct fixture *f = fixture_ready();

    out8(f, 0x3f8, 'S');
    out8(f, 0xe9, 'D');
    ports_write(&f->ports, 0xf4, 4, 0x1234567);
    EXPECT(!f->off);
    ports_write(&f->ports, 0x604, 2, 0x2000);
    EXPECT(f->off);
    EXPECT_EQ(f->serial, 'S');
    EXPECT_EQ(f->debug, 'D');
    EXPECT_EQ(f->left_with, 0x1234567);
    ports_write(&f->ports, 0x5c0, 4, 3);
    EXPECT_EQ(ports_read(&f->ports, 0x5c0, 4), 300);
    fixture_destroy(f);
}
END_TEST

START_TEST(graphics_mode_is_set_through_the_ports)
{
    struct fixture *f = fixture_ready();

    f->bus.memory[BOARD_LINEAR_FRAMEBUFFER] = 0x55;
    ports_write(&f->ports, 0x1ce, 2, 4);
    ports_write(&f->ports, 0x1cf, 2, 0x41);
    EXPECT_EQ(ports_read(&f->ports, 0x1cf, 2), 0x41);
    EXPECT_EQ(f->bus.memory[BOARD_LINEAR_FRAMEBUFFER], 0);
    /* Two bytes at once: index and data of the CRTC. */
    ports_write(&f->ports, 0x3d4, 2, 0x510f);
    EXPECT_EQ(vga_text_screen(&f->board.vga).cursor_cell, 0x51);
    fixture_destroy(f);
}
END_TEST

START_TEST(reset_silences_the_board)
{
    struct fixture *f = fixture_create();

    program_pics(f, 0);
    out8(f, 0x43, 0x34);
    out8(f, 0x40, 100);
    out8(f, 0x40, 0);
    EXPECT(f->intr);
    board_reset(&f->board);
    EXPECT(!f->intr);
    EXPECT_EQ(clock_next(&f->clock), CLOCK_NEVER);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_device_answers_at_its_ports,
        memory_has_the_holes_of_a_pc_at_every_size,
        absurd_memory_sizes_are_refused_with_a_message,
        timer_interrupts_on_request_0,
        com1_interrupts_on_request_4,
        what_leaves_the_board_reaches_its_callback,
        graphics_mode_is_set_through_the_ports,
        reset_silences_the_board,
    };

    return run_tests("wiring", tests, sizeof tests / sizeof tests[0]);
}
