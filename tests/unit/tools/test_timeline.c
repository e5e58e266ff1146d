/* SPDX-License-Identifier: MIT */
#include "tools/timeline.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/run_tests.h"

static struct timeline line;

static void begin(void)
{
    struct error error;

    EXPECT(timeline_init(&line, &error));
}

START_TEST(no_count_is_lost_when_buckets_double)
{
    begin();
    for (uint64_t tick = 7; tick < UINT64_C(1) << 62; tick += tick / 3 + 1) {
        uint64_t sum = 0;
        unsigned series;

        timeline_advance(&line, tick);
        series = timeline_series(&line, "a", "b", false);
        timeline_add(&line, series, tick & 0xffff);
        for (unsigned i = 0; i < TIMELINE_BUCKETS; i++)
            sum += line.series[series].value[i];
        EXPECT_EQ(sum, line.series[series].total);
        EXPECT(line.last < TIMELINE_BUCKETS);
        EXPECT_EQ((tick - line.base) / line.width, line.last);
    }
    timeline_release(&line);
}
END_TEST

START_TEST(each_count_stands_at_its_tick)
{
    unsigned series;

    begin();
    series = timeline_series(&line, "a", "b", false);
    for (uint64_t tick = 100; tick < 100 + 5 * TIMELINE_BUCKETS; tick++) {
        timeline_advance(&line, tick);
        timeline_add(&line, series, 1);
    }
    EXPECT_EQ(line.width, 8);
    for (unsigned i = 0; i < TIMELINE_BUCKETS; i++)
        EXPECT_EQ(line.series[series].value[i],
                  i < 5 * TIMELINE_BUCKETS / 8 ? 8 : 0);
    timeline_release(&line);
}
END_TEST

START_TEST(span_counts_each_of_its_ticks_in_its_bucket)
{
    unsigned series;
    unsigned other;

    begin();
    series = timeline_series(&line, "a", "b", false);
    other = timeline_series(&line, "a", "c", false);
    timeline_advance(&line, 100);
    timeline_advance(&line, 100 + 7 * TIMELINE_BUCKETS);
    EXPECT_EQ(line.width, 8);
    timeline_span(&line, series, 103, 103);
    timeline_span(&line, series, 105, 107);
    timeline_span(&line, series, 115, 135);
    EXPECT_EQ(line.series[series].total, 22);
    EXPECT_EQ(line.series[series].value[0], 2);
    EXPECT_EQ(line.series[series].value[1], 1);
    EXPECT_EQ(line.series[series].value[2], 8);
    EXPECT_EQ(line.series[series].value[3], 8);
    EXPECT_EQ(line.series[series].value[4], 3);
    EXPECT_EQ(line.series[series].value[5], 0);
    /* What began before time did, and what goes on behind it. */
    timeline_span(&line, other, 99, 105);
    EXPECT_EQ(line.series[other].total, 0);
    timeline_span(&line, other, 100 + 7 * TIMELINE_BUCKETS, UINT64_MAX);
    EXPECT_EQ(line.series[other].total, 8);
    timeline_release(&line);
}
END_TEST

START_TEST(level_keeps_its_highest_in_each_bucket)
{
    unsigned series;

    begin();
    series = timeline_series(&line, "a", "b", true);
    for (uint64_t tick = 0; tick < 4 * TIMELINE_BUCKETS; tick++) {
        timeline_advance(&line, tick);
        timeline_level(&line, series, tick);
    }
    for (unsigned i = 0; i < TIMELINE_BUCKETS; i++)
        EXPECT_EQ(line.series[series].value[i], 4 * i + 3 + 1);
    EXPECT_EQ(line.series[series].total, 4 * TIMELINE_BUCKETS - 1);
    timeline_release(&line);
}
END_TEST

START_TEST(too_many_series_and_too_long_names_do_no_harm)
{
    char name[200];
    unsigned first;

    begin();
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    first = timeline_series(&line, "a", name, false);
    EXPECT_EQ(timeline_series(&line, "a", name, false), first);
    EXPECT_EQ(strlen(line.series[first].name), TIMELINE_NAME_SIZE - 1);
    for (unsigned i = 1; i < TIMELINE_SERIES_MAX; i++) {
        (void)snprintf(name, sizeof name, "%u", i);
        EXPECT_EQ(timeline_series(&line, "a", name, false), i);
    }
    EXPECT_EQ(timeline_series(&line, "b", name, false), TIMELINE_NONE);
    timeline_add(&line, TIMELINE_NONE, 1);
    timeline_level(&line, TIMELINE_NONE, 1);
    timeline_release(&line);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_count_is_lost_when_buckets_double,
        each_count_stands_at_its_tick,
        span_counts_each_of_its_ticks_in_its_bucket,
        level_keeps_its_highest_in_each_bucket,
        too_many_series_and_too_long_names_do_no_harm,
    };

    return run_tests("timeline", tests, sizeof tests / sizeof tests[0]);
}
