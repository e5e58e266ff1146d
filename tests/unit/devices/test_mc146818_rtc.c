/* SPDX-License-Identifier: MIT */
#include "devices/mc146818_rtc.h"

#include "devices/calendar.h"
#include "tests/unit/run_tests.h"

#define SECOND UINT64_C(1000000)

enum {
    SECONDS = 0,
    SECONDS_ALARM = 1,
    MINUTES = 2,
    MINUTES_ALARM = 3,
    HOURS = 4,
    HOURS_ALARM = 5,
    WEEKDAY = 6,
    DAY = 7,
    MONTH = 8,
    YEAR = 9,
    A = 10,
    B = 11,
    C = 12,
    D = 13,
    SET = 0x80,
    PIE = 0x40,
    AIE = 0x20,
    UIE = 0x10,
    BINARY = 4,
    HOURS_24 = 2
};

struct fixture {
    struct clock clock;
    struct mc146818_rtc rtc;
    bool irq;
    unsigned rises;
};

static void take_irq(void *context, unsigned line, bool level)
{
    struct fixture *f = context;

    (void)line;
    f->rises += level && !f->irq;
    f->irq = level;
}

static unsigned look(struct fixture *f, unsigned index)
{
    mc146818_write(&f->rtc, 0, 1, index);
    return mc146818_read(&f->rtc, 1, 1);
}

static void put(struct fixture *f, unsigned index, unsigned value)
{
    mc146818_write(&f->rtc, 0, 1, index);
    mc146818_write(&f->rtc, 1, 1, value);
}

/* 2023-12-31 23:59:50, a Sunday; no periodic flag. */
static struct fixture *fixture_create(void)
{
    static const struct calendar_time start = {2023, 12, 31, 23, 59, 50};
    struct fixture *f = calloc(1, sizeof *f);

    ck_assert_ptr_nonnull(f);
    clock_init(&f->clock, SECOND);
    mc146818_init(&f->rtc, &f->clock, (struct irq_line){take_irq, f, 0});
    mc146818_set_time(&f->rtc, calendar_to_seconds(&start));
    put(f, A, 0x20);
    return f;
}

static void expect_time(struct fixture *f, uint32_t date, uint32_t time)
{
    EXPECT_EQ(look(f, YEAR) << 16 | look(f, MONTH) << 8 | look(f, DAY), date);
    EXPECT_EQ(look(f, HOURS) << 16 | look(f, MINUTES) << 8 | look(f, SECONDS),
              time);
}

START_TEST(time_goes_on_with_virtual_time_and_over_the_end_of_the_year)
{
    struct fixture *f = fixture_create();

    expect_time(f, 0x231231, 0x235950);
    EXPECT_EQ(look(f, WEEKDAY), 1);
    clock_advance(&f->clock, 10 * SECOND - 1);
    expect_time(f, 0x231231, 0x235959);
    clock_advance(&f->clock, 10 * SECOND);
    expect_time(f, 0x240101, 0x000000);
    EXPECT_EQ(look(f, WEEKDAY), 2);
    clock_advance(&f->clock, 10 * SECOND + 59 * 86400 * SECOND);
    expect_time(f, 0x240229, 0x000000); /* a leap year */
    EXPECT_EQ(look(f, WEEKDAY), 5);
    EXPECT_EQ(clock_next(&f->clock), CLOCK_NEVER);
    free(f);
}
END_TEST

/* The data sheet's formats: 1 to 12 with a bit for PM, or 0 to 23. */
static unsigned hour_in(unsigned mode, unsigned hour)
{
    const unsigned half = hour % 12 ? hour % 12 : 12;
    const unsigned shown = mode & HOURS_24 ? hour : half;
    const unsigned pm = !(mode & HOURS_24) && hour >= 12 ? 0x80 : 0;

    return (mode & BINARY ? shown : shown / 10 * 16 + shown % 10) | pm;
}

