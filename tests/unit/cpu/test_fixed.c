/* SPDX-License-Identifier: MIT */
/*
 * Handlers by register: with every pair of registers, an instruction does what
 * its full form does. Whether the flags are seen or not, and whether the block
 * runs whole or stops behind each instruction.
 */
#include <string.h>

#include "cpu/exec.h"
#include "cpu/insn.h"
#include "tests/unit/cpu/same.h"

enum { BYTES_MAX = 16, DATA_BYTES = 0x400, DISTANCE = 0x20, TAIL = 4 };

/* Bytes of an instruction, which take the number of a register, or two. */
struct pattern {
    uint8_t size;
    uint8_t bytes[10];
    uint8_t first;  /* byte that the first number is in, */
    uint8_t shift;  /* and where */
    uint8_t second; /* as `first`, for the second, in its low bits */
    bool is_alone;  /* there is no second */
};

#define BY_OTHER(opcode)                  \
    {                                     \
        2, {opcode, 0xc0}, 1, 3, 1, false \
    }
#define BY_VALUE(slot)                                                       \
    {                                                                        \
        6, {0x81, 0xc0 | (slot) << 3, 0x78, 0x56, 0x34, 0x92}, 1, 0, 0, true \
    }
#define BY_BYTE(slot)                                      \
    {                                                      \
        3, {0x83, 0xc0 | (slot) << 3, 0xf7}, 1, 0, 0, true \
    }
#define SHIFTED(slot, count)                                \
    {                                                       \
        3, {0xc1, 0xc0 | (slot) << 3, count}, 1, 0, 0, true \
    }

/* [register + 8], by a SIB byte because one of them is ESP. */
#define BASED(opcode)                              \
    {                                              \
        4, {opcode, 0x44, 0x20, 8}, 1, 3, 2, false \
    }
/* [register * scale + 8] with ESI; as an index ESP is none. */
#define INDEXED(opcode, scale)                                   \
    {                                                            \
        4, {opcode, 0x44, 0x06 | (scale) << 6, 8}, 1, 3, 4, true \
    }
/* A place of its own. */
#define ABSOLUTE(opcode)                                                     \
    {                                                                        \
        6, {opcode, 0x05, 0x40, RIG_DATA >> 8 & 0xff, RIG_DATA >> 16}, 1, 3, \
            0, true                                                          \
    }

static const struct pattern patterns[] = {
    BY_OTHER(0x89),
    BY_OTHER(0x8b),
    {5, {0xb8, 0x78, 0x56, 0x34, 0x92}, 0, 0, 0, true},
    BASED(0x8b),
    BASED(0x89),
    BASED(0x8d),
    ABSOLUTE(0x8b),
    ABSOLUTE(0x89),
    ABSOLUTE(0x8d),
    INDEXED(0x8d, 0),
    INDEXED(0x8d, 1),
    INDEXED(0x8d, 2),
    INDEXED(0x8d, 3),
    BY_OTHER(0x01),
    BY_OTHER(0x09),
    BY_OTHER(0x11),
    BY_OTHER(0x19),
    BY_OTHER(0x21),
    BY_OTHER(0x29),
    BY_OTHER(0x31),
    BY_OTHER(0x39),
    BY_OTHER(0x85),
    BY_VALUE(0),
    BY_VALUE(1),
    BY_VALUE(2),
    BY_VALUE(3),
    BY_VALUE(4),
    BY_VALUE(5),
    BY_VALUE(6),
    BY_VALUE(7),
    BY_BYTE(0),
    BY_BYTE(5),
    {1, {0x40}, 0, 0, 0, true},
    {1, {0x48}, 0, 0, 0, true},
    SHIFTED(4, 0),
    SHIFTED(4, 1),
    SHIFTED(4, 9),
    SHIFTED(4, 31),
    SHIFTED(4, 32),
    SHIFTED(5, 0),
    SHIFTED(5, 1),
    SHIFTED(5, 9),
    SHIFTED(5, 31),
    SHIFTED(5, 64),
    SHIFTED(7, 0),
    SHIFTED(7, 1),
    SHIFTED(7, 9),
    SHIFTED(7, 31),
    SHIFTED(7, 0xe0),
};

/* What comes behind: CMP, which nobody sees the flags before, or NOP; and a
 * jump to itself. */
static const uint8_t behind[2][TAIL] = {{0x39, 0xc9, 0xeb, 0xfe},
                                        {0x90, 0x90, 0xeb, 0xfe}};

/* What makes a pair with the Jcc behind it. */
static const struct pattern firsts[] = {
    BY_OTHER(0x39),
    BY_OTHER(0x85),
    BY_VALUE(7),
    BY_BYTE(7),
    {1, {0x48}, 0, 0, 0, true},
};

enum { FIRSTS = sizeof firsts / sizeof firsts[0] };

