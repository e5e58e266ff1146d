/* SPDX-License-Identifier: MIT */
#include "cpu/task.h"

#include "cpu/control.h"
#include "cpu/debug.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/exception.h"
#include "cpu/frame.h"
#include "cpu/stores.h"

/*
 * The words of a TSS that make up a task, in the order in which both formats
 * hold the first sixteen. SDM 3A, figures "32-Bit Task-State Segment" and
 * "16-Bit TSS Format".
 */
enum {
    WORD_EIP,
    WORD_EFLAGS,
    WORD_GPR,
    WORD_SEGMENT = WORD_GPR + GPR_COUNT,
    WORD_LDT = WORD_SEGMENT + SEGMENT_COUNT,
    WORD_CR3,
    WORD_TRAP,
    WORD_COUNT,
    WORDS_SAVED = WORD_LDT
};

enum {
    TSS16_LIMIT = 0x2b,
    TSS32_LIMIT = 0x67,
    TSS16_SAVED = 0x29, /**< last byte that a switch away writes */
    TSS32_SAVED = 0x5f,
    TSS_TRAP = 1 << 0
};

/** A task on its way in: translated, not yet read. */
struct incoming {
    struct descriptor tss;
    bool is_32;
    struct memory_place place[WORD_COUNT];
    uint32_t word[WORD_COUNT];
};

static bool is_32(const struct segment *tss)
{
    return tss->rights & (SYSTEM_IS_32 << DESC_TYPE_SHIFT);
}

/* A 16-bit TSS has no FS, GS, CR3 and T. */
static bool word_exists(bool is_32, unsigned word)
{
    return is_32 || word < WORD_SEGMENT + FS || word == WORD_LDT;
}

static uint32_t word_offset(bool is_32, unsigned word)
{
    if (word < WORDS_SAVED)
        return is_32 ? 0x20 + 4 * word : 0x0e + 2 * word;
    if (word == WORD_LDT)
        return is_32 ? 0x60 : 0x2a;
    return word == WORD_CR3 ? 0x1c : 0x64;
}

/* Selectors are words in both formats; what lies above stays as it is. */
static unsigned word_size(bool is_32, unsigned word)
{
    if (word >= WORD_SEGMENT && word != WORD_CR3)
        return 2;
    return is_32 ? 4 : 2;
}

bool task_inner_stack(struct cpu *cpu, uint8_t cpl, struct segment *stack,
                      uint32_t *pointer)
{
    const bool wide = is_32(&cpu->tr);
    const unsigned size = wide ? 4 : 2;
    const uint32_t offset = cpl * 2u * size + size;
    const struct page_request both = {cpu->tr.base + offset, ACCESS_READ,
                                      PRIVILEGE_SUPERVISOR};
    const uint8_t *host;
    uint32_t selector;

    if (offset + size + 1 > cpu->tr.limit)
        return descriptor_fault(cpu, VECTOR_TS, cpu->tr.selector);
    host = memory_known(&cpu->mmu, both, size + 2, 2);
    if (LIKELY(host)) {
        *pointer = bytes_load(host, size);
        selector = bytes_load(host + size, 2);
    } else {
        TRY(cpu_read_system(cpu, both.linear, size, pointer));
        TRY(cpu_read_system(cpu, both.linear + size, 2, &selector));
    }
    return descriptor_load_stack(cpu, (uint16_t)selector, cpl, VECTOR_TS,
                                 stack);
}

bool task_back_link(struct cpu *cpu, uint16_t *selector)
{
    uint32_t link;

    TRY(cpu_read_system(cpu, cpu->tr.base, 2, &link));
    *selector = (uint16_t)link;
    return true;
}

/* Checks 1 to 5 of SDM 3A, table "Exception Conditions Checked During a Task
 * Switch". */
static bool find_incoming(struct cpu *cpu, const struct task_switch *request,
                          struct incoming *incoming)
{
    const bool is_return = request->source == TASK_RETURN;
    const enum vector vector = is_return ? VECTOR_TS : VECTOR_GP;
    const uint16_t selector = request->selector;
    const struct descriptor *tss = &incoming->tss;
    unsigned type;

    if (selector & SELECTOR_TI)
        return descriptor_fault(cpu, vector, selector);
    TRY(descriptor_read(cpu, selector, vector, &incoming->tss));
    type = descriptor_type(tss);
    incoming->is_32 = type & SYSTEM_IS_32;
    if (!descriptor_is_system(tss) ||
        (type & ~(unsigned)SYSTEM_IS_32) !=
            (is_return ? SYSTEM_TSS16_BUSY : SYSTEM_TSS16))
        return descriptor_fault(cpu, vector, selector);
    if (!descriptor_is_present(tss))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    if (descriptor_limit(tss) < (incoming->is_32 ? TSS32_LIMIT : TSS16_LIMIT))
        return descriptor_fault(cpu, VECTOR_TS, selector);
    return true;
}