START_TEST(hours_are_shown_in_all_four_formats)
{
    struct fixture *f = fixture_create();

    for (unsigned hour = 0; hour < 24; hour++) {
        for (unsigned mode = 0; mode <= 6; mode += 2) {
            const unsigned expected = hour_in(mode, hour);

            put(f, B, SET | mode);
            put(f, HOURS, expected);
            put(f, MINUTES, 0);
            put(f, SECONDS, 0);
            put(f, B, mode);
            EXPECT_EQ(look(f, HOURS), expected);
            clock_advance(&f->clock, f->clock.now + 3600 * SECOND);
            EXPECT_EQ(look(f, HOURS), hour_in(mode, (hour + 1) % 24));
        }
    }
    free(f);
}
END_TEST

START_TEST(time_stands_while_it_is_being_set)
{
    struct fixture *f = fixture_create();

    put(f, B, HOURS_24 | UIE);
    put(f, B, HOURS_24 | UIE | SET);
    EXPECT_EQ(look(f, B), HOURS_24 | SET); /* and UIE is cleared */
    clock_advance(&f->clock, 5 * SECOND);
    expect_time(f, 0x231231, 0x235950);
    EXPECT_EQ(look(f, A) & 0x80, 0);
    put(f, MINUTES, 0x10);
    put(f, B, HOURS_24);
    clock_advance(&f->clock, 6 * SECOND);
    expect_time(f, 0x231231, 0x231051);
    free(f);
}
END_TEST

START_TEST(update_is_announced_before_the_second_ends)
{
    struct fixture *f = fixture_create();

    for (unsigned i = 1; i < 4; i++) {
        clock_advance(&f->clock, i * SECOND - 2230);
        EXPECT_EQ(look(f, A), 0x20);
        clock_advance(&f->clock, i * SECOND - 2228);
        EXPECT_EQ(look(f, A), 0xa0);
        clock_advance(&f->clock, i * SECOND - 1);
        EXPECT_EQ(look(f, A), 0xa0);
        clock_advance(&f->clock, i * SECOND);
        EXPECT_EQ(look(f, A), 0x20);
    }
    free(f);
}
END_TEST

START_TEST(update_interrupts_each_second_until_c_is_read)
{
    struct fixture *f = fixture_create();

    put(f, B, HOURS_24 | UIE);
    for (unsigned i = 1; i < 5; i++) {
        clock_advance(&f->clock, i * SECOND - 1);
        EXPECT(!f->irq);
        clock_advance(&f->clock, i * SECOND);
        EXPECT(f->irq);
        EXPECT_EQ(look(f, C), 0x90);
        EXPECT(!f->irq);
        EXPECT_EQ(look(f, C), 0);
    }
    clock_advance(&f->clock, 20 * SECOND);
    EXPECT(f->irq);
    EXPECT_EQ(f->rises, 5); /* nobody read C: one request */
    mc146818_reset(&f->rtc);
    EXPECT(!f->irq);
    EXPECT_EQ(look(f, B), HOURS_24);
    free(f);
}
END_TEST

START_TEST(alarm_comes_at_its_time_or_wherever_a_field_does_not_matter)
{
    static const struct {
        uint8_t hours, minutes, seconds;
        unsigned after; /* seconds from the start */
    } rows[] = {
        {0x23, 0x59, 0x55, 5}, {0x00, 0x00, 0x03, 13}, {0xff, 0xff, 0xff, 1},
        {0xc0, 0xc0, 0x52, 2}, {0xff, 0x00, 0x00, 10}, {0x00, 0xc5, 0x07, 17},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *f = fixture_create();

        put(f, HOURS_ALARM, rows[i].hours);
        put(f, MINUTES_ALARM, rows[i].minutes);
        put(f, SECONDS_ALARM, rows[i].seconds);
        put(f, B, HOURS_24 | AIE);
        clock_advance(&f->clock, rows[i].after * SECOND - 1);
        EXPECT(!f->irq);
        clock_advance(&f->clock, rows[i].after * SECOND);
        EXPECT(f->irq);
        EXPECT_EQ(look(f, C), 0xb0);
        free(f);
    }
}
END_TEST

