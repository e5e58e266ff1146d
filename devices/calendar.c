/* SPDX-License-Identifier: MIT */
#include "devices/calendar.h"

enum {
    SECONDS_PER_DAY = 86400,
    DAYS_PER_400_YEARS = 146097,
    DAYS_PER_WEEK = 7,
    /* From 0000-03-01 to 1970-01-01. Years are counted from March, so that
     * the day that comes and goes is the last one. */
    DAYS_TO_1970 = 719468,
    FIRST_WEEKDAY = 4 /* 1970-01-01 was a Thursday; counted from 0 */
};

/* a / b rounded down. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days before the month that is `index` after March. */
static int64_t days_before(int64_t index)
{
    return (153 * index + 2) / 5;
}

int64_t calendar_to_seconds(const struct calendar_time *time)
{
    const int64_t from_march = (time->month + 9) % 12;
    const int64_t year = time->year - (time->month < 3);
    const int64_t era = floor_divide(year, 400);
    const int64_t in_era = year - era * 400;
    const int64_t days = era * DAYS_PER_400_YEARS + in_era * 365 + in_era / 4 -
                         in_era / 100 + days_before(from_march) + time->day -
                         1 - DAYS_TO_1970;

    return days * SECONDS_PER_DAY + time->hour * INT64_C(3600) +
           time->minute * 60 + time->second;
}

struct calendar_time calendar_from_seconds(int64_t seconds)
{
    const int64_t days = floor_divide(seconds, SECONDS_PER_DAY);
    const int64_t rest = seconds - days * SECONDS_PER_DAY;
    const int64_t era = floor_divide(days + DAYS_TO_1970, DAYS_PER_400_YEARS);
    const int64_t day = days + DAYS_TO_1970 - era * DAYS_PER_400_YEARS;
    const int64_t in_era =
        (day - day / 1460 + day / 36524 - day / (DAYS_PER_400_YEARS - 1)) / 365;
    const int64_t of_year = day - (in_era * 365 + in_era / 4 - in_era / 100);
    const int64_t from_march = (5 * of_year + 2) / 153;
    const unsigned month = (unsigned)((from_march + 2) % 12 + 1);

    return (struct calendar_time){
        .year = era * 400 + in_era + (month < 3),
        .month = month,
        .day = (unsigned)(of_year - days_before(from_march) + 1),
        .hour = (unsigned)(rest / 3600),
        .minute = (unsigned)(rest / 60 % 60),
        .second = (unsigned)(rest % 60)};
}

unsigned calendar_weekday(int64_t seconds)
{
    const int64_t days = floor_divide(seconds, SECONDS_PER_DAY) + FIRST_WEEKDAY;

    return (unsigned)(days -
                      floor_divide(days, DAYS_PER_WEEK) * DAYS_PER_WEEK) +
           1;
}
