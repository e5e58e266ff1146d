/* SPDX-License-Identifier: MIT */
/* F2XM1 FYL2X FYL2XP1 FPTAN FPATAN FSIN FCOS FSINCOS: the special cases of
 * the manual's tables. SDM 2A, titles as these. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_functions.h"
#include "cpu/x87_host.h"

/* A result with the status word's bits that go with it. */
struct answer {
    struct x87_register value;
    uint16_t status;
};

static struct answer give(struct x87_register value, unsigned status)
{
    return (struct answer){value, (uint16_t)status};
}

static struct answer invalid(void)
{
    return give(x87_indefinite(), X87_IE);
}

static struct x87_register signed_value(unsigned exponent, uint64_t significand,
                                        bool negative)
{
    return (struct x87_register){
        significand, (uint16_t)(exponent | (negative ? X87_SIGN : 0u)), {0}};
}

static struct answer zero(bool negative, unsigned status)
{
    return give(signed_value(0, 0, negative), status);
}

static struct answer infinity(bool negative, unsigned status)
{
    return give(signed_value(X87_EXPONENT_MAX, X87_INTEGER_BIT, negative),
                status);
}

static struct answer one(bool negative)
{
    return give(signed_value(X87_BIAS, X87_INTEGER_BIT, negative), 0);
}

static struct answer rounded(const struct x87 *x87, struct x87_real value,
                             unsigned status)
{
    struct answer answer;

    answer.status =
        (uint16_t)(x87_round(x87->control, value, &answer.value) | status);
    return answer;
}

static bool is_negative(const struct x87_register *value)
{
    return value->exponent >> 15;
}

/* DE of a denormal operand. */
static unsigned denormal(const struct x87_register *value)
{
    return x87_classify(value) == X87_DENORMAL ? X87_DE : 0u;
}

static bool is_nan_or_unsupported(const struct x87_register *value)
{
    const enum x87_class class = x87_classify(value);

    return class == X87_NAN || class == X87_UNSUPPORTED;
}

/* What any instruction makes of two operands of which one is a NaN or not
 * supported: the host knows. */
static struct answer propagate(const struct x87 *x87,
                               const struct x87_register *a,
                               const struct x87_register *b)
{
    struct answer answer;

    answer.status = x87_host_add(x87, a, b, &answer.value);
    return answer;
}

/* --- Of one operand --- */

static struct answer exponential(const struct x87 *x87,
                                 const struct x87_register *x)
{
    const enum x87_class class = x87_classify(x);

    if (class == X87_ZERO)
        return give(*x, 0);
    if (class == X87_INFINITY)
        return is_negative(x) ? one(true) : give(*x, 0);
    if ((x->exponent & X87_EXPONENT_MAX) < X87_BIAS)
        return rounded(x87, x87_exponential_minus_1(x), denormal(x));
    if (x->exponent == (X87_SIGN | X87_BIAS) &&
        x->significand == X87_INTEGER_BIT)
        return give(signed_value(X87_BIAS - 1, X87_INTEGER_BIT, true), X87_PE);
    return give(*x, X87_PE | denormal(x)); /* beyond 1: undefined */
}

/* Sine and cosine of a plain number. */
struct angle {
    struct answer sine;
    struct answer cosine;
    struct answer tangent;
};

static struct angle angle_of(const struct x87 *x87,
                             const struct x87_register *x)
{
    struct angle angle = {invalid(), invalid(), invalid()};
    const unsigned flags = denormal(x);
    struct x87_real sine;
    struct x87_real cosine;

    if (x87_classify(x) == X87_INFINITY)
        return angle;
    if (x87_classify(x) == X87_ZERO)
        return (struct angle){give(*x, 0), one(false), give(*x, 0)};
    x87_sine_cosine(x, &sine, &cosine);
    angle.sine = rounded(x87, sine, flags);
    angle.cosine = rounded(x87, cosine, flags);
    angle.tangent = rounded(x87, x87_quotient(sine, cosine), flags);
    return angle;
}

/* True of what trigonometric functions do not reduce: 2^63 and more. */
static bool is_out_of_range(const struct x87_register *x)
{
    const unsigned exponent = x->exponent & X87_EXPONENT_MAX;

    return x87_classify(x) == X87_NORMAL && exponent >= X87_BIAS + 63u;
}

