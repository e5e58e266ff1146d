/* SPDX-License-Identifier: MIT */
#include "devices/i8254_counter.h"

/* 8254 data sheet, "Control Word Format". */
enum {
    CONTROL_BCD = 0x01,
    CONTROL_MODE_SHIFT = 1,
    CONTROL_RW = 0x30,
    CONTROL_RW_LOW = 0x10,
    CONTROL_RW_HIGH = 0x20,
    CONTROL_RW_BOTH = 0x30,
    CONTROL_OF_STATUS = 0x3f,
    STATUS_NULL_COUNT = 0x40,
    STATUS_OUTPUT = 0x80
};

/* 8254 data sheet, "Mode Definitions"; 6 and 7 select modes 2 and 3. */
enum mode {
    MODE_TERMINAL_COUNT,
    MODE_ONE_SHOT,
    MODE_RATE,
    MODE_SQUARE_WAVE,
    MODE_SOFTWARE_STROBE,
    MODE_HARDWARE_STROBE
};

static enum mode mode_of(const struct i8254_counter *counter)
{
    const unsigned bits = (counter->control >> CONTROL_MODE_SHIFT) & 7;

    return (enum mode)(bits > MODE_HARDWARE_STROBE ? bits - 4 : bits);
}

static bool is_periodic(enum mode mode)
{
    return mode == MODE_RATE || mode == MODE_SQUARE_WAVE;
}

/* Modes whose counting a rising GATE starts, and a low one does not stop. */
static bool is_triggered(enum mode mode)
{
    return mode == MODE_ONE_SHOT || mode == MODE_HARDWARE_STROBE;
}

static bool is_strobe(enum mode mode)
{
    return mode == MODE_SOFTWARE_STROBE || mode == MODE_HARDWARE_STROBE;
}

/* What a count of 0 stands for. */
static uint32_t modulus(const struct i8254_counter *counter)
{
    return counter->control & CONTROL_BCD ? 10000 : 65536;
}

static bool is_counting(const struct i8254_counter *counter)
{
    return counter->loaded && !counter->halted &&
           (counter->gate || is_triggered(mode_of(counter)));
}

/* Count register to counting element, by one clock pulse. */
static void load(struct i8254_counter *counter)
{
    const enum mode mode = mode_of(counter);

    counter->load_next_pulse = false;
    counter->loaded = true;
    counter->null_count = false;
    counter->value = counter->reload;
    counter->armed = true;
    if (mode == MODE_SQUARE_WAVE) {
        counter->odd = counter->reload & 1;
        counter->value -= counter->odd;
    }
    if (mode == MODE_ONE_SHOT)
        counter->out = false;
    /* Unverified: illegal as a period of one is, it stops with OUT high. */
    if (is_periodic(mode) && counter->reload == 1)
        counter->loaded = false;
}

/* A value of 0 and the modulus read alike, and count on alike. */
static void count_down(struct i8254_counter *counter, uint64_t pulses)
{
    const uint32_t wrap = modulus(counter);
    const uint32_t steps = (uint32_t)(pulses % wrap);

    if (counter->value < steps)
        counter->value += wrap;
    counter->value -= steps;
}

/* Pulses until a periodic mode changes OUT, which is at least one. */
static uint64_t periodic_distance(const struct i8254_counter *counter)
{
    uint64_t distance;

    if (mode_of(counter) == MODE_RATE)
        return counter->value > 1 ? counter->value - 1 : 1;
    distance = counter->value / 2 + (counter->odd && counter->out);
    return distance ? distance : 1;
}

/* What happens at the end of that distance. */
static void periodic_event(struct i8254_counter *counter)
{
    if (mode_of(counter) == MODE_RATE && counter->value > 1) {
        counter->value = 1;
        counter->out = false;
        return;
    }
    load(counter);
    counter->out = !counter->out || !counter->loaded;
}

static void advance_periodic(struct i8254_counter *counter, uint64_t pulses)
{
    const bool rate = mode_of(counter) == MODE_RATE;
    uint64_t distance = periodic_distance(counter);
    bool reduced = false;

    while (pulses >= distance) {
        pulses -= distance;
        periodic_event(counter);
        if (!counter->loaded)
            return;
        /* From a load on every period is alike: leave out whole ones. */
        if (!reduced && (!rate || counter->out)) {
            pulses %= counter->reload;
            reduced = true;
        }
        distance = periodic_distance(counter);
    }
    counter->value -= (uint32_t)(rate ? pulses : 2 * pulses);
}

/* Modes that end once: 0 and 1 raise OUT, 4 and 5 pulse it low. */
static void advance_single(struct i8254_counter *counter, uint64_t pulses)
{
    const bool strobe = is_strobe(mode_of(counter));
    const uint64_t distance = counter->value;

    if (strobe)
        counter->out = true;
    if (counter->armed && distance > 0 && pulses >= distance) {
        counter->armed = false;
        counter->out = !strobe || pulses > distance;
    }
    count_down(counter, pulses);
}

