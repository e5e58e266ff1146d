/* SPDX-License-Identifier: MIT */
#include "arch/traps.h"

#include "arch/cpu.h"
#include "arch/descriptors.h"
#include "kernel/fork.h"
#include "kernel/irq.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/syscall.h"
#include "mm/mm.h"

#define ERROR_CODE_BITS 0xFFFFu

/** One row of the exception table: a fault at `insn` goes on at `fixup`. */
struct exception_row {
    uint32_t insn;
    uint32_t fixup;
};

extern void (*const trap_stubs[TRAP_VECTORS])(void);
extern void system_call_stub(void);
extern const struct exception_row exception_table_start[];
extern const struct exception_row exception_table_end[];

static struct caught_fault caught;

static const char *const trap_names[] = {
    "divide error",
    "debug",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection",
    "page fault",
    "reserved",
    "x87 floating-point error",
    "alignment check",
    "machine check",
};

void traps_init(void)
{
    unsigned int vector;

    idt_init();
    for (vector = 0; vector < TRAP_VECTORS; vector++)
        idt_set_gate(vector, trap_stubs[vector]);
    idt_set_user_gate(SYSTEM_CALL_VECTOR, system_call_stub);
}

struct caught_fault last_caught_fault(void)
{
    return caught;
}

void print_page_fault(const struct caught_fault *fault)
{
    printk("%s of %08lx from ring %d, %s (error code %x)",
           fault->error_code & PF_WR ? "write" : "read", fault->linear,
           fault->error_code & PF_US ? 3 : 0,
           fault->error_code & PF_P ? "not allowed" : "not present",
           fault->error_code);
}

/* Go on at the fix-up of the faulting instruction, if there is one. */
static bool fixup_exception(struct trap_frame *frame)
{
    const struct exception_row *row;

    for (row = exception_table_start; row < exception_table_end; row++) {
        if (row->insn == frame->eip) {
            frame->eip = row->fixup;
            return true;
        }
    }
    return false;
}

static bool from_ring_3(const struct trap_frame *frame)
{
    return (frame->cs & 3) != 0;
}

static void print_registers(const struct trap_frame *frame)
{
    printk("EIP %04x:%08x  EFLAGS %08x\n", frame->cs & 0xFFFF, frame->eip,
           frame->eflags);
    printk("EAX %08x  EBX %08x  ECX %08x  EDX %08x\n", frame->eax, frame->ebx,
           frame->ecx, frame->edx);
    printk("ESI %08x  EDI %08x  EBP %08x  ESP %08x\n", frame->esi, frame->edi,
           frame->ebp, from_ring_3(frame) ? frame->esp : (uint32_t)&frame->esp);
    printk("DS %04x  ES %04x  CR0 %08x  CR2 %08x  CR3 %08x\n",
           frame->ds & 0xFFFF, frame->es & 0xFFFF, read_cr0(), read_cr2(),
           read_cr3());
}

static const char *trap_name(unsigned int vector)
{
    return vector < ARRAY_SIZE(trap_names) ? trap_names[vector] : "reserved";
}

/* A program that does what it may not is ended; nobody else is harmed. */
static void kill_program(const struct trap_frame *frame)
{
    printk("  %s[%d]: %s at ip %08x, error code %x\n", current->comm,
           current->pid, trap_name(frame->vector), frame->eip,
           frame->error_code);
    current->pending |= 1u << (frame->vector == TRAP_GENERAL  ? SIGSEGV
                               : frame->vector == TRAP_DIVIDE ? SIGFPE
                                                              : SIGILL);
}

static void exception(struct trap_frame *frame)
{
    const struct caught_fault fault = {
        .vector = frame->vector,
        .error_code = frame->error_code,
        .linear = frame->vector == TRAP_PAGE_FAULT ? read_cr2() : 0,
    };

    if (frame->vector == TRAP_PAGE_FAULT && do_page_fault(frame, fault.linear))
        return;
    if (from_ring_3(frame)) {
        kill_program(frame);
        return;
    }
    if (fixup_exception(frame)) {
        caught = fault;
        return;
    }
    printk("\nexception %u, %s, error code %x\n", frame->vector,
           trap_name(frame->vector), frame->error_code);
    if (frame->vector == TRAP_PAGE_FAULT) {
        print_page_fault(&fault);
        printk("\n");
    }
    print_registers(frame);
    panic("an exception that nobody expected");
}

void trap(struct trap_frame *frame)
{
    /* A 386 leaves in the upper half what lay on the stack. */
    frame->error_code &= ERROR_CODE_BITS;
    if (frame->vector == SYSTEM_CALL_VECTOR) {
        local_irq_enable();
        system_call(frame);
        local_irq_disable();
    } else if (frame->vector >= TRAP_IRQ_BASE) {
        irq_dispatch(frame->vector - TRAP_IRQ_BASE);
    } else {
        exception(frame);
    }
    preempt_on_return(frame);
    if (from_ring_3(frame))
        do_signals();
}
