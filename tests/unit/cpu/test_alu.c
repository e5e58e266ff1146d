/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic and its flags against adders written bit by bit, as the manual's
 * "EFLAGS Register" and its instruction pages state them: every pair of bytes
 * with either carry, edges and random operands at 16 and 32 bits.
 */
#include "cpu/alu.h"

#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum { RANDOM_PAIRS = 400000 };

/* Bits of EFLAGS, from the manual's figure. */
enum { CF = 0x001, PF = 0x004, AF = 0x010, ZF = 0x040, SF = 0x080, OF = 0x800 };
enum { ALL = CF | PF | AF | ZF | SF | OF };

struct outcome {
    uint32_t value;
    uint32_t flags;
};

typedef struct outcome reference(unsigned width, uint32_t a, uint32_t b,
                                 uint32_t flags);

static unsigned bit_of(uint32_t value, unsigned bit)
{
    return value >> bit & 1;
}

/* PF counts the low byte's ones, ZF wants none at all, SF is the top bit. */
static uint32_t flags_of_value(unsigned width, uint32_t value)
{
    uint32_t flags = bit_of(value, width - 1) ? SF : 0;
    unsigned ones = 0;
    bool any = false;

    for (unsigned i = 0; i < 8; i++)
        ones += bit_of(value, i);
    for (unsigned i = 0; i < width; i++)
        any = any || bit_of(value, i);
    flags |= ones % 2 == 0 ? PF : 0;
    return any ? flags : flags | ZF;
}

/* A ripple-carry adder. CF is the carry out of the top, AF that out of bit 3,
 * OF says that the carries into and out of the top differ. */
static struct outcome add_bits(unsigned width, uint32_t a, uint32_t b,
                               unsigned carry)
{
    struct outcome outcome = {0, 0};
    unsigned into_top = 0;

    for (unsigned i = 0; i < width; i++) {
        const unsigned sum = bit_of(a, i) + bit_of(b, i) + carry;

        into_top = carry;
        carry = sum >= 2;
        outcome.value |= (uint32_t)(sum % 2) << i;
        if (i == 3 && carry)
            outcome.flags |= AF;
    }
    outcome.flags |= carry ? CF : 0;
    outcome.flags |= carry != into_top ? OF : 0;
    outcome.flags |= flags_of_value(width, outcome.value);
    return outcome;
}

/* A ripple-borrow subtracter: CF and AF are borrows. */
static struct outcome subtract_bits(unsigned width, uint32_t a, uint32_t b,
                                    unsigned borrow)
{
    struct outcome outcome = {0, 0};
    unsigned into_top = 0;

    for (unsigned i = 0; i < width; i++) {
        const int difference =
            (int)bit_of(a, i) - (int)bit_of(b, i) - (int)borrow;

        into_top = borrow;
        borrow = difference < 0;
        outcome.value |= (difference & 1 ? 1u : 0u) << i;
        if (i == 3 && borrow)
            outcome.flags |= AF;
    }
    outcome.flags |= borrow ? CF : 0;
    outcome.flags |= borrow != into_top ? OF : 0;
    outcome.flags |= flags_of_value(width, outcome.value);
    return outcome;
}

static struct outcome by_add(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)flags;
    return add_bits(width, a, b, 0);
}

static struct outcome by_adc(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    return add_bits(width, a, b, flags & CF);
}

static struct outcome by_sub(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)flags;
    return subtract_bits(width, a, b, 0);
}

static struct outcome by_sbb(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    return subtract_bits(width, a, b, flags & CF);
}

/* "OF and CF are cleared; SF, ZF and PF are set according to the result; AF is
 * undefined": ours is clear. `table` has the result of two bits. */
static struct outcome logic(unsigned width, uint32_t a, uint32_t b,
                            unsigned table)
{
    struct outcome outcome = {0, 0};

    for (unsigned i = 0; i < width; i++)
        outcome.value |= bit_of(table, bit_of(a, i) * 2 + bit_of(b, i)) << i;
    outcome.flags = flags_of_value(width, outcome.value);
    return outcome;
}

static struct outcome by_and(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)flags;
    return logic(width, a, b, 0x8);
}

