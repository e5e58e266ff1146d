/* SPDX-License-Identifier: MIT */
#include "devices/counter_port.h"
#include "devices/debug_console.h"
#include "devices/exit_port.h"
#include "devices/marker_port.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

struct seen {
    unsigned calls;
    uint32_t value;
    struct trace_record record;
};

static void take_byte(void *context, uint8_t byte)
{
    struct seen *seen = context;

    seen->calls++;
    seen->value = byte;
}

static void take_value(void *context, uint32_t value)
{
    struct seen *seen = context;

    seen->calls++;
    seen->value = value;
}

static void take_record(void *context, const struct trace_record *record)
{
    struct seen *seen = context;

    seen->calls++;
    seen->record = *record;
}

static uint64_t counter(void *context, unsigned index)
{
    struct seen *seen = context;

    seen->calls++;
    return 0x1111111100000000ull * index + 0x10 + index;
}

START_TEST(debug_console_passes_each_byte_and_reads_as_its_own_number)
{
    struct seen seen = {.calls = 0};
    struct debug_console console = {take_byte, &seen};
    struct debug_console mute = {.write = NULL};

    for (unsigned byte = 0; byte < 256; byte++) {
        debug_console_write(&console, 0, 1, byte);
        EXPECT_EQ(seen.calls, byte + 1);
        EXPECT_EQ(seen.value, byte);
    }
    debug_console_write(&mute, 0, 1, 'x');
    EXPECT_EQ(debug_console_read(&mute, 0, 1), 0xe9);
}
END_TEST

START_TEST(exit_port_passes_the_value_of_every_size_at_its_first_port)
{
    for (unsigned offset = 0; offset < 4; offset++) {
        for (unsigned size = 1; size <= 4; size *= 2) {
            struct seen seen = {.calls = 0};
            struct exit_port port = {take_value, &seen};

            exit_port_write(&port, offset, size, 0x1234);
            EXPECT_EQ(seen.calls, offset == 0);
            EXPECT_EQ(seen.value, offset == 0 ? 0x1234 : 0);
            EXPECT_EQ(exit_port_read(&port, offset, size), 0);
        }
    }
}
END_TEST

/* SUS_EN is bit 13, SUS_TYP bits 10 to 12 and zero for "soft off". */
START_TEST(counter_port_latches_one_counter_and_gives_both_halves)
{
    struct seen seen = {.calls = 0};
    struct counter_port port = {.counter = counter, .context = &seen};

    counter_port_write(&port, 0, 4, 0);
    EXPECT_EQ(counter_port_read(&port, 0, 4), 0x4b4c5750);
    EXPECT_EQ(counter_port_read(&port, 4, 4), 0);
    EXPECT_EQ(seen.calls, 0);
    for (uint32_t index = 1; index < 20; index++) {
        const bool known = index <= 7;

        counter_port_write(&port, 0, 4, index);
        EXPECT_EQ(counter_port_read(&port, 0, 4), known ? 0x10 + index : 0);
        EXPECT_EQ(counter_port_read(&port, 4, 4),
                  known ? 0x11111111 * index : 0);
        EXPECT_EQ(seen.calls, known ? index : 7);
    }
    counter_port_write(&port, 0, 4, UINT32_MAX);
    EXPECT_EQ(counter_port_read(&port, 0, 4), 0);
}
END_TEST

START_TEST(counter_port_answers_doublewords_only)
{
    struct seen seen = {.calls = 0};
    struct counter_port port = {.counter = counter, .context = &seen};

    counter_port_write(&port, 0, 4, 1);
    for (unsigned offset = 0; offset < 8; offset++) {
        counter_port_write(&port, offset, 1, 2);
        counter_port_write(&port, offset, 2, 2);
        if (offset > 0)
            counter_port_write(&port, offset, 4, 2);
        EXPECT_EQ(counter_port_read(&port, offset, 1), UINT32_MAX);
        if (offset != 0 && offset != 4)
            EXPECT_EQ(counter_port_read(&port, offset, 4), UINT32_MAX);
    }
    EXPECT_EQ(seen.calls, 1);
    EXPECT_EQ(counter_port_read(&port, 0, 4), 0x11);
}
END_TEST

START_TEST(marker_is_recorded_only_where_markers_are_wanted)
{
    struct seen seen = {.calls = 0};
    struct trace trace = {.record = take_record, .record_context = &seen};
    struct marker_port port = {&trace};

    marker_port_write(&port, 0, 4, 0xcafe);
    EXPECT_EQ(seen.calls, 0);
    trace.enabled = 1u << TRACE_MARKER;
    marker_port_write(&port, 0, 1, 0xcafe);
    EXPECT_EQ(seen.calls, 0);
    marker_port_write(&port, 0, 4, 0xcafe);
    EXPECT_EQ(seen.calls, 1);
    ck_assert_int_eq(seen.record.event, TRACE_MARKER);
    EXPECT_EQ(seen.record.marker, 0xcafe);
    EXPECT_EQ(marker_port_read(&port, 0, 4), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        debug_console_passes_each_byte_and_reads_as_its_own_number,
        exit_port_passes_the_value_of_every_size_at_its_first_port,
        counter_port_latches_one_counter_and_gives_both_halves,
        counter_port_answers_doublewords_only,
        marker_is_recorded_only_where_markers_are_wanted,
    };

    return run_tests("small_ports", tests, sizeof tests / sizeof tests[0]);
}
