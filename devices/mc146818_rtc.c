/* SPDX-License-Identifier: MIT */
#include "devices/mc146818_rtc.h"

#include <string.h>

#include "devices/calendar.h"

enum {
    SECONDS,
    SECONDS_ALARM,
    MINUTES,
    MINUTES_ALARM,
    HOURS,
    HOURS_ALARM,
    WEEKDAY,
    DAY,
    MONTH,
    YEAR,
    REGISTER_A,
    REGISTER_B,
    REGISTER_C,
    REGISTER_D
};

enum {
    A_UPDATING = 0x80,
    A_DIVIDER = 0x70,
    A_DIVIDER_32768 = 0x20,
    A_DIVIDER_RESET = 0x60, /* with either value of bit 4 */
    A_RATE = 0x0f,
    B_SET = 0x80,
    B_PERIODIC = 0x40,
    B_ALARM = 0x20,
    B_UPDATE = 0x10,
    B_SQUARE_WAVE = 0x08,
    B_BINARY = 0x04,
    B_24_HOURS = 0x02,
    B_INTERRUPTS = B_PERIODIC | B_ALARM | B_UPDATE,
    C_REQUEST = 0x80,
    D_VALID = 0x80,
    HOUR_PM = 0x80,
    ALARM_ANY = 0xc0, /* both bits set: matches always */
    INDEX_MASK = 0x7f,
    RATE_DEFAULT = 0x06, /* 1024 Hz */
    OSCILLATOR_HERTZ = 32768,
    /* An update lasts 1984 us and is announced 244 us before. */
    UPDATE_MICROSECONDS = 1984 + 244,
    MICROSECONDS = 1000000,
    SECONDS_PER_DAY = 86400
};

/* --- Registers and numbers --- */

static uint8_t encode(const struct mc146818_rtc *rtc, unsigned number)
{
    if (rtc->bytes[REGISTER_B] & B_BINARY)
        return (uint8_t)number;
    return (uint8_t)(number / 10 << 4 | number % 10);
}

static unsigned decode(const struct mc146818_rtc *rtc, uint8_t byte)
{
    if (rtc->bytes[REGISTER_B] & B_BINARY)
        return byte;
    return (byte >> 4) * 10u + (byte & 0x0f);
}

static uint8_t encode_hour(const struct mc146818_rtc *rtc, unsigned hour)
{
    const unsigned of_half = hour % 12 == 0 ? 12 : hour % 12;

    if (rtc->bytes[REGISTER_B] & B_24_HOURS)
        return encode(rtc, hour);
    return encode(rtc, of_half) | (hour >= 12 ? HOUR_PM : 0);
}

static unsigned decode_hour(const struct mc146818_rtc *rtc, uint8_t byte)
{
    if (rtc->bytes[REGISTER_B] & B_24_HOURS)
        return decode(rtc, byte);
    return decode(rtc, byte & (uint8_t)~HOUR_PM) % 12 +
           (byte & HOUR_PM ? 12 : 0);
}

/* The chip knows two digits of the year. What counts is which are leap years
 * and that the digits come back, so any century that begins with one does. */
static int64_t shown_seconds(const struct mc146818_rtc *rtc)
{
    const uint8_t *bytes = rtc->bytes;
    const unsigned month = decode(rtc, bytes[MONTH]);
    const struct calendar_time time = {
        .year = 2000 + decode(rtc, bytes[YEAR]) % 100,
        .month = month >= 1 && month <= 12 ? month : 1,
        .day = decode(rtc, bytes[DAY]),
        .hour = decode_hour(rtc, bytes[HOURS]),
        .minute = decode(rtc, bytes[MINUTES]),
        .second = decode(rtc, bytes[SECONDS])};

    return calendar_to_seconds(&time);
}

/* The day of the week is counted on its own, from whatever was set. */
static void show_seconds(struct mc146818_rtc *rtc, int64_t seconds,
                         unsigned weekday)
{
    const struct calendar_time time = calendar_from_seconds(seconds);
    uint8_t *bytes = rtc->bytes;

    bytes[SECONDS] = encode(rtc, time.second);
    bytes[MINUTES] = encode(rtc, time.minute);
    bytes[HOURS] = encode_hour(rtc, time.hour);
    bytes[WEEKDAY] = encode(rtc, weekday);
    bytes[DAY] = encode(rtc, time.day);
    bytes[MONTH] = encode(rtc, time.month);
    bytes[YEAR] = encode(rtc, (unsigned)(time.year % 100));
}

