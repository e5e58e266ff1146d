/* SPDX-License-Identifier: MIT */
#include "cpu/insn/arith.h"

#include "cpu/insn/arith_body.h"

/*
 * One instruction: its body over a form, its full operation, and its
 * specialised handlers.
 */
#define OPERATION(name, shape, alu)                                       \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return shape(cpu, insn, form, alu);                               \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }
#define ARITHMETIC(name, shape, alu, list, ...) \
    OPERATION(name, shape, alu)                 \
    SPECIALISE_AND(name, name##_body, list, __VA_ARGS__)

/* One that replaces all flags. */
#define REPLACING(name, shape, alu, list) \
    ARITHMETIC(name, shape, alu, list, .status = FORMS_REPLACE_STATUS)

/* Those whose value can be had without flags; with a register and what is not
 * one they also have handlers by register. */
#define BINARY(name, alu, expression)                                     \
    OPERATION(name, arith_binary, alu)                                    \
    ARITH_QUIET(name, QUIET_BY_OTHER, expression)                         \
    SPECIALISE_FIXED(name, name##_body, EACH_NONE, REGISTER, IMMEDIATE)   \
    SPECIALISE_WIDE(name, name##_body, FORMS_BINARY, FORMS_BUT_IMMEDIATE, \
                    .fixed = {FIXED_ENTRY(name, REGISTER, IMMEDIATE)},    \
                    .status = FORMS_REPLACE_STATUS,                       \
                    .quiet = &name##_quiet_forms)
#define STEP(name, alu, expression)                                  \
    OPERATION(name, arith_unary, alu)                                \
    ARITH_QUIET(name, QUIET_ALONE, expression)                       \
    SPECIALISE_FIXED(name, name##_body, EACH_NONE, REGISTER, NONE)   \
    SPECIALISE_WIDE(name, name##_body, FORMS_UNARY, FORMS_IN_MEMORY, \
                    .fixed = {FIXED_ENTRY(name, REGISTER, NONE)},    \
                    .status = FORMS_KEEP_STATUS, .quiet = &name##_quiet_forms)

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
