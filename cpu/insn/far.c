/* SPDX-License-Identifier: MIT */
#include "cpu/insn/far.h"

#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/frame.h"
#include "cpu/operand.h"
#include "cpu/task.h"
#include "cpu/transfer.h"

/** A far jump or call, as the instruction states it. */
struct way {
    uint16_t selector;
    uint32_t offset;
    bool call;
    uint8_t size; /* bytes of offset and return address: 2 or 4 */
};

/* Go there: stack, CS, EIP and mode change together. */
static void arrive(struct cpu *cpu, const struct target *target)
{
    target_commit(cpu, target);
    cpu_update_program(cpu);
    cpu_jump(cpu, target->eip);
}

static void push_return_address(const struct cpu *cpu, struct frame *frame)
{
    frame_push(frame, cpu->segment[CS].selector);
    frame_push(frame, cpu->next_eip);
}

/* Check the frame's room, then the target, then the frame's pages. */
static bool go_with_frame(struct cpu *cpu, struct frame *frame,
                          struct target *target)
{
    TRY(frame_check(cpu, frame) && target_settle(cpu, target) &&
        frame_align(cpu, frame) && frame_open(cpu, frame));
    frame_commit(cpu, frame);
    arrive(cpu, target);
    return true;
}

/* To a target of the same privilege. */
static bool go(struct cpu *cpu, const struct way *way, uint8_t size,
               struct target *target)
{
    struct frame frame;

    if (!way->call) {
        TRY(target_settle(cpu, target));
        arrive(cpu, target);
        return true;
    }
    frame_begin(cpu, &frame, size);
    push_return_address(cpu, &frame);
    return go_with_frame(cpu, &frame, target);
}

/* The parameters that a call gate copies, deepest first. */
static bool push_parameters(struct cpu *cpu, unsigned count,
                            struct frame *frame)
{
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffff;

    for (unsigned i = count; i-- > 0;) {
        uint32_t value;

        TRY(cpu_read(cpu, SS, (cpu->gpr[ESP] + i * frame->size) & mask,
                     frame->size, &value));
        frame_push(frame, value);
    }
    return true;
}

/* CALL through a gate to an inner privilege: its stack gets the old SS:ESP,
 * the parameters and the return address. SDM 2A, "CALL", more privilege. */
static bool call_inner(struct cpu *cpu, const struct descriptor *gate,
                       uint8_t size, struct target *target)
{
    enum { COUNT_MASK = 31 };
    struct segment stack;
    struct frame frame;
    uint32_t pointer;

    TRY(task_inner_stack(cpu, target->cpl, &stack, &pointer));
    frame_begin_inner(&frame, &stack, pointer, target->cpl, size);
    frame_push(&frame, cpu->segment[SS].selector);
    frame_push(&frame, cpu->gpr[ESP]);
    TRY(push_parameters(cpu, gate->high & COUNT_MASK, &frame));
    push_return_address(cpu, &frame);
    return go_with_frame(cpu, &frame, target);
}

/* A gate or TSS may be used from privilege DPL outward only. */
static bool may_use(struct cpu *cpu, const struct way *way,
                    const struct descriptor *descriptor)
{
    const uint8_t dpl = descriptor_dpl(descriptor);

    if (dpl < cpu->cpl || dpl < (way->selector & SELECTOR_RPL))
        return descriptor_fault(cpu, VECTOR_GP, way->selector);
    return true;
}

static bool go_through_call_gate(struct cpu *cpu, const struct way *way,
                                 const struct descriptor *gate)
{
    const uint8_t size = descriptor_type(gate) & SYSTEM_IS_32 ? 4 : 2;
    struct target target;

    TRY(may_use(cpu, way, gate));
    if (!descriptor_is_present(gate))
        return descriptor_fault(cpu, VECTOR_NP, way->selector);
    TRY(target_gate(cpu, gate, way->call, &target));
    if (target.cpl < cpu->cpl)
        return call_inner(cpu, gate, size, &target);
    return go(cpu, way, size, &target);
}

static bool go_to_task(struct cpu *cpu, const struct way *way,
                       uint16_t selector)
{
    const struct task_switch request = {
        .source = way->call ? TASK_CALL : TASK_JUMP,
        .selector = selector,
        .return_eip = cpu->next_eip,
        .eflags = cpu_eflags(cpu) & ~(uint32_t)FLAG_RF};

    return task_transfer(cpu, &request);
}

static bool go_through_task_gate(struct cpu *cpu, const struct way *way,
                                 const struct descriptor *gate)
{
    TRY(may_use(cpu, way, gate));
    if (!descriptor_is_present(gate))
        return descriptor_fault(cpu, VECTOR_NP, way->selector);
    return go_to_task(cpu, way, gate_selector(gate));
}

