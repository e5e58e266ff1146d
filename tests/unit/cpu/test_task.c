/* SPDX-License-Identifier: MIT */
#include "cpu/task.h"

#include "cpu/exec.h"
#include "cpu/interrupt.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum {
    TSS2 = RIG_TEST,             /* selector of the new task's TSS */
    GATE = RIG_TEST + 8,         /* a task gate to it */
    SMALL_STACK = RIG_TEST + 16, /* 16 bits wide */
    BUSY = 2,
    OLD_FLAGS = FLAG_1 | FLAG_CF | FLAG_OF
};

static struct rig rig;

/* Offsets of both formats. SDM 3A, figures "32-Bit Task-State Segment" and
 * "16-Bit TSS Format". */
struct layout {
    unsigned type, size, limit;
    unsigned eip, eflags, gpr, es, cs, ss, ds, ldt;
};

static const struct layout layouts[] = {
    {SYSTEM_TSS16, 2, 0x2b, 0x0e, 0x10, 0x12, 0x22, 0x24, 0x26, 0x28, 0x2a},
    {SYSTEM_TSS32, 4, 0x67, 0x20, 0x24, 0x28, 0x48, 0x4c, 0x50, 0x54, 0x60}};

static void put(const struct layout *layout, unsigned offset, uint32_t value)
{
    rig_store(&rig, RIG_TSS2 + offset, layout->size, value);
}

/* A task of privilege `cpl` that starts at 0x5678 with registers 0x101.. */
static void build_task(const struct layout *layout, uint8_t cpl)
{
    for (uint32_t offset = 0; offset < 0x80; offset += 4)
        rig_store(&rig, RIG_TSS2 + offset, 4, 0);
    rig_descriptor(&rig, TSS2, RIG_TSS2, layout->limit,
                   DESC_P | layout->type << DESC_TYPE_SHIFT);
    rig_gate(&rig, RIG_GDT + GATE, TSS2, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT | DESC_DPL, 0);
    put(layout, layout->eip, 0x5678);
    put(layout, layout->eflags, FLAG_1 | FLAG_ZF);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        put(layout, layout->gpr + i * layout->size, 0x1001 + i * 0x100);
    put(layout, layout->cs, rig_code(cpl));
    put(layout, layout->ss, rig_data(cpl));
    put(layout, layout->ds, rig_data(3));
    put(layout, layout->ldt, RIG_LDT_SELECTOR);
}

static void start(const struct layout *layout, uint8_t from, uint8_t to)
{
    rig_enter(&rig, from);
    build_task(layout, to);
    cpu_set_eflags(&rig.cpu, OLD_FLAGS);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        rig.cpu.gpr[i] = 0x20000 + i * 0x100;
}

static uint32_t type_of(uint16_t selector)
{
    return rig_load(&rig, RIG_GDT + selector + 5, 1) & 15;
}

static void expect_new_task(const struct layout *layout, uint8_t cpl,
                            bool nested)
{
    const uint32_t high = layout->size == 4 ? 0 : 0xffff0000u;

    EXPECT_EQ(rig.cpu.eip, 0x5678);
    EXPECT_EQ(rig.cpu.cpl, cpl);
    EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_1 | FLAG_ZF | (nested ? FLAG_NT : 0));
    for (unsigned i = 0; i < GPR_COUNT; i++)
        EXPECT_EQ(rig.cpu.gpr[i], high | (0x1001 + i * 0x100));
    EXPECT_EQ(rig.cpu.segment[CS].selector, rig_code(cpl));
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(cpl));
    EXPECT_EQ(rig.cpu.segment[DS].selector, rig_data(3));
    EXPECT_EQ(rig.cpu.segment[DS].usable, true);
    EXPECT_EQ(rig.cpu.segment[ES].usable, false);
    EXPECT_EQ(rig.cpu.ldtr.base, RIG_LDT);
    EXPECT_EQ(rig.cpu.tr.selector, TSS2);
    EXPECT_EQ(rig.cpu.tr.base, RIG_TSS2);
    EXPECT_EQ(rig.cpu.cr0 & CR0_TS, CR0_TS);
    EXPECT_EQ(type_of(TSS2), layout->type | BUSY);
}