void i8254_counter_advance(struct i8254_counter *counter, uint64_t pulses)
{
    const enum mode mode = mode_of(counter);

    if (pulses == 0)
        return;
    if (counter->load_next_pulse) {
        if (is_strobe(mode))
            counter->out = true;
        load(counter);
        pulses--;
    }
    if (pulses == 0)
        return;
    if (!is_counting(counter)) {
        if (is_strobe(mode))
            counter->out = true;
    } else if (is_periodic(mode)) {
        advance_periodic(counter, pulses);
    } else {
        advance_single(counter, pulses);
    }
}

uint64_t i8254_counter_next_edge(const struct i8254_counter *counter)
{
    const enum mode mode = mode_of(counter);
    struct i8254_counter probe = *counter;
    uint64_t pulses = 0;

    if (is_strobe(mode) && !counter->out)
        return 1;
    if (counter->load_next_pulse) {
        load(&probe);
        pulses = 1;
        if (probe.out != counter->out)
            return pulses;
    }
    if (!is_counting(&probe))
        return CLOCK_NEVER;
    if (is_periodic(mode))
        return pulses + periodic_distance(&probe);
    return probe.armed ? pulses + probe.value : CLOCK_NEVER;
}

void i8254_counter_set_control(struct i8254_counter *counter, uint8_t control)
{
    *counter = (struct i8254_counter){
        .control = control & CONTROL_OF_STATUS,
        .gate = counter->gate,
        .value = counter->value,
        .reload = counter->reload,
        .null_count = true,
    };
    counter->out = mode_of(counter) != MODE_TERMINAL_COUNT;
    counter->value %= modulus(counter);
}

static uint32_t from_bcd(uint32_t digits)
{
    return (digits >> 12) * 1000 + (digits >> 8 & 15) * 100 +
           (digits >> 4 & 15) * 10 + (digits & 15);
}

static uint32_t to_bcd(uint32_t number)
{
    return number / 1000 << 12 | number / 100 % 10 << 8 |
           number / 10 % 10 << 4 | number % 10;
}

static uint16_t shown_count(const struct i8254_counter *counter)
{
    const uint32_t number = counter->value % modulus(counter);

    return (uint16_t)(counter->control & CONTROL_BCD ? to_bcd(number) : number);
}

/* A whole count has been written. */
static void take_count(struct i8254_counter *counter, uint32_t count)
{
    const enum mode mode = mode_of(counter);

    if (counter->control & CONTROL_BCD)
        count = from_bcd(count) % modulus(counter);
    counter->reload = count ? count : modulus(counter);
    counter->has_reload = true;
    counter->null_count = true;
    counter->halted = false;
    if (mode == MODE_TERMINAL_COUNT)
        counter->out = false;
    /* A triggered mode waits for GATE, a periodic one for its period. */
    if (mode == MODE_TERMINAL_COUNT || mode == MODE_SOFTWARE_STROBE ||
        (is_periodic(mode) && !counter->loaded))
        counter->load_next_pulse = true;
}

void i8254_counter_write(struct i8254_counter *counter, uint8_t value)
{
    switch (counter->control & CONTROL_RW) {
    case CONTROL_RW_LOW: take_count(counter, value); return;
    case CONTROL_RW_HIGH: take_count(counter, (uint32_t)value << 8); return;
    default: break;
    }
    counter->write_high_next = !counter->write_high_next;
    if (!counter->write_high_next) {
        take_count(counter, (uint32_t)value << 8 | counter->written_low);
        return;
    }
    counter->written_low = value;
    if (mode_of(counter) == MODE_TERMINAL_COUNT) {
        counter->halted = true;
        counter->load_next_pulse = false;
        counter->out = false;
    }
}

uint8_t i8254_counter_read(struct i8254_counter *counter)
{
    const uint8_t read_write = counter->control & CONTROL_RW;
    uint16_t count;
    bool high;

    if (counter->status_latched) {
        counter->status_latched = false;
        return counter->latched_status;
    }
    count =
        counter->count_latched ? counter->latched_count : shown_count(counter);
    high = read_write == CONTROL_RW_HIGH;
    if (read_write == CONTROL_RW_BOTH) {
        high = counter->read_high_next;
        counter->read_high_next = !high;
    }
    if (high || read_write != CONTROL_RW_BOTH)
        counter->count_latched = false;
    return (uint8_t)(high ? count >> 8 : count);
}

void i8254_counter_latch_count(struct i8254_counter *counter)
{
    if (counter->count_latched)
        return;
    counter->latched_count = shown_count(counter);
    counter->count_latched = true;
}

void i8254_counter_latch_status(struct i8254_counter *counter)
{
    if (counter->status_latched)
        return;
    counter->latched_status = counter->control;
    if (counter->null_count)
        counter->latched_status |= STATUS_NULL_COUNT;
    if (counter->out)
        counter->latched_status |= STATUS_OUTPUT;
    counter->status_latched = true;
}

void i8254_counter_set_gate(struct i8254_counter *counter, bool level)
{
    const enum mode mode = mode_of(counter);
    const bool rises = level && !counter->gate;
    const bool falls = !level && counter->gate;

    counter->gate = level;
    if (rises && counter->has_reload &&
        (is_triggered(mode) || is_periodic(mode)))
        counter->load_next_pulse = true;
    if (falls && is_periodic(mode))
        counter->out = true;
}
