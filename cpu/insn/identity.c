/* SPDX-License-Identifier: MIT */
#include "cpu/insn/system.h"

/** Model-specific registers. SDM 4, "Model-Specific Registers". */
enum {
    MSR_P5_MC_ADDR = 0x0,
    MSR_P5_MC_TYPE = 0x1,
    MSR_TSC = 0x10,
    MSR_APIC_BASE = 0x1b,
    MSR_EBL_CR_POWERON = 0x2a,
    MSR_BIOS_UPDT_TRIG = 0x79,
    MSR_BIOS_SIGN_ID = 0x8b,
    MSR_DEBUGCTL = 0x1d9,
    MSR_LAST_BRANCH_FROM = 0x1db,
    MSR_LAST_BRANCH_TO = 0x1dc,
    MSR_LAST_INT_FROM = 0x1dd,
    MSR_LAST_INT_TO = 0x1de
};

/** Where a local APIC would be; the enable bit is clear, for there is none. */
#define APIC_BASE_DEFAULT 0xfee00000u
enum { APIC_BASE_BSP = 1 << 8 };

static void cpuid_vendor(struct cpu *cpu)
{
    cpu->gpr[EAX] = cpu->model->cache[0] ? 2 : 1;
    cpu->gpr[EBX] = 0x756e6547; /* "Genu" */
    cpu->gpr[EDX] = 0x49656e69; /* "ineI" */
    cpu->gpr[ECX] = 0x6c65746e; /* "ntel" */
}

static void cpuid_version(struct cpu *cpu)
{
    cpu->gpr[EAX] = cpu->model->signature;
    cpu->gpr[EBX] = 0;
    cpu->gpr[ECX] = 0;
    cpu->gpr[EDX] = cpu->model->features;
}

static void cpuid_cache(struct cpu *cpu)
{
    cpu->gpr[EAX] = cpu->model->cache[0];
    cpu->gpr[EBX] = cpu->model->cache[1];
    cpu->gpr[ECX] = cpu->model->cache[2];
    cpu->gpr[EDX] = cpu->model->cache[3];
}

/* CPUID, which every model that decodes it has: a leaf above the highest one
 * gives the highest one's answer. SDM 2A, "CPUID". */
bool op_cpuid(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t leaf = cpu->gpr[EAX];

    (void)insn;
    if (leaf == 0)
        cpuid_vendor(cpu);
    else if (leaf == 1 || !cpu->model->cache[0])
        cpuid_version(cpu);
    else
        cpuid_cache(cpu);
    return true;
}

static void give(struct cpu *cpu, uint64_t value)
{
    cpu->gpr[EAX] = (uint32_t)value;
    cpu->gpr[EDX] = (uint32_t)(value >> 32);
}

static uint64_t time_stamp(const struct cpu *cpu)
{
    return cpu_now(cpu) + cpu->tsc_offset;
}

/* RDTSC: one count a tick. SDM 2B, "RDTSC". */
bool op_rdtsc(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    if ((cpu->cr4 & CR4_TSD) && cpu->cpl != 0)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    give(cpu, time_stamp(cpu));
    return true;
}

/* RDPMC: two counters, which stand still. SDM 2B, "RDPMC". */
bool op_rdpmc(struct cpu *cpu, const struct insn *insn)
{
    enum { COUNTERS = 2 };

    (void)insn;
    if (((cpu->cr4 & CR4_PCE) == 0 && cpu->cpl != 0) ||
        cpu->gpr[ECX] >= COUNTERS)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    cpu->unimplemented++;
    give(cpu, 0);
    return true;
}

/* True if the register exists from `generation` on. */
static bool has_msr(const struct cpu *cpu, enum cpu_generation generation)
{
    return (cpu->model->features & CPUID_MSR) &&
           cpu->model->generation >= generation;
}

/* RDMSR. Registers behind which nothing is modelled read as after RESET.
 * SDM 2B, "RDMSR". */
bool op_rdmsr(struct cpu *cpu, const struct insn *insn)
{
    enum cpu_generation first = CPU_PENTIUMPRO;
    uint64_t value = 0;

    (void)insn;
    switch (cpu->gpr[ECX]) {
    case MSR_P5_MC_ADDR:
    case MSR_P5_MC_TYPE: first = CPU_PENTIUM; break;
    case MSR_TSC:
        first = CPU_PENTIUM;
        value = time_stamp(cpu);
        break;
    case MSR_APIC_BASE: value = APIC_BASE_DEFAULT | APIC_BASE_BSP; break;
    case MSR_EBL_CR_POWERON:
    case MSR_BIOS_SIGN_ID:
    case MSR_DEBUGCTL:
    case MSR_LAST_BRANCH_FROM:
    case MSR_LAST_BRANCH_TO:
    case MSR_LAST_INT_FROM:
    case MSR_LAST_INT_TO: break;
    default: return cpu_fault_code(cpu, VECTOR_GP, 0);
    }
    if (!has_msr(cpu, first))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    give(cpu, value);
    return true;
}

/* The low half of the time-stamp counter can be written; the high one becomes
 * zero. SDM 3B, "Time-Stamp Counter", P6 family. */
static void write_time_stamp(struct cpu *cpu, uint32_t value)
{
    cpu->tsc_offset = value - cpu_now(cpu);
}

/* WRMSR. What is written to a register behind which nothing is modelled is
 * lost. SDM 2C, "WRMSR". */
bool op_wrmsr(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t number = cpu->gpr[ECX];

    (void)insn;
    switch (number) {
    case MSR_P5_MC_ADDR:
    case MSR_P5_MC_TYPE: return true;
    case MSR_TSC: write_time_stamp(cpu, cpu->gpr[EAX]); return true;
    case MSR_APIC_BASE:
    case MSR_EBL_CR_POWERON:
    case MSR_BIOS_UPDT_TRIG:
    case MSR_BIOS_SIGN_ID:
    case MSR_DEBUGCTL:
        if (!has_msr(cpu, CPU_PENTIUMPRO))
            return cpu_fault_code(cpu, VECTOR_GP, 0);
        if (number != MSR_BIOS_SIGN_ID)
            cpu->unimplemented++;
        return true;
    default: return cpu_fault_code(cpu, VECTOR_GP, 0);
    }
}
