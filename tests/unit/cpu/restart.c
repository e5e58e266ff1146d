/* SPDX-License-Identifier: MIT */
#include "tests/unit/cpu/restart.h"

#include <check.h>

enum {
    WINDOW_MAX = RESTART_PAGES_MAX * PAGE_SIZE,
    WHOLE = PTE_P | PTE_RW | PTE_US,
    READ_ONLY = PTE_P | PTE_US,
    ABSENT = 0
};

/* Memory as restart_init() left it, at the start and at the end. */
static uint8_t empty[WINDOW_MAX], start_memory[WINDOW_MAX],
    end_memory[WINDOW_MAX];
static struct cpu start, end;

/* The page under trial. */
struct trial {
    const struct restart_case *restart;
    uint32_t page;
    uint32_t rights;
};

void restart_init(struct rig *rig, const char *model)
{
    rig_init(rig, model);
    memcpy(empty, rig->bus.memory, WINDOW_MAX);
}

static void report(const struct trial *trial, const char *what, uint32_t where)
{
    ck_abort_msg("%s, page %#x %s: %s (%#x)", trial->restart->name,
                 trial->page * PAGE_SIZE,
                 trial->rights == WHOLE       ? "as usual"
                 : trial->rights == READ_ONLY ? "read-only"
                                              : "absent",
                 what, where);
}

static void set_page(struct rig *rig, uint32_t page, uint32_t rights)
{
    rig_store(rig, RESTART_TABLE + page * 4, 4, page * PAGE_SIZE | rights);
    mmu_invalidate_page(&rig->cpu.mmu, page * PAGE_SIZE);
}

/* The state at the start, with the trial's page as it is to be. */
static void arrange(struct rig *rig, const struct trial *trial)
{
    const struct restart_case *restart = trial->restart;
    uint32_t table[RIG_RAM / PAGE_SIZE];

    bus_write_block(&rig->bus, BUS_DEBUGGER, 0, empty,
                    restart->pages * PAGE_SIZE);
    restart->arrange(rig, restart->context);
    rig_store(rig, RESTART_DIRECTORY, 4, RESTART_TABLE | WHOLE);
    for (uint32_t page = 0; page < RIG_RAM / PAGE_SIZE; page++)
        table[page] = page * PAGE_SIZE | WHOLE;
    bus_write_block(&rig->bus, BUS_DEBUGGER, RESTART_TABLE, table,
                    sizeof table);
    mmu_set_cr3(&rig->cpu.mmu, RESTART_DIRECTORY);
    rig->cpu.cr0 |= CR0_PG | CR0_WP;
    cpu_update_paging(&rig->cpu);
    set_page(rig, trial->page, trial->rights);
}

/* --- Comparing --- */

static bool same_segment(const struct segment *a, const struct segment *b)
{
    return a->selector == b->selector && a->usable == b->usable &&
           a->rights == b->rights && a->base == b->base && a->limit == b->limit;
}

static bool same_table(struct table_register a, struct table_register b)
{
    return a.base == b.base && a.limit == b.limit;
}

static bool same_x87(const struct x87 *a, const struct x87 *b)
{
    bool same = x87_status(a) == x87_status(b) && a->control == b->control &&
                a->full == b->full && a->opcode == b->opcode &&
                a->code_selector == b->code_selector &&
                a->data_selector == b->data_selector &&
                a->instruction == b->instruction && a->data == b->data &&
                a->blocked == b->blocked && a->ferr == b->ferr &&
                a->ignored == b->ignored;

    for (unsigned i = 0; i < X87_REGISTERS; i++)
        same = same && a->reg[i].significand == b->reg[i].significand &&
               a->reg[i].exponent == b->reg[i].exponent;
    return same;
}

static bool same_gprs(const struct cpu *a, const struct cpu *b,
                      uint32_t changing)
{
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        if (a->gpr[i] != b->gpr[i] && !(changing >> i & 1))
            return false;
    }
    return true;
}