static void underflow(struct x87 *x87)
{
    if (x87_stack_underflow(x87))
        x87_put(x87, x87->top, x87_indefinite());
}

/* Take over the status of an answer: where an operand is refused there is no
 * result that could be inexact. True if there is an answer. */
static bool take(struct x87 *x87, uint16_t status)
{
    if (x87_unmasked(x87, status & X87_BEFORE))
        status &= X87_BEFORE;
    return x87_take_status(x87, status, X87_BEFORE);
}

/* Write the answer to ST(i). True if there is one. */
static bool write(struct x87 *x87, unsigned i, const struct answer *answer)
{
    if (!take(x87, answer->status))
        return false;
    x87_put(x87, x87_st(x87, i), answer->value);
    return true;
}

static bool two_to_x(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    const struct x87_register x = x87->reg[x87->top];
    struct answer answer;

    (void)insn;
    if (!x87_is_full(x87, x87->top)) {
        underflow(x87);
        return true;
    }
    answer = is_nan_or_unsupported(&x) ? propagate(x87, &x, &x)
                                       : exponential(x87, &x);
    (void)write(x87, 0, &answer);
    return true;
}

/* FSIN and FCOS. */
static void sine_or_cosine(struct x87 *x87, bool cosine)
{
    const struct x87_register x = x87->reg[x87->top];
    struct angle angle;

    x87->status = (uint16_t)(x87->status & ~(unsigned)X87_C2);
    if (!x87_is_full(x87, x87->top)) {
        underflow(x87);
        return;
    }
    if (is_out_of_range(&x)) {
        x87_set_c1(x87, false);
        x87->status |= X87_C2;
        return;
    }
    if (is_nan_or_unsupported(&x))
        angle.sine = angle.cosine = propagate(x87, &x, &x);
    else
        angle = angle_of(x87, &x);
    (void)write(x87, 0, cosine ? &angle.cosine : &angle.sine);
}

/* FSINCOS and FPTAN: one result in place of ST(0), another one pushed. */
static void push_second(struct x87 *x87, const struct answer *first,
                        const struct answer *second)
{
    const struct answer both = {second->value, first->status | second->status};

    if (!take(x87, both.status))
        return;
    x87_put(x87, x87->top, first->value);
    x87_push(x87, second->value);
}

static void angle_and_push(struct x87 *x87, bool tangent)
{
    const struct x87_register x = x87->reg[x87->top];
    const struct answer bad = {x87_indefinite(), 0};
    const struct answer unit = one(false);
    struct angle angle;

    x87->status = (uint16_t)(x87->status & ~(unsigned)X87_C2);
    if (!x87_is_full(x87, x87->top) || x87_is_full(x87, x87_st(x87, 7))) {
        const bool goes_on = x87_is_full(x87, x87->top)
                                 ? x87_stack_overflow(x87)
                                 : x87_stack_underflow(x87);

        if (goes_on) {
            x87_put(x87, x87->top, bad.value);
            x87_push(x87, bad.value);
        }
        return;
    }
    if (is_out_of_range(&x)) {
        x87_set_c1(x87, false);
        x87->status |= X87_C2;
        return;
    }
    if (is_nan_or_unsupported(&x) || x87_classify(&x) == X87_INFINITY) {
        const struct answer answer =
            is_nan_or_unsupported(&x) ? propagate(x87, &x, &x) : invalid();

        push_second(x87, &answer, &answer);
        return;
    }
    angle = angle_of(x87, &x);
    if (tangent)
        push_second(x87, &angle.tangent, &unit);
    else
        push_second(x87, &angle.sine, &angle.cosine);
}

/* --- Of two: x is ST(0), y is ST(1) --- */

static bool is_infinite(const struct x87_register *value)
{
    return x87_classify(value) == X87_INFINITY;
}

static bool is_zero(const struct x87_register *value)
{
    return x87_classify(value) == X87_ZERO;
}

/* True if |x| >= 1. */
static bool is_large(const struct x87_register *x)
{
    return (x->exponent & X87_EXPONENT_MAX) >= X87_BIAS;
}

