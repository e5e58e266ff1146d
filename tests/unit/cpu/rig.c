/* SPDX-License-Identifier: MIT */
#include "tests/unit/cpu/rig.h"

#include <check.h>

#include "cpu/exec.h"

enum {
    RIGHTS_TSS32 = DESC_P | SYSTEM_TSS32 << DESC_TYPE_SHIFT,
    STACK_SPACING = 0x10000,
    HANDLER_SPACING = 16
};

uint16_t rig_code(uint8_t cpl)
{
    return (uint16_t)(RIG_CODE0 + cpl * RIG_PER_CPL + cpl);
}

uint16_t rig_data(uint8_t cpl)
{
    return (uint16_t)(RIG_DATA0 + cpl * RIG_PER_CPL + cpl);
}

void rig_store(struct rig *rig, uint32_t linear, unsigned size, uint32_t value)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, linear, &value, size);
}

uint32_t rig_load(const struct rig *rig, uint32_t linear, unsigned size)
{
    return bus_load(&rig->bus, linear, size);
}

void rig_raw(struct rig *rig, uint32_t linear, uint32_t low, uint32_t high)
{
    rig_store(rig, linear, 4, low);
    rig_store(rig, linear + 4, 4, high);
}

void rig_descriptor(struct rig *rig, uint16_t selector, uint32_t base,
                    uint32_t limit, uint32_t rights)
{
    if (rights & DESC_G)
        limit >>= 12;
    rig_raw(rig, RIG_GDT + (selector & 0xfff8u), (limit & 0xffff) | base << 16,
            rights | (base & 0xff000000) | (base >> 16 & 0xff) |
                (limit & 0xf0000));
}

void rig_gate(struct rig *rig, uint32_t linear, uint16_t selector,
              uint32_t offset, uint32_t rights, unsigned count)
{
    rig_raw(rig, linear, (uint32_t)selector << 16 | (offset & 0xffff),
            (offset & 0xffff0000) | rights | count);
}

uint32_t rig_handler(uint8_t vector)
{
    return RIG_HANDLERS + vector * (uint32_t)HANDLER_SPACING;
}

void rig_handle(struct rig *rig, uint8_t vector, uint16_t selector,
                unsigned type, uint8_t dpl)
{
    rig->cpu.idtr.limit = RIG_TABLE_LIMIT;
    rig_gate(rig, RIG_IDT + vector * 8u, selector, rig_handler(vector),
             DESC_P | type << DESC_TYPE_SHIFT | (uint32_t)dpl << DESC_DPL_SHIFT,
             0);
}

static void record(void *context, const struct trace_record *record)
{
    struct rig *rig = context;

    if (record->event == TRACE_FAULT && rig->faults < RIG_FAULTS_MAX)
        rig->fault[rig->faults++] = record->fault;
    if (record->event == TRACE_IRQ && record->interrupt.iret)
        rig->returns++;
    else if (record->event == TRACE_IRQ)
        rig->entries++;
}

void rig_init(struct rig *rig, const char *model)
{
    const struct cpu_model *found = cpu_model_find(model);

    rig_init_tlb(rig, model, found ? found->tlb : "");
}

void rig_init_tlb(struct rig *rig, const char *model, const char *tlb_name)
{
    const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .size = RIG_RAM};
    const struct cpu_model *found = cpu_model_find(model);
    struct tlb_model tlb;
    struct error error;
    bool built;

    *rig = (struct rig){0};
    clock_init(&rig->clock, 100000000);
    ports_init(&rig->ports, &rig->trace);
    rig->trace.enabled = 1u << TRACE_FAULT | 1u << TRACE_IRQ;
    rig->trace.record = record;
    rig->trace.record_context = rig;
    built = found && tlb_model_parse(tlb_name, &tlb, &error) &&
            bus_init(&rig->bus, &rig->trace, &error) &&
            bus_add(&rig->bus, &ram, &error) &&
            cpu_init(&rig->cpu, found, &rig->bus, &rig->trace, &tlb, &error);
    if (!built)
        ck_abort_msg("cannot build a %s", model);
    rig->cpu.clock = &rig->clock;
    rig->cpu.ports = &rig->ports;
    rig_enter(rig, 0);
}

void rig_release(struct rig *rig)
{
    cpu_release(&rig->cpu);
    bus_release(&rig->bus);
}

static struct segment flat(uint16_t selector, uint32_t rights, uint8_t dpl)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights = rights | (uint32_t)dpl << DESC_DPL_SHIFT,
                            .limit = 0xffffffffu};
}