/* The old task is a 32-bit one. */
static void expect_old_state(uint32_t eip, uint8_t cpl, uint32_t eflags)
{
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x20, 4), eip);
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x24, 4), eflags);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x28 + i * 4, 4),
                  0x20000 + i * 0x100);
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x48, 2), rig_data(cpl));
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x4c, 2), rig_code(cpl));
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x5c, 2), rig_data(cpl));
}

static void check_transfer(const struct layout *layout, uint8_t opcode,
                           uint8_t selector, uint8_t to)
{
    const bool call = opcode == 0x9a;
    const uint8_t from = selector == GATE ? 2 : 0;

    start(layout, from, to);
    EXPECT_EQ(RIG_RUN(&rig, opcode, 0, 0, 0, 0, selector, 0), true);
    expect_new_task(layout, to, call);
    expect_old_state(RIG_CODE + 7, from, OLD_FLAGS);
    EXPECT_EQ(type_of(RIG_TSS_SELECTOR),
              call ? SYSTEM_TSS32_BUSY : SYSTEM_TSS32);
    EXPECT_EQ(rig_load(&rig, RIG_TSS2, 2), call ? RIG_TSS_SELECTOR : 0);
}

START_TEST(jump_and_call_switch_tasks)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 2; i++) {
        for (uint8_t cpl = 0; cpl < 4; cpl++) {
            check_transfer(&layouts[i], 0xea, TSS2, cpl);
            check_transfer(&layouts[i], 0x9a, TSS2, cpl);
            check_transfer(&layouts[i], 0xea, GATE, cpl);
            check_transfer(&layouts[i], 0x9a, GATE, cpl);
        }
    }
}
END_TEST

START_TEST(iret_goes_back_to_the_caller)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 2; i++) {
        start(&layouts[i], 0, 0);
        EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0, 0, 0, 0, TSS2, 0), true);
        EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
        EXPECT_EQ(rig.cpu.eip, RIG_CODE + 7);
        EXPECT_EQ(cpu_eflags(&rig.cpu), OLD_FLAGS);
        EXPECT_EQ(rig.cpu.gpr[EDI], 0x20700);
        EXPECT_EQ(rig.cpu.tr.selector, RIG_TSS_SELECTOR);
        EXPECT_EQ(type_of(RIG_TSS_SELECTOR), SYSTEM_TSS32_BUSY);
        EXPECT_EQ(type_of(TSS2), layouts[i].type);
        EXPECT_EQ(rig_load(&rig, RIG_TSS2 + layouts[i].eip, layouts[i].size),
                  0x5679);
        EXPECT_EQ(rig_load(&rig, RIG_TSS2 + layouts[i].eflags, 2),
                  FLAG_1 | FLAG_ZF);
    }
}
END_TEST

/* An exception through a task gate: the error code lies on the new stack. */
START_TEST(exception_goes_through_a_task_gate)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 2; i++) {
        const unsigned size = layouts[i].size;

        start(&layouts[i], 3, 0);
        put(&layouts[i], layouts[i].gpr + ESP * size, 0xf000);
        put(&layouts[i], layouts[i].ss, SMALL_STACK);
        rig_descriptor(&rig, SMALL_STACK, 0, 0xffff,
                       DESC_P | DESC_S | DESC_WRITABLE);
        rig.cpu.idtr.limit = RIG_TABLE_LIMIT;
        rig_gate(&rig, RIG_IDT + VECTOR_GP * 8, TSS2, 0,
                 DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT, 0);
        EXPECT_EQ(RIG_RUN(&rig, 0xcd, 0x55), false);
        EXPECT_EQ(rig.faults, 1);
        EXPECT_EQ(rig.cpu.eip, 0x5678);
        EXPECT_EQ(rig.cpu.eflags & FLAG_NT, FLAG_NT);
        EXPECT_EQ(rig.cpu.gpr[ESP] & 0xffff, 0xf000 - size);
        EXPECT_EQ(rig_load(&rig, 0xf000 - size, size), 0x55 * 8 + 2);
        expect_old_state(RIG_CODE, 3, OLD_FLAGS | FLAG_RF);
    }
}
END_TEST

