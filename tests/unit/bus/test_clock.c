/* SPDX-License-Identifier: MIT */
#include "bus/clock.h"

#include "tests/unit/run_tests.h"

enum { EVENTS = 6, LOG_MAX = 64 };

struct fixture {
    struct clock clock;
    struct clock_event event[EVENTS];
    struct note {
        unsigned event;
        uint64_t now;
    } log[LOG_MAX];
    unsigned logged;
    unsigned nearer;
    uint64_t position; /* what the processor says when asked */
};

/* The event's number is its place in the array. */
struct event_context {
    struct fixture *fixture;
    unsigned number;
};

static void fire(void *context)
{
    const struct event_context *event = context;
    struct fixture *fixture = event->fixture;

    ck_assert_uint_lt(fixture->logged, LOG_MAX);
    fixture->log[fixture->logged++] =
        (struct note){event->number, fixture->clock.now};
}

static void nearer(void *context)
{
    struct fixture *fixture = context;

    fixture->nearer++;
}

static void synchronise(void *context)
{
    struct fixture *fixture = context;

    fixture->clock.now = fixture->position;
}

static void setup(struct fixture *fixture, struct event_context *contexts)
{
    *fixture = (struct fixture){.logged = 0};
    clock_init(&fixture->clock, 1000);
    fixture->clock.context = fixture;
    fixture->clock.nearer = nearer;
    for (unsigned i = 0; i < EVENTS; i++) {
        contexts[i] = (struct event_context){fixture, i};
        fixture->event[i] = (struct clock_event){
            .callback = fire, .context = &contexts[i], .when = CLOCK_NEVER};
    }
}

START_TEST(events_come_by_tick_then_in_order_of_scheduling)
{
    static const uint64_t when[EVENTS] = {30, 10, 20, 10, 30, 40};
    static const unsigned order[] = {1, 3, 2, 0, 4};
    struct event_context contexts[EVENTS];
    struct fixture f;

    setup(&f, contexts);
    for (unsigned i = 0; i < EVENTS; i++)
        clock_schedule(&f.clock, &f.event[i], when[i]);
    EXPECT_EQ(clock_next(&f.clock), 10);
    EXPECT_EQ(f.nearer, 2);
    clock_advance(&f.clock, 9);
    EXPECT_EQ(f.logged, 0);
    clock_advance(&f.clock, 39);
    EXPECT_EQ(f.logged, 5);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQ(f.log[i].event, order[i]);
        EXPECT_EQ(f.log[i].now, when[order[i]]);
    }
    EXPECT_EQ(clock_next(&f.clock), 40);
    EXPECT_EQ(f.event[0].when, CLOCK_NEVER);
}
END_TEST

START_TEST(rescheduling_moves_and_cancelling_removes)
{
    struct event_context contexts[EVENTS];
    struct fixture f;

    setup(&f, contexts);
    for (unsigned i = 0; i < 4; i++)
        clock_schedule(&f.clock, &f.event[i], 10 + i);
    clock_schedule(&f.clock, &f.event[0], 50);
    clock_schedule(&f.clock, &f.event[1], CLOCK_NEVER);
    clock_cancel(&f.clock, &f.event[2]);
    clock_cancel(&f.clock, &f.event[5]);
    clock_advance(&f.clock, 49);
    EXPECT_EQ(f.logged, 1);
    EXPECT_EQ(f.log[0].event, 3);
    clock_advance(&f.clock, 50);
    EXPECT_EQ(f.logged, 2);
    EXPECT_EQ(f.log[1].event, 0);
    EXPECT_EQ(clock_next(&f.clock), CLOCK_NEVER);
}
END_TEST

START_TEST(time_never_goes_back_and_what_is_late_comes_at_once)
{
    struct event_context contexts[EVENTS];
    struct fixture f;

    setup(&f, contexts);
    clock_advance(&f.clock, 100);
    clock_advance(&f.clock, 50);
    EXPECT_EQ(clock_now(&f.clock), 100);
    clock_schedule(&f.clock, &f.event[0], 20);
    clock_advance(&f.clock, 100);
    EXPECT_EQ(f.logged, 1);
    EXPECT_EQ(f.log[0].now, 100);
}
END_TEST

START_TEST(present_is_where_the_processor_stands)
{
    struct event_context contexts[EVENTS];
    struct fixture f;

    setup(&f, contexts);
    f.clock.synchronise = synchronise;
    f.position = 1500;
    EXPECT_EQ(clock_now(&f.clock), 1500);
    EXPECT_EQ(clock_nanoseconds(&f.clock), 1500000000);
}
END_TEST

/* Period number n begins on the first tick at which n periods are over. */
START_TEST(ticks_of_and_periods_in_agree_at_every_frequency)
{
    static const uint64_t ticks_per_second[] = {1, 1000, 100000000,
                                                4000000000u};
    static const uint64_t frequency[] = {1,       18,       32768,
                                         1193182, 25175000, 1000000007};
    struct clock clock;

    for (unsigned i = 0; i < 4; i++) {
        clock_init(&clock, ticks_per_second[i]);
        for (unsigned j = 0; j < 6; j++) {
            for (uint64_t count = 1; count < 1ull << 32;
                 count += 1 + count / 2) {
                const uint64_t ticks =
                    clock_ticks_of(&clock, count, frequency[j]);

                if (clock_periods_in(&clock, ticks, frequency[j]) < count)
                    ck_abort_msg("too early");
                if (ticks > 1 &&
                    clock_periods_in(&clock, ticks - 1, frequency[j]) >= count)
                    ck_abort_msg("too late");
            }
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        events_come_by_tick_then_in_order_of_scheduling,
        rescheduling_moves_and_cancelling_removes,
        time_never_goes_back_and_what_is_late_comes_at_once,
        present_is_where_the_processor_stands,
        ticks_of_and_periods_in_agree_at_every_frequency,
    };

    return run_tests("clock", tests, sizeof tests / sizeof tests[0]);
}
