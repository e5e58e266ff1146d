/* SPDX-License-Identifier: MIT */
#include "cpu/insn/far.h"

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { GATE = RIG_TEST, TARGET = RIG_TEST + 8, PARAMETERS_MAX = 32 };

static struct rig rig;

static void expect_fault(unsigned vector, uint32_t error_code)
{
    EXPECT_EQ(rig.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].error_code, error_code);
}

static void build_gate(unsigned type, unsigned dpl, uint16_t selector,
                       uint32_t offset, unsigned count)
{
    rig_gate(&rig, RIG_GDT + GATE, selector, offset,
             DESC_P | type << DESC_TYPE_SHIFT | dpl << DESC_DPL_SHIFT, count);
}

/* A CALL to inner privilege: the words on the new stack, deepest first, are
 * SS, ESP, the parameters, CS, EIP. */
static void check_call_inner(bool wide, uint8_t from, uint8_t to,
                             unsigned count)
{
    const unsigned size = wide ? 4 : 2;
    const uint32_t mask = wide ? 0xffffffffu : 0xffff;
    uint32_t esp;

    rig_enter(&rig, from);
    build_gate(wide ? SYSTEM_CALL_GATE32 : SYSTEM_CALL_GATE16, 3, rig_code(to),
               0x9876, count);
    for (unsigned i = count; i-- > 0;)
        rig_push(&rig, size, (0xabcd1000u + i) & mask);
    esp = rig.cpu.gpr[ESP];
    EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0, 0, 0, 0, GATE, 0), true);
    EXPECT_EQ(rig.cpu.cpl, to);
    EXPECT_EQ(rig.cpu.eip, 0x9876);
    EXPECT_EQ(rig.cpu.segment[CS].selector, rig_code(to));
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(to));
    EXPECT_EQ(rig.cpu.gpr[ESP],
              RIG_STACKS + to * 0x10000u - 0x100 - (count + 4) * size);
    EXPECT_EQ(rig_stacked(&rig, size, 0), (RIG_CODE + 7) & mask);
    EXPECT_EQ(rig_stacked(&rig, size, 1), rig_code(from));
    for (unsigned i = 0; i < count; i++)
        EXPECT_EQ(rig_stacked(&rig, size, 2 + i), (0xabcd1000u + i) & mask);
    EXPECT_EQ(rig_stacked(&rig, size, 2 + count), esp & mask);
    EXPECT_EQ(rig_stacked(&rig, size, 3 + count), rig_data(from));
}

START_TEST(call_gate_copies_its_parameters)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned count = 0; count < PARAMETERS_MAX; count++) {
        for (uint8_t from = 1; from < 4; from++) {
            for (uint8_t to = 0; to < from; to++) {
                check_call_inner(true, from, to, count);
                check_call_inner(false, from, to, count);
            }
        }
    }
}
END_TEST

START_TEST(call_gate_of_same_privilege_pushes_by_the_gates_size)
{
    rig_init(&rig, "pentiumpro");
    build_gate(SYSTEM_CALL_GATE16, 0, rig_code(0), 0x9876, 5);
    EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0, 0, 0, 0, GATE, 0), true);
    EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS - 4);
    EXPECT_EQ(rig_stacked(&rig, 2, 0), (RIG_CODE + 7) & 0xffff);
    EXPECT_EQ(rig_stacked(&rig, 2, 1), rig_code(0));
}
END_TEST

/* Gate's DPL and P, CPL, RPL; target's type, DPL and P; JMP and CALL. The
 * order and the names are those of SDM 2A, "CALL" and "JMP". */
struct point {
    unsigned gate_dpl, gate_present, cpl, rpl;
    unsigned type, dpl, present;
    bool call;
};

static unsigned verdict(const struct point *point, uint32_t *error_code)
{
    const bool conforming = point->type & 4;

    *error_code = GATE;
    if (point->gate_dpl < point->cpl || point->gate_dpl < point->rpl)
        return VECTOR_GP;
    if (!point->gate_present)
        return VECTOR_NP;
    *error_code = TARGET;
    if (!(point->type & 8) || point->dpl > point->cpl)
        return VECTOR_GP;
    if (!point->call && !conforming && point->dpl != point->cpl)
        return VECTOR_GP;
    return point->present ? 0xff : VECTOR_NP;
}

