/* SPDX-License-Identifier: MIT */
/*
 * Delivery of exceptions: from a fault as a value to the guest's handler,
 * with double fault and shutdown. SDM 3A, "Interrupt 8—Double Fault".
 */
#ifndef CPU_EXCEPTION_H
#define CPU_EXCEPTION_H

#include "cpu/cpu.h"

/**
 * Deliver `cpu->fault` for the instruction at `cpu->eip` (set before, outside
 * any block): CR2, then the gate; a fault on the way makes a double fault, a
 * third one a shutdown. Spends one tick. The one writer of CR2 for faults.
 */
void exception_deliver(struct cpu *cpu);

#endif
