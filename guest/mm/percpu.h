/* SPDX-License-Identifier: MIT */
/*
 * Variables of which each processor has a copy, so that nobody else's code
 * can touch it at the same time, and no lock is needed.
 *
 *   .data.percpu      | a | b | c |   the template, from the linker
 *   copy for CPU 0    | a | b | c |   template + __per_cpu_offset[0]
 *   copy for CPU 1    | a | b | c |   template + __per_cpu_offset[1]
 *
 * On its own processor a task is alone with the copy as long as no other task
 * gets the processor: hence get_cpu(), which turns preemption off, and
 * put_cpu().
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include "kernel/preempt.h"
#include "mm/page_alloc.h"

#define NR_CPUS 2 /* that there may be; CPU 0 is the one that there is */

#define DEFINE_PER_CPU(type, name)          \
    __attribute__((section(".data.percpu"), \
                   used)) __typeof__(type) per_cpu__##name

/** The copy of a variable that belongs to `cpu`. */
#define per_cpu(name, cpu)                                              \
    (*(__typeof__(per_cpu__##name) *)((unsigned long)&per_cpu__##name + \
                                      __per_cpu_offset[cpu]))

extern unsigned long __per_cpu_offset[NR_CPUS];

/** Copy the template for each processor, into memory from bootmem. */
void setup_per_cpu_areas(void);

/** Where the template is. */
unsigned long per_cpu_template(void);
unsigned long per_cpu_bytes(void);

static inline unsigned int smp_processor_id(void)
{
    return 0;
}

/** The number of this processor, which we keep until put_cpu(). */
static inline unsigned int get_cpu(void)
{
    preempt_disable();
    return smp_processor_id();
}

/** The end of it. Refused if there was no get_cpu(). */
void put_cpu(void);

/** Zeroed memory of `size` bytes for each processor; 0 after a complaint. */
void *alloc_percpu(size_t size);

/** The copy of one processor; 0, after a complaint, if there is no such. */
void *per_cpu_ptr(void *percpu, unsigned int cpu);

void free_percpu(void *percpu);

#endif
