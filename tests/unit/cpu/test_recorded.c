/* SPDX-License-Identifier: MIT */
/* What the processor tells a trace of its tasks and modes. */
#include <string.h>

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"
#include "trace/line.h"

enum { TSS2 = RIG_TEST, GATE = RIG_TEST + 8 };

static struct rig rig;
static char told[1024];

static void tell(void *context, const struct trace_record *record)
{
    char what[LINE_MAX_SIZE];
    size_t length = line_write_what(what, record);

    (void)context;
    what[length++] = '\n';
    what[length] = '\0';
    (void)strncat(told, what, sizeof told - strlen(told) - 1);
}

static void listen(enum trace_event event)
{
    told[0] = '\0';
    rig.trace.enabled = 1u << event;
    rig.trace.record = tell;
    cpu_update_tracing(&rig.cpu);
}

/* A 32-bit task at CPL 0. */
static void build_task(void)
{
    for (uint32_t offset = 0; offset < 0x68; offset += 4)
        rig_store(&rig, RIG_TSS2 + offset, 4, 0);
    rig_descriptor(&rig, TSS2, RIG_TSS2, RIG_TSS_LIMIT,
                   DESC_P | SYSTEM_TSS32 << DESC_TYPE_SHIFT);
    rig_gate(&rig, RIG_GDT + GATE, TSS2, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT | DESC_DPL, 0);
    rig_store(&rig, RIG_TSS2 + 0x20, 4, 0x5678);
    rig_store(&rig, RIG_TSS2 + 0x24, 4, FLAG_1);
    rig_store(&rig, RIG_TSS2 + 0x4c, 4, rig_code(0));
    rig_store(&rig, RIG_TSS2 + 0x50, 4, rig_data(0));
}

START_TEST(task_switch_tells_its_cause_and_both_tasks)
{
    rig_init(&rig, "pentiumpro");
    build_task();
    listen(TRACE_TASK);
    EXPECT(RIG_RUN(&rig, 0x9a, 0, 0, 0, 0, GATE, 0));
    EXPECT(RIG_RUN(&rig, 0xcf));
    EXPECT(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0));
    ck_assert_str_eq(told, "call 0048 -> 0050 tss 00005000\n"
                           "return 0050 -> 0048 tss 00004000\n"
                           "jump 0048 -> 0050 tss 00005000\n");
    rig_release(&rig);
}
END_TEST

START_TEST(task_switch_by_an_interrupt_is_told)
{
    rig_init(&rig, "pentiumpro");
    build_task();
    rig.cpu.idtr.limit = RIG_TABLE_LIMIT;
    rig_gate(&rig, RIG_IDT + 0x21 * 8, TSS2, 0,
             DESC_P | SYSTEM_TASK_GATE << DESC_TYPE_SHIFT, 0);
    listen(TRACE_TASK);
    EXPECT(RIG_RUN(&rig, 0xcd, 0x21));
    ck_assert_str_eq(told, "interrupt 0048 -> 0050 tss 00005000\n");
    rig_release(&rig);
}
END_TEST

START_TEST(task_switch_that_is_refused_is_not_told)
{
    rig_init(&rig, "pentiumpro");
    build_task();
    rig_store(&rig, RIG_GDT + TSS2 + 5, 1, SYSTEM_TSS32); /* not present */
    listen(TRACE_TASK);
    (void)RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0);
    ck_assert_str_eq(told, "");
    rig_release(&rig);
}
END_TEST

/* MOV CR0, EAX */
static void set_cr0(uint32_t value)
{
    rig.cpu.gpr[EAX] = value;
    EXPECT(RIG_RUN(&rig, 0x0f, 0x22, 0xc0));
}

START_TEST(control_registers_change_the_mode)
{
    rig_init(&rig, "pentiumpro");
    /* The first 4 MiB map themselves. */
    rig_store(&rig, 0x6000, 4, 0x83);
    rig_enter_real(&rig);
    listen(TRACE_MODE);
    set_cr0(rig.cpu.cr0 | CR0_PE);
    rig_enter(&rig, 0);
    listen(TRACE_MODE);
    rig.cpu.cr4 = CR4_PSE;
    cpu_update_paging(&rig.cpu);
    rig.cpu.mmu.mode.cr3 = 0x6000;
    set_cr0(rig.cpu.cr0 | CR0_PG);
    set_cr0(rig.cpu.cr0 & ~(uint32_t)CR0_PG);
    ck_assert_str_eq(told, "protected -> protected+paging\n"
                           "protected+paging -> protected\n");
    rig_release(&rig);
}
END_TEST

START_TEST(real_mode_is_left_and_entered)
{
    rig_init(&rig, "pentiumpro");
    rig_enter_real(&rig);
    listen(TRACE_MODE);
    set_cr0(rig.cpu.cr0 | CR0_PE);
    set_cr0(rig.cpu.cr0 & ~(uint32_t)CR0_PE);
    ck_assert_str_eq(told, "real -> protected\n"
                           "protected -> real\n");
    rig_release(&rig);
}
END_TEST

START_TEST(virtual_8086_mode_is_left_by_an_interrupt)
{
    rig_init(&rig, "pentiumpro");
    rig_enter_v86(&rig, 3);
    rig_handle(&rig, 0x21, rig_code(0), SYSTEM_INTERRUPT_GATE32, 3);
    listen(TRACE_MODE);
    EXPECT(RIG_RUN(&rig, 0xcd, 0x21));
    EXPECT(!cpu_is_v86(&rig.cpu));
    EXPECT(RIG_RUN(&rig, 0xcf));
    EXPECT(cpu_is_v86(&rig.cpu));
    ck_assert_str_eq(told, "v86 -> protected\n"
                           "protected -> v86\n");
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        task_switch_tells_its_cause_and_both_tasks,
        task_switch_by_an_interrupt_is_told,
        task_switch_that_is_refused_is_not_told,
        control_registers_change_the_mode,
        real_mode_is_left_and_entered,
        virtual_8086_mode_is_left_by_an_interrupt,
    };

    return run_tests("recorded", tests, sizeof tests / sizeof tests[0]);
}
