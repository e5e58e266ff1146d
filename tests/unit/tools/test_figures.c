/* SPDX-License-Identifier: MIT */
#include "tools/figures.h"

#include "tests/unit/run_tests.h"

START_TEST(figures_are_those_of_the_time_between_two_samples)
{
    const struct figures_sample from = {.host = 1000000000,
                                        .machine = 7000000000,
                                        .instructions = 500,
                                        .lookups = 1000,
                                        .misses = 10,
                                        .faults = 3};
    const struct figures_sample to = {.host = 1500000000,
                                      .machine = 7250000000,
                                      .instructions = 49000500,
                                      .lookups = 11000,
                                      .misses = 35,
                                      .faults = 9};
    char text[FIGURES_TEXT_SIZE];

    figures_tell(&from, &to, true, text);
    ck_assert_str_eq(text, "98.0 MIPS  speed 50 %");
    figures_tell(&from, &to, false, text);
    ck_assert_str_eq(text, "98.0 MIPS  speed 50 %  TLB hits 99.75 %  "
                           "12 faults/s");
}
END_TEST

START_TEST(nothing_done_in_no_time_is_told_without_harm)
{
    const struct figures_sample none = {.host = 5};
    char text[FIGURES_TEXT_SIZE];

    figures_tell(&none, &none, false, text);
    ck_assert_str_eq(text,
                     "0.0 MIPS  speed 0 %  TLB hits 100.00 %  0 faults/s");
}
END_TEST

START_TEST(largest_figures_fit)
{
    const struct figures_sample from = {.host = 0};
    const struct figures_sample to = {1,          UINT64_MAX, UINT64_MAX,
                                      UINT64_MAX, UINT64_MAX, UINT64_MAX};
    char text[FIGURES_TEXT_SIZE];

    figures_tell(&from, &to, false, text);
    EXPECT(strlen(text) < FIGURES_TEXT_SIZE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        figures_are_those_of_the_time_between_two_samples,
        nothing_done_in_no_time_is_told_without_harm,
        largest_figures_fit,
    };

    return run_tests("figures", tests, sizeof tests / sizeof tests[0]);
}
