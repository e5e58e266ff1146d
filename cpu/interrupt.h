/* SPDX-License-Identifier: MIT */
/*
 * Through the IDT: gates, stack switch, frame. One builder of the frame for
 * exceptions, software and hardware interrupts.
 * SDM 3A, "Exception- or Interrupt-Handler Procedures"; SDM 2A, "INT n".
 */
#ifndef CPU_INTERRUPT_H
#define CPU_INTERRUPT_H

#include "cpu/cpu.h"

enum interrupt_source {
    INTERRUPT_EXCEPTION, /**< a fault or trap of the processor */
    INTERRUPT_EXTERNAL,  /**< INTR or NMI */
    INTERRUPT_SOFTWARE   /**< INT n, INT 3, INTO: gate DPL is checked */
};

struct interrupt {
    uint8_t vector;
    enum interrupt_source source;
    bool has_error_code;
    uint32_t error_code;
    uint32_t return_eip; /**< what the frame shows */
};

/**
 * Enter the handler: CS:EIP, stack, EFLAGS change together at the end, so
 * that a fault on the way (false) leaves the state as it was. Sets `eip`.
 */
MUST_CHECK bool interrupt_enter(struct cpu *cpu,
                                const struct interrupt *interrupt);

/**
 * INT n in virtual-8086 mode whose bit in the TSS's redirection bitmap is
 * clear: enter the 8086 program's own handler. SDM 3A, "Class 3—Software
 * Interrupt Handling in Virtual-8086 Mode".
 */
MUST_CHECK bool interrupt_enter_redirected(struct cpu *cpu,
                                           const struct interrupt *interrupt);

#endif
