/* SPDX-License-Identifier: MIT */
/*
 * Whether the code that runs may be taken off the processor.
 *
 * One counter says so: while it is not 0, a timer interrupt that wants
 * another task to run must wait. Interrupt handlers count in it too, with a
 * larger step. There is one processor, and a task that is switched out has
 * always counted down to 0, so one counter serves all tasks.
 */
#ifndef KERNEL_PREEMPT_H
#define KERNEL_PREEMPT_H

#include "kernel/types.h"

#define HARDIRQ_STEP 0x10000u

extern volatile unsigned int preempt_count;

/** Set when another task should run as soon as that is allowed. */
extern volatile bool need_resched;

/** Call the scheduler, if it is allowed and wanted now: kernel/sched.c. */
void preempt_check(void);

static inline void preempt_disable(void)
{
    preempt_count++;
}

static inline void preempt_enable(void)
{
    preempt_count--;
    if (need_resched)
        preempt_check();
}

/** Whether an interrupt handler runs. */
static inline bool in_interrupt(void)
{
    return preempt_count >= HARDIRQ_STEP;
}

/** Whether the code that runs may not sleep. */
static inline bool in_atomic(void)
{
    return preempt_count != 0;
}

#endif
