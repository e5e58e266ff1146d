/* SPDX-License-Identifier: MIT */
#include "bus/bus.h"

#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { CALLS_MAX = 16, RECORDS_MAX = 32 };

#define RAM_BASE  0x00010000u
#define ROM_BASE  0x00020000u
#define MMIO_BASE 0x00030000u
#define OPEN_BASE 0x00040000u
#define TOP_PAGE  0xfffff000u

struct call {
    uint32_t offset;
    unsigned size;
    uint32_t value;
};

/* A device whose byte at offset o is the low byte of o * 7 + 3. */
struct device {
    struct call read[CALLS_MAX];
    struct call write[CALLS_MAX];
    unsigned reads;
    unsigned writes;
};

struct fixture {
    struct bus bus;
    struct trace trace;
    struct device device;
    struct trace_record record[RECORDS_MAX];
    unsigned records;
    unsigned code_calls;
    physical_addr code_physical;
    uint32_t code_size;
    enum bus_master code_master;
    unsigned table_calls; /* bytes */
    uint8_t code_byte;    /* what was there when the call came */
    unsigned remaps;
};

static uint32_t pattern(uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (((offset + i) * 7 + 3) & 0xff) << (8 * i);
    return value;
}

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    struct device *device = context;

    if (device->reads == CALLS_MAX)
        ck_abort_msg("too many reads");
    device->read[device->reads++] = (struct call){offset, size, 0};
    /* Bits above the size are noise that the bus must cut off. */
    return pattern(offset, size) | (size < 4 ? 0xa5u << 8 * size : 0);
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct device *device = context;

    if (device->writes == CALLS_MAX)
        ck_abort_msg("too many writes");
    device->write[device->writes++] = (struct call){offset, size, value};
}

static void take_record(void *context, const struct trace_record *record)
{
    struct fixture *fixture = context;

    ck_assert_uint_lt(fixture->records, RECORDS_MAX);
    fixture->record[fixture->records++] = *record;
}

static void code_written(void *context, enum bus_master master,
                         physical_addr physical, uint32_t size)
{
    struct fixture *fixture = context;

    fixture->code_master = master;
    fixture->code_calls++;
    fixture->code_physical = physical;
    fixture->code_size = size;
    fixture->code_byte = fixture->bus.memory[physical];
}

static void remapped(void *context)
{
    struct fixture *fixture = context;

    fixture->remaps++;
}

static void add(struct fixture *fixture, const char *name, enum bus_kind kind,
                physical_addr first, uint32_t size)
{
    struct error error = {{0}};
    const struct bus_range range = {.name = name,
                                    .kind = kind,
                                    .first = first,
                                    .size = size,
                                    .read = device_read,
                                    .write =
                                        kind == BUS_ROM ? NULL : device_write,
                                    .context = &fixture->device};

    ck_assert_msg(bus_add(&fixture->bus, &range, &error) != 0, "%s",
                  error.text);
}

static struct fixture *fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;

    ck_assert_ptr_nonnull(fixture);
    fixture->trace.record = take_record;
    fixture->trace.record_context = fixture;
    EXPECT(bus_init(&fixture->bus, &fixture->trace, &error));
    fixture->bus.code = (struct bus_watch){code_written, fixture};
    fixture->bus.remapped = remapped;
    fixture->bus.remapped_context = fixture;
    add(fixture, "RAM", BUS_RAM, RAM_BASE, 2 * PAGE_SIZE);
    add(fixture, "ROM", BUS_ROM, ROM_BASE, PAGE_SIZE);
    add(fixture, "device", BUS_MMIO, MMIO_BASE, PAGE_SIZE);
    return fixture;
}

static void fixture_destroy(struct fixture *fixture)
{
    bus_release(&fixture->bus);
    free(fixture);
}

static uint32_t mask_of(unsigned size)
{
    return size == 4 ? UINT32_MAX : (1u << 8 * size) - 1;
}

static void check_memory(struct fixture *f, uint32_t offset, unsigned size)
{
    const uint8_t *page = f->bus.memory + RAM_BASE;
    const uint32_t value = 0x81726354u * (offset + 1);

    memset(f->bus.memory + RAM_BASE, 0xee, PAGE_SIZE);
    bus_write(&f->bus, BUS_CPU, RAM_BASE + offset, size, value);
    for (uint32_t i = 0; i < PAGE_SIZE; i++) {
        const bool inside = i >= offset && i < offset + size;

        EXPECT_EQ(page[i], inside ? value >> 8 * (i - offset) & 0xff : 0xee);
    }
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, RAM_BASE + offset, size),
              value & mask_of(size));
}

