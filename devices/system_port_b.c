/* SPDX-License-Identifier: MIT */
#include "devices/system_port_b.h"

enum {
    TIMER_2_GATE = 0x01,
    CONTROL = 0x0f, /* gate, speaker, disables of SERR# and IOCHK# */
    REFRESH_TOGGLE = 0x10,
    TIMER_2_OUT = 0x20,
    SPEAKER_COUNTER = 2,
    /* The AT asks for a refresh every 18 timer clocks, about 15 us. */
    REFRESH_PULSES = 18
};

void system_port_b_init(struct system_port_b *port, struct clock *clock,
                        struct i8254_pit *pit)
{
    *port = (struct system_port_b){.clock = clock, .pit = pit};
    system_port_b_reset(port);
}

void system_port_b_reset(struct system_port_b *port)
{
    port->control = 0;
    i8254_pit_set_gate(port->pit, SPEAKER_COUNTER, false);
}

static bool refresh_toggle(struct system_port_b *port)
{
    const uint64_t pulses =
        clock_periods_in(port->clock, clock_now(port->clock), I8254_HERTZ);

    return pulses / REFRESH_PULSES & 1;
}

uint32_t system_port_b_read(void *context, uint32_t offset, unsigned size)
{
    struct system_port_b *port = context;
    uint32_t value = port->control;

    (void)offset;
    (void)size;
    if (refresh_toggle(port))
        value |= REFRESH_TOGGLE;
    if (i8254_pit_out(port->pit, SPEAKER_COUNTER))
        value |= TIMER_2_OUT;
    return value;
}

void system_port_b_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct system_port_b *port = context;

    (void)offset;
    (void)size;
    port->control = value & CONTROL;
    i8254_pit_set_gate(port->pit, SPEAKER_COUNTER, (value & TIMER_2_GATE) != 0);
}
