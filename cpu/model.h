/* SPDX-License-Identifier: MIT */
/*
 * Processor models as data: what a chip has, and how it names itself.
 * SDM 2A, "CPUID"; 386 PRM; i486 and Pentium programmer's references.
 */
#ifndef CPU_MODEL_H
#define CPU_MODEL_H

#include "base/types.h"

/** Rising order, so that an opcode row can name the first that has it. */
enum cpu_generation { CPU_386, CPU_486, CPU_PENTIUM, CPU_PENTIUMPRO };

struct cpu_model {
    const char *name;
    enum cpu_generation generation;
    bool has_wp;           /**< CR0.WP, CR0.AM, CR0.NE and EFLAGS.AC */
    bool has_cpuid;        /**< and EFLAGS.ID */
    bool has_fpu;          /**< an x87, on the chip or beside it */
    uint32_t eflags_bits;  /**< bits of EFLAGS that there are */
    uint32_t cr0_bits;     /**< bits of CR0 that can be written */
    uint32_t cr4_bits;     /**< bits of CR4 that can be set; 0: no CR4 */
    uint32_t signature;    /**< EAX of CPUID leaf 1; EDX after RESET */
    uint32_t features;     /**< EDX of CPUID leaf 1 */
    uint32_t cache[4];     /**< EAX to EDX of CPUID leaf 2; 0: no such leaf */
    uint8_t physical_bits; /**< of an address on the bus, at most */
    const char *tlb;       /**< default for --tlb */
};

/** Bits of CR0 and CR4. SDM 3A, "Control Registers". */
enum {
    CR0_PE = 1 << 0,
    CR0_MP = 1 << 1,
    CR0_EM = 1 << 2,
    CR0_TS = 1 << 3,
    CR0_ET = 1 << 4,
    CR0_NE = 1 << 5,
    CR0_WP = 1 << 16,
    CR0_AM = 1 << 18,
    CR0_NW = 1 << 29,
    CR0_CD = 1 << 30,
    CR4_VME = 1 << 0,
    CR4_PVI = 1 << 1,
    CR4_TSD = 1 << 2,
    CR4_DE = 1 << 3,
    CR4_PSE = 1 << 4,
    CR4_PAE = 1 << 5,
    CR4_MCE = 1 << 6,
    CR4_PGE = 1 << 7,
    CR4_PCE = 1 << 8
};
#define CR0_PG 0x80000000u

/** CPUID feature bits, leaf 1, EDX. */
enum {
    CPUID_FPU = 1 << 0,
    CPUID_VME = 1 << 1,
    CPUID_DE = 1 << 2,
    CPUID_PSE = 1 << 3,
    CPUID_TSC = 1 << 4,
    CPUID_MSR = 1 << 5,
    CPUID_PAE = 1 << 6,
    CPUID_MCE = 1 << 7,
    CPUID_CX8 = 1 << 8,
    CPUID_SEP = 1 << 11,
    CPUID_PGE = 1 << 13,
    CPUID_CMOV = 1 << 15
};

/** The model called `name`, or NULL. */
const struct cpu_model *cpu_model_find(const char *name);

/** All names, for messages. */
#define CPU_MODEL_NAMES "386, 486, pentium, pentiumpro"

#endif