/* --- Passing of time --- */

static bool divider_runs(const struct mc146818_rtc *rtc)
{
    return (rtc->bytes[REGISTER_A] & A_DIVIDER) == A_DIVIDER_32768;
}

static bool updates(const struct mc146818_rtc *rtc)
{
    return divider_runs(rtc) && !(rtc->bytes[REGISTER_B] & B_SET);
}

static bool alarm_matches(const struct mc146818_rtc *rtc, unsigned alarm,
                          unsigned time)
{
    const uint8_t byte = rtc->bytes[alarm];

    return (byte & ALARM_ANY) == ALARM_ANY || byte == rtc->bytes[time];
}

static bool alarm_is_due(const struct mc146818_rtc *rtc)
{
    return alarm_matches(rtc, SECONDS_ALARM, SECONDS) &&
           alarm_matches(rtc, MINUTES_ALARM, MINUTES) &&
           alarm_matches(rtc, HOURS_ALARM, HOURS);
}

/* Let the shown time go on, second by second where an alarm may hide, which
 * it does within a day if at all. */
static void go_on(struct mc146818_rtc *rtc, uint64_t seconds)
{
    const uint64_t steps =
        seconds < SECONDS_PER_DAY ? seconds : SECONDS_PER_DAY;
    const int64_t before = shown_seconds(rtc);
    const unsigned weekday = decode(rtc, rtc->bytes[WEEKDAY]);
    const int64_t first_day = before / SECONDS_PER_DAY;
    bool due = false;

    for (uint64_t step = 1; step <= steps; step++) {
        const int64_t now = before + (int64_t)(seconds - steps + step);
        const uint64_t days = (uint64_t)(now / SECONDS_PER_DAY - first_day);

        show_seconds(rtc, now, (unsigned)((weekday + 6 + days) % 7 + 1));
        due = due || alarm_is_due(rtc);
    }
    if (due)
        rtc->bytes[REGISTER_C] |= B_ALARM;
    rtc->bytes[REGISTER_C] |= B_UPDATE;
}

static uint64_t one_second(const struct mc146818_rtc *rtc)
{
    return rtc->clock->ticks_per_second;
}

static void update_time(struct mc146818_rtc *rtc, uint64_t now)
{
    const uint64_t seconds = (now - rtc->second_start) / one_second(rtc);

    if (!seconds)
        return;
    rtc->second_start += seconds * one_second(rtc);
    if (updates(rtc))
        go_on(rtc, seconds);
}

/* Frequency of the periodic flag, 0 for none. */
static uint64_t periodic_hertz(const struct mc146818_rtc *rtc)
{
    const unsigned rate = rtc->bytes[REGISTER_A] & A_RATE;

    if (rate == 0 || !divider_runs(rtc))
        return 0;
    return OSCILLATOR_HERTZ >> (rate < 3 ? rate + 6 : rate - 1);
}

static void update_periodic(struct mc146818_rtc *rtc, uint64_t now)
{
    const uint64_t hertz = periodic_hertz(rtc);
    uint64_t periods;

    if (!hertz)
        return;
    periods = clock_periods_in(rtc->clock, now - rtc->divider_start, hertz);
    if (periods != rtc->periods_seen)
        rtc->bytes[REGISTER_C] |= B_PERIODIC;
    rtc->periods_seen = periods;
}

/* Tick of the next flag that could interrupt. */
static uint64_t next_flag(const struct mc146818_rtc *rtc)
{
    const uint64_t hertz = periodic_hertz(rtc);
    const uint8_t b = rtc->bytes[REGISTER_B];
    uint64_t next = CLOCK_NEVER;

    if ((b & (B_ALARM | B_UPDATE)) && updates(rtc))
        next = rtc->second_start + one_second(rtc);
    if ((b & B_PERIODIC) && hertz) {
        const uint64_t flag =
            rtc->divider_start +
            clock_ticks_of(rtc->clock, rtc->periods_seen + 1, hertz);

        next = flag < next ? flag : next;
    }
    return next;
}

/* Bring all up to date: flags, request, event. While a request stands, there
 * is nothing more to tell. */
static void update(struct mc146818_rtc *rtc)
{
    const uint64_t now = clock_now(rtc->clock);
    uint64_t next = CLOCK_NEVER;
    bool request;

    update_time(rtc, now);
    update_periodic(rtc, now);
    request = rtc->bytes[REGISTER_B] & rtc->bytes[REGISTER_C] & B_INTERRUPTS;
    if (request)
        rtc->bytes[REGISTER_C] |= C_REQUEST;
    else
        rtc->bytes[REGISTER_C] &= (uint8_t)~C_REQUEST;
    irq_set(&rtc->irq, request);
    if (!request)
        next = next_flag(rtc);
    if (next == CLOCK_NEVER)
        clock_cancel(rtc->clock, &rtc->event);
    else
        clock_schedule(rtc->clock, &rtc->event, next);
}

