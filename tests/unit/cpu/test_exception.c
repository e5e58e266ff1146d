/* SPDX-License-Identifier: MIT */
#include "cpu/exception.h"

#include "cpu/exec.h"
#include "cpu/interrupt.h"
#include "mmu/paging.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { DIRECTORY = 0x6000, TABLE = 0x7000, FAULT_PAGE = 0x1ff000 };

static struct rig rig;

/* What happens when delivery of the first meets the second.
 * SDM 3A, table "Conditions for Generating a Double Fault". */
enum class { BENIGN, CONTRIBUTORY, PAGE_FAULT };

static enum class class_of(unsigned vector) {
    switch (vector){
        case VECTOR_DE : case VECTOR_TS : case VECTOR_NP : case VECTOR_SS : case
        VECTOR_GP : return CONTRIBUTORY;
        case VECTOR_PF : return PAGE_FAULT;
        default : return BENIGN;
    }
}

static bool doubles(unsigned first, unsigned second)
{
    static const bool table[3][3] = {
        {false, false, false}, {false, true, false}, {false, true, true}};

    return table[class_of(first)][class_of(second)];
}

/* The gate of `vector` leads to a second fault of the wanted kind: #GP for a
 * code selector of the wrong type, #NP, #SS or #TS by the inner stack, #PF by
 * a stack on an absent page. */
static void break_gate(uint8_t vector, unsigned second)
{
    uint16_t selector = rig_code(0);

    if (second == VECTOR_GP)
        selector = rig_data(0);
    if (second == VECTOR_NP) {
        rig_descriptor(&rig, RIG_TEST, 0, 0xffffffffu,
                       RIG_CODE32 & ~(uint32_t)DESC_P);
        selector = RIG_TEST;
    }
    if (second == VECTOR_TS || second == VECTOR_SS || second == VECTOR_PF)
        selector = rig_code(1);
    rig_handle(&rig, vector, selector, SYSTEM_INTERRUPT_GATE32, 0);
    if (second == VECTOR_TS)
        rig_store(&rig, RIG_TSS + 16, 4, 0);
    if (second == VECTOR_SS)
        rig_store(&rig, RIG_TSS + 12, 4, 8);
    if (second == VECTOR_SS)
        rig_descriptor(&rig, rig_data(1), 0, 0xfff,
                       DESC_P | DESC_S | DESC_WRITABLE | DESC_DB |
                           1 << DESC_DPL_SHIFT);
    if (second == VECTOR_PF)
        rig_store(&rig, RIG_TSS + 12, 4, FAULT_PAGE + 0x800);
}

/* Identity paging, but for FAULT_PAGE. */
static void turn_on_paging(void)
{
    rig_store(&rig, DIRECTORY, 4, TABLE | PTE_P | PTE_RW | PTE_US);
    for (uint32_t page = 0; page < RIG_RAM; page += PAGE_SIZE)
        rig_store(&rig, TABLE + page / PAGE_SIZE * 4, 4,
                  page | PTE_P | PTE_RW | PTE_US);
    rig_store(&rig, TABLE + FAULT_PAGE / PAGE_SIZE * 4, 4, 0);
    mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
    rig.cpu.cr0 |= CR0_PG;
    cpu_update_paging(&rig.cpu);
}

static void raise_first(unsigned first)
{
    rig.cpu.fault = (struct fault){.vector = (uint8_t)first,
                                   .has_error_code = first >= VECTOR_TS,
                                   .linear = 0x55555555};
    rig.faults = 0;
    exception_deliver(&rig.cpu);
}

