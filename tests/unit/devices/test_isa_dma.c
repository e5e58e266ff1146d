/* SPDX-License-Identifier: MIT */
/* What the pair of 8237A moves, against its data sheet. */
#include "tests/unit/devices/dma_rig.h"

/* What must hold after `moved` of `count` transfers have been made. */
static void expect_registers(struct fixture *f, unsigned channel, unsigned mode,
                             unsigned address, unsigned count, unsigned moved)
{
    const bool over = moved == count;
    const bool anew = over && (mode & AUTOINITIALIZE);
    const unsigned step = mode & DECREMENT ? 0u - moved : moved;

    EXPECT_EQ(address_register(f, channel),
              (anew ? address : address + step) & 0xffff);
    EXPECT_EQ(count_register(f, channel),
              (anew ? count - 1 : count - 1 - moved) & 0xffff);
    EXPECT_EQ(f->device[channel].terminal_counts, over);
    EXPECT_EQ(read_register(f, channel, STATUS) & 0xf,
              over ? 1u << channel % 4 : 0);
    EXPECT_EQ(read_register(f, channel, STATUS) & 0xf, 0);
    EXPECT_EQ(read_register(f, channel, ALL_MASKS) >> channel % 4 & 1,
              over && !anew);
}

static void expect_bytes(struct fixture *f, unsigned channel, unsigned mode,
                         unsigned page, unsigned address, unsigned moved)
{
    for (unsigned i = 0; i < moved; i++) {
        const uint32_t at = place(channel, mode, page, address, i);
        const unsigned width = width_of(channel);
        const bool written = (mode & 0x0c) == TO_MEMORY;

        EXPECT_EQ(bus_load(&f->bus, at, width), written ? i + 1 : 0);
        bus_store(&f->bus, at, width, 0);
    }
}

static void try_mode(struct fixture *f, unsigned channel, unsigned mode)
{
    enum { PAGE = 0x13, ADDRESS = 0xfffd, COUNT = 7, BURST = 3 };
    struct device *device = &f->device[channel];
    const unsigned kind = mode & 0xc0;

    *device = (struct device){.fixture = f, .channel = channel, .burst = BURST};
    program(f, channel, mode, PAGE, ADDRESS, COUNT);
    isa_dma_set_request(&f->dma, channel, true);
    EXPECT_EQ(device->moved, 0); /* not before the instruction is over */
    run(f);
    if (kind == BLOCK) {
        EXPECT_EQ(device->moved, COUNT);
    } else {
        EXPECT_EQ(device->moved, BURST);
        expect_registers(f, channel, mode, ADDRESS, COUNT, BURST);
        device->burst = COUNT - BURST;
        isa_dma_set_request(&f->dma, channel, true);
        run(f);
        EXPECT_EQ(device->moved, COUNT);
    }
    isa_dma_set_request(&f->dma, channel, false);
    expect_registers(f, channel, mode, ADDRESS, COUNT, COUNT);
    EXPECT_EQ(device->moved_at_terminal_count, COUNT);
    expect_bytes(f, channel, mode, PAGE, ADDRESS, COUNT);
}

