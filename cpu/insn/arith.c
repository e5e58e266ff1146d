/* SPDX-License-Identifier: MIT */
#include "cpu/insn/arith.h"

#include "cpu/insn/arith_body.h"

/*
 * One instruction: its body over a form, its full operation, and its
 * specialised handlers.
 */
#define ARITHMETIC(name, shape, alu, list, ...)                           \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return shape(cpu, insn, form, alu);                               \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }                                                                     \
    SPECIALISE_AND(name, name##_body, list, __VA_ARGS__)

/* One that replaces all flags; and one whose value can be had without them. */
#define REPLACING(name, shape, alu, list) \
    ARITHMETIC(name, shape, alu, list, .status = FORMS_REPLACE_STATUS)
#define QUIETED(name, shape, alu, list, quiet_list, flags, expression) \
    ARITH_QUIET(name, quiet_list, expression)                          \
    ARITHMETIC(name, shape, alu, list, .status = (flags),              \
               .quiet = &name##_quiet_forms)
#define BINARY(name, alu, expression)                              \
    QUIETED(name, arith_binary, alu, FORMS_BINARY, QUIET_BY_OTHER, \
            FORMS_REPLACE_STATUS, expression)
#define STEP(name, alu, expression)                           \
    QUIETED(name, arith_unary, alu, FORMS_UNARY, QUIET_ALONE, \
            FORMS_KEEP_STATUS, expression)

/* ADD: dest += src. SDM 2A, "ADD". */
BINARY(add, alu_add, a + b)

/* OR: dest |= src. CF and OF cleared. SDM 2B, "OR". */
BINARY(or, alu_or, a | b)

/* ADC: dest += src + CF. SDM 2A, "ADC". */
ARITHMETIC(adc, arith_binary, alu_adc, FORMS_BINARY,
           .status = FORMS_READ_STATUS)

/* SBB: dest -= src + CF. SDM 2B, "SBB". */
ARITHMETIC(sbb, arith_binary, alu_sbb, FORMS_BINARY,
           .status = FORMS_READ_STATUS)

/* AND: dest &= src. CF and OF cleared. SDM 2A, "AND". */
BINARY(and, alu_and, a &b)

/* SUB: dest -= src. SDM 2B, "SUB". */
BINARY(sub, alu_sub, a - b)

/* XOR: dest ^= src. CF and OF cleared. SDM 2B, "XOR". */
BINARY(xor, alu_xor, a ^ b)

/* CMP: flags of dest - src. SDM 2A, "CMP". */
REPLACING(cmp, arith_compare, alu_sub, FORMS_BINARY)

/* TEST: flags of dest & src. SDM 2B, "TEST". */
REPLACING(test, arith_compare, alu_and, FORMS_BINARY)

/* INC: dest += 1; CF stays. SDM 2A, "INC". */
STEP(inc, alu_inc, a + 1)

/* DEC: dest -= 1; CF stays. SDM 2A, "DEC". */
STEP(dec, alu_dec, a - 1)

/* NEG: dest = 0 - dest. SDM 2B, "NEG". */
REPLACING(neg, arith_unary, alu_neg, FORMS_UNARY)

/* NOT: dest = ~dest; no flags. SDM 2B, "NOT". */
ARITHMETIC(not, arith_unary, alu_not, FORMS_UNARY, .status = FORMS_KEEP_STATUS)
