/* SPDX-License-Identifier: MIT */
#include "bus/clock.h"

#include <assert.h>

enum { NANOSECONDS_PER_SECOND = 1000000000 };

/* Not ISO C, but every host of ours has it. */
__extension__ typedef unsigned __int128 wide;

void clock_init(struct clock *clock, uint64_t ticks_per_second)
{
    assert(ticks_per_second > 0);
    *clock = (struct clock){.ticks_per_second = ticks_per_second};
}

uint64_t clock_now(struct clock *clock)
{
    if (clock->synchronise)
        clock->synchronise(clock->context);
    return clock->now;
}

/* a * b / c where the product may need more than 64 bits. */
static uint64_t scale(uint64_t a, uint64_t b, uint64_t c)
{
    return (uint64_t)((wide)a * b / c);
}

uint64_t clock_nanoseconds(struct clock *clock)
{
    return scale(clock_now(clock), NANOSECONDS_PER_SECOND,
                 clock->ticks_per_second);
}

uint64_t clock_ticks_of(const struct clock *clock, uint64_t count,
                        uint64_t frequency)
{
    const wide product = (wide)count * clock->ticks_per_second;
    const uint64_t ticks = (uint64_t)((product + frequency - 1) / frequency);

    return ticks ? ticks : 1;
}

uint64_t clock_periods_in(const struct clock *clock, uint64_t ticks,
                          uint64_t frequency)
{
    return scale(ticks, frequency, clock->ticks_per_second);
}

static void unlink_event(struct clock *clock, struct clock_event *event)
{
    struct clock_event **link = &clock->first;

    while (*link && *link != event)
        link = &(*link)->next;
    if (*link)
        *link = event->next;
    event->next = NULL;
    event->when = CLOCK_NEVER;
}

void clock_schedule(struct clock *clock, struct clock_event *event,
                    uint64_t when)
{
    struct clock_event **link = &clock->first;

    unlink_event(clock, event);
    if (when == CLOCK_NEVER)
        return;
    event->when = when;
    while (*link && (*link)->when <= when)
        link = &(*link)->next;
    event->next = *link;
    *link = event;
    if (clock->first == event && clock->nearer)
        clock->nearer(clock->context);
}

void clock_cancel(struct clock *clock, struct clock_event *event)
{
    unlink_event(clock, event);
}

uint64_t clock_next(const struct clock *clock)
{
    return clock->first ? clock->first->when : CLOCK_NEVER;
}

static void move_to(struct clock *clock, uint64_t now)
{
    if (now > clock->now)
        clock->now = now;
}

void clock_advance(struct clock *clock, uint64_t now)
{
    while (clock->first && clock->first->when <= now) {
        struct clock_event *event = clock->first;

        move_to(clock, event->when);
        unlink_event(clock, event);
        event->callback(event->context);
    }
    move_to(clock, now);
}