/* Before the commit point: selector, type, P, limit. Nothing changes. */
static void check_refused(unsigned vector, uint32_t error_code)
{
    EXPECT_EQ(RIG_RUN(&rig, 0x9a, 0, 0, 0, 0, TSS2, 0), false);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].error_code, error_code);
    EXPECT_EQ(rig.cpu.tr.selector, RIG_TSS_SELECTOR);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE);
    EXPECT_EQ(rig.cpu.gpr[EDI], 0x20700);
    EXPECT_EQ(rig_load(&rig, RIG_TSS + 0x20, 4), 0);
    EXPECT_EQ(rig_load(&rig, RIG_TSS2, 2), 0);
}

START_TEST(a_tss_that_is_no_good_is_refused)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 2; i++) {
        const struct layout *layout = &layouts[i];
        const uint32_t rights = DESC_P | layout->type << DESC_TYPE_SHIFT;

        start(layout, 0, 0);
        rig_descriptor(&rig, TSS2, RIG_TSS2, layout->limit, rights | DESC_BUSY);
        check_refused(VECTOR_GP, TSS2);
        start(layout, 0, 0);
        rig_descriptor(&rig, TSS2, RIG_TSS2, layout->limit,
                       rights & ~(uint32_t)DESC_P);
        check_refused(VECTOR_NP, TSS2);
        start(layout, 0, 0);
        rig_descriptor(&rig, TSS2, RIG_TSS2, layout->limit - 1, rights);
        check_refused(VECTOR_TS, TSS2);
        start(layout, 0, 0);
        rig.cpu.tr.limit = 0x5e;
        check_refused(VECTOR_TS, RIG_TSS_SELECTOR);
    }
}
END_TEST

START_TEST(a_return_to_a_task_that_is_not_busy_is_ts)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 0, 0);
    rig_store(&rig, RIG_TSS, 2, TSS2);
    rig.cpu.eflags |= FLAG_NT;
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_TS);
    EXPECT_EQ(rig.fault[0].error_code, TSS2);
    EXPECT_EQ(rig.cpu.eflags & FLAG_NT, FLAG_NT);
}
END_TEST

/* Behind the commit point: the fault is the new task's, at its EIP. */
static void check_fault_inside(unsigned offset, uint16_t selector,
                               unsigned vector)
{
    start(&layouts[1], 0, 0);
    rig_handle(&rig, (uint8_t)vector, rig_code(0), SYSTEM_TRAP_GATE32, 0);
    rig_descriptor(&rig, GATE, 0, 0xfffff,
                   DESC_S | DESC_WRITABLE |
                       (offset == layouts[1].cs ? DESC_CODE : 0) |
                       (vector == VECTOR_TS ? DESC_P : 0) |
                       (selector == GATE ? 0 : 1 << DESC_DPL_SHIFT));
    put(&layouts[1], offset, selector);
    put(&layouts[1], layouts[1].gpr + ESP * 4, 0x1f000);
    rig.faults = 0;
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), false);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].error_code, selector & 0xfffcu);
    EXPECT_EQ(rig.cpu.tr.selector, TSS2);
    EXPECT_EQ(type_of(TSS2), SYSTEM_TSS32_BUSY);
    EXPECT_EQ(type_of(RIG_TSS_SELECTOR), SYSTEM_TSS32);
    EXPECT_EQ(rig.cpu.chain[0].eip, 0x5678);
}

START_TEST(a_segment_that_is_no_good_faults_in_the_new_task)
{
    const struct layout *layout = &layouts[1];

    rig_init(&rig, "pentiumpro");
    check_fault_inside(layout->ldt, RIG_DATA0, VECTOR_TS);
    check_fault_inside(layout->ldt, 4, VECTOR_TS);
    check_fault_inside(layout->cs, 0, VECTOR_TS);
    check_fault_inside(layout->cs, RIG_DATA0, VECTOR_TS);
    check_fault_inside(layout->cs, 0x7f8 + 8, VECTOR_TS);
    check_fault_inside(layout->cs, GATE, VECTOR_NP);
    check_fault_inside(layout->ss, 0, VECTOR_TS);
    check_fault_inside(layout->ss, RIG_CODE0, VECTOR_TS);
    check_fault_inside(layout->ss, GATE, VECTOR_SS);
    check_fault_inside(layout->ds, RIG_TSS_SELECTOR, VECTOR_TS);
    check_fault_inside(layout->ds, 0x7f9, VECTOR_TS);
    check_fault_inside(layout->es, GATE, VECTOR_NP);
}
END_TEST