static struct outcome by_or(unsigned width, uint32_t a, uint32_t b,
                            uint32_t flags)
{
    (void)flags;
    return logic(width, a, b, 0xe);
}

static struct outcome by_xor(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)flags;
    return logic(width, a, b, 0x6);
}

/* "CF is not affected." */
static struct outcome keep_carry(struct outcome outcome, uint32_t flags)
{
    outcome.flags = (outcome.flags & ~(uint32_t)CF) | (flags & CF);
    return outcome;
}

static struct outcome by_inc(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)b;
    return keep_carry(add_bits(width, a, 1, 0), flags);
}

static struct outcome by_dec(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)b;
    return keep_carry(subtract_bits(width, a, 1, 0), flags);
}

static struct outcome by_neg(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    (void)b;
    (void)flags;
    return subtract_bits(width, 0, a, 0);
}

/* "Flags affected: none." */
static struct outcome by_not(unsigned width, uint32_t a, uint32_t b,
                             uint32_t flags)
{
    struct outcome outcome = logic(width, a, b, 0x3);

    outcome.flags = flags;
    return outcome;
}

static const struct {
    const char *name;
    alu_binary *operation;
    reference *manual;
} operations[] = {
    {"add", alu_add, by_add}, {"adc", alu_adc, by_adc},
    {"sub", alu_sub, by_sub}, {"sbb", alu_sbb, by_sbb},
    {"and", alu_and, by_and}, {"or", alu_or, by_or},
    {"xor", alu_xor, by_xor}, {"inc", alu_inc, by_inc},
    {"dec", alu_dec, by_dec}, {"neg", alu_neg, by_neg},
    {"not", alu_not, by_not},
};

enum { OPERATIONS = sizeof operations / sizeof operations[0] };

/* Check one operation; `flags` are those before it. */
static void check(unsigned which, enum width width, uint32_t a, uint32_t b,
                  uint32_t flags)
{
    const struct outcome want =
        operations[which].manual((unsigned)width, a, b, flags);
    const struct alu_result got =
        operations[which].operation(width, a, b, status_of_flags(flags));

    if (got.value != want.value || flags_of_status(got.status) != want.flags)
        ck_abort_msg("%s %#x, %#x at %d bits, flags %#x: %#x and flags %#x, "
                     "expected %#x and %#x",
                     operations[which].name, a, b, (int)width, flags, got.value,
                     flags_of_status(got.status), want.value, want.flags);
}

static void check_all(enum width width, uint32_t a, uint32_t b)
{
    for (unsigned which = 0; which < OPERATIONS; which++) {
        check(which, width, a, b, 0);
        check(which, width, a, b, CF);
        check(which, width, a, b, ALL);
        check(which, width, a, b, ALL & ~CF);
    }
}

START_TEST(every_pair_of_bytes_gives_the_right_flags)
{
    for (uint32_t a = 0; a < 256; a++)
        for (uint32_t b = 0; b < 256; b++)
            check_all(WIDTH_8, a, b);
}
END_TEST

/* Around 0, the nibble, the byte, half the range and its end. */
START_TEST(every_pair_of_edges_gives_the_right_flags)
{
    static const uint32_t edge[] = {0,      0x10,    0x80,       0x100,
                                    0x8000, 0x10000, 0x80000000u};
    enum { EDGES = sizeof edge / sizeof edge[0], NEAR = 7 };

    for (unsigned i = 0; i < EDGES * NEAR; i++) {
        for (unsigned j = 0; j < EDGES * NEAR; j++) {
            const uint32_t a = edge[i / NEAR] + i % NEAR - NEAR / 2;
            const uint32_t b = edge[j / NEAR] + j % NEAR - NEAR / 2;

            check_all(WIDTH_32, a, b);
            check_all(WIDTH_16, a & 0xffff, b & 0xffff);
        }
    }
}
END_TEST

START_TEST(random_pairs_give_the_right_flags)
{
    struct random random = random_seeded(1986);

    for (unsigned i = 0; i < RANDOM_PAIRS; i++) {
        const uint32_t a = (uint32_t)random_next(&random);
        const uint32_t b = (uint32_t)random_next(&random);
        const uint32_t flags = (uint32_t)random_next(&random) & ALL;

        check(i % OPERATIONS, WIDTH_32, a, b, flags);
        check(i % OPERATIONS, WIDTH_16, a & 0xffff, b & 0xffff, flags);
    }
}
END_TEST

