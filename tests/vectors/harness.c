/* SPDX-License-Identifier: MIT */
#include "tests/vectors/harness.h"

#include "mmu/paging.h"

enum {
    HARNESS_RAM = 32 << 20,
    HANDLER_BYTES = 16,
    HANDLER_HLT = 0xf4,
    SELECTOR_CODE0 = 0x08,
    SELECTOR_DATA0 = 0x10,
    TSS_ESP0 = 4,
    TSS_SS0 = 8,
    TSS_IO_MAP_BASE = 0x64, /**< in the upper half: no map */
    TSS_LIMIT = 0x67,
    GATE_INTERRUPT32 = 0x8e00,
    GATE_DPL3 = 3 << 13
};

void harness_store(struct harness *harness, physical_addr physical,
                   const void *bytes, uint32_t size)
{
    bus_write_block(&harness->bus, BUS_DEBUGGER, physical, bytes, size);
}

void harness_store32(struct harness *harness, physical_addr physical,
                     uint32_t value)
{
    harness_store(harness, physical, &value, sizeof value);
}

uint32_t harness_load32(const struct harness *harness, physical_addr physical)
{
    return bus_load(&harness->bus, physical, 4);
}

void harness_set_descriptor(struct harness *harness, unsigned table,
                            unsigned index, uint32_t base, uint32_t limit,
                            uint32_t rights)
{
    const physical_addr where = SYSTEM_PHYSICAL + table + index * 8;

    harness_store32(harness, where, (limit & 0xffff) | base << 16);
    harness_store32(harness, where + 4,
                    (base & 0xff000000) | (limit & 0xf0000) | rights |
                        (base >> 16 & 0xff));
}

/** A gate and a HLT for each vector; INT 3 and INTO are for everybody. */
static void build_handlers(struct harness *harness)
{
    const uint8_t halt = HANDLER_HLT;

    for (uint32_t vector = 0; vector < 256; vector++) {
        const uint32_t offset = SYSTEM_HANDLERS + vector * HANDLER_BYTES;
        const linear_addr target = SYSTEM_LINEAR + offset;
        const physical_addr gate = SYSTEM_PHYSICAL + SYSTEM_IDT + vector * 8;
        uint32_t rights = GATE_INTERRUPT32;

        if (vector == VECTOR_BP || vector == VECTOR_OF || vector == 0x30)
            rights |= GATE_DPL3;
        harness_store32(harness, gate,
                        (uint32_t)SELECTOR_CODE0 << 16 | (target & 0xffff));
        harness_store32(harness, gate + 4, (target & 0xffff0000) | rights);
        harness_store(harness, SYSTEM_PHYSICAL + offset, &halt, 1);
    }
}

static void build_paging(struct harness *harness)
{
    const physical_addr directory = SYSTEM_PHYSICAL + SYSTEM_DIRECTORY;
    const uint32_t all = PTE_P | PTE_RW | PTE_US;

    harness_store32(harness, directory,
                    (SYSTEM_PHYSICAL + SYSTEM_TABLE_LOW) | all);
    harness_store32(harness, directory + 4,
                    (SYSTEM_PHYSICAL + SYSTEM_TABLE_HIGH) | all);
    harness_store32(harness, directory + (SYSTEM_LINEAR >> 22) * 4,
                    (SYSTEM_PHYSICAL + SYSTEM_TABLE_OWN) | PTE_P | PTE_RW);
    for (uint32_t page = 0; page < SYSTEM_SIZE / PAGE_SIZE; page++)
        harness_store32(harness, SYSTEM_PHYSICAL + SYSTEM_TABLE_OWN + page * 4,
                        (SYSTEM_PHYSICAL + page * PAGE_SIZE) | PTE_P | PTE_RW);
}

bool harness_init(struct harness *harness, const struct cpu_model *model,
                  struct error *error)
{
    const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .first = 0, .size = HARNESS_RAM};
    struct tlb_model tlb;

    *harness = (struct harness){0};
    clock_init(&harness->clock, 100000000);
    ports_init(&harness->ports, &harness->trace);
    if (!tlb_model_parse(model->tlb, &tlb, error) ||
        !bus_init(&harness->bus, &harness->trace, error))
        return false;
    if (!bus_add(&harness->bus, &ram, error) ||
        !cpu_init(&harness->cpu, model, &harness->bus, &harness->trace, &tlb,
                  error)) {
        bus_release(&harness->bus);
        return false;
    }
    harness->cpu.clock = &harness->clock;
    harness->cpu.ports = &harness->ports;
    cpu_reset(&harness->cpu);
    build_handlers(harness);
    build_paging(harness);
    harness_store32(harness, SYSTEM_PHYSICAL + SYSTEM_TSS + TSS_ESP0,
                    SYSTEM_LINEAR + SYSTEM_STACK_TOP);
    harness_store32(harness, SYSTEM_PHYSICAL + SYSTEM_TSS + TSS_SS0,
                    SELECTOR_DATA0);
    harness_store32(harness, SYSTEM_PHYSICAL + SYSTEM_TSS + TSS_IO_MAP_BASE,
                    (uint32_t)(TSS_LIMIT + 1) << 16);
    return true;
}