/* Translate what will be read, so that the commit cannot fault. */
static bool open_incoming(struct cpu *cpu, struct incoming *incoming)
{
    struct page_request request = {.access = ACCESS_READ,
                                   .privilege = PRIVILEGE_SUPERVISOR};
    const linear_addr base = descriptor_base(&incoming->tss);

    for (unsigned i = 0; i < WORD_COUNT; i++) {
        if (!word_exists(incoming->is_32, i))
            continue;
        request.linear = base + word_offset(incoming->is_32, i);
        TRY(memory_open(&cpu->mmu, request, word_size(incoming->is_32, i),
                        &incoming->place[i], &cpu->fault));
    }
    return true;
}

/* The state of the old task, into its TSS. */
static bool save_outgoing(struct cpu *cpu, const struct task_switch *request,
                          struct stores *stores)
{
    const bool wide = is_32(&cpu->tr);
    uint32_t word[WORDS_SAVED] = {request->return_eip, request->eflags};

    if (cpu->tr.limit < (wide ? TSS32_SAVED : TSS16_SAVED))
        return descriptor_fault(cpu, VECTOR_TS, cpu->tr.selector);
    memcpy(&word[WORD_GPR], cpu->gpr, GPR_COUNT * sizeof word[0]);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        word[WORD_SEGMENT + i] = cpu->segment[i].selector;
    for (unsigned i = 0; i < WORDS_SAVED; i++) {
        if (word_exists(wide, i))
            TRY(stores_add_system(cpu, stores,
                                  cpu->tr.base + word_offset(wide, i),
                                  word_size(wide, i), word[i]));
    }
    return true;
}

static bool clear_busy(struct cpu *cpu, uint16_t selector,
                       struct stores *stores)
{
    const linear_addr half = cpu->gdtr.base + (selector & SELECTOR_INDEX) + 4;
    uint32_t high;

    TRY(cpu_read_system(cpu, half, 4, &high));
    return stores_add_system(cpu, stores, half, 4, high & ~(uint32_t)DESC_BUSY);
}

/* Busy bits and back link, as the way of the switch wants them. */
static bool link_tasks(struct cpu *cpu, const struct task_switch *request,
                       const struct incoming *incoming, struct stores *stores)
{
    const bool nests =
        request->source == TASK_CALL || request->source == TASK_INTERRUPT;

    if (nests)
        TRY(stores_add_system(cpu, stores, descriptor_base(&incoming->tss), 2,
                              cpu->tr.selector));
    else
        TRY(clear_busy(cpu, cpu->tr.selector, stores));
    if (request->source == TASK_RETURN)
        return true;
    return stores_add_system(cpu, stores, incoming->tss.linear + 4, 4,
                             incoming->tss.high | DESC_BUSY);
}

/* What the processor holds of the new task before it looks at descriptors:
 * all selectors are there, none is usable yet. */
MUST_CHECK static bool take_registers(struct cpu *cpu,
                                      const struct task_switch *request,
                                      const struct incoming *incoming)
{
    const uint32_t *word = incoming->word;
    const bool nests =
        request->source == TASK_CALL || request->source == TASK_INTERRUPT;
    const uint32_t eflags = word[WORD_EFLAGS] | (nests ? FLAG_NT : 0);
    bool loaded = true;

    cpu->tr = descriptor_segment(request->selector, &incoming->tss);
    cpu->tr.rights |= DESC_BUSY;
    if (cpu->debug.dr7 & DR7_LOCAL) {
        cpu->debug.dr7 &= ~(uint32_t)DR7_LOCAL;
        debug_update(cpu);
    }
    control_set_task_switched(cpu, true);
    /* The same CR3 keeps TLB and PDPTEs. SDM 3A, "Operations that Invalidate
     * TLBs", "PDPTE Registers". */
    if (incoming->is_32 && cpu->mmu.paging &&
        word[WORD_CR3] != cpu->mmu.mode.cr3)
        loaded = control_set_cr3(cpu, word[WORD_CR3]);
    memcpy(cpu->gpr, &word[WORD_GPR], GPR_COUNT * sizeof word[0]);
    cpu->eip = word[WORD_EIP];
    eflags_write(cpu, eflags, FLAGS_ALL);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] = segment_null((uint16_t)word[WORD_SEGMENT + i]);
    cpu->ldtr = segment_null((uint16_t)word[WORD_LDT]);
    cpu->cpl = cpu_is_v86(cpu) ? 3 : word[WORD_SEGMENT + CS] & SELECTOR_RPL;
    cpu->attention = true;
    cpu_update_mode(cpu);
    return loaded;
}

/* Read the opened TSS. Unverified: the upper halves of general registers
 * after a switch to a 16-bit TSS; ones are what has been seen. */
