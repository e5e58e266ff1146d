/* SPDX-License-Identifier: MIT */
#include "tools/pace.h"

#include "tests/unit/run_tests.h"

#define MILLISECOND UINT64_C(1000000)

START_TEST(machine_without_a_pace_never_waits)
{
    struct pace pace = {false, 0, 0};

    EXPECT_EQ(pace_ahead(&pace, 5, UINT64_MAX), 0);
}
END_TEST

START_TEST(host_waits_for_as_long_as_the_machine_is_ahead)
{
    struct pace pace;

    pace_start(&pace, 1000 * MILLISECOND, 70 * MILLISECOND);
    for (uint64_t host = 0; host < 200; host++)
        for (uint64_t machine = host; machine < host + 90; machine++)
            EXPECT_EQ(pace_ahead(&pace, (1000 + host) * MILLISECOND,
                                 (70 + machine) * MILLISECOND),
                      (machine - host) * MILLISECOND);
}
END_TEST

START_TEST(short_lag_is_caught_up_with_and_a_long_one_forgotten)
{
    struct pace pace;

    pace_start(&pace, 0, 0);
    EXPECT_EQ(pace_ahead(&pace, 100 * MILLISECOND, 0), 0);
    EXPECT_EQ(pace_ahead(&pace, 100 * MILLISECOND, 110 * MILLISECOND),
              10 * MILLISECOND);
    EXPECT_EQ(pace_ahead(&pace, 400 * MILLISECOND, 110 * MILLISECOND), 0);
    EXPECT_EQ(pace_ahead(&pace, 400 * MILLISECOND, 115 * MILLISECOND),
              5 * MILLISECOND);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        machine_without_a_pace_never_waits,
        host_waits_for_as_long_as_the_machine_is_ahead,
        short_lag_is_caught_up_with_and_a_long_one_forgotten,
    };

    return run_tests("pace", tests, sizeof tests / sizeof tests[0]);
}