void harness_release(struct harness *harness)
{
    cpu_release(&harness->cpu);
    bus_release(&harness->bus);
}

void harness_start_protected(struct harness *harness, uint32_t gdt_limit,
                             uint32_t ldt_limit)
{
    struct cpu *cpu = &harness->cpu;
    const uint32_t cr0 = CR0_PE | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;

    cpu_reset(cpu);
    cpu->gdtr.base = SYSTEM_LINEAR + SYSTEM_GDT;
    cpu->gdtr.limit = (uint16_t)gdt_limit;
    cpu->idtr.base = SYSTEM_LINEAR + SYSTEM_IDT;
    cpu->idtr.limit = 256 * 8 - 1;
    cpu->ldtr = (struct segment){.usable = ldt_limit != 0,
                                 .rights = RIGHTS_LDT,
                                 .base = SYSTEM_LINEAR + SYSTEM_LDT,
                                 .limit = ldt_limit};
    cpu->tr = (struct segment){.usable = true,
                               .rights = RIGHTS_TSS32_BUSY,
                               .base = SYSTEM_LINEAR + SYSTEM_TSS,
                               .limit = TSS_LIMIT};
    cpu->cr0 = cr0 & (cpu->model->cr0_bits | CR0_PE | CR0_ET | CR0_PG);
    cpu->cr4 = CR4_PSE & cpu->model->cr4_bits;
    mmu_set_cr3(&cpu->mmu, SYSTEM_PHYSICAL + SYSTEM_DIRECTORY);
    cpu_update_paging(cpu);
}

void harness_clear(struct harness *harness)
{
    struct cpu *cpu = &harness->cpu;

    cpu->attention = false;
    cpu->transfer = false;
    cpu->halted = false;
    cpu->shutdown = false;
    cpu->shadow = false;
    cpu->nmi_pending = false;
    cpu->nmi_blocked = false;
    cpu->current = NULL;
    cpu->mmu.code.live = false;
    cpu->mmu.code.plain = FAST_EMPTY;
}

/** A segment register as real mode loads it. */
static struct segment real_segment(uint16_t selector)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights = RIGHTS_DATA16,
                            .base = (uint32_t)selector << 4,
                            .limit = 0xffff};
}

void harness_load_segment(struct harness *harness, unsigned number,
                          uint16_t selector)
{
    struct segment *segment = &harness->cpu.segment[number];
    const unsigned table = selector & 4 ? SYSTEM_LDT : SYSTEM_GDT;
    const physical_addr where = SYSTEM_PHYSICAL + table + (selector & 0xfff8u);
    const uint32_t low = harness_load32(harness, where);
    const uint32_t high = harness_load32(harness, where + 4);

    if (!cpu_is_protected(&harness->cpu)) {
        *segment = real_segment(selector);
        return;
    }
    if (selector < 4) {
        *segment = (struct segment){.selector = selector};
        return;
    }
    segment->selector = selector;
    segment->usable = true;
    segment->rights = high & DESC_RIGHTS;
    segment->base = (high & 0xff000000) | (high & 0xff) << 16 | low >> 16;
    segment->limit = (high & 0xf0000) | (low & 0xffff);
    if (high & DESC_G)
        segment->limit = segment->limit << 12 | 0xfff;
}

void harness_run(struct harness *harness, uint64_t ticks)
{
    (void)cpu_run(&harness->cpu, harness->clock.now + ticks);
}

bool harness_trapped(const struct harness *harness, struct trap *trap)
{
    const struct cpu *cpu = &harness->cpu;
    const uint32_t at = cpu->eip - SYSTEM_LINEAR - SYSTEM_HANDLERS;
    physical_addr frame = cpu->gpr[ESP];

    if (cpu->segment[CS].selector != SELECTOR_CODE0 ||
        at >= 256 * HANDLER_BYTES || at % HANDLER_BYTES > 1)
        return false;
    *trap = (struct trap){.vector = (uint8_t)(at / HANDLER_BYTES)};
    /* Stacks below the system area have linear = physical addresses. */
    if (frame - SYSTEM_LINEAR < SYSTEM_SIZE)
        frame = frame - SYSTEM_LINEAR + SYSTEM_PHYSICAL;
    if (trap->vector == VECTOR_DF || trap->vector == VECTOR_AC ||
        (trap->vector >= VECTOR_TS && trap->vector <= VECTOR_PF)) {
        trap->error_code = harness_load32(harness, frame);
        frame += 4;
    }
    trap->eip = harness_load32(harness, frame);
    trap->cs = (uint16_t)harness_load32(harness, frame + 4);
    trap->eflags = harness_load32(harness, frame + 8);
    trap->has_stack = (trap->cs & 3) != 0;
    if (trap->has_stack) {
        trap->esp = harness_load32(harness, frame + 12);
        trap->ss = (uint16_t)harness_load32(harness, frame + 16);
    }
    return true;
}
