/* SPDX-License-Identifier: MIT */
/*
 * The counter is compared with a model that does one clock pulse after the
 * other on registers of 16 bits, digit by digit in BCD, as the data sheet
 * tells it.
 */
#include "devices/i8254_counter.h"

#include "tests/unit/run_tests.h"

enum { RW_LOW = 0x10, RW_HIGH = 0x20, RW_BOTH = 0x30, BCD = 1 };

struct model {
    unsigned mode;
    bool bcd;
    bool gate;
    bool trigger; /* GATE rose since the last pulse */
    bool out;
    bool written; /* a count waits for a pulse that loads it */
    bool counting;
    bool stopped; /* mode 0 between two bytes, or a period of one */
    bool strobe;  /* modes 4 and 5: one is still due */
    bool odd;
    bool any_count;
    uint16_t cr;
    uint16_t ce;
};

static uint16_t minus_one(uint16_t digits, bool bcd)
{
    if (!bcd)
        return (uint16_t)(digits - 1);
    for (unsigned shift = 0; shift < 16; shift += 4) {
        if (digits >> shift & 15)
            return (uint16_t)(digits - (1 << shift));
        digits = (uint16_t)(digits | 9 << shift);
    }
    return digits;
}

static void model_load(struct model *m)
{
    m->written = m->trigger = false;
    m->counting = m->strobe = true;
    m->ce = m->cr;
    m->odd = m->cr & 1;
    if (m->mode == 3 && m->odd)
        m->ce = minus_one(m->ce, m->bcd);
    m->stopped = (m->mode == 2 || m->mode == 3) && m->cr == 1;
}

/* One clock pulse. 8254 data sheet, "Mode Definitions", mode by mode. */
static void model_periodic(struct model *m)
{
    if (m->trigger || m->written) {
        model_load(m);
        return;
    }
    if (!m->gate || !m->counting || m->stopped)
        return;
    if (m->mode == 2) {
        if (m->ce == 1) {
            model_load(m);
            m->out = true;
            return;
        }
        m->ce = minus_one(m->ce, m->bcd);
        m->out = m->ce != 1;
        return;
    }
    if (m->odd && m->out && m->ce == 0) {
        model_load(m);
        m->out = m->stopped;
        return;
    }
    m->ce = minus_one(minus_one(m->ce, m->bcd), m->bcd);
    if (m->ce == 0 && !(m->odd && m->out)) {
        model_load(m);
        m->out = !m->out || m->stopped;
    }
}

static void model_single(struct model *m)
{
    const bool strobes = m->mode >= 4;
    const bool by_gate = m->mode == 1 || m->mode == 5;

    if (strobes)
        m->out = true;
    if (by_gate ? m->trigger : m->written) {
        model_load(m);
        if (m->mode == 1)
            m->out = false;
        return;
    }
    if (!m->counting || m->stopped || !(m->gate || by_gate))
        return;
    m->ce = minus_one(m->ce, m->bcd);
    if (m->ce == 0 && m->strobe) {
        m->strobe = false;
        m->out = !strobes;
    }
}

static void model_pulse(struct model *m)
{
    if (m->mode == 2 || m->mode == 3)
        model_periodic(m);
    else
        model_single(m);
}

static void model_control(struct model *m, unsigned mode, bool bcd)
{
    *m = (struct model){.mode = mode > 5 ? mode - 4 : mode,
                        .bcd = bcd,
                        .gate = m->gate,
                        .cr = m->cr,
                        .ce = m->ce};
    m->out = m->mode != 0;
}

static void model_count(struct model *m, uint16_t count)
{
    const bool stuck = m->stopped;

    m->cr = count;
    m->any_count = true;
    if (m->mode == 0) {
        m->out = false;
        m->stopped = false;
    }
    if (m->mode == 0 || m->mode == 4)
        m->written = true;
    if ((m->mode == 2 || m->mode == 3) && (!m->counting || stuck))
        m->written = true;
}

static void model_first_byte(struct model *m)
{
    if (m->mode != 0)
        return;
    m->out = false;
    m->stopped = true;
    m->written = false;
}

static void model_gate(struct model *m, bool level)
{
    if (level && !m->gate && m->any_count && m->mode != 0 && m->mode != 4)
        m->trigger = true;
    if (!level && m->gate && (m->mode == 2 || m->mode == 3))
        m->out = true;
    m->gate = level;
}

struct pair {
    struct i8254_counter counter;
    struct model model;
};

static unsigned shown(struct i8254_counter *counter)
{
    struct i8254_counter probe = *counter;
    unsigned value;

    probe.control |= RW_BOTH;
    probe.count_latched = probe.status_latched = false;
    probe.read_high_next = false;
    value = i8254_counter_read(&probe);
    return value | (unsigned)i8254_counter_read(&probe) << 8;
}

static void compare(struct pair *pair)
{
    EXPECT_EQ(pair->counter.out, pair->model.out);
    if (pair->model.counting)
        EXPECT_EQ(shown(&pair->counter), pair->model.ce);
}