START_TEST(memory_takes_every_size_at_every_offset_of_a_page)
{
    struct fixture *f = fixture_create();

    for (unsigned size = 1; size <= 4; size *= 2)
        for (uint32_t offset = 0; offset + size <= PAGE_SIZE; offset++)
            check_memory(f, offset, size);
    fixture_destroy(f);
}
END_TEST

/* `parts` holds the sizes of the parts in order, zero after the last. */
static void check_parts(struct fixture *f, uint32_t offset, unsigned size,
                        const uint8_t *parts)
{
    const uint32_t value = 0xf0e1d2c3u;
    uint32_t next = offset;
    unsigned count = 0;

    f->device.reads = f->device.writes = 0;
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, MMIO_BASE + offset, size),
              pattern(offset, size));
    bus_write(&f->bus, BUS_CPU, MMIO_BASE + offset, size, value);
    for (; count < 4 && parts[count]; count++) {
        const unsigned part = parts[count];

        EXPECT_EQ(f->device.read[count].offset, next);
        EXPECT_EQ(f->device.read[count].size, part);
        EXPECT_EQ(f->device.write[count].offset, next);
        EXPECT_EQ(f->device.write[count].size, part);
        EXPECT_EQ(f->device.write[count].value,
                  value >> 8 * (next - offset) & mask_of(part));
        next += part;
    }
    EXPECT_EQ(f->device.reads, count);
    EXPECT_EQ(f->device.writes, count);
}

START_TEST(device_access_is_split_into_the_fewest_aligned_parts)
{
    /* By size and offset modulo 4. */
    static const uint8_t parts[3][4][4] = {
        {{1}, {1}, {1}, {1}},
        {{2}, {1, 1}, {2}, {1, 1}},
        {{4}, {1, 2, 1}, {2, 2}, {1, 2, 1}},
    };
    struct fixture *f = fixture_create();

    for (unsigned log = 0; log < 3; log++)
        for (uint32_t offset = 0; offset + (1u << log) <= PAGE_SIZE; offset++)
            check_parts(f, offset, 1u << log, parts[log][offset % 4]);
    fixture_destroy(f);
}
END_TEST

START_TEST(open_bus_reads_as_ones_and_absorbs_writes)
{
    struct fixture *f = fixture_create();

    for (unsigned size = 1; size <= 4; size *= 2) {
        bus_write(&f->bus, BUS_CPU, OPEN_BASE, size, 0);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, OPEN_BASE, size), mask_of(size));
        EXPECT_EQ(bus_read(&f->bus, BUS_PAGE_WALK, OPEN_BASE, size),
                  mask_of(size));
    }
    EXPECT_EQ(f->bus.memory[OPEN_BASE], 0);
    EXPECT_EQ(f->bus.open_cycles, 9);
    (void)bus_read(&f->bus, BUS_CPU, MMIO_BASE, 4);
    EXPECT_EQ(f->bus.open_cycles, 9);
    EXPECT_EQ(f->bus.mmio_cycles, 10);
    fixture_destroy(f);
}
END_TEST

START_TEST(rom_is_read_and_absorbs_writes_of_every_master)
{
    struct fixture *f = fixture_create();
    const uint32_t value = 0x12345678;

    f->bus.memory[ROM_BASE] = 0x5a;
    for (unsigned master = BUS_CPU; master <= BUS_DEBUGGER; master++) {
        bus_write(&f->bus, (enum bus_master)master, ROM_BASE, 4, value);
        bus_write_block(&f->bus, (enum bus_master)master, ROM_BASE, &value, 4);
        bus_write32(&f->bus, (enum bus_master)master, ROM_BASE, value);
        EXPECT_EQ(bus_read(&f->bus, (enum bus_master)master, ROM_BASE, 4),
                  0x5a);
        EXPECT_EQ(bus_read32(&f->bus, (enum bus_master)master, ROM_BASE), 0x5a);
    }
    EXPECT_EQ(f->bus.mmio_cycles, 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(later_range_wins_and_the_owners_of_host_addresses_are_told)
{
    struct fixture *f = fixture_create();
    const unsigned remaps = f->remaps;

    f->bus.memory[RAM_BASE + PAGE_SIZE] = 0x77;
    add(f, "card", BUS_MMIO, RAM_BASE, PAGE_SIZE);
    EXPECT_EQ(f->remaps, remaps + 1);
    ck_assert_str_eq(bus_range_at(&f->bus, RAM_BASE + 0xfff)->name, "card");
    EXPECT(!bus_is_ram(&f->bus, RAM_BASE));
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, RAM_BASE, 1), 3);
    EXPECT(bus_is_ram(&f->bus, RAM_BASE + PAGE_SIZE));
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, RAM_BASE + PAGE_SIZE, 1), 0x77);
    fixture_destroy(f);
}
END_TEST

