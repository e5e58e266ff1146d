/* SPDX-License-Identifier: MIT */
/* Limits byte by byte around every edge; types against the manual's table. */
#include "mmu/segment.h"

#include "tests/unit/run_tests.h"

#define BASE 0x12345678u

/* SDM 3A, "Code- and Data-Segment Types": the four bits of the type field as
 * the manual writes them, and what an access may do. */
static const struct {
    bool read;
    bool write;
    bool execute;
    bool expand_down;
} types[16] = {
    [0x0] = {true, false, false, false}, /* read-only */
    [0x1] = {true, false, false, false}, /* read-only, accessed */
    [0x2] = {true, true, false, false},  /* read/write */
    [0x3] = {true, true, false, false},  /* read/write, accessed */
    [0x4] = {true, false, false, true},  /* read-only, expand-down */
    [0x5] = {true, false, false, true},  /* the same, accessed */
    [0x6] = {true, true, false, true},   /* read/write, expand-down */
    [0x7] = {true, true, false, true},   /* the same, accessed */
    [0x8] = {false, false, true, false}, /* execute-only */
    [0x9] = {false, false, true, false}, /* execute-only, accessed */
    [0xa] = {true, false, true, false},  /* execute/read */
    [0xb] = {true, false, true, false},  /* execute/read, accessed */
    [0xc] = {false, false, true, false}, /* execute-only, conforming */
    [0xd] = {false, false, true, false}, /* the same, accessed */
    [0xe] = {true, false, true, false},  /* execute/read, conforming */
    [0xf] = {true, false, true, false},  /* the same, accessed */
};

static struct segment segment_of(unsigned type, bool big, uint32_t limit)
{
    return (struct segment){.selector = 8,
                            .usable = true,
                            .rights = type << 8 | 1u << 12 | 1u << 15 |
                                      (big ? 1u << 22 : 0),
                            .base = BASE,
                            .limit = limit};
}

/* "Limit Checking": each byte by itself. An operand does not wrap. */
static bool byte_is_inside(uint64_t offset, uint32_t limit, bool expand_down,
                           bool big)
{
    const uint64_t top = big ? 0xffffffffu : 0xffffu;

    if (offset > 0xffffffffu)
        return false;
    return expand_down ? offset > limit && offset <= top : offset <= limit;
}

static bool operand_is_inside(uint32_t offset, unsigned size,
                              const struct segment *segment, bool expand_down)
{
    for (unsigned i = 0; i < size; i++) {
        if (!byte_is_inside((uint64_t)offset + i, segment->limit, expand_down,
                            segment->rights >> 22 & 1))
            return false;
    }
    return true;
}

static void check_offset(const struct segment *segment, unsigned type,
                         uint32_t offset, unsigned size)
{
    const bool inside =
        operand_is_inside(offset, size, segment, types[type].expand_down);
    const bool allowed[] = {types[type].read, types[type].write,
                            types[type].execute};

    EXPECT_EQ(segment_limit_allows(segment, offset, size), inside);
    for (unsigned access = 0; access < 3; access++) {
        linear_addr linear = 0xabcdef01u;
        const bool ok =
            segment_linear(segment, offset, size, (enum access)access, &linear);

        EXPECT_EQ(ok, inside && allowed[access]);
        EXPECT_EQ(linear, ok ? BASE + offset : 0xabcdef01u);
    }
}

/* All sizes at offsets around zero, the limit, 64 KiB and 4 GiB. */
static void check_edges(const struct segment *segment, unsigned type)
{
    const uint32_t edge[] = {0, segment->limit, 0x10000u, 0x80000000u};

    for (unsigned i = 0; i < sizeof edge / sizeof edge[0]; i++)
        for (unsigned near = 0; near < 41; near++)
            for (unsigned size = 1; size <= 16; size++)
                check_offset(segment, type, edge[i] - 20 + near, size);
}

START_TEST(every_byte_of_an_operand_must_lie_within_the_limit)
{
    static const uint32_t limits[] = {
        0,          1,           2,          3,         4,
        15,         16,          0xffe,      0xfff,     0x1000,
        0xfffe,     0xffff,      0x10000,    0x1ffff,   0xfffff,
        0x7fffffff, 0x80000000u, 0xfffffffe, 0xffffffff};

    for (unsigned i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        for (unsigned type = 0; type < 16; type++) {
            struct segment segment = segment_of(type, false, limits[i]);

            check_edges(&segment, type);
            segment = segment_of(type, true, limits[i]);
            check_edges(&segment, type);
        }
    }
}
END_TEST

START_TEST(null_selector_allows_nothing)
{
    struct segment segment = segment_of(2, true, 0xffffffff);
    linear_addr linear;

    segment.usable = false;
    for (unsigned access = 0; access < 3; access++)
        EXPECT(!segment_linear(&segment, 0, 1, (enum access)access, &linear));
}
END_TEST

START_TEST(linear_address_wraps_at_four_gigabytes)
{
    const struct segment segment = segment_of(2, true, 0xffffffff);
    linear_addr linear = 0;

    EXPECT(segment_linear(&segment, 0xf0000000u, 4, ACCESS_READ, &linear));
    EXPECT_EQ(linear, 0x02345678u);
}
END_TEST

START_TEST(only_writable_data_over_everything_is_flat)
{
    for (unsigned type = 0; type < 16; type++) {
        struct segment segment = segment_of(type, true, 0xffffffff);

        segment.base = 0;
        EXPECT_EQ(segment_is_flat(&segment), type == 2 || type == 3);
        if (!segment_is_flat(&segment))
            continue;
        segment.limit--;
        EXPECT(!segment_is_flat(&segment));
        segment.limit++;
        segment.base = 1;
        EXPECT(!segment_is_flat(&segment));
        segment.base = 0;
        segment.usable = false;
        EXPECT(!segment_is_flat(&segment));
        segment.usable = true;
        segment.rights &= ~(uint32_t)DESC_P;
        EXPECT(!segment_is_flat(&segment));
        segment.rights |= DESC_P;
        segment.rights &= ~(uint32_t)DESC_S;
        EXPECT(!segment_is_flat(&segment));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_byte_of_an_operand_must_lie_within_the_limit,
        null_selector_allows_nothing,
        linear_address_wraps_at_four_gigabytes,
        only_writable_data_over_everything_is_flat,
    };

    return run_tests("segment", tests, sizeof tests / sizeof tests[0]);
}