/* What differs, or NULL. RF is looked at in the frame: here it has an age. */
static const char *difference_of_cpu(const struct cpu *a, const struct cpu *b,
                                     uint32_t changing)
{
    const uint32_t flags = cpu_eflags(a) ^ cpu_eflags(b);

    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        if (!same_segment(&a->segment[i], &b->segment[i]))
            return "a segment register differs";
    }
    if (!same_gprs(a, b, changing))
        return "a general register differs";
    if (flags & ~(uint32_t)FLAG_RF)
        return "EFLAGS differ";
    if (a->eip != b->eip)
        return "EIP differs";
    if (a->cpl != b->cpl || a->mode != b->mode)
        return "privilege or mode differ";
    if (a->cr0 != b->cr0 || a->cr4 != b->cr4 ||
        a->mmu.mode.cr3 != b->mmu.mode.cr3)
        return "a control register differs";
    if (memcmp(a->debug.address, b->debug.address, sizeof a->debug.address) ||
        a->debug.dr6 != b->debug.dr6 || a->debug.dr7 != b->debug.dr7 ||
        a->debug.pending != b->debug.pending)
        return "a debug register differs";
    if (!same_table(a->gdtr, b->gdtr) || !same_table(a->idtr, b->idtr) ||
        !same_segment(&a->ldtr, &b->ldtr) || !same_segment(&a->tr, &b->tr))
        return "a system register differs";
    if (a->shadow != b->shadow || a->holds_debug != b->holds_debug ||
        a->halted != b->halted || a->nmi_blocked != b->nmi_blocked)
        return "shadow, HLT or NMI blocking differ";
    return same_x87(&a->x87, &b->x87) ? NULL : "the x87 differs";
}

/* Page tables may differ, and at a fault accessed bits of the GDT. */
static bool may_differ(uint32_t at, unsigned bits, bool at_fault)
{
    if (at >= RESTART_DIRECTORY && at < RESTART_TABLES_END)
        return true;
    return at_fault && bits == 1 && at % 8 == 5 && at >= RIG_GDT &&
           at < RIG_GDT + PAGE_SIZE;
}

static void compare_memory(const struct rig *rig, const struct trial *trial,
                           const uint8_t *memory, bool at_fault,
                           const char *what)
{
    const uint32_t size = trial->restart->pages * PAGE_SIZE;

    for (uint32_t i = 0; i < size; i++) {
        const uint8_t *now = rig->bus.memory;

        if (i % PAGE_SIZE == 0 && memcmp(memory + i, now + i, PAGE_SIZE) == 0)
            i += PAGE_SIZE - 1;
        else if (memory[i] != now[i] &&
                 !may_differ(i, memory[i] ^ now[i], at_fault))
            report(trial, what, i);
    }
}

static void compare_cpu(const struct rig *rig, const struct trial *trial,
                        const struct cpu *expected, const char *when)
{
    const char *what =
        difference_of_cpu(expected, &rig->cpu, trial->restart->changing_gprs);

    if (what)
        ck_abort_msg("%s, page %#x, rights %#x, %s: %s (EIP %#x)",
                     trial->restart->name, trial->page * PAGE_SIZE,
                     trial->rights, when, what, rig->cpu.eip);
}

/* --- Running --- */

/* Once more if it is not at its end: an iteration of REP is one tick. */
static bool finish(struct rig *rig)
{
    do {
        if (!rig_step(rig))
            return false;
    } while (rig->cpu.eip == start.eip && rig->cpu.eip != end.eip);
    return true;
}

static uint32_t count_of(const struct cpu *cpu)
{
    return cpu->gpr[ECX];
}

/* Begin, and run up to the fault of the trial's page or to the end. */
static bool begin(struct rig *rig, const struct trial *trial)
{
    arrange(rig, trial);
    start = rig->cpu;
    memcpy(start_memory, rig->bus.memory, trial->restart->pages * PAGE_SIZE);
    return finish(rig);
}

