/* SPDX-License-Identifier: MIT */
/*
 * The Gregorian calendar: seconds since 1970-01-01 00:00:00 UTC, and the date
 * and time of day that they mean. Without leap seconds.
 */
#ifndef DEVICES_CALENDAR_H
#define DEVICES_CALENDAR_H

#include "base/types.h"

struct calendar_time {
    int64_t year;
    unsigned month;  /**< 1 to 12 */
    unsigned day;    /**< 1 to 31 */
    unsigned hour;   /**< 0 to 23 */
    unsigned minute; /**< 0 to 59 */
    unsigned second; /**< 0 to 59 */
};

/** What `seconds` mean. */
struct calendar_time calendar_from_seconds(int64_t seconds);

/** The other way. A day beyond its month counts on into the next. */
int64_t calendar_to_seconds(const struct calendar_time *time);

/** Day of the week: 1 is Sunday. */
unsigned calendar_weekday(int64_t seconds);

#endif