START_TEST(alarm_that_nobody_waited_for_is_still_flagged)
{
    struct fixture *f = fixture_create();

    put(f, HOURS_ALARM, 0x12);
    put(f, MINUTES_ALARM, 0x61);
    clock_advance(&f->clock, 11 * 3600 * SECOND);
    EXPECT_EQ(look(f, C), UIE);
    clock_advance(&f->clock, 3000000 * SECOND);
    EXPECT_EQ(look(f, C), UIE); /* no minute is 61 */
    put(f, MINUTES_ALARM, 0);
    clock_advance(&f->clock, 3086401 * SECOND);
    EXPECT_EQ(look(f, C), AIE | UIE);
    EXPECT(!f->irq);
    free(f);
}
END_TEST

START_TEST(periodic_interrupt_has_the_frequency_of_the_data_sheets_table)
{
    static const unsigned hertz[16] = {0,    256, 128, 8192, 4096, 2048,
                                       1024, 512, 256, 128,  64,   32,
                                       16,   8,   4,   2};

    for (unsigned rate = 0; rate < 16; rate++) {
        struct fixture *f = fixture_create();

        put(f, A, 0x20 | rate);
        put(f, B, HOURS_24 | PIE);
        for (uint64_t now = 0; now < 2 * SECOND; now += 10) {
            clock_advance(&f->clock, now);
            if (f->irq)
                EXPECT_EQ(look(f, C) & 0xc0, 0xc0);
        }
        EXPECT(f->rises + 1 >= 2 * hertz[rate] && f->rises <= 2 * hertz[rate]);
        free(f);
    }
}
END_TEST

START_TEST(first_update_comes_half_a_second_after_the_divider_starts)
{
    struct fixture *f = fixture_create();

    put(f, A, 0x70);
    clock_advance(&f->clock, 10 * SECOND + 1234);
    expect_time(f, 0x231231, 0x235950);
    put(f, A, 0x26);
    clock_advance(&f->clock, 10 * SECOND + SECOND / 2 + 1233);
    expect_time(f, 0x231231, 0x235950);
    clock_advance(&f->clock, 10 * SECOND + SECOND / 2 + 1234);
    expect_time(f, 0x231231, 0x235951);
    free(f);
}
END_TEST

START_TEST(ram_keeps_its_bytes_and_the_index_its_low_bits)
{
    struct fixture *f = fixture_create();

    for (unsigned index = 14; index < 128; index++)
        put(f, index | 0x80, index ^ 0x5a);
    mc146818_reset(&f->rtc);
    for (unsigned index = 14; index < 128; index++)
        EXPECT_EQ(look(f, index), index ^ 0x5a);
    put(f, D, 0);
    EXPECT_EQ(look(f, D), 0x80);
    EXPECT_EQ(mc146818_read(&f->rtc, 0, 1), 0xff);
    free(f);
}
END_TEST

START_TEST(nonsense_in_the_registers_does_no_harm)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 256; value++) {
        for (unsigned index = 0; index < 10; index++)
            put(f, index, value);
        put(f, B, value & 0x06);
        clock_advance(&f->clock, f->clock.now + 100000 * SECOND);
        EXPECT(look(f, MONTH) <= 0x12);
    }
    free(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        time_goes_on_with_virtual_time_and_over_the_end_of_the_year,
        hours_are_shown_in_all_four_formats,
        time_stands_while_it_is_being_set,
        update_is_announced_before_the_second_ends,
        update_interrupts_each_second_until_c_is_read,
        alarm_comes_at_its_time_or_wherever_a_field_does_not_matter,
        alarm_that_nobody_waited_for_is_still_flagged,
        periodic_interrupt_has_the_frequency_of_the_data_sheets_table,
        first_update_comes_half_a_second_after_the_divider_starts,
        ram_keeps_its_bytes_and_the_index_its_low_bits,
        nonsense_in_the_registers_does_no_harm,
    };

    return run_tests("MC146818", tests, sizeof tests / sizeof tests[0]);
}
