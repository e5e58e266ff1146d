/* SPDX-License-Identifier: MIT */
#include "cpu/control.h"

#include "trace/trace.h"

static void trace_control(struct cpu *cpu, unsigned number, uint32_t old_value,
                          uint32_t new_value)
{
    struct trace_record record;

    if (!trace_wants(cpu->trace, TRACE_CR))
        return;
    record = (struct trace_record){.event = TRACE_CR,
                                   .control = {.number = (uint8_t)number,
                                               .old_value = old_value,
                                               .new_value = new_value}};
    trace_emit(cpu->trace, &record);
}

/* Real mode has no privilege, and CS is a plain writable segment there; its
 * base, limit and D stay until it is loaded. */
static void enter_real_mode(struct cpu *cpu)
{
    struct segment *code = &cpu->segment[CS];

    cpu->cpl = 0;
    code->usable = true;
    code->rights = (code->rights & DESC_DB) | DESC_P | DESC_S | DESC_WRITABLE |
                   DESC_ACCESSED;
}

/* Bits of a PDPTE that must be 0 if it is present, but for those beyond the
 * physical address. */
#define PDPTE_RESERVED 0x1e6u

/*
 * Load the PDPTE registers for `cr3`. #GP(0), with all as before, for a
 * reserved bit. SDM 3A, "PDPTE Registers".
 */
static bool load_pdptes(struct cpu *cpu, uint32_t cr3)
{
    const physical_addr table = cr3 & ~(uint32_t)0x1f & cpu->mmu.a20_mask;
    const uint64_t reserved = PDPTE_RESERVED | ~0ull
                                                   << cpu->model->physical_bits;
    uint64_t pdpte[PDPTE_COUNT];

    for (unsigned i = 0; i < PDPTE_COUNT; i++) {
        const physical_addr entry = table + i * (uint32_t)sizeof pdpte[0];

        pdpte[i] = bus_read32(cpu->mmu.bus, BUS_PAGE_WALK, entry);
        pdpte[i] |= (uint64_t)bus_read32(cpu->mmu.bus, BUS_PAGE_WALK, entry + 4)
                    << 32;
        if ((pdpte[i] & PTE_P) && (pdpte[i] & reserved))
            return cpu_fault_code(cpu, VECTOR_GP, 0);
    }
    mmu_set_pdptes(&cpu->mmu, pdpte);
    return true;
}

bool control_set_cr0(struct cpu *cpu, uint32_t value)
{
    const uint32_t fixed = cpu->cr0 & ~cpu->model->cr0_bits;
    const uint32_t next = (value & cpu->model->cr0_bits) | fixed;
    const uint32_t changed = next ^ cpu->cr0;

    if ((next & CR0_PG) && !(next & CR0_PE))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if ((next & CR0_NW) && !(next & CR0_CD))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if ((changed & (CR0_PG | CR0_CD | CR0_NW)) && (next & CR0_PG) &&
        (cpu->cr4 & CR4_PAE) && !load_pdptes(cpu, cpu->mmu.mode.cr3))
        return false;
    trace_control(cpu, 0, cpu->cr0, next);
    cpu->cr0 = next;
    if ((changed & CR0_PE) && !(next & CR0_PE))
        enter_real_mode(cpu);
    if (changed & (CR0_PG | CR0_WP))
        cpu_update_paging(cpu);
    cpu_update_mode(cpu);
    if (changed & next & CR0_PG && cpu->breakpoints.paging_on)
        cpu->breakpoints.paging_on(cpu->breakpoints.context);
    return true;
}

void control_set_task_switched(struct cpu *cpu, bool task_switched)
{
    const uint32_t next =
        task_switched ? cpu->cr0 | CR0_TS : cpu->cr0 & ~(uint32_t)CR0_TS;

    trace_control(cpu, 0, cpu->cr0, next);
    cpu->cr0 = next;
    cpu_update_x87(cpu);
}

void control_set_cr2(struct cpu *cpu, uint32_t value)
{
    trace_control(cpu, 2, cpu->cr2, value);
    cpu->cr2 = value;
}

bool control_set_cr3(struct cpu *cpu, uint32_t value)
{
    if (cpu->mmu.paging && (cpu->cr4 & CR4_PAE) && !load_pdptes(cpu, value))
        return false;
    trace_control(cpu, 3, cpu->mmu.mode.cr3, value);
    mmu_set_cr3(&cpu->mmu, value);
    return true;
}

bool control_set_cr4(struct cpu *cpu, uint32_t value)
{
    if (value & ~cpu->model->cr4_bits)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if (((value ^ cpu->cr4) & (CR4_PAE | CR4_PGE | CR4_PSE)) &&
        cpu->mmu.paging && (value & CR4_PAE) &&
        !load_pdptes(cpu, cpu->mmu.mode.cr3))
        return false;
    trace_control(cpu, 4, cpu->cr4, value);
    cpu->cr4 = value;
    cpu_update_paging(cpu);
    return true;
}
