/* SPDX-License-Identifier: MIT */
#include "cpu/insn/system.h"

#include "cpu/descriptor.h"
#include "cpu/operand.h"

static struct form word_form(const struct insn *insn)
{
    struct form form = form_of(insn);

    form.width = WIDTH_16;
    return form;
}

/* The one operand of these instructions is the row's destination. */
static bool read_selector(struct cpu *cpu, const struct insn *insn,
                          uint16_t *selector)
{
    uint32_t value;

    TRY(dest_read(cpu, insn, word_form(insn), &value));
    *selector = (uint16_t)value;
    return true;
}

/* LGDT and LIDT: with 16-bit operands the base has 24 bits. The two parts
 * are accesses of their own, so that #AC falls as on the chip, where a
 * pseudo-descriptor is best put at an odd word. SDM 2A, "LGDT/LIDT". */
static bool load_table(struct cpu *cpu, const struct insn *insn,
                       struct table_register *table)
{
    const effective_addr effective = operand_effective(cpu, insn);
    uint32_t limit;
    uint32_t base;

    TRY(cpu_read(cpu, insn->segment, effective, 2, &limit));
    TRY(cpu_read(cpu, insn->segment, effective + 2, 4, &base));
    table->limit = (uint16_t)limit;
    table->base = insn->width == WIDTH_32 ? base : base & 0xffffff;
    return true;
}

bool op_lgdt(struct cpu *cpu, const struct insn *insn)
{
    return load_table(cpu, insn, &cpu->gdtr);
}

bool op_lidt(struct cpu *cpu, const struct insn *insn)
{
    return load_table(cpu, insn, &cpu->idtr);
}

/* SGDT and SIDT: limit and all 32 bits of the base, whatever the operand
 * size. SDM 2B, "SGDT". */
static bool store_table(struct cpu *cpu, const struct insn *insn,
                        const struct table_register *table)
{
    const effective_addr effective = operand_effective(cpu, insn);
    struct place limit;
    struct place base;

    TRY(cpu_open(cpu, insn->segment, effective, 2, ACCESS_WRITE, &limit));
    TRY(cpu_open(cpu, insn->segment, effective + 2, 4, ACCESS_WRITE, &base));
    memory_place_write(&cpu->mmu, &limit.memory, 2, table->limit);
    memory_place_write(&cpu->mmu, &base.memory, 4, table->base);
    return true;
}

bool op_sgdt(struct cpu *cpu, const struct insn *insn)
{
    return store_table(cpu, insn, &cpu->gdtr);
}

bool op_sidt(struct cpu *cpu, const struct insn *insn)
{
    return store_table(cpu, insn, &cpu->idtr);
}

/* LLDT. SDM 2A, "LLDT". */
bool op_lldt(struct cpu *cpu, const struct insn *insn)
{
    uint16_t selector;

    TRY(read_selector(cpu, insn, &selector));
    return descriptor_load_ldt(cpu, selector, VECTOR_GP, &cpu->ldtr);
}

/* LTR: the TSS becomes busy, in its table and in TR. SDM 2A, "LTR". */
bool op_ltr(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t types = 1u << SYSTEM_TSS16 | 1u << SYSTEM_TSS32;
    struct descriptor tss;
    uint16_t selector;

    TRY(read_selector(cpu, insn, &selector));
    if (selector_is_null(selector))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if (selector & SELECTOR_TI)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    TRY(descriptor_read(cpu, selector, VECTOR_GP, &tss));
    if (!descriptor_is_system(&tss) || !(types >> descriptor_type(&tss) & 1))
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (!descriptor_is_present(&tss))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    tss.high |= DESC_BUSY;
    TRY(cpu_write_system(cpu, tss.linear + 4, 4, tss.high));
    cpu->tr = descriptor_segment(selector, &tss);
    return true;
}

/* A register takes the word zero-extended, memory 16 bits of it. */
static bool store_word(struct cpu *cpu, const struct insn *insn, uint32_t value)
{
    const struct form form =
        insn_dest_kind(insn) == KIND_REGISTER ? form_of(insn) : word_form(insn);
    struct place place;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &place));
    place_write(cpu, form, &place, value);
    return true;
}

/* SLDT. SDM 2B, "SLDT". */
bool op_sldt(struct cpu *cpu, const struct insn *insn)
{
    return store_word(cpu, insn, cpu->ldtr.selector);
}

/* STR. SDM 2B, "STR". */
bool op_str(struct cpu *cpu, const struct insn *insn)
{
    return store_word(cpu, insn, cpu->tr.selector);
}

/* SMSW: a 32-bit register takes all of CR0. SDM 2B, "SMSW". */
bool op_smsw(struct cpu *cpu, const struct insn *insn)
{
    return store_word(cpu, insn, cpu->cr0);
}

/* HLT. SDM 2A, "HLT". */
bool op_hlt(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->halted = true;
    cpu->attention = true;
    return true;
}

/* INVD and WBINVD: caches of data are not modelled. */
bool op_invd(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return true;
}

bool op_wbinvd(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return true;
}