START_TEST(the_t_bit_traps_before_the_first_instruction)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 0, 0);
    rig_store(&rig, RIG_TSS2 + 0x64, 2, 1);
    rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_TRAP_GATE32, 0);
    rig.cpu.debug.dr7 = 0x7ff;
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), false);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_DB));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), 0x5678);
    EXPECT_EQ(rig.cpu.debug.dr6 & 0x8000, 0x8000);
    EXPECT_EQ(rig.cpu.debug.dr7, 0x6aa);
}
END_TEST

START_TEST(a_task_can_be_in_virtual_8086_mode)
{
    const struct layout *layout = &layouts[1];

    rig_init(&rig, "pentiumpro");
    start(layout, 0, 0);
    put(layout, layout->eflags, FLAG_VM | FLAG_1);
    put(layout, layout->cs, 0x1234);
    put(layout, layout->ss, 0x2345);
    put(layout, layout->ds, 0x3456);
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), true);
    EXPECT_EQ(rig.cpu.cpl, 3);
    EXPECT_EQ(rig.cpu.segment[CS].base, 0x12340);
    EXPECT_EQ(rig.cpu.segment[SS].base, 0x23450);
    EXPECT_EQ(rig.cpu.segment[DS].base, 0x34560);
    EXPECT_EQ(rig.cpu.segment[DS].limit, 0xffff);
    EXPECT_EQ(rig.cpu.mode & MODE_CODE32, 0);
}
END_TEST

/* Code is judged as for a return: conforming code of an inner DPL will do. */
START_TEST(code_of_a_task_is_conforming_or_of_its_own_privilege)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 32; i++) {
        const uint16_t rpl = i & 3;
        const unsigned dpl = i >> 2 & 3;
        const bool conforming = i >> 4 & 1;

        start(&layouts[1], 0, (uint8_t)rpl);
        rig_handle(&rig, VECTOR_TS, rig_code(0), SYSTEM_TRAP_GATE32, 0);
        rig_descriptor(&rig, SMALL_STACK, 0, 0xffffff,
                       RIG_CODE32 | dpl << DESC_DPL_SHIFT |
                           (conforming ? DESC_CONFORMING : 0));
        put(&layouts[1], layouts[1].cs, SMALL_STACK | rpl);
        EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0),
                  conforming ? dpl <= rpl : dpl == rpl);
        if (rig.faults == 0)
            continue;
        EXPECT_EQ(rig.fault[0].vector, VECTOR_TS);
        EXPECT_EQ(rig.fault[0].error_code, SMALL_STACK);
    }
}
END_TEST

/* A gate's DPL counts, the TSS's behind it does not; a bare TSS's does. */
START_TEST(a_task_gate_or_tss_of_inner_privilege_is_refused)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 128; i++) {
        const uint8_t cpl = i & 3;
        const unsigned rpl = i >> 2 & 3;
        const unsigned dpl = i >> 4 & 3;
        const bool gate = i >> 6 & 1;
        const uint16_t selector = gate ? GATE : TSS2;

        start(&layouts[1], cpl, 0);
        rig_store(&rig, RIG_GDT + selector + 5, 1,
                  0x80 | dpl << 5 | (gate ? SYSTEM_TASK_GATE : SYSTEM_TSS32));
        EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, (uint8_t)(selector | rpl), 0),
                  dpl >= cpl && dpl >= rpl);
        if (rig.faults == 0)
            continue;
        EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
        EXPECT_EQ(rig.fault[0].error_code, selector);
    }
}
END_TEST

START_TEST(an_absent_task_gate_is_np)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 0, 0);
    rig_store(&rig, RIG_GDT + GATE + 5, 1, SYSTEM_TASK_GATE);
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, GATE, 0), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_NP);
    EXPECT_EQ(rig.fault[0].error_code, GATE);
}
END_TEST

