/* SPDX-License-Identifier: MIT */
#include "kernel/jiffies.h"

#include "drivers/pit.h"
#include "kernel/irq.h"
#include "kernel/sched.h"

/* Far longer than a tick takes on any machine, in turns of an idle loop. */
#define PATIENCE 1000000000u

volatile unsigned long jiffies;

static void timer_interrupt(void)
{
    jiffies++;
    scheduler_tick();
}

bool timer_init(void)
{
    unsigned int turn;

    pit_start(HZ);
    if (!request_irq(IRQ_TIMER, timer_interrupt))
        return false;
    for (turn = 0; turn < PATIENCE && jiffies == 0; turn++)
        __asm__ volatile("" : : : "memory");
    return jiffies > 0;
}
