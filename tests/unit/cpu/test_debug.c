/* SPDX-License-Identifier: MIT */
/* Debug registers: what meets a breakpoint, when #DB comes, what DR6 says. */
#include "cpu/debug.h"

#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum {
    BREAK_INSTRUCTION,
    BREAK_WRITE,
    BREAK_PORT,
    BREAK_ACCESS,
    RFLAG_IMAGE = 2, /* doubleword of EFLAGS in the frame */
    NOP = 0x90
};

static void start(struct rig *rig)
{
    rig_init(rig, "pentiumpro");
    rig_enter(rig, 0);
    rig_handle(rig, VECTOR_DB, rig_code(0), 14, 0);
    rig->cpu.eip = RIG_CODE;
}

/* Breakpoint `n`: `kind` and LEN field as DR7 encodes them. */
static void arm(struct rig *rig, unsigned n, uint32_t linear, unsigned kind,
                unsigned len)
{
    rig->cpu.debug.address[n] = linear;
    rig->cpu.debug.dr7 |= 2u << 2 * n | (kind | len << 2) << (16 + 4 * n);
    debug_update(&rig->cpu);
}

static void put(struct rig *rig, uint32_t linear, const void *bytes,
                uint32_t size)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, linear, bytes, size);
}

static void run_to(struct rig *rig, uint64_t tick)
{
    while (rig->clock.now < tick)
        (void)cpu_run(&rig->cpu, tick);
}

static bool in_handler(const struct rig *rig)
{
    return rig->cpu.eip == rig_handler(VECTOR_DB);
}

START_TEST(an_instruction_breakpoint_is_a_fault_before_it)
{
    for (unsigned n = 0; n < DEBUG_ADDRESSES; n++) {
        for (uint32_t at = 0; at < 20; at++) {
            struct rig rig;

            start(&rig);
            for (uint32_t i = 0; i < 32; i++)
                rig_store(&rig, RIG_CODE + i, 1, NOP);
            arm(&rig, n, RIG_CODE + at, BREAK_INSTRUCTION, 0);
            run_to(&rig, at + 1);
            EXPECT(in_handler(&rig));
            EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + at);
            EXPECT_EQ(rig_stacked(&rig, 4, RFLAG_IMAGE) & FLAG_RF, 0);
            EXPECT_EQ(rig.cpu.debug.dr6 & 0xe00f, 1u << n);
            rig_release(&rig);
        }
    }
}
END_TEST

START_TEST(the_resume_flag_lets_one_instruction_pass)
{
    /* The handler sets RF in its frame and returns. */
    static const uint8_t handler[] = {0x81, 0x4c, 0x24, 0x08, 0, 0, 1, 0, 0xcf};
    static const uint8_t code[] = {0x40, 0xeb, 0xfd}; /* inc eax; jmp */
    struct rig rig;

    start(&rig);
    put(&rig, rig_handler(VECTOR_DB), handler, sizeof handler);
    put(&rig, RIG_CODE, code, sizeof code);
    arm(&rig, 0, RIG_CODE, BREAK_INSTRUCTION, 0);
    run_to(&rig, 5 * 10); /* #DB, or, iret, inc, jmp */
    EXPECT_EQ(rig.cpu.gpr[EAX], 10);
    EXPECT_EQ(rig.cpu.exceptions[VECTOR_DB], 10);
    rig_release(&rig);
}
END_TEST

/* However often a run ends between its iterations. */
START_TEST(a_breakpoint_on_rep_is_met_once)
{
    static const uint8_t code[] = {0xf3, 0xaa, NOP, NOP}; /* rep stosb */
    struct rig rig;

    start(&rig);
    put(&rig, RIG_CODE, code, sizeof code);
    rig.cpu.gpr[ECX] = 5;
    rig.cpu.gpr[EDI] = RIG_DATA;
    arm(&rig, 0, RIG_CODE, BREAK_INSTRUCTION, 0);
    /* As the handler would return. */
    cpu_set_eflags(&rig.cpu, FLAG_RF);
    rig.cpu.resume_tick = rig.clock.now;
    for (uint64_t i = 0; i < 6; i++)
        run_to(&rig, rig.clock.now + 1);
    EXPECT_EQ(rig.cpu.exceptions[VECTOR_DB], 0);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 3);
    rig_release(&rig);
}
END_TEST

