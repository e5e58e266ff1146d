/* SPDX-License-Identifier: MIT */
/*
 * Virtual time. One tick is one retired instruction, one iteration of a REP
 * instruction, or one delivered exception or interrupt. Devices put events on
 * this clock's queue; the machine runs the processor up to the next one.
 * Nothing here knows the host's time.
 *
 *   in    events with a tick; the processor's position, when asked
 *   out   callbacks, in order of tick, then of scheduling
 */
#ifndef BUS_CLOCK_H
#define BUS_CLOCK_H

#include "base/types.h"

/** A tick that never comes. */
#define CLOCK_NEVER UINT64_MAX

/** One thing to happen. Embedded in the device; the queue links it. */
struct clock_event {
    const char *name;
    void (*callback)(void *context);
    void *context;
    uint64_t when;            /**< tick; CLOCK_NEVER while not queued */
    struct clock_event *next; /**< in the queue, sorted by `when` */
};

struct clock {
    uint64_t now;              /**< tick, as of the last synchronisation */
    uint64_t ticks_per_second; /**< 100 million by default (--mips 100) */
    struct clock_event *first;
    /** Bring `now` up to the processor's position; NULL when it stands. */
    void (*synchronise)(void *context);
    /** The queue's head moved nearer; NULL if nobody cares. */
    void (*nearer)(void *context);
    void *context; /**< of both callbacks */
};

enum { CLOCK_DEFAULT_MIPS = 100 };

/** Empty queue, tick 0. `ticks_per_second` is at least 1. */
void clock_init(struct clock *clock, uint64_t ticks_per_second);

/** The present tick, exact even in the middle of a block. */
uint64_t clock_now(struct clock *clock);

/** The present in nanoseconds of machine time. */
uint64_t clock_nanoseconds(struct clock *clock);

/** How many ticks `count` periods of `frequency` Hz take, rounded up, >= 1. */
uint64_t clock_ticks_of(const struct clock *clock, uint64_t count,
                        uint64_t frequency);

/** How many whole periods of `frequency` Hz fit into `ticks`. */
uint64_t clock_periods_in(const struct clock *clock, uint64_t ticks,
                          uint64_t frequency);

/**
 * Queue `event` for tick `when`, taking it out first if it is queued. A tick
 * that has passed means: as soon as the present instruction is over.
 */
void clock_schedule(struct clock *clock, struct clock_event *event,
                    uint64_t when);

/** Take `event` out of the queue; harmless if it is not in it. */
void clock_cancel(struct clock *clock, struct clock_event *event);

/** Tick of the next event, or CLOCK_NEVER. */
uint64_t clock_next(const struct clock *clock);

/**
 * Move to tick `now` (never back), calling on the way every event that is
 * due, also those that are queued meanwhile; each sees its own tick as the
 * present.
 */
void clock_advance(struct clock *clock, uint64_t now);

#endif
