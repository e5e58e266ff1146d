/* SPDX-License-Identifier: MIT */
/*
 * Interrupt requests: which driver answers which line.
 *
 *   in    the number of the line, from arch/traps.h
 *   out   the driver's handler has run, the 8259A pair knows it
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "kernel/types.h"

#define IRQ_LINES 16
#define IRQ_TIMER 0

/**
 * Let `handler` answer the line `irq`, and unmask it.
 *
 * Returns false if there is no such line or it has a handler already.
 */
bool request_irq(unsigned int irq, void (*handler)(void));

/** Called for vector 32 + `irq`, with interrupts off. */
void irq_dispatch(unsigned int irq);

/** Interrupts that came and that nobody had asked for. */
unsigned int irq_spurious_count(void);

#endif
