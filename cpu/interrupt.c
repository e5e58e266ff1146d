/* SPDX-License-Identifier: MIT */
#include "cpu/interrupt.h"

#include "cpu/debug.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/exception.h"
#include "cpu/frame.h"
#include "cpu/mode.h"
#include "cpu/task.h"
#include "cpu/transfer.h"
#include "trace/trace.h"

/** Bits of an error code that names a gate or an event. */
enum { ERROR_EXT = 1 << 0, ERROR_IDT = 1 << 1 };

/* Flags that are clear in a handler, besides IF behind an interrupt gate. */
enum { FLAGS_CLEARED = FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM };

/* A fault, of an instruction that will run again; not a trap, and not an
 * instruction breakpoint, whose handler decides about RF. */
static bool is_fault(const struct cpu *cpu, const struct interrupt *interrupt)
{
    const uint32_t traps = 1u << VECTOR_NMI | 1u << VECTOR_BP | 1u << VECTOR_OF;

    if (interrupt->source != INTERRUPT_EXCEPTION)
        return false;
    if (interrupt->vector == VECTOR_DB)
        return cpu->debug.raised & DR6_BD;
    return !(traps >> interrupt->vector & 1);
}

/**
 * The EFLAGS that the frame shows: RF set for faults, so that an instruction
 * breakpoint is not met twice. SDM 3B, "Instruction-Breakpoint Exception
 * Condition".
 */
static ALWAYS_INLINE uint32_t pushed_flags(const struct cpu *cpu,
                                           const struct interrupt *interrupt)
{
    if (is_fault(cpu, interrupt))
        return cpu_eflags(cpu) | FLAG_RF;
    /* Within an instruction RF is clear; between two, the delivery's own tick
     * is already spent. */
    return cpu->current ? cpu_eflags(cpu) & ~(uint32_t)FLAG_RF
                        : eflags_at(cpu, cpu_now(cpu) - 1);
}

/* `frame`, if there is one, is open. The event may begin a trace. */
static void trace_entry(struct cpu *cpu, const struct interrupt *interrupt,
                        struct frame *frame)
{
    struct trace_record record;

    if (!trace_wants(cpu->trace, TRACE_IRQ))
        return;
    record = (struct trace_record){
        .event = TRACE_IRQ,
        .interrupt = {.vector = interrupt->vector,
                      .external = interrupt->source == INTERRUPT_EXTERNAL}};
    trace_emit(cpu->trace, &record);
    if (frame && !cpu->mmu.use_fast && !(frame->odd & FRAME_RECORDED))
        frame_show(cpu, frame);
}

/* CS:EIP and EFLAGS of the handler; the stack is already there, and its part
 * of the mode too. */
static ALWAYS_INLINE void start_handler(struct cpu *cpu,
                                        const struct target *target,
                                        uint32_t cleared)
{
    target_commit(cpu, target);
    cpu->eip = target->eip;
    cpu->transfer = true;
    cpu->handlers++;
    eflags_clear(cpu, cleared);
    cpu_update_code(cpu);
}

/**
 * The way of the 8086: a vector of CS:IP at `table`, three words on the
 * present stack. SDM 3A, "8086 Emulation", "Interrupt and Exception Handling".
 */
NEVER_INLINE static bool enter_8086(struct cpu *cpu,
                                    const struct interrupt *interrupt,
                                    linear_addr table, uint32_t flags,
                                    uint32_t cleared)
{
    struct target target;
    struct frame frame;
    uint32_t vector;

    TRY(cpu_read_system(cpu, table + interrupt->vector * 4u, 4, &vector));
    target_real(cpu, (uint16_t)(vector >> 16), vector & 0xffff, &target);
    frame_begin(cpu, &frame, 2);
    frame_push(&frame, flags);
    frame_push(&frame, cpu->segment[CS].selector);
    frame_push(&frame, interrupt->return_eip);
    TRY(frame_check(cpu, &frame) && target_settle(cpu, &target) &&
        frame_open(cpu, &frame));
    trace_entry(cpu, interrupt, &frame);
    frame_commit(cpu, &frame);
    start_handler(cpu, &target, cleared);
    return true;
}

