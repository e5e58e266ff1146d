/* SPDX-License-Identifier: MIT */
#include "tests/unit/cpu/restart.h"
#include "tests/unit/run_tests.h"

/*
 * The ways between segments, privileges, tasks and modes; the single rows of
 * the opcode tables are in test_restart_rows.c.
 */
enum {
    CODE_SEGMENT = RIG_TEST,     /* not yet accessed */
    DATA_SEGMENT = RIG_TEST + 8, /* not yet accessed */
    GATE = RIG_TEST + 16,
    TSS2 = RIG_TEST + 24,
    EDGE = RIG_DATA + PAGE_SIZE, /* operands lie across it */
    TSS2_BASE = 0x50fd0,
    VECTOR = 0x31
};

struct scenario {
    const char *name;
    uint8_t cpl;
    void (*arrange)(void);
    uint8_t code[8];
};

static struct rig rig;

/* --- What the operations find --- */

static void nothing(void)
{
}

static void push(uint32_t value)
{
    rig_push(&rig, 4, value);
}

/* The present stack lies across the edge of a page. */
static void stack_at_edge(void)
{
    rig.cpu.gpr[ESP] = (rig.cpu.gpr[ESP] & PAGE_FRAME_MASK) - PAGE_SIZE + 6;
}

static void selector_in_memory(void)
{
    rig_store(&rig, EDGE - 1, 2, DATA_SEGMENT | rig.cpu.cpl);
    rig.cpu.gpr[EBX] = EDGE - 1;
}

static void pointer_in_memory(void)
{
    rig_store(&rig, EDGE - 4, 4, 0x12345678);
    rig_store(&rig, EDGE, 2, DATA_SEGMENT | rig.cpu.cpl);
    rig.cpu.gpr[EBX] = EDGE - 4;
}

static void raised_selector(void)
{
    selector_in_memory();
    rig_store(&rig, EDGE - 1, 2, DATA_SEGMENT);
    rig.cpu.gpr[EAX] = 3;
}

static void code_pointer_in_memory(void)
{
    stack_at_edge();
    rig_store(&rig, EDGE - 4, 4, RIG_CODE + 0x100);
    rig_store(&rig, EDGE, 2, CODE_SEGMENT);
    rig.cpu.gpr[EBX] = EDGE - 4;
}

static void selector_on_stack(void)
{
    stack_at_edge();
    push(DATA_SEGMENT | rig.cpu.cpl);
}

static void call_gate(void)
{
    stack_at_edge();
    rig_gate(&rig, RIG_GDT + GATE, CODE_SEGMENT, 0x5678,
             DESC_P | SYSTEM_CALL_GATE32 << DESC_TYPE_SHIFT | DESC_DPL, 3);
    rig_store(&rig, RIG_TSS + 4, 4, RIG_STACKS - 2 * PAGE_SIZE + 10);
}

static void call_gate16(void)
{
    call_gate();
    rig_gate(&rig, RIG_GDT + GATE, CODE_SEGMENT, 0x5678,
             DESC_P | SYSTEM_CALL_GATE16 << DESC_TYPE_SHIFT | DESC_DPL, 5);
}

static void return_frame(void)
{
    stack_at_edge();
    push(0x3456);
    push(CODE_SEGMENT);
    push(0x5678);
}

static void outer_frame(void)
{
    rig.cpu.gpr[ESP] -= PAGE_SIZE - 10;
    rig_descriptor(&rig, CODE_SEGMENT, 0, 0xfffff,
                   (RIG_CODE32 & ~(uint32_t)DESC_ACCESSED) | DESC_DPL);
    rig_descriptor(&rig, DATA_SEGMENT, 0, 0xfffff,
                   (RIG_DATA32 & ~(uint32_t)DESC_ACCESSED) | DESC_DPL);
    push(DATA_SEGMENT | 3);
    push(0x2222);
}

static void far_outer_frame(void)
{
    outer_frame();
    push(CODE_SEGMENT | 3);
    push(0x5678);
}

static void iret_outer_frame(void)
{
    outer_frame();
    push(FLAG_IF | FLAG_CF);
    push(CODE_SEGMENT | 3);
    push(0x5678);
}