static void program(struct pair *pair, unsigned mode, bool bcd)
{
    i8254_counter_set_control(&pair->counter,
                              (uint8_t)(RW_BOTH | mode << 1 | bcd));
    model_control(&pair->model, mode, bcd);
    compare(pair);
}

static void stride(struct pair *pair, uint32_t pulses)
{
    i8254_counter_advance(&pair->counter, pulses);
    for (uint32_t i = 0; i < pulses; i++)
        model_pulse(&pair->model);
    compare(pair);
}

/* With `pulses` clock pulses between its two bytes. */
static void write_count_slowly(struct pair *pair, uint16_t count,
                               uint32_t pulses)
{
    i8254_counter_write(&pair->counter, (uint8_t)count);
    model_first_byte(&pair->model);
    compare(pair);
    stride(pair, pulses);
    i8254_counter_write(&pair->counter, (uint8_t)(count >> 8));
    model_count(&pair->model, count);
    compare(pair);
}

static void write_count(struct pair *pair, uint16_t count)
{
    write_count_slowly(pair, count, 0);
}

static void set_gate(struct pair *pair, bool level)
{
    i8254_counter_set_gate(&pair->counter, level);
    model_gate(&pair->model, level);
    compare(pair);
}

static uint16_t to_bcd(unsigned number)
{
    return (uint16_t)(number / 1000 << 12 | number / 100 % 10 << 8 |
                      number / 10 % 10 << 4 | number % 10);
}

/* Pulse by pulse, with every change of OUT foretold to the pulse. */
static void run_pulses(struct pair *pair, unsigned pulses)
{
    uint64_t left = i8254_counter_next_edge(&pair->counter);

    for (unsigned i = 0; i < pulses; i++) {
        const bool before = pair->counter.out;

        i8254_counter_advance(&pair->counter, 1);
        model_pulse(&pair->model);
        compare(pair);
        if (left != CLOCK_NEVER)
            left--;
        EXPECT_EQ(pair->counter.out != before, left == 0);
        if (left == 0)
            left = i8254_counter_next_edge(&pair->counter);
    }
}

static void check_count(unsigned mode, bool bcd, unsigned count,
                        unsigned pulses)
{
    struct pair pair = {.counter.gate = true, .model.gate = true};

    program(&pair, mode, bcd);
    write_count(&pair, bcd ? to_bcd(count) : (uint16_t)count);
    run_pulses(&pair, 3);
    set_gate(&pair, false);
    run_pulses(&pair, 2);
    set_gate(&pair, true);
    run_pulses(&pair, pulses);
}

START_TEST(every_mode_counts_every_small_count_as_the_data_sheet_says)
{
    for (unsigned mode = 0; mode < 8; mode++)
        for (unsigned bcd = 0; bcd < 2; bcd++)
            for (unsigned count = 1; count <= 400; count++)
                check_count(mode, bcd, count, 3 * count + 8);
}
END_TEST

START_TEST(every_mode_counts_the_large_counts_and_zero)
{
    static const unsigned counts[2][6] = {
        {0, 65535, 65534, 32769, 32768, 4097},
        {0, 9999, 9998, 5000, 4999, 1000},
    };

    for (unsigned mode = 0; mode < 6; mode++)
        for (unsigned bcd = 0; bcd < 2; bcd++)
            for (unsigned i = 0; i < 6; i++)
                check_count(mode, bcd, counts[bcd][i], bcd ? 31000 : 200000);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Strides of any length must come out where single pulses do. */
static void random_step(struct pair *pair, uint32_t *state)
{
    const uint32_t choice = next_random(state) % 16;
    unsigned count = next_random(state) % 24;

    if (next_random(state) % 8 == 0)
        count = next_random(state);
    if (choice == 0)
        program(pair, next_random(state) % 8, next_random(state) % 2);
    else if (choice < 4)
        write_count_slowly(
            pair, pair->model.bcd ? to_bcd(count % 10000) : (uint16_t)count,
            choice == 1 ? next_random(state) % 5 : 0);
    else if (choice < 7)
        set_gate(pair, next_random(state) % 2);
    else if (choice < 11)
        stride(pair, next_random(state) % 3);
    else
        stride(pair, next_random(state) % (choice < 14 ? 40 : 3000));
}

START_TEST(strides_gates_and_new_counts_in_any_order_agree_with_the_model)
{
    struct pair pair = {.counter.gate = true, .model.gate = true};
    uint32_t state = 1;

    program(&pair, 2, false);
    for (unsigned i = 0; i < 300000; i++)
        random_step(&pair, &state);
}
END_TEST

START_TEST(endless_strides_take_no_time)
{
    for (unsigned mode = 0; mode < 6; mode++)
        for (unsigned count = 1; count < 20; count++) {
            struct pair pair = {.counter.gate = true, .model.gate = true};
            const uint64_t period = mode == 2 || mode == 3 ? count : 65536;

            program(&pair, mode, false);
            write_count(&pair, (uint16_t)count);
            set_gate(&pair, false);
            set_gate(&pair, true);
            run_pulses(&pair, 100000);
            i8254_counter_advance(&pair.counter, period << 40);
            compare(&pair);
        }
}
END_TEST

START_TEST(single_byte_counts_leave_the_other_half_zero)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        struct i8254_counter counter = {.gate = true};

        i8254_counter_set_control(&counter, RW_LOW | 2 << 1);
        i8254_counter_write(&counter, (uint8_t)byte);
        EXPECT_EQ(counter.reload, byte ? byte : 65536);
        i8254_counter_set_control(&counter, RW_HIGH | 2 << 1);
        i8254_counter_write(&counter, (uint8_t)byte);
        EXPECT_EQ(counter.reload, byte ? byte << 8 : 65536);
        i8254_counter_advance(&counter, 1);
        EXPECT_EQ(i8254_counter_read(&counter), byte);
    }
}
END_TEST

