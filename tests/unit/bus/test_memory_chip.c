/* SPDX-License-Identifier: MIT */
/* Chips shown on the bus, and ranges that change. */
#include "bus/memory_chip.h"

#include <string.h>

#include "bus/bus.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#define TOP_PAGE 0xfffff000u

struct fixture {
    struct bus bus;
    struct trace trace;
    unsigned code_calls;
    physical_addr code_physical;
    uint32_t code_size;
    unsigned remaps;
    unsigned writes;
    uint32_t write_offset;
    uint32_t write_value;
};

static void take_write(void *context, uint32_t offset, unsigned size,
                       uint32_t value)
{
    struct fixture *fixture = context;

    (void)size;
    fixture->writes++;
    fixture->write_offset = offset;
    fixture->write_value = value;
}

static void code_written(void *context, enum bus_master master,
                         physical_addr physical, uint32_t size)
{
    struct fixture *fixture = context;

    (void)master;
    fixture->code_calls++;
    fixture->code_physical = physical;
    fixture->code_size = size;
}

static void remapped(void *context)
{
    struct fixture *fixture = context;

    fixture->remaps++;
}

static struct fixture *fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;

    ck_assert_ptr_nonnull(fixture);
    EXPECT(bus_init(&fixture->bus, &fixture->trace, &error));
    fixture->bus.code = (struct bus_watch){code_written, fixture};
    fixture->bus.remapped = remapped;
    fixture->bus.remapped_context = fixture;
    return fixture;
}

static void fixture_destroy(struct fixture *fixture)
{
    bus_release(&fixture->bus);
    free(fixture);
}

/* A chip of four pages whose bytes are all 0x10 + the page's number. */
static struct memory_chip chip_create(void)
{
    struct memory_chip chip;
    struct error error = {{0}};

    ck_assert_msg(memory_chip_init(&chip, "chip", 4 * PAGE_SIZE - 1, &error),
                  "%s", error.text);
    EXPECT_EQ(chip.size, 4 * PAGE_SIZE);
    for (uint32_t page = 0; page < 4; page++)
        memset(chip.bytes + page * PAGE_SIZE, (int)(0x10 + page), PAGE_SIZE);
    return chip;
}

static unsigned show_chip(struct fixture *f, const struct memory_chip *chip,
                          enum bus_kind kind, physical_addr first,
                          uint32_t chip_page, uint32_t pages)
{
    struct error error = {{0}};
    const struct bus_range range = {.name = "chip",
                                    .kind = kind,
                                    .first = first,
                                    .size = pages * PAGE_SIZE,
                                    .chip = chip,
                                    .chip_offset = chip_page * PAGE_SIZE};
    const unsigned number = bus_add(&f->bus, &range, &error);

    ck_assert_msg(number != 0, "%s", error.text);
    return number;
}

START_TEST(chip_is_seen_at_every_place_that_shows_it)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();

    show_chip(f, &chip, BUS_RAM, 0x100000, 0, 4);
    show_chip(f, &chip, BUS_ROM, TOP_PAGE, 3, 1);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x100000, 4), 0x10101010);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x103ffc, 4), 0x13131313);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, TOP_PAGE, 4), 0x13131313);
    bus_write(&f->bus, BUS_CPU, 0x103008, 2, 0x2211);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, TOP_PAGE + 8, 2), 0x2211);
    EXPECT_EQ(chip.bytes[3 * PAGE_SIZE + 8], 0x11);
    bus_write(&f->bus, BUS_CPU, TOP_PAGE + 8, 2, 0);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x103008, 2), 0x2211);
    fixture_destroy(f);
    EXPECT_EQ(chip.bytes[3 * PAGE_SIZE + 8], 0x11);
    memory_chip_release(&chip);
    memory_chip_release(&chip);
}
END_TEST

static void move(struct fixture *f, unsigned number, physical_addr first)
{
    struct bus_range range = f->bus.range[number];

    range.first = first;
    bus_change(&f->bus, number, &range);
}

