/* SPDX-License-Identifier: MIT */
#include "kernel/irq.h"

#include "drivers/pic.h"
#include "kernel/preempt.h"

static void (*handlers[IRQ_LINES])(void);
static unsigned int spurious;

bool request_irq(unsigned int irq, void (*handler)(void))
{
    if (irq >= IRQ_LINES || handlers[irq])
        return false;
    handlers[irq] = handler;
    pic_unmask(irq);
    return true;
}

void irq_dispatch(unsigned int irq)
{
    if (!handlers[irq]) {
        /* A line that went away again: the chip wants no end for it. */
        spurious++;
        return;
    }
    preempt_count += HARDIRQ_STEP;
    handlers[irq]();
    pic_end_of_interrupt(irq);
    preempt_count -= HARDIRQ_STEP;
}

unsigned int irq_spurious_count(void)
{
    return spurious;
}