static void iret_frame(void)
{
    stack_at_edge();
    push(FLAG_DF | FLAG_CF);
    push(CODE_SEGMENT | rig.cpu.cpl);
    push(0x5678);
}

static void v86_frame(void)
{
    rig.cpu.gpr[ESP] -= PAGE_SIZE - 14;
    for (uint32_t i = 0; i < 6; i++)
        push(0x100 * i);
    push(FLAG_VM);
    push(0x1234);
    push(0x5678);
}

static void interrupt_gate(void)
{
    stack_at_edge();
    rig_handle(&rig, VECTOR, CODE_SEGMENT, SYSTEM_INTERRUPT_GATE32, 3);
    rig_store(&rig, RIG_TSS + 4, 4, RIG_STACKS - 2 * PAGE_SIZE + 10);
}

static void new_task(void)
{
    for (uint32_t offset = 0; offset < 0x68; offset += 4)
        rig_store(&rig, TSS2_BASE + offset, 4, 0);
    rig_descriptor(&rig, TSS2, TSS2_BASE, 0x67,
                   DESC_P | SYSTEM_TSS32 << DESC_TYPE_SHIFT);
    rig_store(&rig, TSS2_BASE + 0x1c, 4, RESTART_DIRECTORY);
    rig_store(&rig, TSS2_BASE + 0x20, 4, 0x5678);
    rig_store(&rig, TSS2_BASE + 0x24, 4, FLAG_CF);
    rig_store(&rig, TSS2_BASE + 0x4c, 2, RIG_CODE0);
    rig_store(&rig, TSS2_BASE + 0x50, 2, RIG_DATA0);
}

static void task_to_return_to(void)
{
    new_task();
    rig_descriptor(&rig, TSS2, TSS2_BASE, 0x67,
                   DESC_P | SYSTEM_TSS32_BUSY << DESC_TYPE_SHIFT);
    rig_store(&rig, RIG_TSS, 2, TSS2);
    rig.cpu.eflags |= FLAG_NT;
}

static void ldt_in_memory(void)
{
    rig_store(&rig, EDGE - 1, 2, RIG_LDT_SELECTOR);
    rig.cpu.gpr[EBX] = EDGE - 1;
}

static void tss_in_memory(void)
{
    new_task();
    rig_store(&rig, EDGE - 1, 2, TSS2);
    rig.cpu.gpr[EBX] = EDGE - 1;
}

/* INT n in virtual-8086 mode, to the 8086 program's own handler. */
static void redirected_interrupt(void)
{
    rig_enter_v86(&rig, 0);
    rig.cpu.cr4 = CR4_VME;
    rig.cpu.gpr[ESP] = PAGE_SIZE + 3;
    rig.cpu.tr.base = 0x50f80;
    rig.cpu.tr.limit = 0xff;
    rig_store(&rig, 0x50f80 + 0x66, 2, 0x90);
    rig_store(&rig, 4 * VECTOR, 4, 0x12345678);
}