static void check_point(const struct point *point)
{
    const bool inner = point->call && !(point->type & 4);
    const unsigned cpl = inner ? point->dpl : point->cpl;
    uint32_t error_code;
    const unsigned expected = verdict(point, &error_code);

    rig_enter(&rig, (uint8_t)point->cpl);
    build_gate(SYSTEM_CALL_GATE32, point->gate_dpl, TARGET, 0x9876, 0);
    if (!point->gate_present)
        rig_store(&rig, RIG_GDT + GATE + 5, 1,
                  SYSTEM_CALL_GATE32 | point->gate_dpl << 5);
    rig_descriptor(&rig, TARGET, 0, 0xfffff,
                   point->type << 8 | DESC_S | point->dpl << 13 |
                       point->present << 15 | DESC_DB);
    if (RIG_RUN(&rig, point->call ? 0x9a : 0xea, 0, 0, 0, 0,
                (uint8_t)(GATE | point->rpl), 0)) {
        EXPECT_EQ(expected, 0xff);
        EXPECT_EQ(rig.cpu.cpl, cpl);
        EXPECT_EQ(rig.cpu.segment[CS].selector, TARGET | cpl);
        return;
    }
    expect_fault(expected, error_code);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE);
    EXPECT_EQ(rig.cpu.cpl, point->cpl);
}

START_TEST(every_call_gate_and_target_is_judged)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 1u << 15; i++) {
        const struct point point = {.gate_dpl = i & 3,
                                    .cpl = i >> 2 & 3,
                                    .rpl = i >> 4 & 3,
                                    .dpl = i >> 6 & 3,
                                    .type = i >> 8 & 15,
                                    .gate_present = i >> 12 & 1,
                                    .present = i >> 13 & 1,
                                    .call = i >> 14 & 1};

        check_point(&point);
    }
}
END_TEST

/* RETF: to every descriptor from every CPL; the frame's stack is good. */
static void check_return(unsigned s_type, unsigned dpl, uint8_t cpl,
                         uint8_t rpl)
{
    const bool code = s_type >= 24;
    const bool good =
        code && rpl >= cpl && (s_type & 4 ? dpl <= rpl : dpl == rpl);

    rig_enter(&rig, cpl);
    rig_descriptor(&rig, TARGET, 0, 0xfffff,
                   s_type << 8 | dpl << 13 | DESC_P | DESC_DB);
    rig_push(&rig, 4, rig_data(rpl));
    rig_push(&rig, 4, 0x30000);
    rig_push(&rig, 4, 0x1111);
    rig_push(&rig, 4, 0x2222);
    rig_push(&rig, 4, (uint32_t)TARGET | rpl);
    rig_push(&rig, 4, 0x9876);
    if (!RIG_RUN(&rig, 0xca, 8, 0)) {
        EXPECT_EQ(good, false);
        expect_fault(VECTOR_GP, TARGET);
        return;
    }
    EXPECT_EQ(good, true);
    EXPECT_EQ(rig.cpu.cpl, rpl);
    EXPECT_EQ(rig.cpu.eip, 0x9876);
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(rpl));
    if (rpl > cpl)
        EXPECT_EQ(rig.cpu.gpr[ESP], 0x30008);
    else
        EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS + cpl * 0x10000u - 8);
}

START_TEST(every_descriptor_is_judged_for_far_return)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 32 * 64; i++)
        check_return(i & 31, i >> 5 & 3, i >> 7 & 3, i >> 9 & 3);
}
END_TEST

START_TEST(return_to_outer_privilege_drops_inner_data_segments)
{
    rig_init(&rig, "pentiumpro");
    for (uint8_t dpl = 0; dpl < 4; dpl++) {
        for (unsigned conforming = 0; conforming < 2; conforming++) {
            struct segment *segment = &rig.cpu.segment[ES];

            rig_enter(&rig, 0);
            segment->rights = DESC_P | DESC_S | DESC_READABLE |
                              (uint32_t)dpl << DESC_DPL_SHIFT;
            if (conforming)
                segment->rights |= DESC_CODE | DESC_CONFORMING;
            rig_push(&rig, 4, rig_data(2));
            rig_push(&rig, 4, 0x30000);
            rig_push(&rig, 4, rig_code(2));
            rig_push(&rig, 4, 0x9876);
            EXPECT_EQ(RIG_RUN(&rig, 0xcb), true);
            EXPECT_EQ(segment->usable, conforming || dpl >= 2);
            EXPECT_EQ(rig.cpu.segment[DS].usable, false);
            EXPECT_EQ(rig.cpu.segment[DS].selector, 0);
        }
    }
}
END_TEST

START_TEST(real_mode_calls_and_returns_far)
{
    rig_init(&rig, "386");
    rig_enter_real(&rig);
    EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0x34, 0x12, 0x00, 0x12), true);
    EXPECT_EQ(rig.cpu.eip, 0x1234);
    EXPECT_EQ(rig.cpu.segment[CS].base, 0x12000);
    EXPECT_EQ(rig_stacked(&rig, 2, 0), 5);
    EXPECT_EQ(rig_stacked(&rig, 2, 1), RIG_CODE >> 4);
    EXPECT_EQ(RIG_RUN(&rig, 0xca, 2, 0), true);
    EXPECT_EQ(rig.cpu.eip, 5);
    EXPECT_EQ(rig.cpu.segment[CS].base, RIG_CODE);
    EXPECT_EQ(rig.cpu.gpr[ESP], 0x2002);
}
END_TEST

