/* SPDX-License-Identifier: MIT */
#include "cpu/x87.h"

#include <string.h>

void x87_init(struct x87 *x87)
{
    x87->top = 0;
    x87->full = 0;
    x87_set_control(x87, X87_CONTROL_INIT);
    x87_set_status(x87, 0);
    x87->opcode = 0;
    x87->code_selector = 0;
    x87->data_selector = 0;
    x87->instruction = 0;
    x87->data = 0;
}

void x87_reset(struct x87 *x87)
{
    const uint8_t control = x87->blocked & X87_BLOCK_CONTROL;

    memset(x87, 0, sizeof *x87);
    x87_init(x87);
    x87->blocked |= control | X87_BLOCK_HOME;
}

/* ES and B follow the flags and the masks, whatever was loaded. */
static void update_error(struct x87 *x87)
{
    const unsigned summary = X87_ES | X87_BUSY;
    unsigned status = x87->status & ~summary;

    x87->blocked = (uint8_t)(x87->blocked & ~(unsigned)X87_BLOCK_ERROR);
    if (x87_unmasked(x87, status)) {
        status |= summary;
        x87->blocked |= X87_BLOCK_ERROR;
    }
    x87->status = (uint16_t)status;
}

void x87_set_status(struct x87 *x87, uint16_t status)
{
    x87->top = status >> X87_TOP_SHIFT & 7;
    x87->status = (uint16_t)(status & ~(7u << X87_TOP_SHIFT));
    update_error(x87);
}

void x87_set_control(struct x87 *x87, uint16_t control)
{
    x87->control = (control & X87_CONTROL_BITS) | X87_CONTROL_FIXED;
    x87->blocked = (uint8_t)(x87->blocked & ~(unsigned)X87_BLOCK_UNMASKED);
    if (x87_unmasked(x87, X87_EXCEPTIONS))
        x87->blocked |= X87_BLOCK_UNMASKED;
    update_error(x87);
}

void x87_raise(struct x87 *x87, unsigned flags)
{
    x87->status = (uint16_t)(x87->status | flags);
    if (x87_unmasked(x87, flags))
        update_error(x87);
}

bool x87_stack_underflow(struct x87 *x87)
{
    x87_set_c1(x87, false);
    x87_raise(x87, X87_IE | X87_SF);
    return !x87_unmasked(x87, X87_IE);
}

bool x87_stack_overflow(struct x87 *x87)
{
    x87_set_c1(x87, true);
    x87_raise(x87, X87_IE | X87_SF);
    return !x87_unmasked(x87, X87_IE);
}

enum x87_class x87_classify(const struct x87_register *value)
{
    const unsigned exponent = value->exponent & X87_EXPONENT_MAX;

    if (exponent == 0) {
        if (value->significand == 0)
            return X87_ZERO;
        return X87_DENORMAL; /* pseudo-denormals, too */
    }
    if (!(value->significand & X87_INTEGER_BIT))
        return X87_UNSUPPORTED;
    if (exponent != X87_EXPONENT_MAX)
        return X87_NORMAL;
    return value->significand == X87_INTEGER_BIT ? X87_INFINITY : X87_NAN;
}

/* SDM 1, "x87 FPU Tag Word". */
static unsigned tag_of(const struct x87 *x87, unsigned reg)
{
    if (!x87_is_full(x87, reg))
        return 3;
    switch (x87_classify(&x87->reg[reg])) {
    case X87_NORMAL: return 0;
    case X87_ZERO: return 1;
    case X87_UNSUPPORTED:
    case X87_NAN:
    case X87_INFINITY:
    case X87_DENORMAL:
    case X87_EMPTY:
    default: return 2;
    }
}

uint16_t x87_tags(const struct x87 *x87)
{
    unsigned tags = 0;

    for (unsigned i = 0; i < X87_REGISTERS; i++)
        tags |= tag_of(x87, i) << 2 * i;
    return (uint16_t)tags;
}

void x87_set_tags(struct x87 *x87, uint16_t tags)
{
    unsigned full = 0;

    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        if ((tags >> 2 * i & 3) != 3)
            full |= 1u << i;
    }
    x87->full = (uint8_t)full;
}

void x87_to_bytes(const struct x87_register *value, uint8_t *bytes)
{
    memcpy(bytes, &value->significand, sizeof value->significand);
    memcpy(bytes + sizeof value->significand, &value->exponent,
           sizeof value->exponent);
}

struct x87_register x87_from_bytes(const uint8_t *bytes)
{
    struct x87_register value = {0};

    memcpy(&value.significand, bytes, sizeof value.significand);
    memcpy(&value.exponent, bytes + sizeof value.significand,
           sizeof value.exponent);
    return value;
}