static void check_pair(unsigned first, unsigned second)
{
    rig_enter(&rig, 3);
    rig.cpu.eip = RIG_CODE;
    turn_on_paging();
    for (uint8_t vector = 0; vector < 32; vector++)
        rig_handle(&rig, vector, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    break_gate((uint8_t)first, second);
    raise_first(first);
    EXPECT_EQ(rig.cpu.shutdown, false);
    EXPECT_EQ(rig.faults, 2);
    EXPECT_EQ(rig.fault[1].vector, second);
    EXPECT_EQ(rig.cpu.chain_count, 2);
    EXPECT_EQ(rig.cpu.chain[0].fault.vector, first);
    EXPECT_EQ(rig.cpu.chain[1].fault.vector, second);
    EXPECT_EQ(
        rig.cpu.eip,
        rig_handler(doubles(first, second) ? VECTOR_DF : (uint8_t)second));
    EXPECT_EQ(rig_stacked(&rig, 4, 1), RIG_CODE);
    if (doubles(first, second))
        EXPECT_EQ(rig_stacked(&rig, 4, 0), 0);
    else if (second != VECTOR_PF)
        EXPECT_EQ(rig_stacked(&rig, 4, 0) & 1, 1);
    if (second == VECTOR_PF)
        EXPECT_EQ(rig.cpu.cr2, FAULT_PAGE + 0x7fc);
}

START_TEST(every_pair_of_faults_is_a_double_fault_or_not)
{
    static const uint8_t seconds[] = {VECTOR_GP, VECTOR_NP, VECTOR_TS,
                                      VECTOR_SS, VECTOR_PF};

    rig_init(&rig, "pentiumpro");
    for (unsigned first = 0; first < 18; first++) {
        for (unsigned i = 0; i < sizeof seconds; i++) {
            if (first != VECTOR_DF && first != 9 && first != 15 &&
                first != seconds[i])
                check_pair(first, seconds[i]);
        }
    }
}
END_TEST

/* A gate that is broken for itself: the second fault is of the same kind. */
START_TEST(a_fault_in_its_own_gate_doubles)
{
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 3);
    rig_handle(&rig, VECTOR_DF, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    raise_first(VECTOR_GP);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_DF));
    EXPECT_EQ(rig.cpu.exceptions[VECTOR_DF], 1);
    EXPECT_EQ(rig.cpu.exceptions[VECTOR_GP], 0);
}
END_TEST

START_TEST(a_third_fault_shuts_down_and_leaves_the_chain)
{
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 3);
    rig.cpu.eip = 0x4444;
    raise_first(VECTOR_PF);
    EXPECT_EQ(rig.cpu.shutdown, true);
    EXPECT_EQ(rig.cpu.chain_count, 3);
    EXPECT_EQ(rig.cpu.chain[0].fault.vector, VECTOR_PF);
    EXPECT_EQ(rig.cpu.chain[0].cr2, 0x55555555);
    EXPECT_EQ(rig.cpu.chain[0].eip, 0x4444);
    EXPECT_EQ(rig.cpu.chain[0].cs, rig_code(3));
    EXPECT_EQ(rig.cpu.chain[1].fault.vector, VECTOR_GP);
    EXPECT_EQ(rig.cpu.chain[1].fault.error_code, VECTOR_PF * 8 + 3);
    EXPECT_EQ(rig.cpu.chain[2].fault.vector, VECTOR_GP);
    EXPECT_EQ(rig.cpu.chain[2].fault.error_code, VECTOR_DF * 8 + 3);
    EXPECT_EQ(rig.cpu.cpl, 3);
    EXPECT_EQ(rig.cpu.eip, 0x4444);
}
END_TEST

START_TEST(delivery_costs_one_tick)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, VECTOR_UD, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    rig.cpu.ticks_left = 100;
    raise_first(VECTOR_UD);
    EXPECT_EQ(rig.cpu.ticks_left == 99, true);
}
END_TEST

/* RF in the pushed image: faults, but for #DB. SDM 3B, "Instruction-Breakpoint
 * Exception Condition". */