START_TEST(moved_range_takes_its_bytes_along_and_uncovers_what_was_behind)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();
    struct memory_chip behind = chip_create();
    unsigned number;

    memset(behind.bytes, 0x77, behind.size);
    show_chip(f, &behind, BUS_RAM, 0x100000, 0, 4);
    number = show_chip(f, &chip, BUS_RAM, 0x102000, 0, 4);
    for (physical_addr first = 0xfe000; first <= 0x106000; first += 0x1000) {
        const unsigned remaps = f->remaps;

        move(f, number, first);
        EXPECT(f->remaps > remaps || first == 0x102000);
        for (physical_addr page = 0xfd000; page <= 0x10a000; page += 0x1000) {
            const bool inside = page >= first && page - first < 0x4000;
            const bool back = page >= 0x100000 && page < 0x104000;

            EXPECT_EQ(bus_read(&f->bus, BUS_CPU, page + 0x800, 1),
                      inside ? 0x10 + (page - first) / PAGE_SIZE
                      : back ? 0x77
                             : 0xff);
        }
    }
    move(f, number, 0x102000);
    bus_hide(&f->bus, number, true);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x102000, 1), 0x77);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x104000, 1), 0xff);
    bus_hide(&f->bus, number, false);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x103000, 1), 0x11);
    fixture_destroy(f);
    memory_chip_release(&chip);
    memory_chip_release(&behind);
}
END_TEST

START_TEST(earlier_range_that_moves_stays_behind_later_ones)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();
    const unsigned number = show_chip(f, &chip, BUS_RAM, 0x100000, 0, 4);
    const struct bus_range ram = {.name = "RAM",
                                  .kind = BUS_RAM,
                                  .first = 0x200000,
                                  .size = 2 * PAGE_SIZE};
    struct error error = {{0}};

    EXPECT(bus_add(&f->bus, &ram, &error) != 0);
    bus_write(&f->bus, BUS_CPU, 0x200000, 4, 0x12345678);
    move(f, number, 0x1ff000);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x1ff000, 1), 0x10);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x200000, 4), 0x12345678);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x201000, 1), 0);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x202000, 1), 0x13);
    fixture_destroy(f);
    memory_chip_release(&chip);
}
END_TEST

START_TEST(rom_that_has_a_writer_passes_writes_on)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();
    const unsigned number = show_chip(f, &chip, BUS_ROM, 0x100000, 0, 4);
    struct bus_range range = f->bus.range[number];

    range.write = take_write;
    range.context = f;
    bus_change(&f->bus, number, &range);
    bus_write(&f->bus, BUS_CPU, 0x101004, 4, 0xaabbccdd);
    EXPECT_EQ(f->writes, 1);
    EXPECT_EQ(f->write_offset, 0x1004);
    EXPECT_EQ(f->write_value, 0xaabbccdd);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0x101004, 4), 0x11111111);
    bus_write(&f->bus, BUS_DEBUGGER, 0x101004, 4, 0);
    EXPECT_EQ(f->writes, 1);
    fixture_destroy(f);
    memory_chip_release(&chip);
}
END_TEST

START_TEST(code_of_a_page_that_changes_is_announced_and_still_watched)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();
    const unsigned number = show_chip(f, &chip, BUS_ROM, 0x100000, 0, 4);
    struct bus_range range = f->bus.range[number];

    bus_watch(&f->bus, 0x101000, BUS_WATCH_CODE);
    range.kind = BUS_RAM;
    bus_change(&f->bus, number, &range);
    EXPECT_EQ(f->code_calls, 1);
    EXPECT_EQ(f->code_physical, 0x101000);
    EXPECT_EQ(f->code_size, PAGE_SIZE);
    bus_write(&f->bus, BUS_CPU, 0x101008, 1, 0);
    EXPECT_EQ(f->code_calls, 2);
    fixture_destroy(f);
    memory_chip_release(&chip);
}
END_TEST

START_TEST(range_must_fit_into_its_chip)
{
    struct fixture *f = fixture_create();
    struct memory_chip chip = chip_create();
    struct error error = {{0}};
    struct bus_range range = {
        .name = "chip", .kind = BUS_RAM, .first = 0x100000, .chip = &chip};

    for (uint32_t first = 0; first <= 6; first++) {
        for (uint32_t pages = 1; pages <= 6; pages++) {
            range.chip_offset = first * PAGE_SIZE;
            range.size = pages * PAGE_SIZE;
            EXPECT((bus_add(&f->bus, &range, &error) != 0) ==
                   (first + pages <= 4));
        }
    }
    fixture_destroy(f);
    memory_chip_release(&chip);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        chip_is_seen_at_every_place_that_shows_it,
        moved_range_takes_its_bytes_along_and_uncovers_what_was_behind,
        earlier_range_that_moves_stays_behind_later_ones,
        rom_that_has_a_writer_passes_writes_on,
        code_of_a_page_that_changes_is_announced_and_still_watched,
        range_must_fit_into_its_chip,
    };

    return run_tests("memory chip", tests, sizeof tests / sizeof tests[0]);
}
