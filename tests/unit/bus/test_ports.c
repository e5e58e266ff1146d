/* SPDX-License-Identifier: MIT */
#include "bus/ports.h"

#include <string.h>

#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { CALLS_MAX = 8 };

struct call {
    const char *device;
    uint32_t offset;
    unsigned size;
    bool write;
    uint32_t value;
};

struct log {
    struct call call[CALLS_MAX];
    unsigned count;
    struct trace_record record;
    unsigned records;
};

struct device {
    const char *name;
    struct log *log;
};

struct fixture {
    struct ports ports;
    struct trace trace;
    struct log log;
    struct device wide;   /* takes 1, 2 and 4 bytes at 0x100 to 0x107 */
    struct device narrow; /* takes bytes at 0x108 to 0x109 */
    struct device top;    /* the last port */
};

static void note(const struct device *device, const struct call *call)
{
    struct log *log = device->log;

    if (log->count == CALLS_MAX)
        ck_abort_msg("too many calls");
    log->call[log->count] = *call;
    log->call[log->count++].device = device->name;
}

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    /* Bits above the size are noise that the port space must cut off. */
    uint32_t value = size < 4 ? 0xee000000u : 0;

    note(context, &(struct call){.offset = offset, .size = size});
    for (unsigned i = 0; i < size; i++)
        value |= (offset + i + 0x40) << 8 * i;
    return value;
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    note(context,
         &(struct call){
             .offset = offset, .size = size, .write = true, .value = value});
}

static void take_record(void *context, const struct trace_record *record)
{
    struct log *log = context;

    log->record = *record;
    log->records++;
}

static bool add(struct fixture *fixture, struct device *device, uint16_t first,
                uint16_t count, struct error *error)
{
    const struct port_range range = {.name = device->name,
                                     .first = first,
                                     .count = count,
                                     .sizes = device == &fixture->wide ? 7 : 0,
                                     .read = device_read,
                                     .write = device_write,
                                     .context = device};

    device->log = &fixture->log;
    return ports_add(&fixture->ports, &range, error);
}

static struct fixture *fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;

    ck_assert_ptr_nonnull(fixture);
    fixture->wide.name = "wide";
    fixture->narrow.name = "narrow";
    fixture->top.name = "top";
    fixture->trace.record = take_record;
    fixture->trace.record_context = &fixture->log;
    ports_init(&fixture->ports, &fixture->trace);
    EXPECT(add(fixture, &fixture->wide, 0x100, 8, &error));
    EXPECT(add(fixture, &fixture->narrow, 0x108, 2, &error));
    EXPECT(add(fixture, &fixture->top, 0xffff, 1, &error));
    return fixture;
}

/* What one byte port holds, by the addresses alone. */
static uint8_t byte_at(uint16_t port)
{
    if (port >= 0x100 && port < 0x108)
        return (uint8_t)(port - 0x100 + 0x40);
    if (port == 0x108 || port == 0x109)
        return (uint8_t)(port - 0x108 + 0x40);
    return port == 0xffff ? 0x40 : 0xff;
}

static bool is_owned(uint16_t port)
{
    return (port >= 0x100 && port <= 0x109) || port == 0xffff;
}

START_TEST(every_port_reads_its_bytes_at_every_size)
{
    struct fixture *f = fixture_create();

    for (unsigned size = 1; size <= 4; size *= 2) {
        for (uint32_t port = 0; port < PORT_COUNT; port++) {
            uint32_t expected = 0;
            bool owned = false;
            const uint64_t open = f->ports.open;

            for (unsigned i = 0; i < size; i++) {
                expected |= (uint32_t)byte_at((uint16_t)(port + i)) << 8 * i;
                owned |= is_owned((uint16_t)(port + i));
            }
            f->log.count = 0;
            EXPECT_EQ(ports_read(&f->ports, (uint16_t)port, size), expected);
            EXPECT_EQ(f->ports.open - open, owned ? 0 : 1);
        }
    }
    EXPECT_EQ(f->ports.cycles, 3u * PORT_COUNT);
    free(f);
}
END_TEST