static void build_tables(struct rig *rig)
{
    for (uint8_t cpl = 0; cpl < 4; cpl++) {
        const uint32_t dpl = (uint32_t)cpl << DESC_DPL_SHIFT;

        rig_descriptor(rig, rig_code(cpl), 0, 0xffffffffu, RIG_CODE32 | dpl);
        rig_descriptor(rig, rig_data(cpl), 0, 0xffffffffu, RIG_DATA32 | dpl);
    }
    for (uint8_t cpl = 0; cpl < 3; cpl++) {
        rig_store(rig, RIG_TSS + 4 + cpl * 8u, 4,
                  RIG_STACKS + cpl * (uint32_t)STACK_SPACING - 0x100);
        rig_store(rig, RIG_TSS + 8 + cpl * 8u, 4, rig_data(cpl));
    }
    rig_descriptor(rig, RIG_TSS_SELECTOR, RIG_TSS, RIG_TSS_LIMIT,
                   RIGHTS_TSS32 | DESC_BUSY);
    rig_descriptor(rig, RIG_LDT_SELECTOR, RIG_LDT, RIG_TABLE_LIMIT,
                   DESC_P | SYSTEM_LDT << DESC_TYPE_SHIFT);
}

void rig_enter(struct rig *rig, uint8_t cpl)
{
    struct cpu *cpu = &rig->cpu;

    rig_enter_real(rig);
    build_tables(rig);
    cpu->cr0 |= CR0_PE;
    cpu->cpl = cpl;
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] = flat(rig_data(cpl), RIG_DATA32, cpl);
    cpu->segment[CS] = flat(rig_code(cpl), RIG_CODE32, cpl);
    cpu->gdtr = (struct table_register){RIG_GDT, RIG_TABLE_LIMIT};
    cpu->idtr = (struct table_register){RIG_IDT, 0};
    cpu->ldtr = (struct segment){0};
    cpu->tr = (struct segment){.selector = RIG_TSS_SELECTOR,
                               .usable = true,
                               .rights = RIGHTS_TSS32 | DESC_BUSY,
                               .base = RIG_TSS,
                               .limit = RIG_TSS_LIMIT};
    cpu->gpr[ESP] = RIG_STACKS + cpl * (uint32_t)STACK_SPACING;
    cpu_update_mode(cpu);
}

void rig_enter_real(struct rig *rig)
{
    struct cpu *cpu = &rig->cpu;

    cpu_reset(cpu);
    cpu->cr0 &= ~(uint32_t)(CR0_CD | CR0_NW);
    cpu->idtr = (struct table_register){RIG_IDT, 0};
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        cpu->segment[i].selector = 0;
        cpu->segment[i].base = 0;
    }
    cpu->segment[CS].selector = RIG_CODE >> 4;
    cpu->segment[CS].base = RIG_CODE;
    cpu->segment[SS].selector = RIG_DATA >> 4;
    cpu->segment[SS].base = RIG_DATA;
    cpu->gpr[ESP] = 0x2000;
    cpu->eip = 0;
    cpu_update_mode(cpu);
}

void rig_enter_v86(struct rig *rig, unsigned iopl)
{
    struct cpu *cpu = &rig->cpu;

    rig_enter(rig, 3);
    cpu_set_eflags(cpu, FLAG_VM | iopl << FLAG_IOPL_SHIFT);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] = segment_v86(0);
    cpu->segment[CS] = segment_v86(RIG_CODE >> 4);
    cpu->segment[SS] = segment_v86(RIG_DATA >> 4);
    cpu->gpr[ESP] = 0x2000;
    cpu_update_mode(cpu);
}

bool rig_step(struct rig *rig)
{
    rig->faults = 0;
    rig->entries = 0;
    rig->returns = 0;
    (void)cpu_run(&rig->cpu, rig->clock.now + 1);
    return rig->faults == 0;
}

bool rig_run(struct rig *rig, const void *bytes, size_t size)
{
    struct cpu *cpu = &rig->cpu;

    if (cpu->segment[CS].base == 0 && cpu->eip == 0)
        cpu->eip = RIG_CODE;
    bus_write_block(&rig->bus, BUS_DEBUGGER, cpu->segment[CS].base + cpu->eip,
                    bytes, (uint32_t)size);
    return rig_step(rig);
}

uint32_t rig_stacked(const struct rig *rig, unsigned size, unsigned index)
{
    const struct cpu *cpu = &rig->cpu;

    return rig_load(
        rig, cpu->segment[SS].base + cpu_stack_pointer(cpu) + index * size,
        size);
}

void rig_push(struct rig *rig, unsigned size, uint32_t value)
{
    struct cpu *cpu = &rig->cpu;

    cpu_set_stack_pointer(cpu, cpu_stack_pointer(cpu) - size);
    rig_store(rig, cpu->segment[SS].base + cpu_stack_pointer(cpu), size, value);
}