static struct answer logarithm(const struct x87 *x87,
                               const struct x87_register *x,
                               const struct x87_register *y)
{
    const bool y_negative = is_negative(y);
    const unsigned flags = denormal(x) | denormal(y);
    struct x87_real value;
    bool vanishes;

    if (is_zero(x)) {
        if (is_zero(y))
            return invalid();
        return infinity(!y_negative, is_infinite(y) ? 0 : X87_ZE);
    }
    if (is_negative(x))
        return invalid();
    if (is_infinite(x))
        return is_zero(y) ? invalid() : infinity(y_negative, denormal(y));
    value = x87_logarithm(x, is_infinite(y) || is_zero(y) ? x : y, &vanishes);
    if (is_infinite(y))
        return vanishes ? invalid()
                        : infinity(y_negative == is_large(x), flags);
    if (vanishes || is_zero(y))
        return zero(y_negative == is_large(x), flags);
    return rounded(x87, value, flags);
}

static struct answer logarithm_plus_1(const struct x87 *x87,
                                      const struct x87_register *x,
                                      const struct x87_register *y)
{
    const bool negative = is_negative(x) != is_negative(y);
    const unsigned flags = denormal(x) | denormal(y);

    if (is_zero(x))
        return is_infinite(y) ? invalid() : zero(negative, flags);
    if (is_infinite(x))
        return is_negative(x) || is_zero(y) ? invalid()
                                            : infinity(negative, flags);
    if (is_infinite(y))
        return infinity(negative, flags);
    if (is_zero(y))
        return zero(negative, flags);
    if (is_negative(x) && is_large(x))
        return give(*x, X87_PE | flags); /* -1 and less: undefined */
    return rounded(x87, x87_logarithm_plus_1(x, y), flags);
}

static struct answer arctangent(const struct x87 *x87,
                                const struct x87_register *x,
                                const struct x87_register *y)
{
    const bool negative = is_negative(y);
    const bool left = is_negative(x);
    const unsigned flags = denormal(x) | denormal(y);
    unsigned quarters = 2;

    if (is_zero(y) || (is_infinite(x) && !is_infinite(y))) {
        if (!left)
            return zero(negative, flags);
        quarters = 4;
    } else if (is_infinite(x)) {
        quarters = left ? 3 : 1;
    } else if (!is_zero(x) && !is_infinite(y)) {
        return rounded(x87, x87_arctangent(y, x), flags);
    }
    return rounded(x87, x87_pi_quarters(quarters, negative), flags);
}

typedef struct answer binary_function(const struct x87 *x87,
                                      const struct x87_register *x,
                                      const struct x87_register *y);

/* ST(1) = function(ST(0), ST(1)), and pop. */
static bool binary(struct x87 *x87, binary_function *function)
{
    const struct x87_register *x = &x87->reg[x87->top];
    const struct x87_register *y = &x87->reg[x87_st(x87, 1)];
    struct answer answer;

    if (!x87_is_full(x87, x87->top) || !x87_is_full(x87, x87_st(x87, 1))) {
        if (!x87_stack_underflow(x87))
            return true;
        x87_put(x87, x87_st(x87, 1), x87_indefinite());
        x87_pop(x87);
        return true;
    }
    answer = is_nan_or_unsupported(x) || is_nan_or_unsupported(y)
                 ? propagate(x87, x, y)
                 : function(x87, x, y);
    if (write(x87, 1, &answer))
        x87_pop(x87);
    return true;
}

#define BODY(name, call)                                       \
    static bool name(struct cpu *cpu, const struct insn *insn) \
    {                                                          \
        (void)insn;                                            \
        return call;                                           \
    }

BODY(sine, (sine_or_cosine(&cpu->x87, false), true))
BODY(cosine, (sine_or_cosine(&cpu->x87, true), true))
BODY(sine_and_cosine, (angle_and_push(&cpu->x87, false), true))
BODY(tangent, (angle_and_push(&cpu->x87, true), true))
BODY(y_log2_x, binary(&cpu->x87, logarithm))
BODY(y_log2_x_plus_1, binary(&cpu->x87, logarithm_plus_1))
BODY(arctangent_y_x, binary(&cpu->x87, arctangent))

#define OPERATION(name, body)                                \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, body, X87_COMPUTES);       \
    }

OPERATION(f2xm1, two_to_x)
OPERATION(fyl2x, y_log2_x)
OPERATION(fyl2xp1, y_log2_x_plus_1)
OPERATION(fptan, tangent)
OPERATION(fpatan, arctangent_y_x)
OPERATION(fsin, sine)
OPERATION(fcos, cosine)
OPERATION(fsincos, sine_and_cosine)
