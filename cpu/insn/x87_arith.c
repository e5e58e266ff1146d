/* SPDX-License-Identifier: MIT */
/* FADD FMUL FSUB FDIV and their kin. SDM 2A, "FADD/FADDP/FIADD" and others. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_fast.h"

/* dest = ST(0) `operation` operand, by the host. True if it was written. */
static bool arithmetic(struct x87 *x87, const struct insn *insn,
                       enum x87_format format, const void *operand,
                       unsigned dest)
{
    struct x87_register result;
    const uint16_t status = x87_host_arithmetic(
        (enum x87_arithmetic)x87_reg_field(insn), format, x87->control,
        &x87->reg[x87->top], operand, &result);

    if (!x87_take_status(x87, status, X87_BEFORE))
        return false;
    x87_put(x87, dest, result);
    return true;
}

static bool underflow(struct x87 *x87, unsigned dest)
{
    if (!x87_stack_underflow(x87))
        return false;
    x87_put(x87, dest, x87_indefinite());
    return true;
}

static bool from_memory(struct cpu *cpu, const struct insn *insn,
                        enum x87_format format)
{
    struct x87 *x87 = &cpu->x87;
    uint8_t operand[16];

    TRY(x87_read(cpu, insn, x87_format_bytes(format), operand));
    if (x87_is_full(x87, x87->top))
        (void)arithmetic(x87, insn, format, operand, x87->top);
    else
        (void)underflow(x87, x87->top);
    return true;
}

/* ST(0) and ST(i); the result goes to register `dest`. */
static bool from_register(struct x87 *x87, const struct insn *insn,
                          unsigned dest)
{
    const unsigned other = x87_st(x87, x87_rm_field(insn));

    if (!x87_is_full(x87, x87->top) || !x87_is_full(x87, other))
        return underflow(x87, dest);
    return arithmetic(x87, insn, X87_REAL80, &x87->reg[other], dest);
}

static bool real32(struct cpu *cpu, const struct insn *insn)
{
    return from_memory(cpu, insn, X87_REAL32);
}

static bool real64(struct cpu *cpu, const struct insn *insn)
{
    return from_memory(cpu, insn, X87_REAL64);
}

static bool integer16(struct cpu *cpu, const struct insn *insn)
{
    return from_memory(cpu, insn, X87_INTEGER16);
}

static bool integer32(struct cpu *cpu, const struct insn *insn)
{
    return from_memory(cpu, insn, X87_INTEGER32);
}

static bool to_top(struct cpu *cpu, const struct insn *insn)
{
    (void)from_register(&cpu->x87, insn, cpu->x87.top);
    return true;
}

static bool to_register(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;

    (void)from_register(x87, insn, x87_st(x87, x87_rm_field(insn)));
    return true;
}

static bool to_register_pop(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;

    if (from_register(x87, insn, x87_st(x87, x87_rm_field(insn))))
        x87_pop(x87);
    return true;
}

#define OPERATION(name, body)                                 \
    bool op_f##name(struct cpu *cpu, const struct insn *insn) \
    {                                                         \
        return x87_run(cpu, insn, body);                      \
    }

OPERATION(arith_real32, real32)
OPERATION(arith_real64, real64)
OPERATION(arith_integer16, integer16)
OPERATION(arith_integer32, integer32)
OPERATION(arith_top, to_top)
OPERATION(arith_register, to_register)
OPERATION(arith_register_pop, to_register_pop)

/* --- Fast handlers: plain numbers --- */

static ALWAYS_INLINE bool fast_arithmetic(enum x87_arithmetic operation,
                                          struct x87 *x87,
                                          struct x87_register a,
                                          struct x87_register b,
                                          struct x87_register *result)
{
    switch (operation) {
    case X87_ADD: return fast_add(x87, a, b, result);
    case X87_MUL: return fast_mul(x87, a, b, result);
    case X87_SUB: return fast_sub(x87, a, b, result);
    case X87_SUBR: return fast_sub(x87, b, a, result);
    case X87_DIV: return fast_div(x87, a, b, result);
    case X87_DIVR: return fast_div(x87, b, a, result);
    case X87_COM:
    case X87_COMP:
    case X87_UCOM:
    case X87_ARITHMETIC_COUNT:
    default: return false;
    }
}

static ALWAYS_INLINE bool fast_from_memory(struct cpu *cpu,
                                           const struct insn *insn,
                                           const struct form form,
                                           enum x87_arithmetic operation,
                                           unsigned width, unsigned fraction)
{
    const linear_addr linear =
        operand_offset(cpu, insn, (enum operand_kind)form.src);
    struct x87 *x87 = &cpu->x87;
    struct x87_register operand;
    uint64_t bits = 0;
    const uint8_t *host;

    if (!x87_can_start(x87))
        return false;
    host = fast_read(&cpu->mmu, linear, width / 8);
    if (!host)
        return false;
    memcpy(&bits, host, width / 8);
    if (!fast_from_real(bits, width, fraction, &operand) ||
        !fast_arithmetic(operation, x87, x87_get(x87, x87->top), operand,
                         &operand))
        return false;
    x87_set(x87, x87->top, operand);
    x87_note_memory(cpu, insn, linear);
    return true;
}

static ALWAYS_INLINE bool fast_from_register(struct cpu *cpu,
                                             const struct insn *insn,
                                             enum x87_arithmetic operation,
                                             unsigned other, bool to_other,
                                             bool pops)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned reg = x87_st(x87, other);
    const unsigned dest = to_other ? reg : x87->top;
    struct x87_register result;

    if (!x87_can_start(x87) || !x87_is_full(x87, reg))
        return false;
    if (!fast_arithmetic(operation, x87, x87_get(x87, x87->top),
                         x87_get(x87, reg), &result))
        return false;
    x87_set(x87, dest, result);
    if (pops)
        x87_pop(x87);
    x87_note(cpu, insn);
    return true;
}

#define BODY(name, call)                                                     \
    static ALWAYS_INLINE bool name(struct cpu *cpu, const struct insn *insn, \
                                   const struct form form)                   \
    {                                                                        \
        (void)form;                                                          \
        return call;                                                         \
    }

/* All fast handlers of one operation, and their tables. */
#define FAST(name, op)                                                         \
    BODY(name##_real32, fast_from_memory(cpu, insn, form, op, 32, 23))         \
    BODY(name##_real64, fast_from_memory(cpu, insn, form, op, 64, 52))         \
    BODY(name##_top,                                                           \
         fast_from_register(cpu, insn, op, insn->src, false, false))           \
    BODY(name##_register,                                                      \
         fast_from_register(cpu, insn, op, insn->dest, true, false))           \
    BODY(name##_register_pop,                                                  \
         fast_from_register(cpu, insn, op, insn->dest, true, true))            \
    SPECIALISE_UNRECORDED(f##name##_real32, name##_real32, FORMS_X87_LOAD)     \
    SPECIALISE_UNRECORDED(f##name##_real64, name##_real64, FORMS_X87_LOAD)     \
    SPECIALISE_UNRECORDED(f##name##_top, name##_top, FORMS_X87_SOURCE)         \
    SPECIALISE_UNRECORDED(f##name##_register, name##_register, FORMS_X87_DEST) \
    SPECIALISE_UNRECORDED(f##name##_register_pop, name##_register_pop,         \
                          FORMS_X87_DEST)

FAST(add, X87_ADD)
FAST(mul, X87_MUL)
FAST(sub, X87_SUB)
FAST(subr, X87_SUBR)
FAST(div, X87_DIV)
FAST(divr, X87_DIVR)
