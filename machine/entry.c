/* SPDX-License-Identifier: MIT */
#include "machine/entry.h"

enum { FIRST_HARD_DISK = 0x80, REAL_LIMIT = 0xffff };

#define FLAT_CODE UINT64_C(0x00cf9b000000ffff)
#define FLAT_DATA UINT64_C(0x00cf93000000ffff)

const uint64_t entry_gdt[ENTRY_GDT_SIZE / 8] = {0, FLAT_CODE, FLAT_DATA, 0};
const uint64_t entry_gdt_linux[ENTRY_GDT_SIZE / 8] = {0, 0, FLAT_CODE,
                                                      FLAT_DATA};

static struct segment flat_segment(uint16_t selector, uint64_t descriptor)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights =
                                (uint32_t)(descriptor >> 32) & DESC_RIGHTS,
                            .limit = 0xffffffffu};
}

static void clear_registers(struct cpu *cpu)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->gpr[i] = 0;
}

void entry_flat(struct cpu *cpu, const struct entry_flat *entry)
{
    const uint16_t code = entry->linux_table ? 0x10 : 0x08;
    const uint16_t data = code + 8;

    clear_registers(cpu);
    cpu->gpr[EAX] = entry->eax;
    cpu->gpr[EBX] = entry->ebx;
    cpu->gpr[ESI] = entry->esi;
    cpu->gpr[ESP] = entry->esp;
    cpu->eip = entry->eip;
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] = i == CS ? flat_segment(code, FLAT_CODE)
                                  : flat_segment(data, FLAT_DATA);
    cpu->gdtr = (struct table_register){entry->gdt, ENTRY_GDT_SIZE - 1};
    cpu->cr0 |= CR0_PE;
    cpu_update_paging(cpu);
    cpu_update_mode(cpu);
}

void entry_real(struct cpu *cpu, uint16_t offset)
{
    struct segment *code = &cpu->segment[CS];

    clear_registers(cpu);
    cpu->gpr[EDX] = FIRST_HARD_DISK;
    cpu->gpr[ESP] = offset;
    cpu->eip = offset;
    code->selector = 0;
    code->base = 0;
    code->limit = REAL_LIMIT;
    cpu_update_mode(cpu);
}