/* What an interrupt from outside meets in the new task bears EXT. */
START_TEST(external_interrupts_fault_with_ext_in_the_new_task)
{
    const struct interrupt interrupt = {
        .vector = 0x20, .source = INTERRUPT_EXTERNAL, .return_eip = RIG_CODE};

    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 3, 0);
    put(&layouts[1], layouts[1].ds, RIG_TSS_SELECTOR);
    put(&layouts[1], layouts[1].gpr + ESP * 4, 0x1f000);
    rig_handle(&rig, VECTOR_TS, rig_code(0), SYSTEM_TRAP_GATE32, 0);
    rig_gate(&rig, RIG_IDT + 0x20 * 8, TSS2, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT, 0);
    rig.faults = 0;
    EXPECT_EQ(interrupt_enter(&rig.cpu, &interrupt), true);
    EXPECT_EQ(rig.faults, 1);
    EXPECT_EQ(rig.fault[0].error_code, RIG_TSS_SELECTOR | 1);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_TS));
    EXPECT_EQ(rig_stacked(&rig, 4, 1), 0x5678);
}
END_TEST

/* The error code finds no room on the new task's stack: #SS with EXT, and as
 * it comes on top of #GP, a double fault. */
START_TEST(no_room_for_the_error_code_is_a_fault_of_the_new_task)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 3, 0);
    put(&layouts[1], layouts[1].ss, SMALL_STACK);
    rig_descriptor(&rig, SMALL_STACK, 0, 0xffff,
                   DESC_P | DESC_S | DESC_WRITABLE);
    put(&layouts[1], layouts[1].gpr + ESP * 4, 2);
    rig.cpu.idtr.limit = RIG_TABLE_LIMIT;
    rig_gate(&rig, RIG_IDT + VECTOR_GP * 8, TSS2, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT, 0);
    EXPECT_EQ(RIG_RUN(&rig, 0xcd, 0x55), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT_EQ(rig.fault[1].vector, VECTOR_SS);
    EXPECT_EQ(rig.fault[1].error_code, 1);
    EXPECT_EQ(rig.cpu.tr.selector, TSS2);
}
END_TEST

START_TEST(eip_beyond_the_limit_is_gp_of_the_new_task)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct layout *layout = &layouts[i];

        rig_init(&rig, "pentiumpro");
        start(layout, 0, 0);
        put(layout, layout->cs, SMALL_STACK);
        rig_descriptor(&rig, SMALL_STACK, 0, 0x5677,
                       DESC_P | DESC_S | DESC_CODE | DESC_DB);
        EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), false);
        EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
        EXPECT_EQ(rig.fault[0].error_code, 0);
        EXPECT_EQ(rig.cpu.tr.selector, TSS2);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(an_absent_ldt_is_ts)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 0, 0);
    rig_descriptor(&rig, RIG_LDT_SELECTOR, RIG_LDT, RIG_TABLE_LIMIT,
                   SYSTEM_LDT << DESC_TYPE_SHIFT);
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_TS);
    EXPECT_EQ(rig.fault[0].error_code, RIG_LDT_SELECTOR);
}
END_TEST

START_TEST(a_shutdown_in_the_new_task_ends_the_run)
{
    rig_init(&rig, "pentiumpro");
    start(&layouts[1], 0, 0);
    put(&layouts[1], layouts[1].ss, 0);
    rig_store(&rig, 0x5678, 4, 0x90909090);
    EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0), false);
    EXPECT_EQ(rig.cpu.shutdown, true);
    (void)cpu_run(&rig.cpu, rig.clock.now + 10);
    EXPECT_EQ(rig.cpu.eip, 0x5678);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        jump_and_call_switch_tasks,
        iret_goes_back_to_the_caller,
        exception_goes_through_a_task_gate,
        a_tss_that_is_no_good_is_refused,
        a_return_to_a_task_that_is_not_busy_is_ts,
        a_segment_that_is_no_good_faults_in_the_new_task,
        the_t_bit_traps_before_the_first_instruction,
        a_task_can_be_in_virtual_8086_mode,
        code_of_a_task_is_conforming_or_of_its_own_privilege,
        a_task_gate_or_tss_of_inner_privilege_is_refused,
        an_absent_task_gate_is_np,
        external_interrupts_fault_with_ext_in_the_new_task,
        no_room_for_the_error_code_is_a_fault_of_the_new_task,
        eip_beyond_the_limit_is_gp_of_the_new_task,
        an_absent_ldt_is_ts,
        a_shutdown_in_the_new_task_ends_the_run,
    };

    return run_tests("task", tests, sizeof tests / sizeof tests[0]);
}