/* Does breakpoint (kind, length) at `where` meet `size` bytes at `first`?
 * SDM 3B, table "Breakpoint Examples": any byte of both. */
static bool should_meet(unsigned kind, uint32_t length, uint32_t where,
                        bool write, uint32_t first, uint32_t size)
{
    where -= where % length;
    for (uint32_t a = where; a < where + length; a++) {
        for (uint32_t b = first; b < first + size; b++) {
            if (a == b)
                return kind == BREAK_ACCESS || write;
        }
    }
    return false;
}

static void check_data(unsigned kind, unsigned len, uint32_t where, bool write,
                       uint32_t size)
{
    static const uint32_t lengths[4] = {1, 2, 1, 4};
    /* nop; nop, or an operand size prefix; mov [edi], eax or the reverse */
    uint8_t code[5] = {NOP, NOP, 0x88, 7, NOP};
    const uint32_t first = RIG_DATA + 8;
    struct rig rig;

    if (size == 2)
        code[1] = 0x66;
    code[2] = (uint8_t)((write ? 0x88 : 0x8a) + (size > 1));
    start(&rig);
    put(&rig, RIG_CODE, code, sizeof code);
    rig.cpu.gpr[EDI] = first;
    arm(&rig, 2, where, kind, len);
    run_to(&rig, size == 2 ? 3 : 4);
    EXPECT_EQ(in_handler(&rig),
              should_meet(kind, lengths[len], where, write, first, size));
    if (in_handler(&rig)) {
        EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 4);
        EXPECT_EQ(rig.cpu.debug.dr6 & 0xe00f, 4);
    }
    rig_release(&rig);
}

START_TEST(a_data_breakpoint_is_a_trap_behind_the_access)
{
    static const unsigned kinds[2] = {BREAK_WRITE, BREAK_ACCESS};

    for (unsigned k = 0; k < 2; k++)
        for (unsigned len = 0; len < 4; len++)
            for (uint32_t where = RIG_DATA; where < RIG_DATA + 16; where++)
                for (unsigned write = 0; write < 2; write++)
                    for (uint32_t size = 1; size <= 4; size *= 2)
                        check_data(kinds[k], len, where, write, size);
}
END_TEST

START_TEST(a_watched_page_is_seen_after_fast_accesses_too)
{
    static const uint8_t loop[] = {0x89, 0x07, 0x40, 0xeb, 0xfb};
    struct rig rig;

    start(&rig);
    put(&rig, RIG_CODE, loop, sizeof loop); /* mov [edi], eax; inc; jmp */
    rig.cpu.gpr[EDI] = RIG_DATA;
    run_to(&rig, 300);
    EXPECT_EQ(rig.cpu.gpr[EAX], 100);
    arm(&rig, 0, RIG_DATA, BREAK_WRITE, 3);
    run_to(&rig, 302);
    EXPECT(in_handler(&rig));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 2);
    rig_release(&rig);
}
END_TEST

