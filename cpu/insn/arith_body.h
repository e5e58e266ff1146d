/* SPDX-License-Identifier: MIT */
/*
 * The bodies of integer arithmetic, over a form and an ALU function: what
 * cpu/insn/arith.c makes instructions of, and cpu/insn/fused.c pairs.
 */
#ifndef CPU_INSN_ARITH_BODY_H
#define CPU_INSN_ARITH_BODY_H

#include "cpu/alu.h"
#include "cpu/operand.h"

/* dest = dest op src; all status flags. The operand is opened for writing
 * before it is read: a read-modify-write asks for write rights. */
static ALWAYS_INLINE bool arith_binary(struct cpu *cpu, const struct insn *insn,
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
static ALWAYS_INLINE bool arith_compare(struct cpu *cpu,
                                        const struct insn *insn,
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
static ALWAYS_INLINE bool arith_unary(struct cpu *cpu, const struct insn *insn,
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

/** What a binary operation makes of two values, or a unary one of the first. */
typedef uint32_t arith_value(uint32_t a, uint32_t b);

/* Either of the two where nobody reads the flags: the value alone. */
static ALWAYS_INLINE bool arith_quiet(struct cpu *cpu, const struct insn *insn,
                                      const struct form form,
                                      arith_value *value)
{
    struct place dest;
    uint32_t src = 0;

    if (form.src != KIND_NONE)
        TRY(src_read(cpu, insn, form, &src));
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    place_write(cpu, form, &dest, value(place_read(cpu, form, &dest), src));
    return true;
}

/* Its handlers, with `expression` of `a` and `b`. */
#define ARITH_QUIET(name, list, expression)                               \
    static ALWAYS_INLINE uint32_t name##_value(uint32_t a, uint32_t b)    \
    {                                                                     \
        (void)b;                                                          \
        return expression;                                                \
    }                                                                     \
    static ALWAYS_INLINE bool name##_quiet(                               \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return arith_quiet(cpu, insn, form, name##_value);                \
    }                                                                     \
    SPECIALISE_QUIET(name, name##_quiet, list)

#endif
