/* SPDX-License-Identifier: MIT */
#include "arch/cpu.h"

#include "kernel/string.h"

struct cpu cpu;

struct cpuid_result {
    uint32_t eax;
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
};

static struct cpuid_result cpuid(uint32_t leaf)
{
    struct cpuid_result result;

    __asm__ volatile("cpuid"
                     : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx),
                       "=d"(result.edx)
                     : "a"(leaf), "c"(0));
    return result;
}

/* A flag that does not exist cannot be changed. SDM vol. 2A, "CPUID". */
static bool eflag_can_change(uint32_t flag)
{
    const uint32_t before = read_eflags();
    uint32_t after;

    write_eflags(before ^ flag);
    after = read_eflags();
    write_eflags(before);
    return ((before ^ after) & flag) != 0;
}

static void read_cpuid(void)
{
    const struct cpuid_result maximum = cpuid(0);
    struct cpuid_result version;

    memcpy(&cpu.vendor[0], &maximum.ebx, 4);
    memcpy(&cpu.vendor[4], &maximum.edx, 4);
    memcpy(&cpu.vendor[8], &maximum.ecx, 4);
    if (maximum.eax < 1)
        return;

    version = cpuid(1);
    cpu.family = (version.eax >> 8) & 0xf;
    cpu.model = (version.eax >> 4) & 0xf;
    cpu.stepping = version.eax & 0xf;
    cpu.has_tsc = (version.edx & CPUID_TSC) != 0;
    cpu.has_pse = (version.edx & CPUID_PSE) != 0;
    cpu.has_pge = (version.edx & CPUID_PGE) != 0;
    /* CR4 came with the features that it turns on. */
    cpu.has_cr4 = cpu.has_pse || cpu.has_pge || cpu.has_tsc;
}

void cpu_detect(void)
{
    cpu.family = 3;
    if (eflag_can_change(EFLAGS_AC)) {
        cpu.family = 4;
        cpu.has_invlpg = true;
        write_cr0(read_cr0() | CR0_WP);
    }
    cpu.has_cpuid = eflag_can_change(EFLAGS_ID);
    if (cpu.has_cpuid)
        read_cpuid();
    if (cpu.has_pse)
        write_cr4(read_cr4() | CR4_PSE);
}
