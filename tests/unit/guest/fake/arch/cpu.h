/* SPDX-License-Identifier: MIT */
/*
 * For the guest's allocators on a host: there are no interrupts to turn off.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "kernel/types.h"

static inline uint32_t local_irq_save(void)
{
    return 0;
}

static inline void local_irq_restore(uint32_t flags)
{
    (void)flags;
}

#endif
