/* SPDX-License-Identifier: MIT */
#include "cpu/insn/arith.h"

#include "cpu/insn/arith_body.h"

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
ARITHMETIC(add, arith_binary, alu_add, FORMS_BINARY)

/* OR: dest |= src. CF and OF cleared. SDM 2B, "OR". */
ARITHMETIC(or, arith_binary, alu_or, FORMS_BINARY)

/* ADC: dest += src + CF. SDM 2A, "ADC". */
ARITHMETIC(adc, arith_binary, alu_adc, FORMS_BINARY)

/* SBB: dest -= src + CF. SDM 2B, "SBB". */
ARITHMETIC(sbb, arith_binary, alu_sbb, FORMS_BINARY)

/* AND: dest &= src. CF and OF cleared. SDM 2A, "AND". */
ARITHMETIC(and, arith_binary, alu_and, FORMS_BINARY)

/* SUB: dest -= src. SDM 2B, "SUB". */
ARITHMETIC(sub, arith_binary, alu_sub, FORMS_BINARY)

/* XOR: dest ^= src. CF and OF cleared. SDM 2B, "XOR". */
ARITHMETIC(xor, arith_binary, alu_xor, FORMS_BINARY)

/* CMP: flags of dest - src. SDM 2A, "CMP". */
ARITHMETIC(cmp, arith_compare, alu_sub, FORMS_BINARY)

/* TEST: flags of dest & src. SDM 2B, "TEST". */
ARITHMETIC(test, arith_compare, alu_and, FORMS_BINARY)

/* INC: dest += 1; CF stays. SDM 2A, "INC". */
ARITHMETIC(inc, arith_unary, alu_inc, FORMS_UNARY)

/* DEC: dest -= 1; CF stays. SDM 2A, "DEC". */
ARITHMETIC(dec, arith_unary, alu_dec, FORMS_UNARY)

/* NEG: dest = 0 - dest. SDM 2B, "NEG". */
ARITHMETIC(neg, arith_unary, alu_neg, FORMS_UNARY)

/* NOT: dest = ~dest; no flags. SDM 2B, "NOT". */
ARITHMETIC(not, arith_unary, alu_not, FORMS_UNARY)
