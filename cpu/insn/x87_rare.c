/* SPDX-License-Identifier: MIT */
/* Instructions whose rare cases are not left to the host: FXTRACT, FBLD and
 * the alias of FSTP that forgives an empty register. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_decimal.h"

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

/* FBLD: eighteen digits and a sign. SDM 2A, "FBLD". */
static bool load_bcd80(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    uint8_t operand[16];

    TRY(x87_read(cpu, insn, X87_REGISTER_BYTES, operand));
    if (x87_is_full(x87, x87_st(x87, 7))) {
        if (x87_stack_overflow(x87))
            x87_push(x87, x87_indefinite());
        return true;
    }
    x87_set_c1(x87, false);
    x87_push(x87, x87_from_decimal(operand));
    return true;
}

/* D9 D8, the alias of FSTP ST(i) that leaves an empty register at a pop. */
static bool store_quietly(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;

    x87_set_c1(x87, false);
    if (x87_is_full(x87, x87->top))
        x87_put(x87, x87_st(x87, x87_rm_field(insn)), x87_get(x87, x87->top));
    x87_pop(x87);
    return true;
}

#define OPERATION(name, body)                                \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, body, X87_COMPUTES);       \
    }

OPERATION(fxtract, xtract)
OPERATION(fbld, load_bcd80)
OPERATION(fstpnce, store_quietly)
