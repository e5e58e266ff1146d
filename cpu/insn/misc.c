/* SPDX-License-Identifier: MIT */
#include "cpu/insn/misc.h"

#include "cpu/alu.h"
#include "cpu/operand.h"

/* NOP, and the hints that are NOPs. SDM 2B, "NOP". */
bool op_nop(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return true;
}

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

/*
 * XADD: dest, src = dest + src, dest. Where both are one register the sum
 * stays. SDM 2B, "XADD".
 */
static ALWAYS_INLINE bool xadd(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    const enum width width = (enum width)form.width;
    uint8_t *const src = cpu->gpr_bytes + insn->src;
    struct place dest;
    struct alu_result sum;
    uint32_t value;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    value = place_read(cpu, form, &dest);
    sum = alu_add(width, value, host_read(src, width), 0);
    host_write(src, width, value);
    place_write(cpu, form, &dest, sum.value);
    cpu->status = sum.status;
    return true;
}

/*
 * CMPXCHG: if the accumulator equals dest then dest = src, else accumulator =
 * dest. Flags as of CMP. The destination is written in either case, so its
 * page must be writable. SDM 2A, "CMPXCHG".
 */
static ALWAYS_INLINE bool cmpxchg(struct cpu *cpu, const struct insn *insn,
                                  const struct form form)
{
    const enum width width = (enum width)form.width;
    struct place dest;
    struct alu_result difference;
    uint32_t value;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    value = place_read(cpu, form, &dest);
    difference = alu_sub(width, cpu_register(cpu, EAX, width), value, 0);
    if (difference.value == 0) {
        place_write(cpu, form, &dest,
                    host_read(cpu->gpr_bytes + insn->src, width));
    } else {
        place_write(cpu, form, &dest, value);
        cpu_set_register(cpu, EAX, width, value);
    }
    cpu->status = difference.status;
    return true;
}

bool op_xadd(struct cpu *cpu, const struct insn *insn)
{
    return xadd(cpu, insn, form_of(insn));
}

bool op_cmpxchg(struct cpu *cpu, const struct insn *insn)
{
    return cmpxchg(cpu, insn, form_of(insn));
}

/*
 * CMPXCHG8B: the same for EDX:EAX, ECX:EBX and eight bytes; of the flags only
 * ZF changes. SDM 2A, "CMPXCHG8B".
 */
bool op_cmpxchg8b(struct cpu *cpu, const struct insn *insn)
{
    struct place place;
    uint32_t value[2];
    bool equal;

    TRY(operand_open_memory(cpu, insn, sizeof value, ACCESS_WRITE, &place));
    memory_place_read_bytes(&cpu->mmu, &place.memory, value);
    equal = value[0] == cpu->gpr[EAX] && value[1] == cpu->gpr[EDX];
    if (equal) {
        value[0] = cpu->gpr[EBX];
        value[1] = cpu->gpr[ECX];
    }
    memory_place_write_bytes(&cpu->mmu, &place.memory, value);
    cpu->status &= ~(uint32_t)STATUS_ZF;
    if (equal) {
        cpu->status |= STATUS_ZF;
    } else {
        cpu->gpr[EAX] = value[0];
        cpu->gpr[EDX] = value[1];
    }
    return true;
}