START_TEST(rf_is_pushed_for_faults)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned vector = 0; vector < 18; vector++) {
        const bool trap = vector == VECTOR_DB || vector == VECTOR_NMI ||
                          vector == VECTOR_BP || vector == VECTOR_OF;
        const unsigned word = vector >= VECTOR_TS ? 3 : 2;

        rig_enter(&rig, 0);
        rig_handle(&rig, (uint8_t)vector, rig_code(0), SYSTEM_INTERRUPT_GATE32,
                   0);
        raise_first(vector);
        EXPECT_EQ(rig_stacked(&rig, 4, word), trap ? FLAG_1 : FLAG_1 | FLAG_RF);
        EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_1);
    }
}
END_TEST

/* Run REP MOVSB of five elements for `ticks`, then let an interrupt in. */
static uint32_t flags_of_interrupted_string(unsigned ticks)
{
    static const uint8_t code[] = {0xf3, 0xa4, 0x90, 0x90};

    rig_enter(&rig, 0);
    rig_handle(&rig, VECTOR_NMI, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    rig.cpu.gpr[ECX] = 5;
    rig.cpu.gpr[ESI] = RIG_DATA;
    rig.cpu.gpr[EDI] = RIG_DATA + 0x100;
    rig.cpu.eip = RIG_CODE;
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, code, sizeof code);
    (void)cpu_run(&rig.cpu, rig.clock.now + ticks);
    rig.cpu.nmi_pending = true;
    (void)cpu_run(&rig.cpu, rig.clock.now + 1);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_NMI));
    rig.cpu.nmi_blocked = false;
    EXPECT_EQ(rig_stacked(&rig, 4, 0), ticks < 5 ? RIG_CODE : RIG_CODE + 2);
    return rig_stacked(&rig, 4, 2);
}

/* SDM 3B, "Instruction-Breakpoint Exception Condition". */
START_TEST(rf_is_pushed_between_iterations_of_rep)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned ticks = 0; ticks < 7; ticks++) {
        if (ticks == 6)
            continue; /* behind the NOP */
        EXPECT_EQ(flags_of_interrupted_string(ticks) & FLAG_RF,
                  ticks > 0 && ticks < 5 ? FLAG_RF : 0);
    }
}
END_TEST

START_TEST(rf_is_pushed_when_a_debug_register_is_touched)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    rig.cpu.debug.dr7 = 0x2400;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x21, 0xc0), false);
    EXPECT_EQ(rig_stacked(&rig, 4, 2) & FLAG_RF, FLAG_RF);
}
END_TEST

/* SDM 3B, "Error Code Pushes": a 486 writes the low half only. */
START_TEST(only_a_486_pushes_half_an_error_code)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};

    for (unsigned i = 0; i < 4; i++) {
        rig_init(&rig, models[i]);
        rig_handle(&rig, VECTOR_GP, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
        rig_store(&rig, RIG_STACKS - 16, 4, 0xa5a5a5a5);
        raise_first(VECTOR_GP);
        EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS - 16);
        EXPECT_EQ(rig_stacked(&rig, 4, 0), i == 1 ? 0xa5a50000 : 0);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(debug_handler_finds_gd_clear)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    rig.cpu.debug.dr7 = 0x2400;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x21, 0xc0), false);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_DB));
    EXPECT_EQ(rig.cpu.debug.dr7, 0x400);
    EXPECT_EQ(rig.cpu.debug.dr6 & 0x2000, 0x2000);
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_pair_of_faults_is_a_double_fault_or_not,
        a_fault_in_its_own_gate_doubles,
        a_third_fault_shuts_down_and_leaves_the_chain,
        delivery_costs_one_tick,
        rf_is_pushed_for_faults,
        rf_is_pushed_between_iterations_of_rep,
        rf_is_pushed_when_a_debug_register_is_touched,
        only_a_486_pushes_half_an_error_code,
        debug_handler_finds_gd_clear,
    };

    return run_tests("exception", tests, sizeof tests / sizeof tests[0]);
}