static void read_incoming(struct cpu *cpu, struct incoming *incoming)
{
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        incoming->word[i] = 0;
        if (!word_exists(incoming->is_32, i))
            continue;
        incoming->word[i] = memory_place_read(&cpu->mmu, &incoming->place[i],
                                              word_size(incoming->is_32, i));
        if (!incoming->is_32 && i >= WORD_GPR && i < WORD_SEGMENT)
            incoming->word[i] |= 0xffff0000u;
    }
}

static bool load_code(struct cpu *cpu)
{
    const uint16_t selector = cpu->segment[CS].selector;
    struct descriptor descriptor;
    uint8_t dpl;

    if (selector_is_null(selector))
        return cpu_fault_code(cpu, VECTOR_TS, 0);
    TRY(descriptor_read(cpu, selector, VECTOR_TS, &descriptor));
    dpl = descriptor_dpl(&descriptor);
    if (!descriptor_is_code(&descriptor))
        return descriptor_fault(cpu, VECTOR_TS, selector);
    if (descriptor_is_conforming_code(&descriptor) ? dpl > cpu->cpl
                                                   : dpl != cpu->cpl)
        return descriptor_fault(cpu, VECTOR_TS, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    TRY(descriptor_mark_accessed(cpu, &descriptor));
    cpu->segment[CS] = descriptor_segment(selector, &descriptor);
    return true;
}

static bool load_data(struct cpu *cpu)
{
    static const uint8_t data[] = {DS, ES, FS, GS};

    for (unsigned i = 0; i < sizeof data; i++) {
        struct segment *segment = &cpu->segment[data[i]];

        TRY(descriptor_load_data(cpu, segment->selector, VECTOR_TS, segment));
    }
    return true;
}

/* LDTR, CS, SS, then the data segments. What is loaded when one of them
 * faults stays loaded: the fault belongs to the new task. */
static bool load_segments(struct cpu *cpu)
{
    TRY(descriptor_load_ldt(cpu, cpu->ldtr.selector, VECTOR_TS, &cpu->ldtr));
    if (cpu_is_v86(cpu)) {
        for (unsigned i = 0; i < SEGMENT_COUNT; i++)
            cpu->segment[i] = segment_v86(cpu->segment[i].selector);
        return true;
    }
    TRY(load_code(cpu));
    TRY(descriptor_load_stack(cpu, cpu->segment[SS].selector, cpu->cpl,
                              VECTOR_TS, &cpu->segment[SS]));
    return load_data(cpu);
}

/* An exception's error code goes onto the new task's stack. */
static bool push_error_code(struct cpu *cpu, const struct task_switch *request,
                            const struct incoming *incoming)
{
    struct frame frame;

    if (!request->has_error_code)
        return true;
    frame_begin(cpu, &frame, incoming->is_32 ? 4 : 2);
    frame_push_error_code(cpu, &frame, request->error_code);
    TRY(frame_check(cpu, &frame));
    TRY(frame_open(cpu, &frame));
    frame_commit(cpu, &frame);
    return true;
}

/* Behind the commit point: the new task's own faults. Unverified: that a CR3
 * that could not be loaded is the first of them. */
static bool start_task(struct cpu *cpu, const struct task_switch *request,
                       const struct incoming *incoming)
{
    const bool paged = take_registers(cpu, request, incoming);
    const bool loaded = paged && load_segments(cpu);

    cpu_update_mode(cpu);
    TRY(loaded);
    TRY(push_error_code(cpu, request, incoming));
    TRY(cpu_check_target(cpu, cpu->eip));
    if (incoming->word[WORD_TRAP] & TSS_TRAP)
        return debug_fault(cpu, DR6_BT);
    return true;
}

static void trace_switch(struct cpu *cpu, const struct task_switch *request,
                         const struct incoming *incoming)
{
    struct trace_record record;

    if (!trace_wants(cpu->trace, TRACE_TASK))
        return;
    record =
        (struct trace_record){.event = TRACE_TASK,
                              .task = {.cause = request->source,
                                       .before = cpu->tr.selector,
                                       .after = request->selector,
                                       .tss = descriptor_base(&incoming->tss)}};
    trace_emit(cpu->trace, &record);
}

bool task_switch(struct cpu *cpu, const struct task_switch *request,
                 bool *switched)
{
    struct incoming incoming;
    struct stores stores;

    *switched = false;
    stores.count = 0;
    TRY(find_incoming(cpu, request, &incoming));
    TRY(open_incoming(cpu, &incoming));
    TRY(save_outgoing(cpu, request, &stores));
    TRY(link_tasks(cpu, request, &incoming, &stores));
    trace_switch(cpu, request, &incoming);
    stores_commit(cpu, &stores);
    read_incoming(cpu, &incoming);
    *switched = true;
    return start_task(cpu, request, &incoming);
}

bool task_transfer(struct cpu *cpu, const struct task_switch *request)
{
    bool switched;

    if (!task_switch(cpu, request, &switched)) {
        if (!switched)
            return false;
        exception_deliver(cpu);
    }
    cpu_jump(cpu, cpu->eip);
    return true;
}
