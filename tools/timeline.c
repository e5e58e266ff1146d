/* SPDX-License-Identifier: MIT */
#include "tools/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool timeline_init(struct timeline *timeline, struct error *error)
{
    *timeline = (struct timeline){.width = 1};
    timeline->values = calloc((size_t)TIMELINE_SERIES_MAX * TIMELINE_BUCKETS,
                              sizeof *timeline->values);
    return timeline->values || error_set(error, "out of memory");
}

void timeline_release(struct timeline *timeline)
{
    free(timeline->values);
    timeline->values = NULL;
}

/* Names are compared as far as they are kept. */
static bool is_named(const struct timeline_series *series, const char *group,
                     const char *name)
{
    return strcmp(series->group, group) == 0 &&
           strncmp(series->name, name, TIMELINE_NAME_SIZE - 1) == 0;
}

unsigned timeline_series(struct timeline *timeline, const char *group,
                         const char *name, bool level)
{
    struct timeline_series *series = timeline->series;

    for (unsigned i = 0; i < timeline->count; i++) {
        if (is_named(&series[i], group, name))
            return i;
    }
    if (timeline->count == TIMELINE_SERIES_MAX)
        return TIMELINE_NONE;
    series += timeline->count;
    series->level = level;
    series->value =
        timeline->values + (size_t)timeline->count * TIMELINE_BUCKETS;
    (void)snprintf(series->group, sizeof series->group, "%s", group);
    (void)snprintf(series->name, sizeof series->name, "%s", name);
    return timeline->count++;
}

static uint64_t join(bool level, uint64_t a, uint64_t b)
{
    if (!level)
        return a + b;
    return a > b ? a : b;
}

/* Make each two buckets one. */
static void fold(struct timeline *timeline)
{
    for (unsigned i = 0; i < timeline->count; i++) {
        const bool level = timeline->series[i].level;
        uint64_t *value = timeline->series[i].value;

        for (unsigned to = 0; to < TIMELINE_BUCKETS / 2; to++) {
            const unsigned from = 2 * to;

            value[to] = join(level, value[from], value[from + 1]);
        }
        memset(value + TIMELINE_BUCKETS / 2, 0,
               TIMELINE_BUCKETS / 2 * sizeof *value);
    }
    timeline->width *= 2;
}

void timeline_advance(struct timeline *timeline, uint64_t tick)
{
    uint64_t since;

    if (!timeline->started) {
        timeline->started = true;
        timeline->base = tick;
    }
    since = tick > timeline->base ? tick - timeline->base : 0;
    while (since / timeline->width >= TIMELINE_BUCKETS)
        fold(timeline);
    timeline->last = (unsigned)(since / timeline->width);
}

void timeline_add(struct timeline *timeline, unsigned series, uint64_t count)
{
    if (series >= timeline->count)
        return;
    timeline->series[series].value[timeline->last] += count;
    timeline->series[series].total += count;
}

void timeline_span(struct timeline *timeline, unsigned series, uint64_t first,
                   uint64_t end)
{
    struct timeline_series *of;

    if (series >= timeline->count || first < timeline->base)
        return;
    of = &timeline->series[series];
    while (first < end) {
        const uint64_t bucket = (first - timeline->base) / timeline->width;
        const uint64_t behind = timeline->base + (bucket + 1) * timeline->width;
        const uint64_t stop = behind < end ? behind : end;

        if (bucket > timeline->last)
            return;
        of->value[bucket] += stop - first;
        of->total += stop - first;
        first = stop;
    }
}

void timeline_level(struct timeline *timeline, unsigned series, uint64_t value)
{
    struct timeline_series *of;

    if (series >= timeline->count)
        return;
    of = &timeline->series[series];
    of->value[timeline->last] =
        join(true, of->value[timeline->last], value + 1);
    of->total = join(true, of->total, value);
}
