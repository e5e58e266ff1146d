/* SPDX-License-Identifier: MIT */
/* While the processor runs, the x87's registers are on the host; when it stops
 * they come home. Where it stops must make no difference, to any instruction
 * and behind any other. */
#include "cpu/exec.h"
#include "cpu/opcodes.h"
#include "cpu/x87_host.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum { LENGTH = 24, SEQUENCES = 3000, OPERANDS = 8 };

static struct rig rig;

/* One instruction: any of registers, or any with an operand in [EBX + n]. */
static unsigned random_instruction(struct random *random, uint8_t *bytes)
{
    const uint64_t bits = random_next(random);
    const bool memory = bits >> 60 & 1;

    bytes[0] = 0xd8 | (bits & 7);
    bytes[1] = memory ? 0x43 | (bits >> 8 & 7) << 3 : 0xc0 | (bits >> 8 & 63);
    bytes[2] = (uint8_t)((bits >> 16) % OPERANDS * 16);
    return memory ? 3 : 2;
}

/* No undefined ones, and few of what forgets all that was before. */
static bool is_wanted(const uint8_t *bytes, struct random *random)
{
    static const uint8_t rare[][2] = {
        {0xdb, 0xe3}, {0xdd, 0x73}, {0xdd, 0x63}, {0xd9, 0x63}, {0xd9, 0x6b}};
    const unsigned place =
        bytes[1] < 0xc0 ? bytes[1] >> 3 & 7 : 8u + bytes[1] - 0xc0u;

    if (!escape_map[bytes[0] & 7][place].operate)
        return false;
    for (unsigned i = 0; i < sizeof rare / sizeof *rare; i++) {
        if (bytes[0] == rare[i][0] && bytes[1] == rare[i][1])
            return (random_next(random) & 7) == 0;
    }
    return true;
}

static void write_code(struct random *random)
{
    uint32_t at = RIG_CODE;
    unsigned count = 0;

    while (count < LENGTH) {
        uint8_t bytes[3];
        const unsigned size = random_instruction(random, bytes);

        if (!is_wanted(bytes, random))
            continue;
        for (unsigned i = 0; i < size; i++)
            rig_store(&rig, at++, 1, bytes[i]);
        count++;
    }
}

/* Doubles and floats of moderate size, and a control word. */
static void write_data(struct random *random)
{
    for (uint32_t i = 0; i < OPERANDS * 16 + 128; i += 4) {
        const uint32_t bits = (uint32_t)random_next(random);

        rig_store(&rig, RIG_DATA + i, 4,
                  i % 16 == 4 ? (bits & 0x80ffffff) | 0x3f800000 : bits);
        if (i % 16 == 0)
            rig_store(&rig, RIG_DATA + i, 2,
                      bits & 1 << 20 ? bits : bits | X87_EXCEPTIONS);
    }
}

/* From the same state as before, to `ticks` or a fault. */
static void run(unsigned step)
{
    rig_enter(&rig, 0);
    rig.cpu.cr0 |= CR0_NE;
    rig.cpu.gpr[EBX] = RIG_DATA;
    rig.cpu.eip = RIG_CODE;
    rig.clock.now = 0;
    for (unsigned i = 0; i < LENGTH; i += step) {
        (void)cpu_run(&rig.cpu, rig.clock.now + step);
        ck_assert(!x87_is_on_host(&rig.cpu.x87));
        if (rig.cpu.shutdown)
            break;
    }
}

static bool same_x87(const struct x87 *a, const struct x87 *b)
{
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        if (a->reg[i].significand != b->reg[i].significand ||
            a->reg[i].exponent != b->reg[i].exponent)
            return false;
    }
    return x87_status(a) == x87_status(b) && a->control == b->control &&
           a->full == b->full && a->blocked == b->blocked &&
           a->instruction == b->instruction && a->data == b->data &&
           a->opcode == b->opcode;
}

START_TEST(where_a_run_ends_makes_no_difference)
{
    static const unsigned steps[] = {1, 2, 3};
    static uint8_t data[OPERANDS * 16 + 128];
    struct random random = random_seeded(1);
    unsigned whole = 0;
    uint8_t *memory;

    rig_init(&rig, "pentiumpro");
    memory = rig.bus.memory + RIG_DATA;
    for (unsigned i = 0; i < SEQUENCES; i++) {
        static uint8_t before[sizeof data];
        struct cpu after;

        write_code(&random);
        write_data(&random);
        memcpy(before, memory, sizeof before);
        run(LENGTH);
        after = rig.cpu;
        whole += !rig.cpu.shutdown;
        memcpy(data, memory, sizeof data);
        for (unsigned j = 0; j < sizeof steps / sizeof *steps; j++) {
            memcpy(memory, before, sizeof before);
            run(steps[j]);
            ck_assert(same_x87(&after.x87, &rig.cpu.x87));
            EXPECT_EQ(after.eip, rig.cpu.eip);
            EXPECT_EQ(cpu_eflags(&after), cpu_eflags(&rig.cpu));
            EXPECT_EQ(after.gpr[EAX], rig.cpu.gpr[EAX]);
            ck_assert(memcmp(data, memory, sizeof data) == 0);
        }
    }
    EXPECT(whole > SEQUENCES / 2);
    EXPECT(whole < SEQUENCES);
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {where_a_run_ends_makes_no_difference};

    return run_tests("x87_runs", tests, sizeof tests / sizeof tests[0]);
}