/* No page fault came behind the first one, as where the IDT is absent. */
static bool is_only_page_fault(const struct rig *rig)
{
    for (unsigned i = 1; i < rig->faults; i++) {
        if (rig->fault[i].vector == VECTOR_PF)
            return false;
    }
    return true;
}

/* The fault's own account of itself. */
static void check_fault(const struct rig *rig, const struct trial *trial)
{
    const struct fault *fault = &rig->fault[0];

    if (fault->vector != VECTOR_PF)
        report(trial, "another fault", fault->vector);
    if (fault->linear / PAGE_SIZE != trial->page)
        report(trial, "the fault is elsewhere", fault->linear);
    if (is_only_page_fault(rig) && rig->cpu.cr2 != fault->linear)
        report(trial, "CR2 is elsewhere", rig->cpu.cr2);
    if ((fault->error_code & PF_P) != (trial->rights & PTE_P))
        report(trial, "wrong error code", fault->error_code);
}

/* State at the fault: that of the start, or with REP that after the finished
 * iterations, which are run without the fault here. */
static void check_state(struct rig *rig, const struct trial *trial)
{
    const uint32_t done = count_of(&start) - count_of(&rig->cpu);
    const struct trial plain = {trial->restart, trial->page, WHOLE};
    static struct cpu faulted;
    static uint8_t memory[WINDOW_MAX];

    if (!trial->restart->repeats || done == 0) {
        compare_cpu(rig, trial, &start, "at the fault");
        compare_memory(rig, trial, start_memory, true, "memory changed");
        return;
    }
    faulted = rig->cpu;
    memcpy(memory, rig->bus.memory, sizeof memory);
    arrange(rig, &plain);
    for (uint32_t i = 0; i < done; i++) {
        if (!rig_step(rig))
            report(trial, "faults with all pages", i);
    }
    compare_cpu(rig, trial, &faulted, "at the fault, after iterations");
    compare_memory(rig, trial, memory, true,
                   "memory is not that of the finished iterations");
    (void)begin(rig, trial);
}

/* No handler: the fault ends in shutdown before it has changed anything. */
static bool prove_state(struct rig *rig, const struct trial *trial)
{
    if (begin(rig, trial)) {
        compare_cpu(rig, trial, &end, "without a fault");
        compare_memory(rig, trial, end_memory, false,
                       "other memory at the end");
        return false;
    }
    if (trial->restart->may_fault && rig->fault[0].vector != VECTOR_PF)
        return false;
    check_fault(rig, trial);
    check_state(rig, trial);
    rig->cpu.shutdown = false;
    set_page(rig, trial->page, WHOLE);
    if (finish(rig) == trial->restart->may_fault)
        report(trial, "faults again", rig->fault[0].vector);
    compare_cpu(rig, trial, &end, "at the end");
    compare_memory(rig, trial, end_memory, false, "other memory at the end");
    return true;
}

/* --- By way of a handler --- */

static void arrange_handler(struct rig *rig)
{
    static const uint8_t code[] = {0x83, 0xc4, 0x04,
                                   0xcf}; /* add esp,4; iret */

    rig_handle(rig, VECTOR_PF, RIG_CODE0, SYSTEM_INTERRUPT_GATE32, 0);
    rig->cpu.idtr.limit = start.idtr.limit > VECTOR_PF * 8 + 7
                              ? start.idtr.limit
                              : VECTOR_PF * 8 + 7;
    bus_write_block(&rig->bus, BUS_DEBUGGER, rig_handler(VECTOR_PF), code,
                    sizeof code);
}