START_TEST(range_must_be_whole_pages_inside_four_gigabytes)
{
    static const struct {
        physical_addr first;
        uint32_t size;
        bool fits;
    } rows[] = {
        {0x1000, 0, false},         {0x1001, 0x1000, false},
        {0x1000, 0x1001, false},    {0xfffff000, 0x2000, false},
        {0x1000, 0xfffff000, true}, {0xfffff000, 0x1000, true},
        {0, 0xfffff000, true},
    };
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {{0}};
        const struct bus_range range = {.name = "probe",
                                        .kind = BUS_ROM,
                                        .first = rows[i].first,
                                        .size = rows[i].size};

        EXPECT(!bus_add(&f->bus, &range, &error) == !rows[i].fits);
        EXPECT((strstr(error.text, "probe") != NULL) == !rows[i].fits);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(ranges_run_out_with_a_message)
{
    struct fixture *f = fixture_create();
    const struct bus_range range = {.name = "one too many",
                                    .kind = BUS_RAM,
                                    .first = 0x50000,
                                    .size = PAGE_SIZE};
    struct error error = {{0}};

    while (f->bus.range_count < BUS_RANGES_MAX)
        add(f, "filler", BUS_RAM, 0x50000, PAGE_SIZE);
    ck_assert_str_eq(bus_range_at(&f->bus, 0x50000)->name, "filler");
    EXPECT(bus_is_ram(&f->bus, 0x50000));
    EXPECT(!bus_add(&f->bus, &range, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "one too many"));
    fixture_destroy(f);
}
END_TEST

START_TEST(owner_of_code_is_told_after_its_bytes_have_changed)
{
    struct fixture *f = fixture_create();
    const uint32_t value = 0x99999999;

    bus_watch(&f->bus, RAM_BASE, BUS_WATCH_CODE);
    f->bus.memory[RAM_BASE + 8] = 0x11;
    for (unsigned master = BUS_CPU; master <= BUS_DEBUGGER; master++) {
        const enum bus_master m = (enum bus_master)master;

        for (unsigned way = 0; way < 3; way++) {
            const unsigned size = way == 0 ? 2 : 4;

            f->bus.memory[RAM_BASE + 8] = 0x11;
            f->code_calls = 0;
            if (way == 0)
                bus_write(&f->bus, m, RAM_BASE + 8, size, value);
            else if (way == 1)
                bus_write_block(&f->bus, m, RAM_BASE + 8, &value, size);
            else
                bus_write32(&f->bus, m, RAM_BASE + 8, value);
            EXPECT_EQ(f->code_calls, 1);
            EXPECT_EQ(f->code_master, m);
            EXPECT_EQ(f->code_physical, RAM_BASE + 8);
            EXPECT_EQ(f->code_size, size);
            EXPECT_EQ(f->code_byte, 0x99);
            EXPECT_EQ(f->bus.memory[RAM_BASE + 8], 0x99);
        }
    }
    f->code_calls = 0;
    bus_write(&f->bus, BUS_CPU, RAM_BASE + PAGE_SIZE, 4, value);
    (void)bus_read(&f->bus, BUS_CPU, RAM_BASE, 4);
    EXPECT_EQ(f->code_calls, 0);
    add(f, "card", BUS_MMIO, RAM_BASE, PAGE_SIZE);
    EXPECT_EQ(f->code_calls, 1);
    fixture_destroy(f);
}
END_TEST

static void tables_written(void *context, enum bus_master master,
                           physical_addr physical, uint32_t size)
{
    struct fixture *fixture = context;

    (void)master;
    (void)physical;
    fixture->table_calls += size;
}

START_TEST(each_watcher_of_a_page_is_told_until_it_leaves)
{
    struct fixture *f = fixture_create();

    f->bus.tables = (struct bus_watch){tables_written, f};
    for (unsigned watchers = 0; watchers < 4; watchers++) {
        const bool code = watchers & BUS_WATCH_CODE;
        const bool tables = watchers & BUS_WATCH_TABLES;

        f->code_calls = 0;
        f->table_calls = 0;
        bus_watch(&f->bus, RAM_BASE, BUS_WATCH_CODE);
        bus_watch(&f->bus, RAM_BASE, BUS_WATCH_TABLES);
        if (!code)
            bus_unwatch(&f->bus, RAM_BASE, BUS_WATCH_CODE);
        if (!tables)
            bus_unwatch(&f->bus, RAM_BASE, BUS_WATCH_TABLES);
        bus_write32(&f->bus, BUS_CPU, RAM_BASE + 8, 1);
        EXPECT_EQ(f->code_calls, code);
        EXPECT_EQ(f->table_calls, tables ? 4 : 0);
        EXPECT_EQ(!(f->bus.page[RAM_BASE >> 12] & BUS_PAGE_WATCHED),
                  watchers == 0);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(block_crosses_pages_of_every_kind_and_the_top_of_memory)
{
    struct fixture *f = fixture_create();
    uint8_t out[PAGE_SIZE + 64];
    uint8_t in[sizeof out];

    add(f, "top", BUS_RAM, TOP_PAGE, PAGE_SIZE);
    add(f, "bottom", BUS_RAM, 0, PAGE_SIZE);
    for (unsigned i = 0; i < sizeof out; i++)
        out[i] = (uint8_t)(i * 13 + 1);
    for (uint32_t before = 1; before <= 32; before++) {
        const physical_addr start = 0u - before;

        bus_write_block(&f->bus, BUS_DMA, start, out, sizeof out - 64);
        EXPECT_EQ(f->bus.memory[start], out[0]);
        EXPECT_EQ(f->bus.memory[0], out[before]);
        memset(in, 0, sizeof in);
        bus_read_block(&f->bus, BUS_DMA, start, in, sizeof in - 64);
        ck_assert_mem_eq(in, out, sizeof out - 64);
    }
    /* The last bytes of RAM, then open bus. */
    bus_write_block(&f->bus, BUS_DMA, RAM_BASE + 2 * PAGE_SIZE - 3, out, 8);
    bus_read_block(&f->bus, BUS_DMA, RAM_BASE + 2 * PAGE_SIZE - 3, in, 8);
    ck_assert_mem_eq(in, out, 3);
    for (unsigned i = 3; i < 8; i++)
        EXPECT_EQ(in[i], 0xff);
    fixture_destroy(f);
}
END_TEST

START_TEST(block_reaches_a_device_in_aligned_parts)
{
    struct fixture *f = fixture_create();

    for (uint32_t offset = 0; offset < 8; offset++) {
        for (uint32_t size = 1; size < 20; size++) {
            uint8_t in[20];

            f->device.reads = 0;
            bus_read_block(&f->bus, BUS_DMA, MMIO_BASE + offset, in, size);
            for (uint32_t i = 0; i < size; i++)
                EXPECT_EQ(in[i], pattern(offset + i, 1));
            for (unsigned i = 0; i < f->device.reads; i++)
                EXPECT_EQ(f->device.read[i].offset % f->device.read[i].size, 0);
        }
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(offset_moves_the_addresses_of_dma_masters_and_of_nobody_else)
{
    static const uint32_t offsets[] = {0, PAGE_SIZE, 0x10000000, 0xffff0000u};
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        const physical_addr seen = RAM_BASE + offsets[i];
        uint32_t value = 0x11223344 + i;

        f->bus.dma_offset = offsets[i];
        bus_write(&f->bus, BUS_DMA, seen, 4, value);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, RAM_BASE, 4), value);
        EXPECT_EQ(bus_read(&f->bus, BUS_PAGE_WALK, RAM_BASE, 4), value);
        EXPECT_EQ(bus_read(&f->bus, BUS_DMA, seen, 4), value);
        EXPECT_EQ(bus_read32(&f->bus, BUS_DMA, seen), value);
        bus_write_block(&f->bus, BUS_DMA, seen + PAGE_SIZE - 2, &value, 4);
        value = 0;
        bus_read_block(&f->bus, BUS_DMA, seen + PAGE_SIZE - 2, &value, 4);
        EXPECT_EQ(value, 0x11223344 + i);
        bus_read_block(&f->bus, BUS_DEBUGGER, RAM_BASE + PAGE_SIZE - 2, &value,
                       4);
        EXPECT_EQ(value, 0x11223344 + i);
        bus_write32(&f->bus, BUS_DMA, seen, 0);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, RAM_BASE, 4), 0);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(debugger_disturbs_no_device_and_is_not_counted)
{
    struct fixture *f = fixture_create();
    uint32_t value = 0;

    f->trace.enabled = UINT32_MAX;
    EXPECT_EQ(bus_read(&f->bus, BUS_DEBUGGER, MMIO_BASE, 4), UINT32_MAX);
    bus_write(&f->bus, BUS_DEBUGGER, MMIO_BASE, 4, 1);
    bus_read_block(&f->bus, BUS_DEBUGGER, MMIO_BASE, &value, 4);
    bus_write_block(&f->bus, BUS_DEBUGGER, MMIO_BASE, &value, 4);
    (void)bus_read(&f->bus, BUS_DEBUGGER, OPEN_BASE, 4);
    bus_write(&f->bus, BUS_DEBUGGER, RAM_BASE, 4, 0x1234);
    EXPECT_EQ(bus_read(&f->bus, BUS_DEBUGGER, RAM_BASE, 4), 0x1234);
    EXPECT_EQ(f->device.reads + f->device.writes, 0);
    EXPECT_EQ(f->bus.mmio_cycles + f->bus.dma_cycles, 0);
    EXPECT_EQ(f->records, 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(device_cycles_are_counted_and_recorded_with_the_range_name)
{
    struct fixture *f = fixture_create();

    (void)bus_read(&f->bus, BUS_CPU, MMIO_BASE + 4, 4);
    EXPECT_EQ(f->records, 0);
    f->trace.enabled = 1u << TRACE_MMIO;
    (void)bus_read(&f->bus, BUS_CPU, MMIO_BASE + 4, 2);
    bus_write(&f->bus, BUS_CPU, OPEN_BASE, 1, 0x177);
    (void)bus_read(&f->bus, BUS_CPU, RAM_BASE, 4);
    EXPECT_EQ(f->records, 2);
    ck_assert_int_eq(f->record[0].event, TRACE_MMIO);
    ck_assert_str_eq(f->record[0].cycle.name, "device");
    EXPECT_EQ(f->record[0].cycle.where, MMIO_BASE + 4);
    EXPECT_EQ(f->record[0].cycle.size, 2);
    EXPECT(!f->record[0].cycle.write);
    EXPECT_EQ(f->record[0].cycle.value, pattern(4, 2));
    ck_assert_ptr_null(f->record[1].cycle.name);
    EXPECT(f->record[1].cycle.write);
    EXPECT_EQ(f->record[1].cycle.value, 0x77);
    EXPECT_EQ(f->bus.mmio_cycles, 3);
    fixture_destroy(f);
}
END_TEST

START_TEST(dma_is_one_record_for_each_page_and_nobody_else_makes_one)
{
    struct fixture *f = fixture_create();
    const uint8_t data[16] = {1, 2, 3, 4, 5};

    f->trace.enabled = 1u << TRACE_DMA;
    bus_write_block(&f->bus, BUS_DMA, RAM_BASE + PAGE_SIZE - 6, data, 16);
    (void)bus_read(&f->bus, BUS_DMA, RAM_BASE + PAGE_SIZE - 6, 4);
    (void)bus_read32(&f->bus, BUS_DMA, RAM_BASE + PAGE_SIZE - 8);
    (void)bus_read32(&f->bus, BUS_PAGE_WALK, RAM_BASE);
    (void)bus_read(&f->bus, BUS_CPU, RAM_BASE, 4);
    EXPECT_EQ(f->bus.dma_cycles, 4);
    EXPECT_EQ(f->records, 4);
    ck_assert_int_eq(f->record[0].event, TRACE_DMA);
    EXPECT_EQ(f->record[0].cycle.size, 6);
    EXPECT_EQ(f->record[0].cycle.value, 0x04030201);
    EXPECT(f->record[0].cycle.write);
    EXPECT_EQ(f->record[1].cycle.where, RAM_BASE + PAGE_SIZE);
    EXPECT_EQ(f->record[1].cycle.size, 10);
    EXPECT(!f->record[2].cycle.write);
    EXPECT_EQ(f->record[3].cycle.value, 0x02010000);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        memory_takes_every_size_at_every_offset_of_a_page,
        device_access_is_split_into_the_fewest_aligned_parts,
        open_bus_reads_as_ones_and_absorbs_writes,
        rom_is_read_and_absorbs_writes_of_every_master,
        later_range_wins_and_the_owners_of_host_addresses_are_told,
        range_must_be_whole_pages_inside_four_gigabytes,
        ranges_run_out_with_a_message,
        owner_of_code_is_told_after_its_bytes_have_changed,
        each_watcher_of_a_page_is_told_until_it_leaves,
        block_crosses_pages_of_every_kind_and_the_top_of_memory,
        block_reaches_a_device_in_aligned_parts,
        offset_moves_the_addresses_of_dma_masters_and_of_nobody_else,
        debugger_disturbs_no_device_and_is_not_counted,
        device_cycles_are_counted_and_recorded_with_the_range_name,
        dma_is_one_record_for_each_page_and_nobody_else_makes_one,
    };

    return run_tests("bus", tests, sizeof tests / sizeof tests[0]);
}
