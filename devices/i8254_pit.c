/* SPDX-License-Identifier: MIT */
#include "devices/i8254_pit.h"

#include "devices/i8254_counter.h"

/* 8254 data sheet, "Control Word Format" and "Read-Back Command". */
enum {
    CONTROL_SELECT_SHIFT = 6,
    CONTROL_SELECT_READ_BACK = 3,
    CONTROL_RW = 0x30,
    CONTROL_RW_LATCH = 0x00,
    READ_BACK_NO_STATUS = 0x10,
    READ_BACK_NO_COUNT = 0x20,
    READ_BACK_COUNTER_0 = 0x02
};

enum { CONTROL_PORT = 3 };

/* Clock pulse number `pulse` falls on the first tick that has seen it. */
static uint64_t tick_of_pulse(const struct i8254_pit *pit, uint64_t pulse)
{
    return clock_ticks_of(pit->clock, pulse, I8254_HERTZ);
}

static void catch_up(struct i8254_pit *pit)
{
    const uint64_t pulses =
        clock_periods_in(pit->clock, clock_now(pit->clock), I8254_HERTZ);

    for (unsigned i = 0; i < I8254_COUNTERS; i++)
        i8254_counter_advance(&pit->counter[i], pulses - pit->pulses);
    pit->pulses = pulses;
}

/* OUT 0 may have changed, and so may the time of its next change. */
static void drive_output(struct i8254_pit *pit)
{
    const struct i8254_counter *counter = &pit->counter[0];
    const uint64_t distance = i8254_counter_next_edge(counter);
    uint64_t when = CLOCK_NEVER;

    if (counter->out != pit->out0) {
        pit->out0 = counter->out;
        irq_set(&pit->output, pit->out0);
    }
    if (distance != CLOCK_NEVER)
        when = tick_of_pulse(pit, pit->pulses + distance);
    if (when != pit->edge.when)
        clock_schedule(pit->clock, &pit->edge, when);
}

static void on_edge(void *context)
{
    struct i8254_pit *pit = context;

    catch_up(pit);
    drive_output(pit);
}

void i8254_pit_init(struct i8254_pit *pit, struct clock *clock,
                    struct irq_line output)
{
    *pit = (struct i8254_pit){
        .clock = clock,
        .edge = {.name = "8254 counter 0",
                 .callback = on_edge,
                 .context = pit,
                 .when = CLOCK_NEVER},
        .output = output,
    };
    i8254_pit_reset(pit);
}

void i8254_pit_reset(struct i8254_pit *pit)
{
    for (unsigned i = 0; i < I8254_COUNTERS; i++)
        pit->counter[i] = (struct i8254_counter){.gate = i < 2};
    catch_up(pit);
    drive_output(pit);
}

uint32_t i8254_pit_read(void *context, uint32_t offset, unsigned size)
{
    struct i8254_pit *pit = context;

    (void)size;
    if (offset == CONTROL_PORT)
        return 0xff; /* write only */
    catch_up(pit);
    return i8254_counter_read(&pit->counter[offset]);
}

static void read_back(struct i8254_pit *pit, uint8_t value)
{
    for (unsigned i = 0; i < I8254_COUNTERS; i++) {
        if (!(value & READ_BACK_COUNTER_0 << i))
            continue;
        if (!(value & READ_BACK_NO_COUNT))
            i8254_counter_latch_count(&pit->counter[i]);
        if (!(value & READ_BACK_NO_STATUS))
            i8254_counter_latch_status(&pit->counter[i]);
    }
}

static void write_control(struct i8254_pit *pit, uint8_t value)
{
    const unsigned select = value >> CONTROL_SELECT_SHIFT;

    if (select == CONTROL_SELECT_READ_BACK)
        read_back(pit, value);
    else if ((value & CONTROL_RW) == CONTROL_RW_LATCH)
        i8254_counter_latch_count(&pit->counter[select]);
    else
        i8254_counter_set_control(&pit->counter[select], value);
}

void i8254_pit_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value)
{
    struct i8254_pit *pit = context;

    (void)size;
    catch_up(pit);
    if (offset == CONTROL_PORT)
        write_control(pit, (uint8_t)value);
    else
        i8254_counter_write(&pit->counter[offset], (uint8_t)value);
    drive_output(pit);
}

void i8254_pit_set_gate(struct i8254_pit *pit, unsigned index, bool level)
{
    catch_up(pit);
    i8254_counter_set_gate(&pit->counter[index], level);
    drive_output(pit);
}

bool i8254_pit_out(struct i8254_pit *pit, unsigned index)
{
    catch_up(pit);
    return pit->counter[index].out;
}
