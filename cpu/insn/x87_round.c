/* SPDX-License-Identifier: MIT */
/* FSQRT FRNDINT FSCALE FPREM FPREM1 FXTRACT. SDM 2A, titles as these. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"

static bool underflow(struct x87 *x87)
{
    if (x87_stack_underflow(x87))
        x87_put(x87, x87->top, x87_indefinite());
    return true;
}

/* ST(0) = operation(ST(0)). */
static bool unary(struct x87 *x87, enum x87_unary operation)
{
    struct x87_register value = x87->reg[x87->top];
    uint16_t status;

    if (!x87_is_full(x87, x87->top))
        return underflow(x87);
    status = x87_host_unary(operation, x87->control, &value, &value);
    if (x87_take_status(x87, status, X87_BEFORE))
        x87->reg[x87->top] = value;
    return true;
}

/* ST(0) = operation(ST(0), ST(1)). The remainders tell of the quotient in the
 * condition bits, if there is one, and clear C2 in any case. */
static bool binary(struct x87 *x87, enum x87_unary operation)
{
    const unsigned other = x87_st(x87, 1);
    struct x87_register value = x87->reg[x87->top];
    bool is_number;
    uint16_t status;

    if (operation != X87_SCALE)
        x87->status = (uint16_t)(x87->status & ~(unsigned)X87_C2);
    if (!x87_is_full(x87, x87->top) || !x87_is_full(x87, other))
        return underflow(x87);
    status = x87_host_unary(operation, x87->control, &value, &x87->reg[other]);
    if (!x87_take_status(x87, status, X87_BEFORE))
        return true;
    x87->reg[x87->top] = value;
    is_number = x87_classify(&value) != X87_NAN;
    if (operation != X87_SCALE && is_number)
        x87->status = (uint16_t)((x87->status & ~(unsigned)X87_CONDITION) |
                                 (status & X87_CONDITION));
    return true;
}

/* FXTRACT of a number that is neither zero nor special. */
static void split(const struct x87_register *value,
                  struct x87_register *exponent,
                  struct x87_register *significand)
{
    int power = (value->exponent & X87_EXPONENT_MAX) - X87_BIAS;
    unsigned shift = (unsigned)__builtin_clzll(value->significand);
    uint64_t magnitude;

    if (!(value->exponent & X87_EXPONENT_MAX))
        power++; /* a denormal's exponent counts as 1 */
    power -= (int)shift;
    *significand = (struct x87_register){
        value->significand << shift,
        (uint16_t)((value->exponent & X87_SIGN) | X87_BIAS),
        {0}};
    *exponent = (struct x87_register){0};
    if (power == 0)
        return;
    magnitude = (uint64_t)(power < 0 ? -power : power);
    shift = (unsigned)__builtin_clzll(magnitude);
    *exponent = (struct x87_register){
        magnitude << shift,
        (uint16_t)((power < 0 ? X87_SIGN : 0u) | (X87_BIAS + 63 - shift)),
        {0}};
}

/* Exponent and significand of any value; the exceptions that it raises. */
static unsigned extract(const struct x87_register *value,
                        struct x87_register *exponent,
                        struct x87_register *significand)
{
    *exponent = *significand = *value;
    switch (x87_classify(value)) {
    case X87_ZERO:
        *exponent = (struct x87_register){
            X87_INTEGER_BIT, X87_SIGN | X87_EXPONENT_MAX, {0}};
        return X87_ZE;
    case X87_INFINITY: exponent->exponent &= X87_EXPONENT_MAX; return 0;
    case X87_NAN: {
        const bool signaling = x87_is_signaling(value);

        exponent->significand |= X87_QUIET_BIT;
        significand->significand |= X87_QUIET_BIT;
        return signaling ? X87_IE : 0;
    }
    case X87_DENORMAL: split(value, exponent, significand); return X87_DE;
    case X87_NORMAL: split(value, exponent, significand); return 0;
    case X87_UNSUPPORTED:
    case X87_EMPTY:
    default: *exponent = *significand = x87_indefinite(); return X87_IE;
    }
}

static bool xtract(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    struct x87_register exponent = x87_indefinite();
    struct x87_register significand = x87_indefinite();
    bool goes_on;

    (void)insn;
    if (!x87_is_full(x87, x87->top)) {
        goes_on = x87_stack_underflow(x87);
    } else if (x87_is_full(x87, x87_st(x87, 7))) {
        goes_on = x87_stack_overflow(x87);
    } else {
        const unsigned flags =
            extract(&x87->reg[x87->top], &exponent, &significand);

        goes_on = x87_take_status(x87, (uint16_t)flags, X87_BEFORE);
    }
    if (goes_on) {
        x87_put(x87, x87->top, exponent);
        x87_push(x87, significand);
    }
    return true;
}

#define BODY(name, call)                                       \
    static bool name(struct cpu *cpu, const struct insn *insn) \
    {                                                          \
        (void)insn;                                            \
        return call;                                           \
    }

BODY(square_root, unary(&cpu->x87, X87_SQRT))
BODY(round_integer, unary(&cpu->x87, X87_RNDINT))
BODY(scale, binary(&cpu->x87, X87_SCALE))
BODY(remainder_chop, binary(&cpu->x87, X87_PREM))
BODY(remainder_nearest, binary(&cpu->x87, X87_PREM1))

#define OPERATION(name, body)                                \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, body);                     \
    }

OPERATION(fsqrt, square_root)
OPERATION(frndint, round_integer)
OPERATION(fscale, scale)
OPERATION(fprem, remainder_chop)
OPERATION(fprem1, remainder_nearest)
OPERATION(fxtract, xtract)
