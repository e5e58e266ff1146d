/* SPDX-License-Identifier: MIT */
/* Numbers for seeded tests: the same on every host, splitmix64. */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline struct random random_seeded(uint64_t seed)
{
    return (struct random){seed};
}

static inline uint64_t random_next(struct random *random)
{
    uint64_t word = random->state += 0x9e3779b97f4a7c15u;

    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
    word = (word ^ word >> 27) * 0x94d049bb133111ebu;
    return word ^ word >> 31;
}

/** A number below `limit`, which is not 0. */
static inline uint32_t random_below(struct random *random, uint32_t limit)
{
    return (uint32_t)(random_next(random) >> 32) % limit;
}

#endif