/* The result is cut to the width, and so are the operands. */
START_TEST(bits_above_the_width_change_nothing)
{
    struct random random = random_seeded(7);

    for (unsigned i = 0; i < 20000; i++) {
        const unsigned which = i % OPERATIONS;
        const enum width width = i & 1 ? WIDTH_8 : WIDTH_16;
        const uint32_t mask = width_mask(width);
        const uint32_t a = (uint32_t)random_next(&random);
        const uint32_t b = (uint32_t)random_next(&random);
        const struct alu_result wide =
            operations[which].operation(width, a, b, 0);
        const struct alu_result cut =
            operations[which].operation(width, a & mask, b & mask, 0);

        EXPECT_EQ(wide.value, cut.value);
        EXPECT_EQ(wide.value & ~mask, 0);
        EXPECT_EQ(flags_of_status(wide.status), flags_of_status(cut.status));
    }
}
END_TEST

START_TEST(status_of_a_value_is_that_of_a_test_with_itself)
{
    static const enum width widths[] = {WIDTH_8, WIDTH_16, WIDTH_32};
    struct random random = random_seeded(3);

    for (unsigned i = 0; i < 30000; i++) {
        const enum width width = widths[i % 3];
        const uint32_t a = (uint32_t)random_next(&random) & width_mask(width);

        EXPECT_EQ(flags_of_status(status_of_value(width, a)),
                  flags_of_value((unsigned)width, a));
        EXPECT_EQ(flags_of_status(status_of_value(width, a % 300)),
                  flags_of_value((unsigned)width, a % 300 & width_mask(width)));
    }
}
END_TEST

START_TEST(status_word_holds_the_six_flags_and_nothing_else)
{
    for (uint32_t flags = 0; flags < 0x1000; flags++)
        EXPECT_EQ(flags_of_status(status_of_flags(flags)), flags & ALL);
    for (uint32_t status = 0; status < 0x20000; status++)
        EXPECT_EQ(flags_of_status(status) & ~(uint32_t)ALL, 0);
    EXPECT_EQ(status_of_flags(~(uint32_t)ALL), 0);
}
END_TEST

/* SDM 1, "EFLAGS Condition Codes": the condition tested, as printed. */
static bool manual_condition(unsigned condition, uint32_t flags)
{
    const bool cf = flags & CF;
    const bool zf = flags & ZF;
    const bool sf = flags & SF;
    const bool of = flags & OF;

    switch (condition) {
    case 0x0: return of;
    case 0x1: return !of;
    case 0x2: return cf;
    case 0x3: return !cf;
    case 0x4: return zf;
    case 0x5: return !zf;
    case 0x6: return cf || zf;
    case 0x7: return !cf && !zf;
    case 0x8: return sf;
    case 0x9: return !sf;
    case 0xa: return flags & PF;
    case 0xb: return !(flags & PF);
    case 0xc: return sf != of;
    case 0xd: return sf == of;
    case 0xe: return zf || sf != of;
    default: return !zf && sf == of;
    }
}

START_TEST(every_condition_reads_every_combination_of_flags)
{
    for (uint32_t flags = 0; flags < 0x1000; flags++) {
        /* What LAHF leaves in the bits between must not matter. */
        const uint32_t status = status_of_flags(flags);
        const uint32_t noise = flags & 0x200 ? 0x2a00 : 0;

        for (unsigned condition = 0; condition < 16; condition++)
            EXPECT_EQ(
                condition_holds(status | noise, (enum condition)condition),
                manual_condition(condition, flags));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_pair_of_bytes_gives_the_right_flags,
        every_pair_of_edges_gives_the_right_flags,
        random_pairs_give_the_right_flags,
        bits_above_the_width_change_nothing,
        status_of_a_value_is_that_of_a_test_with_itself,
        status_word_holds_the_six_flags_and_nothing_else,
        every_condition_reads_every_combination_of_flags,
    };

    return run_tests("alu", tests, sizeof tests / sizeof tests[0]);
}
