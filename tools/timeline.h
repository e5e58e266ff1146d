/* SPDX-License-Identifier: MIT */
/*
 * Counts over time in bounded memory: a fixed number of buckets, which double
 * their width whenever time outgrows them.
 *
 *   in    ticks that do not go back, and what to count at them
 *   out   named series, all over the same buckets
 */
#ifndef TOOLS_TIMELINE_H
#define TOOLS_TIMELINE_H

#include "base/error.h"
#include "base/types.h"

enum {
    TIMELINE_BUCKETS = 1024,
    TIMELINE_SERIES_MAX = 320,
    TIMELINE_NAME_SIZE = 48,
    TIMELINE_NONE = TIMELINE_SERIES_MAX
};

struct timeline_series {
    char group[16];
    char name[TIMELINE_NAME_SIZE];
    bool level;      /**< what was last said holds on; else counts add up */
    uint64_t total;  /**< of counts; of a level its highest */
    uint64_t *value; /**< TIMELINE_BUCKETS; of a level 0 is "not said", and
                          n + 1 the highest that was */
};

struct timeline {
    bool started;
    uint64_t base;  /**< tick at which the first bucket begins */
    uint64_t width; /**< ticks of a bucket */
    unsigned last;  /**< bucket of the last event */
    unsigned count; /**< of series */
    struct timeline_series series[TIMELINE_SERIES_MAX];
    uint64_t *values;
};

bool timeline_init(struct timeline *timeline, struct error *error);
void timeline_release(struct timeline *timeline);

/**
 * The series of that name in the group, made if there is none. TIMELINE_NONE
 * if there are too many; adding to that does nothing.
 */
unsigned timeline_series(struct timeline *timeline, const char *group,
                         const char *name, bool level);

/** Time has come to `tick`. */
void timeline_advance(struct timeline *timeline, uint64_t tick);

/** Count at the present tick. */
void timeline_add(struct timeline *timeline, unsigned series, uint64_t count);

/** Count the ticks from `first` up to before `end`, each in its bucket. */
void timeline_span(struct timeline *timeline, unsigned series, uint64_t first,
                   uint64_t end);

/** A level is `value` from the present tick on. */
void timeline_level(struct timeline *timeline, unsigned series, uint64_t value);

#endif