START_TEST(wide_device_takes_whole_what_fits_into_its_range)
{
    struct fixture *f = fixture_create();

    for (unsigned size = 1; size <= 4; size *= 2) {
        for (uint16_t port = 0x100; port + size <= 0x108; port++) {
            const struct call *call = &f->log.call[0];

            f->log.count = 0;
            ports_write(&f->ports, port, size, 0xa1b2c3d4u);
            EXPECT_EQ(f->log.count, 1);
            EXPECT_EQ(call->offset, port - 0x100u);
            EXPECT_EQ(call->size, size);
            EXPECT_EQ(call->value, 0xa1b2c3d4u & UINT32_MAX >> (32 - 8 * size));
        }
    }
    free(f);
}
END_TEST

START_TEST(other_accesses_are_split_into_bytes_lowest_port_first)
{
    static const struct call expected[] = {
        {"wide", 6, 1, true, 0x44},
        {"wide", 7, 1, true, 0x33},
        {"narrow", 0, 1, true, 0x22},
        {"narrow", 1, 1, true, 0x11},
    };
    struct fixture *f = fixture_create();

    ports_write(&f->ports, 0x106, 4, 0x11223344);
    EXPECT_EQ(f->log.count, 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_str_eq(f->log.call[i].device, expected[i].device);
        EXPECT_EQ(f->log.call[i].offset, expected[i].offset);
        EXPECT_EQ(f->log.call[i].size, 1);
        EXPECT_EQ(f->log.call[i].value, expected[i].value);
    }
    f->log.count = 0;
    ports_write(&f->ports, 0x108, 2, 0x5566);
    EXPECT_EQ(f->log.count, 2);
    EXPECT_EQ(f->log.call[0].value, 0x66);
    EXPECT_EQ(f->log.call[1].value, 0x55);
    free(f);
}
END_TEST

START_TEST(missing_callback_reads_as_ones_and_absorbs)
{
    struct fixture *f = fixture_create();
    const struct port_range range = {
        .name = "mute", .first = 0x300, .count = 4, .sizes = 1 | 2 | 4};
    struct error error;

    EXPECT(ports_add(&f->ports, &range, &error));
    ports_write(&f->ports, 0x300, 4, 0);
    EXPECT_EQ(ports_read(&f->ports, 0x300, 4), UINT32_MAX);
    EXPECT_EQ(ports_read(&f->ports, 0x300, 2), 0xffff);
    EXPECT_EQ(f->ports.open, 0);
    free(f);
}
END_TEST

START_TEST(collision_is_refused_and_names_both)
{
    struct fixture *f = fixture_create();
    struct device late = {.name = "late"};
    struct error error = {{0}};

    EXPECT(!add(f, &late, 0x0f0, 0x11, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "late"));
    ck_assert_ptr_nonnull(strstr(error.text, "wide"));
    ck_assert_ptr_nonnull(strstr(error.text, "0x100"));
    ck_assert_ptr_null(ports_name(&f->ports, 0x0f0));
    EXPECT(add(f, &late, 0x0f0, 0x10, &error));
    ck_assert_str_eq(ports_name(&f->ports, 0x0ff), "late");
    free(f);
}
END_TEST

START_TEST(range_must_lie_inside_the_port_space)
{
    struct fixture *f = fixture_create();
    struct device late = {.name = "late"};
    struct error error = {{0}};

    EXPECT(!add(f, &late, 0x200, 0, &error));
    EXPECT(!add(f, &late, 0xfff0, 0x11, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "late"));
    for (unsigned i = 0; f->ports.range_count < PORT_RANGES_MAX; i++)
        EXPECT(add(f, &late, (uint16_t)(0x1000 + i), 1, &error));
    EXPECT(!add(f, &late, 0x2000, 1, &error));
    free(f);
}
END_TEST