NEVER_INLINE static bool enter_real(struct cpu *cpu,
                                    const struct interrupt *interrupt)
{
    if (interrupt->vector * 4u + 3 > cpu->idtr.limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return enter_8086(cpu, interrupt, cpu->idtr.base, cpu_eflags(cpu),
                      FLAG_IF | FLAG_TF | FLAG_RF | FLAG_AC);
}

bool interrupt_enter_redirected(struct cpu *cpu,
                                const struct interrupt *interrupt)
{
    if (eflags_iopl(cpu) == 3)
        return enter_8086(cpu, interrupt, 0, cpu_eflags(cpu),
                          FLAG_IF | FLAG_TF);
    return enter_8086(cpu, interrupt, 0, eflags_virtual_image(cpu),
                      FLAG_VIF | FLAG_TF);
}

/* Read and judge the gate. */
static bool read_gate(struct cpu *cpu, const struct interrupt *interrupt,
                      struct descriptor *gate)
{
    const uint32_t gates =
        1u << SYSTEM_TASK_GATE | 1u << SYSTEM_INTERRUPT_GATE16 |
        1u << SYSTEM_TRAP_GATE16 | 1u << SYSTEM_INTERRUPT_GATE32 |
        1u << SYSTEM_TRAP_GATE32;
    const uint32_t offset = interrupt->vector * 8u;
    const uint32_t error_code = offset | ERROR_IDT;

    if (offset + 7 > cpu->idtr.limit)
        return cpu_fault_code(cpu, VECTOR_GP, error_code);
    TRY(descriptor_fetch(cpu, cpu->idtr.base + offset, gate));
    if (!descriptor_is_system(gate) || !(gates >> descriptor_type(gate) & 1))
        return cpu_fault_code(cpu, VECTOR_GP, error_code);
    if (interrupt->source == INTERRUPT_SOFTWARE &&
        descriptor_dpl(gate) < cpu->cpl)
        return cpu_fault_code(cpu, VECTOR_GP, error_code);
    if (!descriptor_is_present(gate))
        return cpu_fault_code(cpu, VECTOR_NP, error_code);
    return true;
}

/* An error code says so if the event that could not be delivered came from
 * outside the program. SDM 3A, "Error Code". */
static void mark_external(struct cpu *cpu, const struct interrupt *interrupt)
{
    const uint32_t name_a_selector =
        1u << VECTOR_TS | 1u << VECTOR_NP | 1u << VECTOR_SS | 1u << VECTOR_GP;

    if (interrupt->source != INTERRUPT_SOFTWARE &&
        (name_a_selector >> cpu->fault.vector & 1))
        cpu->fault.error_code |= ERROR_EXT;
}

/* What fails in the new task is a second fault of an exception; of any other
 * event it is the new task's first, and delivered there. */
NEVER_INLINE static bool enter_task(struct cpu *cpu,
                                    const struct interrupt *interrupt,
                                    const struct descriptor *gate)
{
    const struct task_switch request = {.source = TASK_INTERRUPT,
                                        .selector = gate_selector(gate),
                                        .return_eip = interrupt->return_eip,
                                        .eflags = pushed_flags(cpu, interrupt),
                                        .has_error_code =
                                            interrupt->has_error_code,
                                        .error_code = interrupt->error_code};
    bool switched;

    trace_entry(cpu, interrupt, NULL);
    if (!task_switch(cpu, &request, &switched)) {
        if (!switched || interrupt->source == INTERRUPT_EXCEPTION)
            return false;
        mark_external(cpu, interrupt);
        exception_deliver(cpu);
    }
    cpu->transfer = true;
    cpu->handlers++;
    return true;
}

NEVER_INLINE static void push_v86_segments(const struct cpu *cpu,
                                           struct frame *frame)
{
    static const uint8_t data[] = {GS, FS, DS, ES};

    for (unsigned i = 0; i < sizeof data; i++)
        frame_push(frame, cpu->segment[data[i]].selector);
}

/* The words of the frame, outermost first. */
static ALWAYS_INLINE void fill_frame(const struct cpu *cpu,
                                     const struct interrupt *interrupt,
                                     bool switches_stack, struct frame *frame)
{
    if (UNLIKELY(cpu_is_v86(cpu)))
        push_v86_segments(cpu, frame);
    if (switches_stack) {
        frame_push(frame, cpu->segment[SS].selector);
        frame_push(frame, cpu->gpr[ESP]);
    }
    frame_push(frame, pushed_flags(cpu, interrupt));
    frame_push(frame, cpu->segment[CS].selector);
    frame_push(frame, interrupt->return_eip);
    if (interrupt->has_error_code)
        frame_push_error_code(cpu, frame, interrupt->error_code);
}

/* On the present stack, or on that of the inner privilege `cpl`. */
static ALWAYS_INLINE bool begin_frame(struct cpu *cpu, uint8_t cpl,
                                      uint8_t size, struct frame *frame)
{
    struct segment stack;
    uint32_t pointer;

    if (cpl == cpu->cpl) {
        frame_begin(cpu, frame, size);
        return true;
    }
    TRY(task_inner_stack(cpu, cpl, &stack, &pointer));
    frame_begin_inner(frame, &stack, pointer, cpl, size);
    return true;
}

/* A protected-mode handler has no use for an 8086 program's segments. */
NEVER_INLINE static void drop_v86_segments(struct cpu *cpu)
{
    cpu->segment[ES] = segment_null(0);
    cpu->segment[DS] = segment_null(0);
    cpu->segment[FS] = segment_null(0);
    cpu->segment[GS] = segment_null(0);
    cpu_update_segment(cpu, ES);
    cpu_update_segment(cpu, DS);
}

/* Out of virtual-8086 mode a handler runs at CPL 0 or not at all. */
static ALWAYS_INLINE bool find_handler(struct cpu *cpu,
                                       const struct descriptor *gate,
                                       struct target *target)
{
    TRY(target_gate(cpu, gate, true, target));
    if (cpu_is_v86(cpu) && target->cpl != 0)
        return descriptor_fault(cpu, VECTOR_GP, gate_selector(gate));
    return true;
}

/* The mode after another stack. */
static ALWAYS_INLINE void update_stack(struct cpu *cpu,
                                       const struct frame *frame)
{
    if (LIKELY(frame->flat))
        cpu->mode |= MODE_FLAT_SS | MODE_STACK32;
    else
        cpu_update_segment(cpu, SS);
}

static ALWAYS_INLINE bool enter_procedure(struct cpu *cpu,
                                          const struct interrupt *interrupt,
                                          const struct descriptor *gate)
{
    const unsigned type = descriptor_type(gate);
    const uint32_t masked =
        type == SYSTEM_INTERRUPT_GATE16 || type == SYSTEM_INTERRUPT_GATE32
            ? FLAG_IF
            : 0;
    struct target target;
    struct frame frame;

    TRY(find_handler(cpu, gate, &target));
    TRY(begin_frame(cpu, target.cpl, type & SYSTEM_IS_32 ? 4 : 2, &frame));
    fill_frame(cpu, interrupt, target.cpl != cpu->cpl, &frame);
    TRY(frame_check(cpu, &frame) && target_settle(cpu, &target) &&
        frame_open(cpu, &frame));
    trace_entry(cpu, interrupt, &frame);
    frame_commit(cpu, &frame);
    update_stack(cpu, &frame);
    if (UNLIKELY(cpu_is_v86(cpu)))
        drop_v86_segments(cpu);
    start_handler(cpu, &target, FLAGS_CLEARED | masked);
    return true;
}

static bool enter(struct cpu *cpu, const struct interrupt *interrupt)
{
    struct descriptor gate;

    if (!cpu_is_protected(cpu))
        return enter_real(cpu, interrupt);
    TRY(read_gate(cpu, interrupt, &gate));
    if (descriptor_type(&gate) == SYSTEM_TASK_GATE)
        return enter_task(cpu, interrupt, &gate);
    return enter_procedure(cpu, interrupt, &gate);
}

bool interrupt_enter(struct cpu *cpu, const struct interrupt *interrupt)
{
    if (enter(cpu, interrupt))
        return true;
    mark_external(cpu, interrupt);
    return false;
}
