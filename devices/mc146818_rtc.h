/* SPDX-License-Identifier: MIT */
/*
 * The clock chip and its battery-backed RAM, the CMOS. Time is virtual: the
 * chip is told once what it shows, and goes on from there. It is brought up
 * to date when somebody looks, and has an event of its own only while it may
 * interrupt.
 *
 *   in    ports 70 and 71, virtual time
 *   out   an interrupt request
 *
 * Motorola, "MC146818 Real-Time Clock Plus RAM" data sheet. 128 bytes, as all
 * later chips have. Daylight saving and the square wave are not modelled.
 */
#ifndef DEVICES_MC146818_RTC_H
#define DEVICES_MC146818_RTC_H

#include "bus/clock.h"
#include "bus/irq.h"

enum { MC146818_BYTES = 128 };

struct mc146818_rtc {
    uint8_t index;
    uint8_t bytes[MC146818_BYTES]; /**< clock registers, then RAM */
    uint64_t second_start;         /**< tick at which the shown second began */
    uint64_t divider_start;        /**< tick at which the divider chain began */
    uint64_t periods_seen;         /**< periodic flags already given */
    struct clock *clock;
    struct clock_event event; /**< the next chance to interrupt */
    struct irq_line irq;
};

/** RAM all zeroes, the time 2000-01-01 00:00:00. Then a reset. */
void mc146818_init(struct mc146818_rtc *rtc, struct clock *clock,
                   struct irq_line irq);

/** The RESET pin: no interrupts; time and RAM stay. */
void mc146818_reset(struct mc146818_rtc *rtc);

/** Let it show `seconds` since 1970-01-01 00:00:00 UTC, in BCD, 24 hours. */
void mc146818_set_time(struct mc146818_rtc *rtc, int64_t seconds);

/** Index at offset 0 (its uppermost bit masks NMI), data at offset 1. */
uint32_t mc146818_read(void *context, uint32_t offset, unsigned size);
void mc146818_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

#endif