START_TEST(access_is_one_record_with_the_name_of_its_first_port)
{
    struct fixture *f = fixture_create();

    (void)ports_read(&f->ports, 0x100, 4);
    EXPECT_EQ(f->log.records, 0);
    f->trace.enabled = 1u << TRACE_PORT;
    ports_write(&f->ports, 0x107, 4, 0xfedcba98u);
    EXPECT_EQ(f->log.records, 1);
    ck_assert_int_eq(f->log.record.event, TRACE_PORT);
    ck_assert_str_eq(f->log.record.cycle.name, "wide");
    EXPECT_EQ(f->log.record.cycle.where, 0x107);
    EXPECT_EQ(f->log.record.cycle.size, 4);
    EXPECT(f->log.record.cycle.write);
    EXPECT_EQ(f->log.record.cycle.value, 0xfedcba98u);
    (void)ports_read(&f->ports, 0x80, 1);
    ck_assert_ptr_null(f->log.record.cycle.name);
    EXPECT(!f->log.record.cycle.write);
    EXPECT_EQ(f->log.record.cycle.value, 0xff);
    free(f);
}
END_TEST

START_TEST(ports_that_nobody_answers_are_counted_one_by_one)
{
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < 3; i++)
        (void)ports_read(&f->ports, 0x300, 1);
    ports_write(&f->ports, 0x304, 4, 0);
    (void)ports_read(&f->ports, 0xfe, 4); /* the wide one is behind it */
    EXPECT_EQ(f->ports.open_ports, 2);
    EXPECT_EQ(f->ports.open_port[0].port, 0x300);
    EXPECT_EQ(f->ports.open_port[0].cycles, 3);
    EXPECT_EQ(f->ports.open_port[1].port, 0x304);
    EXPECT_EQ(f->ports.open_port[1].cycles, 1);
    for (unsigned port = 0x1000; port < 0x2000; port++)
        (void)ports_read(&f->ports, (uint16_t)port, 1);
    EXPECT_EQ(f->ports.open_ports, PORTS_OPEN_MAX);
    EXPECT_EQ(f->ports.open, 0x1004);
    free(f);
}
END_TEST

START_TEST(movable_range_answers_where_it_was_put_and_nowhere_else)
{
    static const struct {
        uint16_t first;
        bool hidden;
    } steps[] = {{0x1000, false}, {0x1002, false}, {0x2000, true},
                 {0x2000, false}, {0xfffb, false}, {0, true}};
    struct fixture *f = fixture_create();
    const struct port_range range = {.name = "card", .count = 4};
    struct error error;
    const unsigned number = ports_add_movable(&f->ports, &range, &error);

    EXPECT(number != 0);
    ck_assert_ptr_null(ports_name(&f->ports, 0));
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        ports_move(&f->ports, number, steps[i].first, steps[i].hidden);
        for (uint32_t port = 0; port < PORT_COUNT; port++) {
            const char *name = ports_name(&f->ports, (uint16_t)port);
            const bool inside =
                port >= steps[i].first && port - steps[i].first < 4;

            EXPECT((name && strcmp(name, "card") == 0) ==
                   (inside && !steps[i].hidden));
        }
    }
    free(f);
}
END_TEST

START_TEST(range_moved_over_another_leaves_it_its_ports)
{
    struct fixture *f = fixture_create();
    const struct port_range range = {.name = "card", .count = 0x20};
    struct error error;
    const unsigned number = ports_add_movable(&f->ports, &range, &error);

    EXPECT(number != 0);
    ck_assert_str_eq(ports_name(&f->ports, 0x100), "wide");
    ports_move(&f->ports, number, 0xf0, false);
    ck_assert_str_eq(ports_name(&f->ports, 0xff), "card");
    ck_assert_str_eq(ports_name(&f->ports, 0x100), "wide");
    ports_move(&f->ports, number, 0xf0, true);
    ck_assert_ptr_null(ports_name(&f->ports, 0xff));
    ck_assert_str_eq(ports_name(&f->ports, 0x100), "wide");
    free(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_port_reads_its_bytes_at_every_size,
        wide_device_takes_whole_what_fits_into_its_range,
        other_accesses_are_split_into_bytes_lowest_port_first,
        missing_callback_reads_as_ones_and_absorbs,
        collision_is_refused_and_names_both,
        range_must_lie_inside_the_port_space,
        access_is_one_record_with_the_name_of_its_first_port,
        ports_that_nobody_answers_are_counted_one_by_one,
        movable_range_answers_where_it_was_put_and_nowhere_else,
        range_moved_over_another_leaves_it_its_ports,
    };

    return run_tests("ports", tests, sizeof tests / sizeof tests[0]);
}
