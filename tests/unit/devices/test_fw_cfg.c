/* SPDX-License-Identifier: MIT */
#include "devices/fw_cfg.h"

#include <string.h>

#include "bus/bus.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { RAM_BYTES = 4 * PAGE_SIZE, DESCRIPTOR = 0x100, BUFFER = 0x1ff0 };

struct fixture {
    struct trace trace;
    struct bus bus;
    struct fw_cfg fw_cfg;
    uint8_t file[300];
};

static struct fixture *fixture_create(void)
{
    static const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .size = RAM_BYTES};
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    EXPECT(bus_add(&f->bus, &ram, &error) != 0);
    fw_cfg_init(&f->fw_cfg, &f->bus);
    fw_cfg_add_number(&f->fw_cfg, FW_CFG_RAM_SIZE, 0x123456789a, 8);
    for (unsigned i = 0; i < sizeof f->file; i++)
        f->file[i] = (uint8_t)(i * 7 + 1);
    fw_cfg_add_file(&f->fw_cfg, "etc/first", f->file, sizeof f->file);
    fw_cfg_add_file(&f->fw_cfg, "vgaroms/second", f->file + 100, 5);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    bus_release(&f->bus);
    free(f);
}

static void choose(struct fixture *f, unsigned key)
{
    fw_cfg_write(&f->fw_cfg, 0, 2, key);
}

static unsigned next(struct fixture *f)
{
    return fw_cfg_read(&f->fw_cfg, 1, 1);
}

static uint64_t next_bytes(struct fixture *f, unsigned count)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < count; i++)
        value = value << 8 | next(f);
    return value;
}

START_TEST(items_are_read_from_their_first_byte_and_zeroes_follow)
{
    struct fixture *f = fixture_create();

    choose(f, FW_CFG_SIGNATURE);
    EXPECT_EQ(next_bytes(f, 6), UINT64_C(0x51454d550000));
    choose(f, FW_CFG_ID);
    EXPECT_EQ(next_bytes(f, 4), 0x03000000);
    choose(f, FW_CFG_RAM_SIZE);
    EXPECT_EQ(next_bytes(f, 8), UINT64_C(0x9a78563412000000));
    choose(f, FW_CFG_RAM_SIZE);
    EXPECT_EQ(next(f), 0x9a);
    choose(f, 0x7777);
    EXPECT_EQ(next(f), 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(directory_names_size_and_key_of_each_file)
{
    struct fixture *f = fixture_create();
    char name[FW_CFG_NAME_BYTES];

    choose(f, FW_CFG_DIRECTORY);
    EXPECT_EQ(next_bytes(f, 4), 2);
    EXPECT_EQ(next_bytes(f, 8), UINT64_C(0x0000012c00200000));
    for (unsigned i = 0; i < sizeof name; i++)
        name[i] = (char)next(f);
    ck_assert_str_eq(name, "etc/first");
    EXPECT_EQ(next_bytes(f, 8), UINT64_C(0x0000000500210000));
    for (unsigned i = 0; i < sizeof name; i++)
        name[i] = (char)next(f);
    ck_assert_str_eq(name, "vgaroms/second");
    choose(f, 0x21);
    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(next(f), f->file[100 + i]);
    EXPECT_EQ(next(f), 0);
    fixture_destroy(f);
}
END_TEST

/* A descriptor in memory, and its address to the ports, highest byte first. */
static unsigned dma(struct fixture *f, uint32_t control, uint32_t length,
                    uint64_t address)
{
    const uint32_t words[] = {control, length, (uint32_t)(address >> 32),
                              (uint32_t)address};
    uint8_t *bytes = f->bus.memory + DESCRIPTOR;

    for (unsigned i = 0; i < 16; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> 8 * (3 - i % 4));
    fw_cfg_write_dma(&f->fw_cfg, 0, 4, 0);
    fw_cfg_write_dma(&f->fw_cfg, 4, 4, DESCRIPTOR << 8); /* 00 00 01 00 */
    return (unsigned)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

START_TEST(dma_selects_skips_and_reads_into_memory)
{
    struct fixture *f = fixture_create();
    uint8_t *buffer = f->bus.memory + BUFFER;

    EXPECT_EQ(fw_cfg_read_dma(&f->fw_cfg, 0, 4), 0x554d4551);
    EXPECT_EQ(fw_cfg_read_dma(&f->fw_cfg, 4, 4), 0x47464320);
    memset(buffer, 0xee, 400);
    EXPECT_EQ(dma(f, 0x00200000 | 8 | 4, 10, 0), 0);
    EXPECT_EQ(dma(f, 2, 100, BUFFER), 0);
    ck_assert_mem_eq(buffer, f->file + 10, 100);
    EXPECT_EQ(buffer[100], 0xee);
    EXPECT_EQ(dma(f, 2, 250, BUFFER), 0);
    ck_assert_mem_eq(buffer, f->file + 110, 190);
    for (unsigned i = 190; i < 250; i++)
        EXPECT_EQ(buffer[i], 0);
    EXPECT_EQ(buffer[250], 0xee);
    EXPECT(f->bus.dma_cycles > 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(dma_that_cannot_be_done_reports_an_error)
{
    struct fixture *f = fixture_create();

    EXPECT_EQ(dma(f, 0x10, 4, BUFFER), 1);
    EXPECT_EQ(dma(f, 2, 4, UINT64_C(0x100000000)), 1);
    /* All that a guest can ask for ends, whatever it hits. */
    EXPECT_EQ(dma(f, 0x00200000 | 8 | 2, 0x10000, 0xffff8000), 0);
    EXPECT_EQ(dma(f, 4, UINT32_MAX, 0), 0);
    EXPECT_EQ(dma(f, 4, UINT32_MAX, 0), 0);
    EXPECT_EQ(next(f), 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(other_sizes_and_offsets_do_nothing)
{
    struct fixture *f = fixture_create();

    choose(f, FW_CFG_ID);
    fw_cfg_write(&f->fw_cfg, 0, 1, 0);
    fw_cfg_write(&f->fw_cfg, 1, 1, 0);
    EXPECT_EQ(fw_cfg_read(&f->fw_cfg, 0, 1), UINT32_MAX);
    EXPECT_EQ(next(f), 3);
    EXPECT_EQ(fw_cfg_read_dma(&f->fw_cfg, 0, 2), UINT32_MAX);
    fw_cfg_write_dma(&f->fw_cfg, 4, 2, 0);
    EXPECT_EQ(f->bus.dma_cycles, 0);
    fw_cfg_reset(&f->fw_cfg);
    EXPECT_EQ(next(f), 'Q');
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        items_are_read_from_their_first_byte_and_zeroes_follow,
        directory_names_size_and_key_of_each_file,
        dma_selects_skips_and_reads_into_memory,
        dma_that_cannot_be_done_reports_an_error,
        other_sizes_and_offsets_do_nothing,
    };

    return run_tests("fw_cfg", tests, sizeof tests / sizeof tests[0]);
}