START_TEST(a_port_breakpoint_needs_debugging_extensions)
{
    static const uint8_t code[] = {0xe4, 0x71, 0x90}; /* in al, 71; nop */

    for (unsigned extensions = 0; extensions < 2; extensions++) {
        struct rig rig;

        start(&rig);
        put(&rig, RIG_CODE, code, sizeof code);
        rig.cpu.cr4 = extensions ? CR4_DE : 0;
        arm(&rig, 3, 0x71, BREAK_PORT, 0);
        run_to(&rig, 2);
        EXPECT_EQ(in_handler(&rig), extensions);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(single_steps_trap_behind_each_instruction)
{
    for (uint32_t steps = 1; steps < 10; steps++) {
        struct rig rig;

        start(&rig);
        for (uint32_t i = 0; i < 16; i++)
            rig_store(&rig, RIG_CODE + i, 1, NOP);
        rig_store(&rig, rig_handler(VECTOR_DB), 1, 0xcf); /* iret */
        rig.cpu.eflags |= FLAG_TF;
        run_to(&rig, steps * 3 - 1); /* nop, #DB, iret */
        EXPECT(in_handler(&rig));
        EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + steps);
        EXPECT(rig.cpu.debug.dr6 & DR6_BS);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(mov_ss_holds_a_data_trap_back_for_one_instruction)
{
    static const uint8_t code[] = {0x8e, 0x17, 0x90, 0x90};
    struct rig rig;

    start(&rig);
    put(&rig, RIG_CODE, code, sizeof code); /* mov ss, [edi]; nop; nop */
    rig_store(&rig, RIG_DATA, 2, rig_data(0));
    rig.cpu.gpr[EDI] = RIG_DATA;
    arm(&rig, 0, RIG_DATA, BREAK_ACCESS, 1);
    run_to(&rig, 2);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 3);
    run_to(&rig, 3);
    EXPECT(in_handler(&rig));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 3);
    rig_release(&rig);
}
END_TEST

/* An instruction and a NOP or an INT behind it, with TF; the tick after the
 * first. What is in the frame's EIP, less RIG_CODE, when #DB came. */
static uint32_t step_over(const uint8_t *code, uint32_t size)
{
    struct rig rig;
    uint32_t eip = 0;

    start(&rig);
    rig_handle(&rig, VECTOR_OF, rig_code(0), 14, 0);
    rig_store(&rig, rig_handler(VECTOR_OF), 1, NOP);
    put(&rig, RIG_CODE, code, size);
    rig.cpu.gpr[EAX] = rig_data(0);
    rig.cpu.eflags |= FLAG_TF;
    for (uint64_t tick = 1; tick < 5 && eip == 0; tick++) {
        run_to(&rig, tick);
        if (in_handler(&rig))
            eip = rig_stacked(&rig, 4, 0);
    }
    rig_release(&rig);
    return eip ? eip - RIG_CODE : 0;
}

/* SDM 3A, "Masking Exceptions and Interrupts When Switching Stacks": the step
 * over MOV SS is told behind the next instruction, which may be an INT. STI
 * holds interrupts back only. */
START_TEST(mov_ss_holds_a_step_back_but_sti_does_not)
{
    static const uint8_t mov_ss[] = {0x8e, 0xd0, NOP, NOP};
    static const uint8_t mov_ss_int[] = {0x8e, 0xd0, 0xcd, VECTOR_OF};
    static const uint8_t sti[] = {0xfb, NOP, NOP};

    EXPECT_EQ(step_over(mov_ss, sizeof mov_ss), 3);
    EXPECT_EQ(step_over(mov_ss_int, sizeof mov_ss_int),
              rig_handler(VECTOR_OF) - RIG_CODE);
    EXPECT_EQ(step_over(sti, sizeof sti), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_instruction_breakpoint_is_a_fault_before_it,
        the_resume_flag_lets_one_instruction_pass,
        a_breakpoint_on_rep_is_met_once,
        a_data_breakpoint_is_a_trap_behind_the_access,
        a_watched_page_is_seen_after_fast_accesses_too,
        a_port_breakpoint_needs_debugging_extensions,
        single_steps_trap_behind_each_instruction,
        mov_ss_holds_a_data_trap_back_for_one_instruction,
        mov_ss_holds_a_step_back_but_sti_does_not};

    return run_tests("debug", tests, sizeof tests / sizeof tests[0]);
}