static bool go_to_tss(struct cpu *cpu, const struct way *way,
                      const struct descriptor *tss)
{
    TRY(may_use(cpu, way, tss));
    return go_to_task(cpu, way, way->selector);
}

static bool go_to_system(struct cpu *cpu, const struct way *way,
                         const struct descriptor *descriptor)
{
    switch (descriptor_type(descriptor)) {
    case SYSTEM_CALL_GATE16:
    case SYSTEM_CALL_GATE32: return go_through_call_gate(cpu, way, descriptor);
    case SYSTEM_TASK_GATE: return go_through_task_gate(cpu, way, descriptor);
    case SYSTEM_TSS16:
    case SYSTEM_TSS32: return go_to_tss(cpu, way, descriptor);
    default: return descriptor_fault(cpu, VECTOR_GP, way->selector);
    }
}

static bool go_far(struct cpu *cpu, const struct way *way)
{
    struct descriptor descriptor;
    struct target target;

    if (!cpu_is_protected(cpu) || cpu_is_v86(cpu)) {
        target_real(cpu, way->selector, way->offset, &target);
        return go(cpu, way, way->size, &target);
    }
    if (selector_is_null(way->selector))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(descriptor_read(cpu, way->selector, VECTOR_GP, &descriptor));
    if (descriptor_is_system(&descriptor))
        return go_to_system(cpu, way, &descriptor);
    TRY(target_direct(cpu, way->selector, &descriptor, &target));
    target.eip = way->offset;
    return go(cpu, way, way->size, &target);
}

static bool go_direct(struct cpu *cpu, const struct insn *insn, bool call)
{
    const struct way way = {.selector = (uint16_t)insn->displacement,
                            .offset = insn->width == WIDTH_32
                                          ? insn->immediate
                                          : insn->immediate & 0xffff,
                            .call = call,
                            .size = (uint8_t)(insn->width / 8u)};

    return go_far(cpu, &way);
}

static bool go_through_memory(struct cpu *cpu, const struct insn *insn,
                              bool call)
{
    const effective_addr effective = operand_effective(cpu, insn);
    struct way way = {.call = call, .size = (uint8_t)(insn->width / 8u)};
    uint32_t selector;

    TRY(cpu_read(cpu, insn->segment, effective, way.size, &way.offset));
    TRY(cpu_read(cpu, insn->segment, effective + way.size, 2, &selector));
    way.selector = (uint16_t)selector;
    return go_far(cpu, &way);
}

bool op_jmp_far(struct cpu *cpu, const struct insn *insn)
{
    return go_direct(cpu, insn, false);
}

bool op_jmp_far_memory(struct cpu *cpu, const struct insn *insn)
{
    return go_through_memory(cpu, insn, false);
}

bool op_call_far(struct cpu *cpu, const struct insn *insn)
{
    return go_direct(cpu, insn, true);
}

bool op_call_far_memory(struct cpu *cpu, const struct insn *insn)
{
    return go_through_memory(cpu, insn, true);
}

/* To an outer privilege: SS:ESP are popped too, and `discard` bytes of
 * parameters are dropped from both stacks. SDM 2B, "RET". */
static bool return_outer(struct cpu *cpu, unsigned size, uint32_t discard,
                         struct target *target)
{
    struct segment stack;
    uint32_t word[2]; /* ESP, SS */

    TRY(cpu_read_stack(cpu, 2 * size + discard, size, 2, word));
    TRY(descriptor_load_stack(cpu, (uint16_t)word[1], target->cpl, VECTOR_GP,
                              &stack));
    TRY(target_settle(cpu, target));
    cpu->segment[SS] = stack;
    arrive(cpu, target);
    cpu_set_stack_pointer(cpu, word[0] + discard);
    segment_drop_inner(cpu, cpu->cpl);
    return true;
}

static bool return_far(struct cpu *cpu, const struct insn *insn,
                       uint32_t discard)
{
    const unsigned size = insn->width / 8u;
    struct target target;
    uint32_t word[2]; /* EIP, CS */

    TRY(cpu_read_stack(cpu, 0, size, 2, word));
    if (!cpu_is_protected(cpu) || cpu_is_v86(cpu))
        target_real(cpu, (uint16_t)word[1], word[0], &target);
    else
        TRY(target_return(cpu, (uint16_t)word[1], word[0], &target));
    if (target.cpl > cpu->cpl)
        return return_outer(cpu, size, discard, &target);
    TRY(target_settle(cpu, &target));
    cpu_set_stack_pointer(cpu, cpu_stack_pointer(cpu) + 2 * size + discard);
    arrive(cpu, &target);
    return true;
}

bool op_retf(struct cpu *cpu, const struct insn *insn)
{
    return return_far(cpu, insn, 0);
}

bool op_retf_imm(struct cpu *cpu, const struct insn *insn)
{
    return return_far(cpu, insn, insn->immediate & 0xffff);
}
