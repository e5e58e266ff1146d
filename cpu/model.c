/* SPDX-License-Identifier: MIT */
#include "cpu/model.h"

#include <string.h>

#include "cpu/flags.h"

#define EFLAGS_386                                                      \
    (FLAGS_STATUS | FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT | \
     FLAG_RF | FLAG_VM)
#define EFLAGS_486     (EFLAGS_386 | FLAG_AC | FLAG_ID)
#define EFLAGS_PENTIUM (EFLAGS_486 | FLAG_VIF | FLAG_VIP)

#define CR0_386 (CR0_PG | CR0_TS | CR0_EM | CR0_MP | CR0_PE)
#define CR0_486 (CR0_386 | CR0_CD | CR0_NW | CR0_AM | CR0_WP | CR0_NE)

/*
 * A PentiumPro's SEP is left
 * out: it is not usable on the steppings that report it (SDM 2B, "SYSENTER").
 */
static const struct cpu_model models[] = {
    {.name = "386",
     .generation = CPU_386,
     .has_fpu = true, /* a 387 is fitted */
     .eflags_bits = EFLAGS_386,
     .cr0_bits = CR0_386,
     .signature = 0x00000308,
     .physical_bits = 32,
     .tlb = "386"},
    {.name = "486",
     .generation = CPU_486,
     .has_wp = true,
     .has_cpuid = true,
     .has_fpu = true,
     .eflags_bits = EFLAGS_486,
     .cr0_bits = CR0_486,
     .signature = 0x00000480,
     .features = CPUID_FPU,
     .physical_bits = 32,
     .tlb = "486"},
    {.name = "pentium",
     .generation = CPU_PENTIUM,
     .has_wp = true,
     .has_cpuid = true,
     .has_fpu = true,
     .eflags_bits = EFLAGS_PENTIUM,
     .cr0_bits = CR0_486,
     .cr4_bits = CR4_VME | CR4_PVI | CR4_TSD | CR4_DE | CR4_PSE | CR4_MCE,
     .signature = 0x0000052c,
     .features = CPUID_FPU | CPUID_VME | CPUID_DE | CPUID_PSE | CPUID_TSC |
                 CPUID_MSR | CPUID_CX8,
     .physical_bits = 32,
     .tlb = "pentium"},
    {.name = "pentiumpro",
     .generation = CPU_PENTIUMPRO,
     .has_wp = true,
     .has_cpuid = true,
     .has_fpu = true,
     .eflags_bits = EFLAGS_PENTIUM,
     .cr0_bits = CR0_486,
     .cr4_bits = CR4_VME | CR4_PVI | CR4_TSD | CR4_DE | CR4_PSE | CR4_MCE |
                 CR4_PGE | CR4_PCE | CR4_PAE,
     .signature = 0x00000619,
     .features = CPUID_FPU | CPUID_VME | CPUID_DE | CPUID_PSE | CPUID_TSC |
                 CPUID_MSR | CPUID_PAE | CPUID_CX8 | CPUID_PGE | CPUID_CMOV,
     .cache = {0x03020101, 0, 0, 0x06040a42},
     .physical_bits = 36,
     .tlb = "pentiumpro"},
};

const struct cpu_model *cpu_model_find(const char *name)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        if (strcmp(models[i].name, name) == 0)
            return &models[i];
    }
    return NULL;
}
