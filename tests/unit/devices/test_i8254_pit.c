/* SPDX-License-Identifier: MIT */
#include "devices/i8254_pit.h"

#include "devices/system_port_b.h"
#include "tests/unit/run_tests.h"

enum { CONTROL = 3, MODE_2 = 0x34, MODE_3 = 0x36, COUNTER_2_MODE_3 = 0xb6 };

#define TICKS_PER_SECOND 100000000u

struct fixture {
    struct clock clock;
    struct i8254_pit pit;
    struct system_port_b port_b;
    bool level;
    unsigned rises;
    unsigned changes;
    uint64_t last_change;
};

static void drive_irq0(void *context, unsigned line, bool level)
{
    struct fixture *fixture = context;

    (void)line;
    fixture->level = level;
    fixture->changes++;
    fixture->rises += level;
    fixture->last_change = fixture->clock.now;
}

static void setup(struct fixture *f)
{
    const struct irq_line irq0 = {.set = drive_irq0, .context = f};

    *f = (struct fixture){.level = false};
    clock_init(&f->clock, TICKS_PER_SECOND);
    i8254_pit_init(&f->pit, &f->clock, irq0);
    system_port_b_init(&f->port_b, &f->clock, &f->pit);
}

static void write_port(struct fixture *f, unsigned offset, unsigned value)
{
    i8254_pit_write(&f->pit, offset, 1, value);
}

static unsigned read_port(struct fixture *f, unsigned offset)
{
    return i8254_pit_read(&f->pit, offset, 1);
}

static void program(struct fixture *f, unsigned control, unsigned count)
{
    write_port(f, CONTROL, control);
    write_port(f, control >> 6, count & 0xff);
    write_port(f, control >> 6, count >> 8);
}

/* The tick at which clock pulse `pulse` has come, by exact arithmetic. */
static uint64_t tick_of(uint64_t pulse)
{
    return (pulse * TICKS_PER_SECOND + I8254_HERTZ - 1) / I8254_HERTZ;
}

START_TEST(unprogrammed_chip_does_nothing)
{
    struct fixture f;

    setup(&f);
    EXPECT_EQ(clock_next(&f.clock), CLOCK_NEVER);
    clock_advance(&f.clock, TICKS_PER_SECOND);
    EXPECT_EQ(f.changes, 0);
}
END_TEST

/* Pulse 1 loads; OUT falls on pulse N and rises on pulse N + 1, and so on. */
START_TEST(rate_generator_changes_out_on_the_exact_ticks)
{
    struct fixture f;

    for (unsigned count = 2; count < 2000; count += 7) {
        setup(&f);
        program(&f, MODE_2, count);
        EXPECT_EQ(f.rises, 1); /* OUT rises with the control word */
        for (unsigned period = 1; period < 20; period++) {
            EXPECT_EQ(clock_next(&f.clock), tick_of((uint64_t)count * period));
            clock_advance(&f.clock, clock_next(&f.clock));
            EXPECT_EQ(f.level, false);
            EXPECT_EQ(clock_next(&f.clock),
                      tick_of((uint64_t)count * period + 1));
            clock_advance(&f.clock, clock_next(&f.clock));
            EXPECT_EQ(f.level, true);
        }
    }
}
END_TEST

START_TEST(square_wave_of_the_bios_ticks_18_times_a_second)
{
    struct fixture f;

    setup(&f);
    program(&f, MODE_3, 0);
    f.rises = 0;
    clock_advance(&f.clock, 10ull * TICKS_PER_SECOND);
    EXPECT_EQ(f.rises, 10 * I8254_HERTZ / 65536);
}
END_TEST

START_TEST(events_come_in_time_however_the_clock_advances)
{
    struct fixture stepped;
    struct fixture looked_at;

    setup(&stepped);
    setup(&looked_at);
    program(&stepped, MODE_2, 1193);
    program(&looked_at, MODE_2, 1193);
    for (uint64_t tick = 1; tick < 5000000; tick += 997) {
        clock_advance(&stepped.clock, tick);
        clock_advance(&looked_at.clock, tick);
        /* Looking, at whatever moment, changes no edge. */
        write_port(&looked_at, CONTROL, 0x00);
        EXPECT_EQ(
            read_port(&looked_at, 0),
            (write_port(&stepped, CONTROL, 0x00), read_port(&stepped, 0)));
        EXPECT_EQ(read_port(&looked_at, 0), read_port(&stepped, 0));
        EXPECT_EQ(looked_at.changes, stepped.changes);
    }
    EXPECT_EQ(stepped.rises, 51); /* one with the control word */
}
END_TEST

