/* SPDX-License-Identifier: MIT */
/*
 * Entry: the processor's state for the first instruction of an image, as a
 * boot loader leaves it. "The Multiboot Specification", 0.6.96, "Machine
 * state"; "The Linux/x86 Boot Protocol", of Linux 6.1, "32-bit Boot Protocol";
 * for a boot sector, what every PC BIOS does.
 */
#ifndef MACHINE_ENTRY_H
#define MACHINE_ENTRY_H

#include "cpu/cpu.h"

/** Bytes of the descriptor tables that entry_flat() points GDTR at. */
enum { ENTRY_GDT_SIZE = 32 };

/** Flat code at selector 0x08, flat data at 0x10. */
extern const uint64_t entry_gdt[ENTRY_GDT_SIZE / 8];

/** Flat code at selector 0x10, flat data at 0x18, as Linux demands. */
extern const uint64_t entry_gdt_linux[ENTRY_GDT_SIZE / 8];

struct entry_flat {
    uint32_t eip;
    uint32_t esp;
    uint32_t eax;
    uint32_t ebx;
    uint32_t esi;
    physical_addr gdt; /**< where a copy of the table lies */
    bool linux_table;  /**< it is that of Linux */
};

/**
 * From RESET to 32-bit protected mode with flat segments, paging and interrupts
 * off, A20 open. Registers that are not named are zero.
 */
void entry_flat(struct cpu *cpu, const struct entry_flat *entry);

/** From RESET to real mode at 0000:`offset`, stack below it, DL = 0x80. */
void entry_real(struct cpu *cpu, uint16_t offset);

#endif