/* Values for which conditions differ, also against the immediates. */
static const uint32_t values[] = {
    0, 1, 2, 0x7fffffff, 0x80000000, 0x92345678, 23, 0xfffffff7, 0xffffffff};

static unsigned make(const struct pattern *pattern, unsigned first,
                     unsigned second, const uint8_t tail[TAIL], uint8_t *bytes)
{
    memcpy(bytes, pattern->bytes, pattern->size);
    bytes[pattern->first] |= (uint8_t)(first << pattern->shift);
    if (!pattern->is_alone)
        bytes[pattern->second] |= (uint8_t)second;
    memcpy(bytes + pattern->size, tail, TAIL);
    return pattern->size + TAIL;
}

/* Registers are places in memory, each apart from the others. */
static void begin(struct rig *rig, const uint8_t *bytes, unsigned size)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, RIG_CODE, bytes, size);
    for (uint32_t i = 0; i < DATA_BYTES; i += 4)
        rig_store(rig, RIG_DATA + i, 4, (i + 1) * 2654435769u);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        rig->cpu.gpr[i] = RIG_DATA + 0x80 + i * DISTANCE;
    cpu_set_eflags(&rig->cpu, FLAG_CF | FLAG_AF | FLAG_OF | FLAG_SF);
    rig->cpu.eip = RIG_CODE;
}

static void run(struct rig *rig, uint64_t ticks)
{
    const uint64_t end = rig->clock.now + ticks;

    while (rig->clock.now < end)
        (void)cpu_run(&rig->cpu, end);
}

static void expect_same(const struct rig *a, const struct rig *b)
{
    expect_same_processor(a, b);
    EXPECT_EQ(a->cpu.gpr[GPR_COUNT], 0);
    EXPECT(memcmp(a->bus.memory + RIG_DATA, b->bus.memory + RIG_DATA,
                  DATA_BYTES) == 0);
}

/* Registers that hold some of the values, other ones with each `seed`. */
static void set_values(struct rig *rig, unsigned seed)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        rig->cpu.gpr[i] = values[(i * (seed + 1) + seed) %
                                 (sizeof values / sizeof values[0])];
}

static void compare(struct rig *fast, struct rig *full, const uint8_t *bytes,
                    unsigned size)
{
    for (unsigned ticks = 1; ticks <= 5; ticks++) {
        begin(fast, bytes, size);
        begin(full, bytes, size);
        run(fast, ticks);
        run(full, ticks);
        expect_same(fast, full);
    }
}

START_TEST(instructions_do_the_same_with_every_register)
{
    static struct rig fast;
    static struct rig full;
    uint8_t bytes[BYTES_MAX];

    rig_init(&fast, "pentium");
    rig_init(&full, "pentium");
    rig_enter(&fast, 0);
    rig_enter(&full, 0);
    full.cpu.mmu.use_fast = false;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        const unsigned seconds = patterns[i].is_alone ? 1 : GPR_COUNT;

        for (unsigned n = 0; n < GPR_COUNT * seconds * 2; n++) {
            const unsigned size =
                make(&patterns[i], n >> 1 & 7, n >> 4, behind[n & 1], bytes);

            compare(&fast, &full, bytes, size);
        }
    }
    rig_release(&fast);
    rig_release(&full);
}
END_TEST

/* A compiled pair leads where the two instructions do. */
START_TEST(pairs_do_the_same_with_every_register_and_condition)
{
    static struct rig fast;
    static struct rig full;
    uint8_t bytes[BYTES_MAX];
    unsigned taken = 0;
    unsigned runs = 0;

    rig_init(&fast, "pentium");
    rig_init(&full, "pentium");
    rig_enter(&fast, 0);
    rig_enter(&full, 0);
    full.cpu.mmu.use_fast = false;
    for (unsigned n = 0; n < FIRSTS * GPR_COUNT * GPR_COUNT * 16; n++) {
        const struct pattern *first = &firsts[n >> 10];
        const uint8_t tail[TAIL] = {(uint8_t)(0x70 | (n & 15)), 0xfe, 0xeb,
                                    0xfe};
        const unsigned size = make(first, n >> 4 & 7, n >> 7 & 7, tail, bytes);

        if (first->is_alone && n >> 7 & 7)
            continue;
        for (unsigned seed = 0; seed < 8; seed++) {
            begin(&fast, bytes, size);
            begin(&full, bytes, size);
            set_values(&fast, seed);
            set_values(&full, seed);
            run(&fast, 2);
            run(&full, 2);
            expect_same(&fast, &full);
            taken += fast.cpu.eip == (uint32_t)RIG_CODE + first->size;
            runs++;
        }
    }
    EXPECT(taken > runs / 4 && taken < runs / 4 * 3);
    rig_release(&fast);
    rig_release(&full);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        instructions_do_the_same_with_every_register,
        pairs_do_the_same_with_every_register_and_condition,
    };

    return run_tests("fixed", tests, sizeof tests / sizeof tests[0]);
}