START_TEST(one_shot_interrupt_comes_once)
{
    struct fixture f;

    setup(&f);
    program(&f, 0x30, 100);
    EXPECT(!f.level);
    EXPECT_EQ(clock_next(&f.clock), tick_of(101));
    clock_advance(&f.clock, tick_of(101));
    EXPECT(f.level);
    EXPECT_EQ(clock_next(&f.clock), CLOCK_NEVER);
}
END_TEST

START_TEST(count_runs_down_with_virtual_time)
{
    struct fixture f;

    setup(&f);
    program(&f, 0x34, 0);
    for (uint64_t pulse = 1; pulse < 70000; pulse += 61) {
        unsigned count;

        clock_advance(&f.clock, tick_of(pulse) - 1);
        clock_advance(&f.clock, tick_of(pulse));
        write_port(&f, CONTROL, 0x00);
        count = read_port(&f, 0);
        count |= read_port(&f, 0) << 8;
        EXPECT_EQ(count, (65537 - pulse) & 0xffff);
    }
}
END_TEST

START_TEST(read_back_latches_the_counters_it_selects)
{
    struct fixture f;

    for (unsigned select = 0; select < 8; select++) {
        for (unsigned what = 0; what < 4; what++) {
            setup(&f);
            for (unsigned i = 0; i < 3; i++)
                program(&f, i << 6 | 0x34, 0x1000 * (i + 1));
            clock_advance(&f.clock, tick_of(1));
            write_port(&f, CONTROL, 0xc0 | what << 4 | select << 1);
            for (unsigned i = 0; i < 3; i++) {
                const bool selected = select >> i & 1;

                EXPECT_EQ(f.pit.counter[i].status_latched,
                          selected && !(what & 1));
                EXPECT_EQ(f.pit.counter[i].count_latched,
                          selected && !(what & 2));
            }
        }
    }
}
END_TEST

START_TEST(control_port_is_write_only)
{
    struct fixture f;

    setup(&f);
    EXPECT_EQ(read_port(&f, CONTROL), 0xff);
}
END_TEST

START_TEST(port_b_gates_and_shows_counter_2)
{
    struct fixture f;
    unsigned high = 0;

    setup(&f);
    program(&f, COUNTER_2_MODE_3, 1000);
    clock_advance(&f.clock, tick_of(5000));
    EXPECT(system_port_b_read(&f.port_b, 0, 1) & 0x20);
    system_port_b_write(&f.port_b, 0, 1, 0xf3);
    EXPECT_EQ(system_port_b_read(&f.port_b, 0, 1) & 0x0f, 0x03);
    for (unsigned pulse = 0; pulse < 1000; pulse++) {
        clock_advance(&f.clock, tick_of(5002 + pulse));
        high += system_port_b_read(&f.port_b, 0, 1) >> 5 & 1;
    }
    EXPECT_EQ(high, 500);
    clock_advance(&f.clock, tick_of(6502)); /* low half */
    EXPECT(!(system_port_b_read(&f.port_b, 0, 1) & 0x20));
    system_port_b_write(&f.port_b, 0, 1, 0);
    EXPECT(system_port_b_read(&f.port_b, 0, 1) & 0x20);
}
END_TEST

START_TEST(refresh_toggles_every_18_pulses)
{
    struct fixture f;

    setup(&f);
    for (unsigned pulse = 1; pulse < 2000; pulse++) {
        clock_advance(&f.clock, tick_of(pulse));
        EXPECT_EQ(system_port_b_read(&f.port_b, 0, 1) >> 4 & 1, pulse / 18 % 2);
    }
}
END_TEST

START_TEST(reset_stops_the_counters)
{
    struct fixture f;

    setup(&f);
    program(&f, MODE_2, 100);
    i8254_pit_reset(&f.pit);
    EXPECT(!f.level);
    EXPECT_EQ(clock_next(&f.clock), CLOCK_NEVER);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        unprogrammed_chip_does_nothing,
        rate_generator_changes_out_on_the_exact_ticks,
        square_wave_of_the_bios_ticks_18_times_a_second,
        events_come_in_time_however_the_clock_advances,
        one_shot_interrupt_comes_once,
        count_runs_down_with_virtual_time,
        read_back_latches_the_counters_it_selects,
        control_port_is_write_only,
        port_b_gates_and_shows_counter_2,
        refresh_toggles_every_18_pulses,
        reset_stops_the_counters,
    };

    return run_tests("i8254_pit", tests, sizeof tests / sizeof tests[0]);
}