START_TEST(one_byte_is_a_whole_count_that_begins_mode_0_anew)
{
    struct i8254_counter counter = {.gate = true};

    i8254_counter_set_control(&counter, RW_LOW);
    for (unsigned round = 0; round < 2; round++) {
        i8254_counter_write(&counter, 4);
        EXPECT(!counter.out);
        i8254_counter_advance(&counter, 4);
        EXPECT(!counter.out);
        i8254_counter_advance(&counter, 1);
        EXPECT(counter.out);
    }
}
END_TEST

START_TEST(strobe_ends_also_on_the_pulse_that_loads_a_new_count)
{
    for (unsigned mode = 4; mode <= 5; mode++) {
        struct pair pair = {.counter.gate = true, .model.gate = true};

        program(&pair, mode, false);
        write_count(&pair, 3);
        set_gate(&pair, false);
        set_gate(&pair, true);
        run_pulses(&pair, 4);
        EXPECT(!pair.counter.out);
        write_count(&pair, 5);
        set_gate(&pair, false);
        set_gate(&pair, true);
        run_pulses(&pair, 1);
        EXPECT(pair.counter.out);
        run_pulses(&pair, 20);
    }
}
END_TEST

START_TEST(latched_count_stands_still_until_it_is_read)
{
    struct i8254_counter counter = {.gate = true};

    i8254_counter_set_control(&counter, RW_BOTH | 2 << 1);
    i8254_counter_write(&counter, 0x34);
    i8254_counter_write(&counter, 0x12);
    i8254_counter_advance(&counter, 1);
    i8254_counter_latch_count(&counter);
    i8254_counter_advance(&counter, 0x100);
    i8254_counter_latch_count(&counter); /* ignored: one is held */
    EXPECT_EQ(i8254_counter_read(&counter), 0x34);
    i8254_counter_advance(&counter, 0x100);
    EXPECT_EQ(i8254_counter_read(&counter), 0x12);
    EXPECT_EQ(i8254_counter_read(&counter), 0x34);
    EXPECT_EQ(i8254_counter_read(&counter), 0x10);
}
END_TEST

START_TEST(latched_status_comes_first_and_shows_null_count_and_out)
{
    for (unsigned mode = 0; mode < 8; mode++) {
        struct i8254_counter counter = {.gate = true};
        const unsigned word = RW_BOTH | mode << 1;
        const unsigned out = mode == 0 ? 0 : 0x80;

        i8254_counter_set_control(&counter, (uint8_t)word);
        i8254_counter_latch_status(&counter);
        EXPECT_EQ(i8254_counter_read(&counter), out | 0x40 | word);
        i8254_counter_write(&counter, 0x10);
        i8254_counter_write(&counter, 0);
        i8254_counter_latch_status(&counter);
        i8254_counter_set_gate(&counter, false);
        i8254_counter_set_gate(&counter, true);
        i8254_counter_advance(&counter, 1);
        i8254_counter_latch_status(&counter); /* ignored: one is held */
        i8254_counter_latch_count(&counter);
        EXPECT_EQ(i8254_counter_read(&counter), out | 0x40 | word);
        EXPECT_EQ(i8254_counter_read(&counter), 0x10);
        EXPECT_EQ(i8254_counter_read(&counter), 0);
        i8254_counter_latch_status(&counter);
        EXPECT_EQ(i8254_counter_read(&counter) & 0x7f, word);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_mode_counts_every_small_count_as_the_data_sheet_says,
        every_mode_counts_the_large_counts_and_zero,
        strides_gates_and_new_counts_in_any_order_agree_with_the_model,
        endless_strides_take_no_time,
        single_byte_counts_leave_the_other_half_zero,
        one_byte_is_a_whole_count_that_begins_mode_0_anew,
        strobe_ends_also_on_the_pulse_that_loads_a_new_count,
        latched_count_stands_still_until_it_is_read,
        latched_status_comes_first_and_shows_null_count_and_out,
    };

    return run_tests("i8254_counter", tests, sizeof tests / sizeof tests[0]);
}
