/* SPDX-License-Identifier: MIT */
/* Ways into a fault that docs/coverage.md found no other test to take. */
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { EDGE = RIG_CODE + PAGE_SIZE, GATE = RIG_TEST, LOCAL = 0x1c };

static struct rig rig;

static void expect_fault(enum vector vector, uint32_t error_code)
{
    EXPECT(rig.faults > 0);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].error_code, error_code);
}

/* SDM 2B, "MOV—Move to/from Control Registers": CR4 came with the Pentium. */
START_TEST(reading_cr4_of_a_486_is_undefined)
{
    rig_init(&rig, "486");
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x20, 0xe0), false);
    expect_fault(VECTOR_UD, 0);
    rig_release(&rig);
}
END_TEST

/* Five bytes, of which `room` lie below the limit, from `eip` on. */
static void run_cut_off(uint32_t eip, uint32_t room)
{
    rig_enter(&rig, 0);
    rig.cpu.segment[CS].limit = eip + room - 1;
    rig.cpu.eip = eip;
    cpu_update_mode(&rig.cpu);
    EXPECT_EQ(RIG_RUN(&rig, 0xb8, 1, 2, 3, 4), room >= 5);
    if (room < 5)
        expect_fault(VECTOR_GP, 0);
}

/* SDM 3A, "Limit Checking", within a page and across its end. */
START_TEST(the_limit_of_cs_cuts_an_instruction_off)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t room = 1; room <= 5; room++) {
        for (uint32_t before = 0; before < 5; before++)
            run_cut_off(EDGE - before, room);
    }
    rig_release(&rig);
}
END_TEST

/* SDM 2A, "INT n", real-address mode. */
START_TEST(a_vector_beyond_the_limit_in_real_mode)
{
    rig_init(&rig, "pentiumpro");
    rig_enter_real(&rig);
    rig.cpu.idtr.limit = 5 * 4 + 2;
    EXPECT_EQ(RIG_RUN(&rig, 0xcd, 5), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    rig_release(&rig);
}
END_TEST

/* SDM 3A, "Task-Gate Descriptor": tasks are in the GDT. */
START_TEST(a_task_gate_into_the_ldt)
{
    rig_init(&rig, "pentiumpro");
    rig_gate(&rig, RIG_GDT + GATE, LOCAL, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT, 0);
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, GATE, 0), false);
    expect_fault(VECTOR_GP, LOCAL);
    rig_release(&rig);
}
END_TEST

START_TEST(a_return_to_a_task_in_the_ldt)
{
    rig_init(&rig, "pentiumpro");
    rig_store(&rig, RIG_TSS, 2, LOCAL);
    rig.cpu.eflags |= FLAG_NT;
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), false);
    expect_fault(VECTOR_TS, LOCAL);
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reading_cr4_of_a_486_is_undefined,
        the_limit_of_cs_cuts_an_instruction_off,
        a_vector_beyond_the_limit_in_real_mode,
        a_task_gate_into_the_ldt,
        a_return_to_a_task_in_the_ldt,
    };

    return run_tests("exits", tests, sizeof tests / sizeof tests[0]);
}
