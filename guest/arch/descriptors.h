/* SPDX-License-Identifier: MIT */
/*
 * Segment descriptors, gates and the task state segment.
 *
 * Segmentation is made invisible: four flat segments of 4 GiB, so that a
 * logical address and its linear address are equal. The TSS serves only to
 * say which stack to take when ring 3 is interrupted.
 *
 * SDM vol. 3A, chapter 3 "Protected-Mode Memory Management", 6.11 "IDT
 * Descriptors", 7.2 "Task Management Data Structures".
 */
#ifndef ARCH_DESCRIPTORS_H
#define ARCH_DESCRIPTORS_H

#define KERNEL_CS   0x10
#define KERNEL_DS   0x18
#define USER_CS     0x23
#define USER_DS     0x2B
#define TSS_SEGMENT 0x30

/* The vector of system calls, as in Linux. */
#define SYSTEM_CALL_VECTOR 0x80

#ifndef __ASSEMBLER__

#include "kernel/types.h"

/** Load a GDT with the segments above, the TSS, and all segment registers. */
void gdt_init(void);

/** Load an IDT with all gates empty. */
void idt_init(void);

/** Let `vector` enter the kernel at `entry`, with interrupts turned off. */
void idt_set_gate(unsigned int vector, void (*entry)(void));

/** The same, and ring 3 may call it by INT. */
void idt_set_user_gate(unsigned int vector, void (*entry)(void));

/** Let the processor take the stack that ends at `top` when it leaves ring 3.
 */
void tss_set_stack(unsigned long top);

#endif
#endif
