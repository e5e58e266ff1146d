/* SPDX-License-Identifier: MIT */
/* The x87 side of the recordings in hwv1. */
#include "tests/vectors/hwv1.h"
#include "tests/vectors/replay.h"

/** Units of the last place that a transcendental may be off. */
enum { APPROXIMATE_ULPS = 1 };

void hwv1_x87_load(struct x87 *x87, const struct hwv1_x87 *state)
{
    const unsigned top = state->status >> X87_TOP_SHIFT & 7u;

    x87_set_control(x87, state->control);
    x87_set_status(x87, state->status);
    x87_set_tags(x87, state->tags);
    for (unsigned i = 0; i < X87_REGISTERS; i++)
        x87->reg[(top + i) & 7] = state->reg[i];
}

/** Distance in units of the last place, or a large number. */
static uint64_t distance(const struct x87_register *a,
                         const struct x87_register *b)
{
    const uint64_t difference = a->significand - b->significand;

    if (a->exponent == b->exponent)
        return (int64_t)difference < 0 ? 0 - difference : difference;
    /* Neighbours on the two sides of a power of two. */
    if (a->exponent == b->exponent + 1 && a->significand == X87_INTEGER_BIT)
        return 0 - b->significand;
    if (b->exponent == a->exponent + 1 && b->significand == X87_INTEGER_BIT)
        return 0 - a->significand;
    return UINT64_MAX;
}

static bool is_equal(const struct hwv1_case *test, const struct x87_register *a,
                     const struct x87_register *b)
{
    return distance(a, b) <= (test->approximate ? APPROXIMATE_ULPS : 0);
}

static void compare_word(struct replay *replay, const char *what, uint16_t got,
                         uint16_t want, unsigned masked)
{
    if ((got ^ want) & ~masked)
        tally_differ(&replay->tally, what, got & ~masked, want & ~masked);
}

void hwv1_x87_compare(struct replay *replay, const struct hwv1_case *test,
                      const struct x87 *x87)
{
    const struct hwv1_x87 *want = &test->x87_after;
    unsigned masked = test->undefined_status;

    if (test->approximate)
        masked |= X87_C1;
    compare_word(replay, "fcw", x87->control, want->control, 0);
    compare_word(replay, "fsw", x87_status(x87), want->status, masked);
    compare_word(replay, "ftw", x87_tags(x87), want->tags, 0);
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        const struct x87_register *got = &x87->reg[i];

        if (!is_equal(test, got, &want->reg[i]))
            tally_say(&replay->tally,
                      "    r%u       is %04x %016llx, not %04x %016llx\n", i,
                      got->exponent, (unsigned long long)got->significand,
                      want->reg[i].exponent,
                      (unsigned long long)want->reg[i].significand);
    }
}
