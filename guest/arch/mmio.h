/* SPDX-License-Identifier: MIT */
/*
 * Registers and memory of devices, by linear address, as ioremap() gives it.
 *
 * Each of these is one access of that size, which the compiler may neither
 * leave out nor join nor move before another one. The processor keeps order
 * by itself among accesses to uncached memory (SDM vol. 3A, 8.2); a barrier
 * is for the order between device memory and ordinary memory.
 */
#ifndef ARCH_MMIO_H
#define ARCH_MMIO_H

#include "kernel/types.h"

static inline uint8_t readb(const volatile void *address)
{
    return *(const volatile uint8_t *)address;
}

static inline uint16_t readw(const volatile void *address)
{
    return *(const volatile uint16_t *)address;
}

static inline uint32_t readl(const volatile void *address)
{
    return *(const volatile uint32_t *)address;
}

static inline void writeb(uint8_t value, volatile void *address)
{
    *(volatile uint8_t *)address = value;
}

static inline void writew(uint16_t value, volatile void *address)
{
    *(volatile uint16_t *)address = value;
}

static inline void writel(uint32_t value, volatile void *address)
{
    *(volatile uint32_t *)address = value;
}

/* Linux's later names, which serve ports as well there. */
#define ioread8   readb
#define ioread16  readw
#define ioread32  readl
#define iowrite8  writeb
#define iowrite16 writew
#define iowrite32 writel

/**
 * All reads and writes before it are done before any behind it. A locked
 * instruction says so on every x86; MFENCE came with the Pentium 4.
 */
static inline void mb(void)
{
    __asm__ volatile("lock; addl $0, (%%esp)" : : : "memory", "cc");
}

static inline void rmb(void)
{
    mb();
}

/** Among writes the processor keeps order: only the compiler is told. */
static inline void wmb(void)
{
    __asm__ volatile("" : : : "memory");
}

#endif
