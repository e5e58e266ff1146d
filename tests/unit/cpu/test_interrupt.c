/* SPDX-License-Identifier: MIT */
#include "cpu/interrupt.h"

#include "cpu/exception.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { VECTOR = 0x31, RESTART = RIG_CODE };

static struct rig rig;

static const uint8_t gate_types[] = {
    SYSTEM_INTERRUPT_GATE16, SYSTEM_TRAP_GATE16, SYSTEM_INTERRUPT_GATE32,
    SYSTEM_TRAP_GATE32};

static bool is_wide(unsigned type)
{
    return type >= SYSTEM_INTERRUPT_GATE32;
}

static bool masks(unsigned type)
{
    return type == SYSTEM_INTERRUPT_GATE16 || type == SYSTEM_INTERRUPT_GATE32;
}

/* Every type that an IDT entry can have, DPL, P, CPL and source: which fault
 * names the gate. SDM 2A, "INT n", PROTECTED-MODE. */
static unsigned verdict_on_gate(unsigned s_type, unsigned dpl, unsigned cpl,
                                bool present, bool software)
{
    const bool is_gate = s_type == 5 || s_type == 6 || s_type == 7 ||
                         s_type == 14 || s_type == 15;

    if (!is_gate || (software && dpl < cpl))
        return VECTOR_GP;
    return present ? 0xff : VECTOR_NP;
}

static void check_gate(unsigned s_type, unsigned dpl, uint8_t cpl, bool present,
                       bool software)
{
    const struct interrupt interrupt = {.vector = VECTOR,
                                        .source = software ? INTERRUPT_SOFTWARE
                                                           : INTERRUPT_EXTERNAL,
                                        .return_eip = RESTART};
    const unsigned verdict =
        verdict_on_gate(s_type, dpl, cpl, present, software);
    const uint32_t ext = software ? 0 : 1;

    if (s_type == 5 && verdict == 0xff)
        return; /* task gates: test_task.c */
    rig_enter(&rig, cpl);
    rig.cpu.idtr.limit = RIG_TABLE_LIMIT;
    rig_raw(&rig, RIG_IDT + VECTOR * 8, (uint32_t)rig_code(0) << 16 | 0x1234,
            s_type << 8 | dpl << 13 | (uint32_t)present << 15);
    if (interrupt_enter(&rig.cpu, &interrupt)) {
        EXPECT_EQ(verdict, 0xff);
        EXPECT_EQ(rig.cpu.eip, 0x1234);
        EXPECT_EQ(rig.cpu.cpl, 0);
        EXPECT_EQ(rig.cpu.segment[CS].selector, rig_code(0));
        return;
    }
    EXPECT_EQ(rig.cpu.fault.vector, verdict);
    EXPECT_EQ(rig.cpu.fault.error_code, VECTOR * 8 + 2 + ext);
    EXPECT_EQ(rig.cpu.cpl, cpl);
}

START_TEST(every_gate_is_judged)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned s_type = 0; s_type < 32; s_type++) {
        for (unsigned rest = 0; rest < 64; rest++)
            check_gate(s_type, rest & 3, rest >> 2 & 3, rest >> 4 & 1,
                       rest >> 5 & 1);
    }
}
END_TEST

/* The frame of each kind of gate from each privilege to each inner one. */
static void check_frame(unsigned type, uint8_t from, uint8_t to, bool error)
{
    const struct interrupt interrupt = {.vector = VECTOR_GP,
                                        .source = INTERRUPT_EXCEPTION,
                                        .has_error_code = error,
                                        .error_code = 0x4321,
                                        .return_eip = 0x8765};
    const unsigned size = is_wide(type) ? 4 : 2;
    const uint32_t flags = FLAG_1 | FLAG_IF | FLAG_TF | FLAG_CF | FLAG_OF;
    unsigned i = 0;
    uint32_t esp;

    rig_enter(&rig, from);
    rig_handle(&rig, VECTOR_GP, rig_code(to), type, 3);
    cpu_set_eflags(&rig.cpu, flags);
    esp = rig.cpu.gpr[ESP];
    EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), true);
    EXPECT_EQ(rig.cpu.segment[CS].selector, rig_code(to));
    EXPECT_EQ(rig.cpu.cpl, to);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_GP));
    EXPECT_EQ(cpu_eflags(&rig.cpu),
              flags & ~(uint32_t)(FLAG_TF | (masks(type) ? FLAG_IF : 0)));
    if (error)
        EXPECT_EQ(rig_stacked(&rig, size, i++), 0x4321);
    EXPECT_EQ(rig_stacked(&rig, size, i++), 0x8765);
    EXPECT_EQ(rig_stacked(&rig, size, i++), rig_code(from));
    EXPECT_EQ(rig_stacked(&rig, size, i++),
              flags | (is_wide(type) ? FLAG_RF : 0));
    if (from == to) {
        EXPECT_EQ(rig.cpu.gpr[ESP], esp - i * size);
        return;
    }
    EXPECT_EQ(rig_stacked(&rig, size, i++), is_wide(type) ? esp : esp & 0xffff);
    EXPECT_EQ(rig_stacked(&rig, size, i++), rig_data(from));
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(to));
    EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS + to * 0x10000u - 0x100 - i * size);
}