START_TEST(every_mode_direction_and_channel_does_what_the_data_sheet_says)
{
    static const unsigned kinds[] = {DEMAND, SINGLE, BLOCK};
    static const unsigned types[] = {VERIFY, TO_MEMORY, FROM_MEMORY};
    struct fixture *f = fixture_create();

    for (unsigned channel = 0; channel < ISA_DMA_CHANNELS; channel++) {
        if (channel == 4)
            continue;
        for (unsigned i = 0; i < 36; i++)
            try_mode(f, channel,
                     kinds[i % 3] | types[i / 3 % 3] |
                         (i / 9 & 1 ? AUTOINITIALIZE : 0) |
                         (i / 18 & 1 ? DECREMENT : 0));
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(device_gets_what_lies_in_memory)
{
    struct fixture *f = fixture_create();

    for (unsigned channel = 0; channel < ISA_DMA_CHANNELS; channel++) {
        const unsigned width = width_of(channel);

        if (channel == 4)
            continue;
        for (unsigned page = 0; page < 256; page++) {
            const uint32_t at = place(channel, 0, page, 0x1234, 0);

            bus_store(&f->bus, at, width, 0x5a00 + page);
            program(f, channel, SINGLE | FROM_MEMORY, page, 0x1234, 1);
            f->device[channel].burst = 1;
            isa_dma_set_request(&f->dma, channel, true);
            run(f);
            EXPECT_EQ(f->device[channel].last_taken,
                      (0x5a00 + page) & (width == 1 ? 0xff : 0xffff));
            bus_store(&f->bus, at, width, 0);
        }
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(longest_run_wraps_within_64_or_128_kib)
{
    struct fixture *f = fixture_create();

    for (unsigned channel = 3; channel <= 5; channel += 2) {
        const unsigned width = width_of(channel);
        const uint32_t base = place(channel, 0, 0x25, 0, 0);

        program(f, channel, BLOCK | TO_MEMORY, 0x25, 0x8000, 0x10000);
        isa_dma_set_request(&f->dma, channel, true);
        run(f);
        isa_dma_set_request(&f->dma, channel, false);
        EXPECT_EQ(f->device[channel].moved, 0x10000);
        for (unsigned i = 0; i < 0x10000; i++)
            EXPECT_EQ(bus_load(&f->bus, base + i * width, width),
                      ((i + 0x8000) % 0x10000 + 1) &
                          (width == 1 ? 0xff : 0xffff));
        EXPECT_EQ(bus_load(&f->bus, base + 0x10000 * width, 4), 0);
        EXPECT_EQ(bus_load(&f->bus, base - 4, 4), 0);
        EXPECT_EQ(address_register(f, channel), 0x8000);
        EXPECT_EQ(count_register(f, channel), 0xffff);
    }
    fixture_destroy(f);
}
END_TEST

/* Sources that run up and down, that stay, that start anew. */
START_TEST(memory_to_memory_copies_or_fills)
{
    enum { COUNT = 300, FROM = 0x20000, TO = 0x37000 };
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < 32; i++) {
        const unsigned hold = i & 1 ? 2 : 0;
        const unsigned down_from = i & 2 ? DECREMENT : 0;
        const unsigned down_to = i & 4 ? DECREMENT : 0;
        const unsigned anew = i & 8 ? AUTOINITIALIZE : 0;
        const unsigned rotate = i & 16;

        for (unsigned n = 0; n < COUNT; n++) {
            f->bus.memory[FROM + n] = (uint8_t)(n * 3 + i + 1);
            f->bus.memory[TO + n] = 0;
        }
        write_register(f, 0, COMMAND, 1 | hold | rotate);
        program(f, 0, BLOCK | FROM_MEMORY | down_from | anew, FROM >> 16,
                down_from ? COUNT - 1 : 0, COUNT);
        program(f, 1, BLOCK | TO_MEMORY | down_to | anew, TO >> 16,
                (TO & 0xffff) + (down_to ? COUNT - 1 : 0), COUNT);
        (void)read_register(f, 0, STATUS);
        write_register(f, 0, REQUEST, 4 | 0);
        EXPECT_EQ(f->bus.memory[TO + COUNT / 2], 0);
        run(f);
        for (unsigned n = 0; n < COUNT; n++) {
            const unsigned step = down_to ? COUNT - 1 - n : n;
            const unsigned from = down_from ? COUNT - 1 - step : step;
            const unsigned held = down_from ? COUNT - 1 : 0;

            EXPECT_EQ(f->bus.memory[TO + n],
                      f->bus.memory[FROM + (hold ? held : from)]);
        }
        EXPECT_EQ(read_register(f, 0, STATUS) & 0xf, 2); /* channel 1's */
        EXPECT_EQ(f->dma.bytes.requests, 0);
        EXPECT_EQ(count_register(f, 1), anew ? COUNT - 1 : 0xffff);
        EXPECT_EQ(read_register(f, 0, ALL_MASKS) & 3, anew ? 0 : 3);
        EXPECT_EQ(read_register(f, 0, TEMPORARY),
                  f->bus.memory[TO + (down_to ? 0 : COUNT - 1)]);
        EXPECT_EQ(f->served, 0); /* no device has seen a DACK */
    }
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_mode_direction_and_channel_does_what_the_data_sheet_says,
        device_gets_what_lies_in_memory,
        longest_run_wraps_within_64_or_128_kib,
        memory_to_memory_copies_or_fills,
    };

    return run_tests("isa_dma", tests, sizeof tests / sizeof tests[0]);
}