static const struct scenario scenarios[] = {
    {"mov ds, ax", 3, selector_in_memory, {0x8e, 0x1b}},
    {"mov ss, [ebx]", 0, selector_in_memory, {0x8e, 0x13}},
    {"mov [ebx], ds", 3, selector_in_memory, {0x8c, 0x1b}},
    {"push ds", 3, stack_at_edge, {0x1e}},
    {"pop es", 3, selector_on_stack, {0x07}},
    {"pop ss", 0, selector_on_stack, {0x17}},
    {"les eax, [ebx]", 3, pointer_in_memory, {0xc4, 0x03}},
    {"lss esp, [ebx]", 0, pointer_in_memory, {0x0f, 0xb2, 0x23}},
    {"lar eax, [ebx]", 3, selector_in_memory, {0x0f, 0x02, 0x03}},
    {"lsl eax, [ebx]", 3, selector_in_memory, {0x0f, 0x03, 0x03}},
    {"verr [ebx]", 3, selector_in_memory, {0x0f, 0x00, 0x23}},
    {"verw [ebx]", 3, selector_in_memory, {0x0f, 0x00, 0x2b}},
    {"arpl [ebx], ax", 3, raised_selector, {0x63, 0x03}},
    {"ljmp", 0, nothing, {0xea, 0x78, 0x56, 0, 0, CODE_SEGMENT, 0}},
    {"lcall", 0, stack_at_edge, {0x9a, 0x78, 0x56, 0, 0, CODE_SEGMENT, 0}},
    {"ljmp [ebx]", 0, code_pointer_in_memory, {0xff, 0x2b}},
    {"lcall [ebx]", 0, code_pointer_in_memory, {0xff, 0x1b}},
    {"lcall gate", 3, call_gate, {0x9a, 0, 0, 0, 0, GATE, 0}},
    {"lcall 16-bit gate", 3, call_gate16, {0x9a, 0, 0, 0, 0, GATE, 0}},
    {"lret", 0, return_frame, {0xcb}},
    {"lret 4", 0, return_frame, {0xca, 4, 0}},
    {"lret outward", 0, far_outer_frame, {0xcb}},
    {"int, inward", 3, interrupt_gate, {0xcd, VECTOR}},
    {"int", 0, interrupt_gate, {0xcd, VECTOR}},
    {"iret", 0, iret_frame, {0xcf}},
    {"iret outward", 0, iret_outer_frame, {0xcf}},
    {"iret to virtual-8086 mode", 0, v86_frame, {0xcf}},
    {"int, redirected", 3, redirected_interrupt, {0xcd, VECTOR}},
    {"ljmp task", 0, new_task, {0xea, 0, 0, 0, 0, TSS2, 0}},
    {"lcall task", 0, new_task, {0x9a, 0, 0, 0, 0, TSS2, 0}},
    {"iret task", 0, task_to_return_to, {0xcf}},
    {"lgdt [ebx]", 0, pointer_in_memory, {0x0f, 0x01, 0x13}},
    {"sidt [ebx]", 3, pointer_in_memory, {0x0f, 0x01, 0x0b}},
    {"lldt [ebx]", 0, ldt_in_memory, {0x0f, 0x00, 0x13}},
    {"ltr [ebx]", 0, tss_in_memory, {0x0f, 0x00, 0x1b}},
    {"sldt [ebx]", 3, selector_in_memory, {0x0f, 0x00, 0x03}},
    {"str [ebx]", 3, selector_in_memory, {0x0f, 0x00, 0x0b}},
    {"smsw [ebx]", 3, selector_in_memory, {0x0f, 0x01, 0x23}},
    {"lmsw [ebx]", 0, selector_in_memory, {0x0f, 0x01, 0x33}},
    {"pushf", 3, stack_at_edge, {0x9c}},
    {"popf", 3, selector_on_stack, {0x9d}},
};

/* --- How it is proven --- */

static void arrange(struct rig *unused, void *context)
{
    const struct scenario *scenario = context;

    (void)unused;
    rig_enter(&rig, scenario->cpl);
    rig_descriptor(&rig, CODE_SEGMENT, 0, 0xfffff,
                   RIG_CODE32 & ~(uint32_t)DESC_ACCESSED);
    rig_descriptor(&rig, DATA_SEGMENT, 0, 0xfffff,
                   (RIG_DATA32 & ~(uint32_t)DESC_ACCESSED) |
                       (uint32_t)scenario->cpl << DESC_DPL_SHIFT);
    scenario->arrange();
    rig.cpu.eip = RIG_CODE - rig.cpu.segment[CS].base;
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, scenario->code,
                    sizeof scenario->code);
}

START_TEST(a_way_through_the_system_can_be_restarted_at_every_page)
{
    struct scenario scenario = scenarios[_i];
    struct restart_case restart = {
        .arrange = arrange, .context = &scenario, .pages = RESTART_PAGES_MAX};

    strncpy(restart.name, scenario.name, sizeof restart.name - 1);
    restart_init(&rig, "pentiumpro");
    /* At least the page of the code. */
    EXPECT(restart_prove(&rig, &restart).faults > 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("restart");
    TCase *tcase = tcase_create("restart");
    SRunner *runner = srunner_create(suite);
    int failures;

    tcase_set_timeout(tcase, TEST_TIMEOUT_SECONDS);
    tcase_add_loop_test(tcase,
                        a_way_through_the_system_can_be_restarted_at_every_page,
                        0, sizeof scenarios / sizeof scenarios[0]);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