/* The frame's pages are proven before one word of it is written. */
START_TEST(call_without_room_changes_nothing)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t esp = 0; esp < 16; esp++) {
        rig_enter(&rig, 0);
        rig.cpu.segment[SS].limit = 0xffff;
        rig.cpu.gpr[ESP] = esp;
        rig_store(&rig, 0, 4, 0x13572468);
        EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0x78, 0x56, 0, 0, RIG_CODE0, 0),
                  esp >= 8);
        if (esp < 8) {
            expect_fault(VECTOR_SS, 0);
            EXPECT_EQ(rig.cpu.gpr[ESP], esp);
            EXPECT_EQ(rig_load(&rig, 0, 4), 0x13572468);
        }
    }
}
END_TEST

/* Jump, call and return: the last of the checks. */
START_TEST(eip_outside_the_limit_is_gp_of_0)
{
    static const uint8_t opcodes[] = {0xea, 0x9a, 0xcb};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 12; i++) {
        const uint8_t opcode = opcodes[i / 4];
        const uint32_t eip = 0xffe + i % 4;

        rig_enter(&rig, 3);
        rig_descriptor(&rig, TARGET, 0, 0xfff,
                       DESC_P | DESC_S | DESC_CODE | DESC_DPL);
        rig_push(&rig, 4, TARGET | 3);
        rig_push(&rig, 4, eip);
        EXPECT_EQ(RIG_RUN(&rig, opcode, (uint8_t)eip, (uint8_t)(eip >> 8), 0, 0,
                          TARGET | 3, 0),
                  eip <= 0xfff);
        EXPECT_EQ(rig_load(&rig, RIG_GDT + TARGET + 5, 1) & 1, eip <= 0xfff);
        if (rig.faults > 0)
            expect_fault(VECTOR_GP, 0);
    }
}
END_TEST

START_TEST(a_selector_outside_the_table_is_gp)
{
    rig_init(&rig, "pentiumpro");
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, 0xfb, 0x0f), false);
    expect_fault(VECTOR_GP, 0xff8);
}
END_TEST

/* #AC on a stack of CPL 3 needs CR0.AM and EFLAGS.AC. */
START_TEST(call_on_an_odd_stack_is_an_alignment_check)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 16; i++) {
        const uint8_t cpl = i & 1 ? 3 : 0;
        const bool odd = (i & 1) && (i & 2) && (i & 4) && (i & 8);

        rig_enter(&rig, cpl);
        rig.cpu.cr0 |= i & 2 ? CR0_AM : 0;
        rig.cpu.eflags |= i & 4 ? FLAG_AC : 0;
        rig.cpu.gpr[ESP] -= i & 8 ? 2 : 0;
        EXPECT_EQ(
            RIG_RUN(&rig, 0x9a, 0x78, 0x56, 0, 0, (uint8_t)rig_code(cpl), 0),
            !odd);
        if (odd)
            expect_fault(VECTOR_AC, 0);
    }
}
END_TEST

START_TEST(far_pointers_are_read_from_memory)
{
    rig_init(&rig, "pentiumpro");
    rig_store(&rig, RIG_DATA, 4, 0x5678);
    rig_store(&rig, RIG_DATA + 4, 2, RIG_CODE0);
    rig.cpu.gpr[EBX] = RIG_DATA;
    EXPECT_EQ(RIG_RUN(&rig, 0xff, 0x2b), true);
    EXPECT_EQ(rig.cpu.eip, 0x5678);
    EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS);
    EXPECT_EQ(RIG_RUN(&rig, 0xff, 0x1b), true);
    EXPECT_EQ(rig.cpu.eip, 0x5678);
    EXPECT_EQ(rig_stacked(&rig, 4, 0), 0x567a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        call_gate_copies_its_parameters,
        call_gate_of_same_privilege_pushes_by_the_gates_size,
        every_call_gate_and_target_is_judged,
        every_descriptor_is_judged_for_far_return,
        return_to_outer_privilege_drops_inner_data_segments,
        real_mode_calls_and_returns_far,
        call_without_room_changes_nothing,
        eip_outside_the_limit_is_gp_of_0,
        a_selector_outside_the_table_is_gp,
        call_on_an_odd_stack_is_an_alignment_check,
        far_pointers_are_read_from_memory,
    };

    return run_tests("far", tests, sizeof tests / sizeof tests[0]);
}
