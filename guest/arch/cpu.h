/* SPDX-License-Identifier: MIT */
/*
 * The processor: which one it is, what it can do, its control registers.
 *
 * The kernel is compiled for a 386. Whatever came later is used only behind
 * cpu.has_...: INVLPG and CR0.WP came with the 486, CPUID with its late
 * steppings, RDTSC, 4 MiB pages and global pages say themselves by CPUID.
 *
 * SDM vol. 3A, chapter 2 "System Architecture Overview"; vol. 2A, "CPUID".
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "kernel/types.h"

#define EFLAGS_IF (1u << 9)
#define EFLAGS_AC (1u << 18) /* can be changed from the 486 on */
#define EFLAGS_ID (1u << 21) /* can be changed where CPUID exists */

#define CR0_WP (1u << 16) /* read-only holds for the supervisor as well */

#define CR4_PSE (1u << 4)
#define CR4_PGE (1u << 7)

#define CPUID_TSC (1u << 4) /* leaf 1, EDX */
#define CPUID_PSE (1u << 3)
#define CPUID_PGE (1u << 13)

struct cpu {
    char vendor[13]; /**< empty without CPUID */
    unsigned int family;
    unsigned int model;
    unsigned int stepping;
    bool has_invlpg; /**< also: CR0.WP */
    bool has_cpuid;
    bool has_cr4;
    bool has_tsc;
    bool has_pse; /**< 4 MiB pages */
    bool has_pge; /**< global pages */
};

/** The processor we run on; filled by cpu_detect(). */
extern struct cpu cpu;

/** Find out what the processor is, and set CR0.WP and CR4.PSE if it can. */
void cpu_detect(void);

static inline uint32_t read_cr0(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
    return value;
}

static inline void write_cr0(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr0" : : "r"(value) : "memory");
}

/** CR2: the linear address of the last page fault. */
static inline uint32_t read_cr2(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr2, %0" : "=r"(value));
    return value;
}

/** CR3: the physical address of the page directory. */
static inline uint32_t read_cr3(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr3, %0" : "=r"(value));
    return value;
}

static inline void write_cr3(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr3" : : "r"(value) : "memory");
}

/** Only where cpu.has_cr4. */
static inline uint32_t read_cr4(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr4, %0" : "=r"(value));
    return value;
}

static inline void write_cr4(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint32_t read_eflags(void)
{
    uint32_t value;

    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(value));
    return value;
}

static inline void write_eflags(uint32_t value)
{
    __asm__ volatile("pushl %0\n\tpopfl" : : "r"(value) : "memory", "cc");
}

static inline void local_irq_enable(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void local_irq_disable(void)
{
    __asm__ volatile("cli" : : : "memory");
}

/** Turn interrupts off; returns the flags for local_irq_restore(). */
static inline uint32_t local_irq_save(void)
{
    const uint32_t flags = read_eflags();

    local_irq_disable();
    return flags;
}

static inline void local_irq_restore(uint32_t flags)
{
    write_eflags(flags);
}

/** Sleep until the next interrupt. */
static inline void cpu_halt(void)
{
    __asm__ volatile("hlt" : : : "memory");
}

#endif
