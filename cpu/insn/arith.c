/* SPDX-License-Identifier: MIT */
#include "cpu/insn/arith.h"

#include "cpu/alu.h"

/* dest = dest op src; all status flags. The operand is opened for writing
 * before it is read: a read-modify-write asks for write rights. */
static ALWAYS_INLINE bool binary(struct cpu *cpu, const struct insn *insn,
                                 const struct form form, alu_binary *alu)
{
    struct place dest;
    struct alu_result result;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    result = alu((enum width)form.width, place_read(cpu, form, &dest), src,
                 cpu->status);
    place_write(cpu, form, &dest, result.value);
    cpu->status = result.status;
    return true;
}

/* Flags of dest op src; dest stays. */
static ALWAYS_INLINE bool compare(struct cpu *cpu, const struct insn *insn,
                                  const struct form form, alu_binary *alu)
{
    uint32_t dest;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    TRY(dest_read(cpu, insn, form, &dest));
    cpu->status = alu((enum width)form.width, dest, src, 0).status;
    return true;
}

/* dest = op dest. */
static ALWAYS_INLINE bool unary(struct cpu *cpu, const struct insn *insn,
                                const struct form form, alu_binary *alu)
{
    struct place dest;
    struct alu_result result;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    result = alu((enum width)form.width, place_read(cpu, form, &dest), 0,
                 cpu->status);
    place_write(cpu, form, &dest, result.value);
    cpu->status = result.status;
    return true;
}

/*
 * One instruction: its body over a form, its full operation, and its
 * specialised handlers.
 */
#define ARITHMETIC(name, shape, alu, list)                                \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return shape(cpu, insn, form, alu);                               \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }                                                                     \
    SPECIALISE(name, name##_body, list)

/* ADD: dest += src. SDM 2A, "ADD". */
ARITHMETIC(add, binary, alu_add, FORMS_BINARY)

/* OR: dest |= src. CF and OF cleared. SDM 2B, "OR". */
ARITHMETIC(or, binary, alu_or, FORMS_BINARY)

/* ADC: dest += src + CF. SDM 2A, "ADC". */
ARITHMETIC(adc, binary, alu_adc, FORMS_BINARY)

/* SBB: dest -= src + CF. SDM 2B, "SBB". */
ARITHMETIC(sbb, binary, alu_sbb, FORMS_BINARY)

/* AND: dest &= src. CF and OF cleared. SDM 2A, "AND". */
ARITHMETIC(and, binary, alu_and, FORMS_BINARY)

/* SUB: dest -= src. SDM 2B, "SUB". */
ARITHMETIC(sub, binary, alu_sub, FORMS_BINARY)

/* XOR: dest ^= src. CF and OF cleared. SDM 2B, "XOR". */
ARITHMETIC(xor, binary, alu_xor, FORMS_BINARY)

/* CMP: flags of dest - src. SDM 2A, "CMP". */
ARITHMETIC(cmp, compare, alu_sub, FORMS_BINARY)

/* TEST: flags of dest & src. SDM 2B, "TEST". */
ARITHMETIC(test, compare, alu_and, FORMS_BINARY)

/* INC: dest += 1; CF stays. SDM 2A, "INC". */
ARITHMETIC(inc, unary, alu_inc, FORMS_UNARY)

/* DEC: dest -= 1; CF stays. SDM 2A, "DEC". */
ARITHMETIC(dec, unary, alu_dec, FORMS_UNARY)

/* NEG: dest = 0 - dest. SDM 2B, "NEG". */
ARITHMETIC(neg, unary, alu_neg, FORMS_UNARY)

/* NOT: dest = ~dest; no flags. SDM 2B, "NOT". */
ARITHMETIC(not, unary, alu_not, FORMS_UNARY)