static void event(void *context)
{
    update(context);
}

/* --- Ports --- */

static bool is_updating(struct mc146818_rtc *rtc)
{
    const uint64_t before =
        clock_ticks_of(rtc->clock, UPDATE_MICROSECONDS, MICROSECONDS);
    const uint64_t passed = clock_now(rtc->clock) - rtc->second_start;

    return updates(rtc) && passed + before >= one_second(rtc);
}

static uint8_t read_data(struct mc146818_rtc *rtc)
{
    const uint8_t value = rtc->bytes[rtc->index];

    if (rtc->index == REGISTER_A)
        return value | (is_updating(rtc) ? A_UPDATING : 0);
    if (rtc->index == REGISTER_C) {
        rtc->bytes[REGISTER_C] = 0;
        update(rtc);
    }
    return value;
}

uint32_t mc146818_read(void *context, uint32_t offset, unsigned size)
{
    struct mc146818_rtc *rtc = context;

    (void)size;
    if (offset == 0)
        return UINT8_MAX;
    update(rtc);
    return read_data(rtc);
}

/* The chain starts anew when its reset ends: half a second to the first
 * update. */
static void write_a(struct mc146818_rtc *rtc, uint8_t value)
{
    const bool was_reset =
        (rtc->bytes[REGISTER_A] & A_DIVIDER_RESET) == A_DIVIDER_RESET;
    const uint64_t now = clock_now(rtc->clock);
    const uint64_t half = one_second(rtc) / 2;

    rtc->bytes[REGISTER_A] = value & (uint8_t)~A_UPDATING;
    if (was_reset && divider_runs(rtc)) {
        rtc->divider_start = now;
        rtc->second_start = now > half ? now - half : 0;
    }
    rtc->periods_seen = clock_periods_in(rtc->clock, now - rtc->divider_start,
                                         periodic_hertz(rtc));
}

/* Setting the time switches the interrupt of its updates off. */
static void write_b(struct mc146818_rtc *rtc, uint8_t value)
{
    if (value & B_SET)
        value &= (uint8_t)~B_UPDATE;
    rtc->bytes[REGISTER_B] = value;
}

static void write_data(struct mc146818_rtc *rtc, uint8_t value)
{
    switch (rtc->index) {
    case REGISTER_A: write_a(rtc, value); break;
    case REGISTER_B: write_b(rtc, value); break;
    case REGISTER_C:
    case REGISTER_D: break;
    default: rtc->bytes[rtc->index] = value; break;
    }
}

void mc146818_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value)
{
    struct mc146818_rtc *rtc = context;

    (void)size;
    if (offset == 0) {
        rtc->index = value & INDEX_MASK;
        return;
    }
    update(rtc);
    write_data(rtc, (uint8_t)value);
    update(rtc);
}

/* --- Life --- */

void mc146818_init(struct mc146818_rtc *rtc, struct clock *clock,
                   struct irq_line irq)
{
    static const struct calendar_time first = {
        .year = 2000, .month = 1, .day = 1};

    *rtc = (struct mc146818_rtc){.clock = clock, .irq = irq};
    rtc->event = (struct clock_event){
        .name = "RTC", .callback = event, .context = rtc, .when = CLOCK_NEVER};
    rtc->bytes[REGISTER_A] = A_DIVIDER_32768 | RATE_DEFAULT;
    rtc->bytes[REGISTER_D] = D_VALID;
    mc146818_set_time(rtc, calendar_to_seconds(&first));
    mc146818_reset(rtc);
}

void mc146818_reset(struct mc146818_rtc *rtc)
{
    rtc->bytes[REGISTER_B] &= (uint8_t) ~(B_INTERRUPTS | B_SQUARE_WAVE);
    rtc->bytes[REGISTER_C] = 0;
    rtc->index = 0;
    update(rtc);
}

void mc146818_set_time(struct mc146818_rtc *rtc, int64_t seconds)
{
    rtc->bytes[REGISTER_B] = B_24_HOURS;
    rtc->second_start = clock_now(rtc->clock);
    show_seconds(rtc, seconds, calendar_weekday(seconds));
}
