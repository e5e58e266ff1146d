/* SPDX-License-Identifier: MIT */
/*
 * Exceptions: from a fault of the processor to a message, a fix-up, or the
 * end.
 *
 *   in    a trap frame that arch/trap_entry.S built
 *   out   the interrupted code goes on; or it goes on at its fix-up, if the
 *         exception table has one (arch/probe.h); or the kernel panics with
 *         registers, CR2 and error code
 *   next  vectors 32 to 47 are interrupts: kernel/irq.h
 *
 * SDM vol. 3A, chapter 6 "Interrupt and Exception Handling".
 */
#ifndef ARCH_TRAPS_H
#define ARCH_TRAPS_H

#include "kernel/types.h"

#define TRAP_VECTORS    48
#define TRAP_DIVIDE     0
#define TRAP_GENERAL    13
#define TRAP_PAGE_FAULT 14
#define TRAP_IRQ_BASE   32

/* Error code of a page fault. SDM vol. 3A, 4.7. */
#define PF_P  0x1u /* set: protection violation; clear: not present */
#define PF_WR 0x2u /* the access was a write */
#define PF_US 0x4u /* the access came from ring 3 */

/** The registers of the interrupted code, in the order of the pushes. */
struct trap_frame {
    uint32_t edi;
    uint32_t esi;
    uint32_t ebp;
    uint32_t esp_unused; /**< as PUSHAL saw it */
    uint32_t ebx;
    uint32_t edx;
    uint32_t ecx;
    uint32_t eax;
    uint32_t es;
    uint32_t ds;
    uint32_t vector;
    uint32_t error_code;
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
    uint32_t esp; /**< only if ring 3 was interrupted */
    uint32_t ss;
};

/** What happened when a fix-up was taken last. */
struct caught_fault {
    unsigned int vector;
    uint32_t error_code;
    unsigned long linear; /**< CR2; of a page fault only */
};

/** Fill the IDT. */
void traps_init(void);

/** The last fault that a fix-up caught. */
struct caught_fault last_caught_fault(void);

/** Print a page fault's error code in words, as part of a line. */
void print_page_fault(const struct caught_fault *fault);

/** From arch/switch.S: leave the kernel through `frame`. */
void enter_user(struct trap_frame *frame) __attribute__((noreturn));

/** Called by trap_entry.S. */
void trap(struct trap_frame *frame);

#endif
