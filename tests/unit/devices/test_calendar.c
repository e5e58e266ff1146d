/* SPDX-License-Identifier: MIT */
#include "devices/calendar.h"

#include <time.h>

#include "tests/unit/run_tests.h"

#define DAY INT64_C(86400)

/* Every day of 800 years, against the host's own calendar. */
START_TEST(every_day_agrees_with_the_c_library)
{
    for (int64_t day = -146097; day <= 146097; day++) {
        const time_t seconds = (time_t)(day * DAY + (day & 0xffff));
        const struct calendar_time ours = calendar_from_seconds(seconds);
        struct tm theirs;

        ck_assert_ptr_nonnull(gmtime_r(&seconds, &theirs));
        EXPECT(ours.year == theirs.tm_year + 1900);
        EXPECT_EQ(ours.month, (unsigned)theirs.tm_mon + 1);
        EXPECT_EQ(ours.day, (unsigned)theirs.tm_mday);
        EXPECT_EQ(ours.hour, (unsigned)theirs.tm_hour);
        EXPECT_EQ(ours.minute, (unsigned)theirs.tm_min);
        EXPECT_EQ(ours.second, (unsigned)theirs.tm_sec);
        EXPECT_EQ(calendar_weekday(seconds), (unsigned)theirs.tm_wday + 1);
        EXPECT(calendar_to_seconds(&ours) == seconds);
    }
}
END_TEST

START_TEST(every_second_of_a_day_comes_back)
{
    for (int64_t second = 0; second < DAY; second++) {
        const struct calendar_time time = calendar_from_seconds(second);

        EXPECT_EQ(time.hour * 3600 + time.minute * 60 + time.second,
                  (uint64_t)second);
        EXPECT(calendar_to_seconds(&time) == second);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_day_agrees_with_the_c_library,
        every_second_of_a_day_comes_back,
    };

    return run_tests("calendar", tests, sizeof tests / sizeof tests[0]);
}