static void check_frame(const struct rig *rig, const struct trial *trial,
                        const struct cpu *before)
{
    const uint32_t flags = rig_stacked(rig, 4, 3);

    if (rig_stacked(rig, 4, 0) != rig->fault[0].error_code)
        report(trial, "error code in the frame", rig_stacked(rig, 4, 0));
    if (rig_stacked(rig, 4, 1) != before->eip)
        report(trial, "EIP in the frame", rig_stacked(rig, 4, 1));
    if ((rig_stacked(rig, 4, 2) & 0xffff) != before->segment[CS].selector)
        report(trial, "CS in the frame", rig_stacked(rig, 4, 2));
    if (!(flags & FLAG_RF))
        report(trial, "RF is clear in the frame", flags);
    if (!trial->restart->repeats &&
        (flags & ~(uint32_t)FLAG_RF) != cpu_eflags(before))
        report(trial, "EFLAGS in the frame", flags);
    if (before->cpl != 0 && rig_stacked(rig, 4, 4) != before->gpr[ESP])
        report(trial, "ESP in the frame", rig_stacked(rig, 4, 4));
}

/* The handler maps the page and returns. Not where the page is one that the
 * handler needs: that is a double fault. */
static bool prove_return(struct rig *rig, const struct trial *trial)
{
    static struct cpu before;

    arrange(rig, trial);
    arrange_handler(rig);
    before = rig->cpu;
    (void)finish(rig);
    if (rig->faults != 1 || rig->fault[0].vector != VECTOR_PF ||
        rig->cpu.shutdown || rig->cpu.eip != rig_handler(VECTOR_PF))
        return false;
    check_frame(rig, trial, &before);
    set_page(rig, trial->page, WHOLE);
    if (!rig_step(rig) || !rig_step(rig) || rig->returns != 1)
        report(trial, "the handler does not return", rig->fault[0].vector);
    if (!finish(rig))
        report(trial, "faults again behind IRET", rig->fault[0].vector);
    rig->cpu.idtr.limit = rig->cpu.idtr.limit == VECTOR_PF * 8 + 7
                              ? start.idtr.limit
                              : rig->cpu.idtr.limit;
    compare_cpu(rig, trial, &end, "behind a handler");
    return true;
}

/* --- All of it --- */

static uint32_t entry_of(const struct rig *rig, uint32_t page)
{
    return rig_load(rig, RESTART_TABLE + page * 4, 4);
}

/* A page that was read must be missed when absent, one that was written when
 * read-only; and no other. */
static void prove_page(struct rig *rig, struct trial *trial, uint32_t entry,
                       struct restart_result *result)
{
    static const uint32_t rights[] = {ABSENT, READ_ONLY};

    for (unsigned i = 0; i < 2; i++) {
        const bool touched = entry & (rights[i] == ABSENT ? PTE_A : PTE_D);
        bool faulted;

        trial->rights = rights[i];
        faulted = prove_state(rig, trial);
        if (faulted != touched)
            report(trial, touched ? "is not missed" : "is not needed", entry);
        result->faults += faulted;
        if (faulted && !trial->restart->may_fault)
            result->returns += prove_return(rig, trial);
    }
}

struct restart_result restart_prove(struct rig *rig,
                                    const struct restart_case *restart)
{
    struct trial trial = {restart, 0, WHOLE};
    struct restart_result result = {0};
    uint32_t entry[RESTART_PAGES_MAX];

    arrange(rig, &trial);
    start = end = rig->cpu;
    end.eip = ~start.eip;
    if (!finish(rig) && !restart->may_fault)
        report(&trial, "faults", rig->fault[0].vector);
    end = rig->cpu;
    memcpy(end_memory, rig->bus.memory, restart->pages * PAGE_SIZE);
    for (uint32_t page = 0; page < restart->pages; page++)
        entry[page] = entry_of(rig, page);
    for (uint32_t page = 0; page < restart->pages; page++) {
        if (!(entry[page] & PTE_A))
            continue;
        trial.page = page;
        prove_page(rig, &trial, entry[page], &result);
    }
    return result;
}
