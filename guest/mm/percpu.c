/* SPDX-License-Identifier: MIT */
#include "mm/percpu.h"

#include "kernel/panic.h"
#include "kernel/string.h"
#include "mm/bootmem.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"

/* From the linker script. */
extern char per_cpu_start[];
extern char per_cpu_end[];

unsigned long __per_cpu_offset[NR_CPUS];

/** What alloc_percpu() returns: only per_cpu_ptr() knows what is in it. */
struct percpu_data {
    void *copy[NR_CPUS];
};

unsigned long per_cpu_template(void)
{
    return (unsigned long)per_cpu_start;
}

unsigned long per_cpu_bytes(void)
{
    return (unsigned long)(per_cpu_end - per_cpu_start);
}

void setup_per_cpu_areas(void)
{
    unsigned int cpu;

    for (cpu = 0; cpu < NR_CPUS; cpu++) {
        char *copy = alloc_bootmem(per_cpu_bytes());

        if (!copy)
            panic("no room for the per-CPU variables");
        memcpy(copy, per_cpu_start, per_cpu_bytes());
        bootmem_note("per-CPU variables", __pa(copy), per_cpu_bytes());
        __per_cpu_offset[cpu] = (unsigned long)copy - per_cpu_template();
    }
}

void put_cpu(void)
{
    if (preempt_count == 0) {
        complain(COMPLAINT_MISUSE, "put_cpu: there was no get_cpu");
        return;
    }
    preempt_enable();
}

void *alloc_percpu(size_t size)
{
    struct percpu_data *data;
    unsigned int cpu;

    if (size == 0) {
        complain(COMPLAINT_BAD_SIZE, "alloc_percpu(0): nothing asked for");
        return NULL;
    }
    data = kzalloc(sizeof(*data), GFP_KERNEL);
    for (cpu = 0; data && cpu < NR_CPUS; cpu++) {
        data->copy[cpu] = kzalloc(size, GFP_KERNEL);
        if (!data->copy[cpu]) {
            free_percpu(data);
            return NULL;
        }
    }
    return data;
}

void *per_cpu_ptr(void *percpu, unsigned int cpu)
{
    struct percpu_data *data = percpu;

    if (cpu >= NR_CPUS) {
        complain(COMPLAINT_MISUSE, "per_cpu_ptr: there is no CPU %u", cpu);
        return NULL;
    }
    return data->copy[cpu];
}

void free_percpu(void *percpu)
{
    struct percpu_data *data = percpu;
    unsigned int cpu;

    if (!data)
        return;
    for (cpu = 0; cpu < NR_CPUS; cpu++)
        kfree(data->copy[cpu]);
    kfree(data);
}
