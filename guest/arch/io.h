/* SPDX-License-Identifier: MIT */
/*
 * Port input and output: cycles in the I/O space of the bus, which know no
 * page tables. SDM vol. 2A, "IN"; vol. 2B, "OUT".
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include "kernel/types.h"

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint16_t inw(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint32_t inl(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void outb(uint8_t value, uint16_t port)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(uint16_t value, uint16_t port)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outl(uint32_t value, uint16_t port)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

/* The string forms: `count` units between one port and memory, by one REP. */

static inline void insb(uint16_t port, void *to, size_t count)
{
    __asm__ volatile("cld\n\trep insb"
                     : "+D"(to), "+c"(count)
                     : "d"(port)
                     : "memory");
}

static inline void insw(uint16_t port, void *to, size_t count)
{
    __asm__ volatile("cld\n\trep insw"
                     : "+D"(to), "+c"(count)
                     : "d"(port)
                     : "memory");
}

static inline void insl(uint16_t port, void *to, size_t count)
{
    __asm__ volatile("cld\n\trep insl"
                     : "+D"(to), "+c"(count)
                     : "d"(port)
                     : "memory");
}

static inline void outsb(uint16_t port, const void *from, size_t count)
{
    __asm__ volatile("cld\n\trep outsb"
                     : "+S"(from), "+c"(count)
                     : "d"(port)
                     : "memory");
}

static inline void outsw(uint16_t port, const void *from, size_t count)
{
    __asm__ volatile("cld\n\trep outsw"
                     : "+S"(from), "+c"(count)
                     : "d"(port)
                     : "memory");
}

static inline void outsl(uint16_t port, const void *from, size_t count)
{
    __asm__ volatile("cld\n\trep outsl"
                     : "+S"(from), "+c"(count)
                     : "d"(port)
                     : "memory");
}

#endif
