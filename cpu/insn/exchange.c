/* SPDX-License-Identifier: MIT */
#include "cpu/insn/exchange.h"

#include "cpu/alu.h"
#include "cpu/operand.h"

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
