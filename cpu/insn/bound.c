/* SPDX-License-Identifier: MIT */
#include "cpu/insn/bound.h"

#include "cpu/alu.h"
#include "cpu/operand.h"

/* NOP, and the hints that are NOPs. SDM 2B, "NOP". */
bool op_nop(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return true;
}

SPECIALISE_SIMPLE(nop, NONE)

/* UD2: always #UD. SDM 2B, "UD2". */
bool op_ud2(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    return cpu_fault(cpu, VECTOR_UD);
}

/** `value` of a 16- or 32-bit operand, as a signed number. */
static int32_t signed_index(const struct insn *insn, uint32_t value)
{
    return insn->width == WIDTH_16 ? (int16_t)value : (int32_t)value;
}

/*
 * BOUND: #BR unless lower <= index <= upper, signed; the bounds are a pair in
 * memory. An index below the lower one faults before the upper one is read,
 * as on hardware. SDM 2A, "BOUND".
 */
bool op_bound(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t size = insn->width / 8u;
    const effective_addr offset = operand_effective(cpu, insn);
    const enum width width = (enum width)insn->width;
    effective_addr second = offset + size;
    uint32_t lower;
    uint32_t upper;
    int32_t index;

    TRY(cpu_read(cpu, insn->segment, offset, size, &lower));
    index = signed_index(insn, host_read(cpu->gpr_bytes + insn->dest, width));
    if (index < signed_index(insn, lower))
        return cpu_fault(cpu, VECTOR_BR);
    if (insn->prefixes & INSN_ADDRESS16)
        second &= 0xffff;
    TRY(cpu_read(cpu, insn->segment, second, size, &upper));
    if (index > signed_index(insn, upper))
        return cpu_fault(cpu, VECTOR_BR);
    return true;
}