START_TEST(every_frame_has_its_words)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof gate_types; i++) {
        for (uint8_t from = 0; from < 4; from++) {
            for (uint8_t to = 0; to <= from; to++) {
                check_frame(gate_types[i], from, to, false);
                check_frame(gate_types[i], from, to, true);
            }
        }
    }
}
END_TEST

START_TEST(conforming_handler_keeps_cpl_and_stack)
{
    const struct interrupt interrupt = {
        .vector = VECTOR, .source = INTERRUPT_EXTERNAL, .return_eip = 0x8765};

    rig_init(&rig, "pentiumpro");
    for (uint8_t cpl = 0; cpl < 4; cpl++) {
        rig_enter(&rig, cpl);
        rig_descriptor(&rig, RIG_TEST, 0, 0xffffffffu,
                       RIG_CODE32 | DESC_CONFORMING);
        rig_handle(&rig, VECTOR, RIG_TEST, SYSTEM_INTERRUPT_GATE32, 0);
        EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), true);
        EXPECT_EQ(rig.cpu.cpl, cpl);
        EXPECT_EQ(rig.cpu.segment[CS].selector, RIG_TEST | cpl);
        EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(cpl));
    }
}
END_TEST

/* What the inner stack of the TSS may be: error codes #TS and #SS. */
static void check_inner_stack(uint16_t selector, unsigned s_type, unsigned dpl,
                              bool present)
{
    const struct interrupt interrupt = {
        .vector = VECTOR, .source = INTERRUPT_SOFTWARE, .return_eip = 0x8765};
    const bool good =
        (selector & 3) == 1 && dpl == 1 && (s_type & 24) == 16 && (s_type & 2);

    rig_enter(&rig, 3);
    rig_handle(&rig, VECTOR, rig_code(1), SYSTEM_INTERRUPT_GATE32, 3);
    rig_descriptor(&rig, RIG_TEST, 0, 0xfffff,
                   s_type << 8 | dpl << 13 | (uint32_t)present << 15 | DESC_DB);
    rig_store(&rig, RIG_TSS + 16, 4, selector);
    if (interrupt_enter(&rig.cpu, &interrupt)) {
        EXPECT_EQ(good && present, true);
        return;
    }
    EXPECT_EQ(rig.cpu.fault.vector, good ? VECTOR_SS : VECTOR_TS);
    EXPECT_EQ(rig.cpu.fault.error_code, RIG_TEST);
    EXPECT_EQ(rig.cpu.cpl, 3);
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(3));
}

START_TEST(every_inner_stack_is_judged)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned s_type = 0; s_type < 32; s_type++) {
        for (unsigned rest = 0; rest < 32; rest++)
            check_inner_stack((uint16_t)(RIG_TEST | (rest & 3)), s_type,
                              rest >> 2 & 3, rest >> 4 & 1);
    }
}
END_TEST

START_TEST(inner_stack_outside_the_tss_is_ts_of_tr)
{
    const struct interrupt interrupt = {
        .vector = VECTOR, .source = INTERRUPT_EXTERNAL, .return_eip = 0x8765};

    rig_init(&rig, "pentiumpro");
    for (uint32_t limit = 0; limit < 32; limit++) {
        rig_enter(&rig, 3);
        rig_handle(&rig, VECTOR, rig_code(1), SYSTEM_INTERRUPT_GATE32, 3);
        rig.cpu.tr.limit = limit;
        EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), limit >= 0x11);
        if (limit < 0x11) {
            EXPECT_EQ(rig.cpu.fault.vector, VECTOR_TS);
            EXPECT_EQ(rig.cpu.fault.error_code, RIG_TSS_SELECTOR | 1);
        }
    }
}
END_TEST

/* Room for the frame ends at offset 0 of a 16-bit stack, or at its limit. */
START_TEST(no_room_on_the_stack_is_ss)
{
    const struct interrupt interrupt = {
        .vector = VECTOR, .source = INTERRUPT_SOFTWARE, .return_eip = 0x8765};

    rig_init(&rig, "pentiumpro");
    for (uint32_t esp = 0; esp < 32; esp++) {
        rig_enter(&rig, 0);
        rig_handle(&rig, VECTOR, rig_code(0), SYSTEM_INTERRUPT_GATE32, 3);
        rig.cpu.segment[SS].limit = 0xffff;
        rig.cpu.gpr[ESP] = esp;
        EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), esp >= 12);
        if (esp < 12) {
            EXPECT_EQ(rig.cpu.fault.vector, VECTOR_SS);
            EXPECT_EQ(rig.cpu.fault.error_code, 0);
            EXPECT_EQ(rig.cpu.gpr[ESP], esp);
        }
    }
}
END_TEST

