/* SPDX-License-Identifier: MIT */
/*
 * An interrupt request line: what a device pulls. The device does not know
 * what is at the other end; machine/wiring connects it.
 */
#ifndef BUS_IRQ_H
#define BUS_IRQ_H

#include "base/types.h"

struct irq_line {
    void (*set)(void *context, unsigned line, bool level);
    void *context;
    unsigned line; /**< input number at the receiver */
};

/** Drive the line to `level`; a line that is not connected takes it too. */
static inline void irq_set(const struct irq_line *irq, bool level)
{
    if (irq->set)
        irq->set(irq->context, irq->line, level);
}

#endif
