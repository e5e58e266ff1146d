/* SPDX-License-Identifier: MIT */
#include "cpu/exception.h"

#include "cpu/debug.h"
#include "cpu/interrupt.h"
#include "trace/trace.h"

/** SDM 3A, table "Interrupt and Exception Classes". */
enum fault_class { CLASS_BENIGN, CLASS_CONTRIBUTORY, CLASS_PAGE_FAULT };

static enum fault_class class_of(uint8_t vector)
{
    const uint32_t contributory = 1u << VECTOR_DE | 1u << VECTOR_TS |
                                  1u << VECTOR_NP | 1u << VECTOR_SS |
                                  1u << VECTOR_GP;

    if (vector == VECTOR_PF)
        return CLASS_PAGE_FAULT;
    return contributory >> vector & 1 ? CLASS_CONTRIBUTORY : CLASS_BENIGN;
}

/** SDM 3A, table "Conditions for Generating a Double Fault". */
static bool makes_double_fault(uint8_t first, uint8_t second)
{
    const enum fault_class class = class_of(second);

    switch (class_of(first)) {
    case CLASS_CONTRIBUTORY: return class == CLASS_CONTRIBUTORY;
    case CLASS_PAGE_FAULT: return class != CLASS_BENIGN;
    case CLASS_BENIGN:
    default: return false;
    }
}

/* Keep the last FAULT_CHAIN_MAX faults of the chain. */
static void report(struct cpu *cpu)
{
    if (cpu->chain_count == FAULT_CHAIN_MAX) {
        memmove(&cpu->chain[0], &cpu->chain[1],
                (FAULT_CHAIN_MAX - 1) * sizeof cpu->chain[0]);
        cpu->chain_count--;
    }
    cpu->chain[cpu->chain_count++] =
        (struct fault_report){.fault = cpu->fault,
                              .cs = cpu->segment[CS].selector,
                              .eip = cpu->eip,
                              .cr2 = cpu->cr2};
}

static void trace_fault(struct cpu *cpu)
{
    struct trace_record record;

    if (!trace_wants(cpu->trace, TRACE_FAULT))
        return;
    record = (struct trace_record){.event = TRACE_FAULT, .fault = cpu->fault};
    trace_emit(cpu->trace, &record);
}

/* A fault has come up: the one in `cpu->fault`. */
static void note(struct cpu *cpu)
{
    if (cpu->fault.vector == VECTOR_PF)
        cpu->cr2 = cpu->fault.linear;
    report(cpu);
    trace_fault(cpu);
}

static bool enter_handler(struct cpu *cpu, const struct fault *fault)
{
    const struct interrupt interrupt = {.vector = fault->vector,
                                        .source = INTERRUPT_EXCEPTION,
                                        .has_error_code = fault->has_error_code,
                                        .error_code = fault->error_code,
                                        .return_eip = cpu->eip};

    TRY(interrupt_enter(cpu, &interrupt));
    cpu->exceptions[fault->vector]++;
    /* General detect is off in the debug handler, which reads registers. */
    if (fault->vector == VECTOR_DB)
        cpu->debug.dr7 &= ~(uint32_t)DR7_GD;
    return true;
}

static void shut_down(struct cpu *cpu)
{
    cpu->shutdown = true;
    cpu->attention = true;
}

void exception_deliver(struct cpu *cpu)
{
    struct fault fault = cpu->fault;

    cpu->ticks_left--;
    cpu->chain_count = 0;
    note(cpu);
    while (!enter_handler(cpu, &fault)) {
        note(cpu);
        if (fault.vector == VECTOR_DF &&
            class_of(cpu->fault.vector) != CLASS_BENIGN) {
            shut_down(cpu);
            return;
        }
        if (makes_double_fault(fault.vector, cpu->fault.vector))
            cpu_fault_code(cpu, VECTOR_DF, 0);
        fault = cpu->fault;
    }
}