START_TEST(handler_outside_its_segment_is_gp_of_0)
{
    const struct interrupt interrupt = {
        .vector = VECTOR, .source = INTERRUPT_SOFTWARE, .return_eip = 0x8765};

    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 3);
    rig_descriptor(&rig, RIG_TEST, 0, rig_handler(VECTOR) - 1,
                   DESC_P | DESC_S | DESC_CODE | DESC_DB);
    rig_handle(&rig, VECTOR, RIG_TEST, SYSTEM_INTERRUPT_GATE32, 3);
    EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), false);
    EXPECT_EQ(rig.cpu.fault.vector, VECTOR_GP);
    EXPECT_EQ(rig.cpu.fault.error_code, 0);
    EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 5, 1) & 1, 0);
}
END_TEST

START_TEST(int_n_returns_behind_itself_and_rf_is_not_shown)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, VECTOR, rig_code(0), SYSTEM_INTERRUPT_GATE32, 3);
    rig.cpu.eflags |= FLAG_RF;
    EXPECT_EQ(RIG_RUN(&rig, 0xcd, VECTOR), true);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 2);
    EXPECT_EQ(rig_stacked(&rig, 4, 2), FLAG_1);
    EXPECT_EQ(rig.entries, 1);
}
END_TEST

START_TEST(into_is_taken_on_overflow_only)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, VECTOR_OF, rig_code(0), SYSTEM_TRAP_GATE32, 3);
    EXPECT_EQ(RIG_RUN(&rig, 0xce), true);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 1);
    cpu_set_eflags(&rig.cpu, FLAG_OF);
    EXPECT_EQ(RIG_RUN(&rig, 0xce), true);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_OF));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 2);
}
END_TEST

START_TEST(int1_needs_no_gate_of_dpl_3)
{
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 3);
    rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_TRAP_GATE32, 0);
    EXPECT_EQ(RIG_RUN(&rig, 0xf1), true);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_DB));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 1);
}
END_TEST

START_TEST(real_mode_takes_the_vector_and_pushes_three_words)
{
    const uint32_t flags = FLAG_IF | FLAG_TF | FLAG_AC | FLAG_RF | FLAG_CF;

    rig_init(&rig, "486");
    rig_enter_real(&rig);
    rig.cpu.idtr.limit = 0x3ff;
    rig_store(&rig, RIG_IDT + VECTOR * 4, 4, 0x12345678);
    cpu_set_eflags(&rig.cpu, FLAG_IF | FLAG_AC | FLAG_RF | FLAG_CF);
    EXPECT_EQ(RIG_RUN(&rig, 0xcd, VECTOR), true);
    EXPECT_EQ(rig.cpu.segment[CS].selector, 0x1234);
    EXPECT_EQ(rig.cpu.segment[CS].base, 0x12340);
    EXPECT_EQ(rig.cpu.eip, 0x5678);
    EXPECT_EQ(cpu_eflags(&rig.cpu) & flags, FLAG_CF);
    EXPECT_EQ(rig.cpu.gpr[ESP], 0x2000 - 6);
    EXPECT_EQ(rig_stacked(&rig, 2, 0), 2);
    EXPECT_EQ(rig_stacked(&rig, 2, 1), RIG_CODE >> 4);
    EXPECT_EQ(rig_stacked(&rig, 2, 2), FLAG_1 | FLAG_IF | FLAG_CF);
}
END_TEST

/* The handler is entered with TF clear before the trap would be due. */
START_TEST(single_step_traps_behind_each_instruction_but_int)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 2; i++) {
        rig_enter(&rig, 0);
        rig_handle(&rig, VECTOR, rig_code(0), SYSTEM_TRAP_GATE32, 0);
        rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_TRAP_GATE32, 0);
        rig.cpu.eflags |= FLAG_TF;
        EXPECT_EQ(RIG_RUN(&rig, i ? 0xcd : 0xb0, VECTOR), true);
        if (i == 0)
            EXPECT_EQ(rig_step(&rig), false);
        EXPECT_EQ(rig.cpu.eip, rig_handler(i ? VECTOR : VECTOR_DB));
        EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 2);
        EXPECT_EQ(rig_stacked(&rig, 4, 2), FLAG_1 | FLAG_TF);
        EXPECT_EQ(rig.cpu.debug.dr6 & 0x4000, i ? 0 : 0x4000);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_gate_is_judged,
        every_frame_has_its_words,
        conforming_handler_keeps_cpl_and_stack,
        every_inner_stack_is_judged,
        inner_stack_outside_the_tss_is_ts_of_tr,
        no_room_on_the_stack_is_ss,
        handler_outside_its_segment_is_gp_of_0,
        int_n_returns_behind_itself_and_rf_is_not_shown,
        into_is_taken_on_overflow_only,
        int1_needs_no_gate_of_dpl_3,
        real_mode_takes_the_vector_and_pushes_three_words,
        single_step_traps_behind_each_instruction_but_int,
    };

    return run_tests("interrupt", tests, sizeof tests / sizeof tests[0]);
}
