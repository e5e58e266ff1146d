/* SPDX-License-Identifier: MIT */
/* FLD FST FILD FIST and moves between registers. SDM 2A, "FLD" and others. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_decimal.h"
#include "cpu/x87_fast.h"

/* Push a value; onto a full register an indefinite one, or nothing. */
static void push(struct x87 *x87, struct x87_register value)
{
    if (x87_is_full(x87, x87_st(x87, 7))) {
        if (x87_stack_overflow(x87))
            x87_push(x87, x87_indefinite());
        return;
    }
    x87_set_c1(x87, false);
    x87_push(x87, value);
}

/* Load by the host, which pushes or does not; TOP says so. */
static bool load(struct cpu *cpu, const struct insn *insn,
                 enum x87_format format)
{
    struct x87 *x87 = &cpu->x87;
    struct x87_register value;
    uint8_t operand[16];
    uint16_t status;

    TRY(x87_read(cpu, insn, x87_format_bytes(format), operand));
    if (x87_is_full(x87, x87_st(x87, 7))) {
        push(x87, x87_indefinite());
        return true;
    }
    status = x87_host_load(format, x87->control, operand, &value);
    (void)x87_take_status(x87, status, 0);
    if (status >> X87_TOP_SHIFT & 7)
        x87_push(x87, value);
    return true;
}

static bool load_real80(struct cpu *cpu, const struct insn *insn)
{
    uint8_t operand[16];

    TRY(x87_read(cpu, insn, X87_REGISTER_BYTES, operand));
    push(&cpu->x87, x87_from_bytes(operand));
    return true;
}

/* FBLD: eighteen digits and a sign. SDM 2A, "FBLD". */
static bool load_bcd80(struct cpu *cpu, const struct insn *insn)
{
    uint8_t operand[16];

    TRY(x87_read(cpu, insn, X87_REGISTER_BYTES, operand));
    push(&cpu->x87, x87_from_decimal(operand));
    return true;
}

/* What a masked invalid operation stores for an empty register. */
static void indefinite_bytes(enum x87_format format, uint8_t *bytes)
{
    static const uint8_t high[X87_FORMATS][2] = {
        [X87_REAL32] = {0xc0, 0xff},    [X87_REAL64] = {0xf8, 0xff},
        [X87_INTEGER16] = {0x00, 0x80}, [X87_INTEGER32] = {0x00, 0x80},
        [X87_INTEGER64] = {0x00, 0x80}, [X87_REAL80] = {0xff, 0xff},
        [X87_BCD80] = {0xff, 0xff}};
    const uint32_t size = x87_format_bytes(format);

    memset(bytes, 0, size);
    memcpy(bytes + size - 2, high[format], 2);
    if (format == X87_REAL80 || format == X87_BCD80)
        bytes[7] = 0xc0;
}

/* ST(0) as `bytes`. True if there is something to store. */
static bool convert(struct x87 *x87, enum x87_format format, uint8_t *bytes)
{
    uint16_t status;

    if (!x87_is_full(x87, x87->top)) {
        indefinite_bytes(format, bytes);
        return x87_stack_underflow(x87);
    }
    if (format == X87_REAL80) {
        x87_set_c1(x87, false);
        x87_to_bytes(&x87->reg[x87->top], bytes);
        return true;
    }
    status = x87_host_store(format, x87->control, &x87->reg[x87->top], bytes);
    return x87_take_status(x87, status, X87_BEFORE | X87_OE | X87_UE);
}

static bool store(struct cpu *cpu, const struct insn *insn,
                  enum x87_format format, bool pops)
{
    uint8_t bytes[16];
    struct place place;

    TRY(x87_open(cpu, insn, x87_format_bytes(format), ACCESS_WRITE, &place));
    if (!convert(&cpu->x87, format, bytes))
        return true;
    memory_place_write_bytes(&cpu->mmu, &place.memory, bytes);
    if (pops)
        x87_pop(&cpu->x87);
    return true;
}

#define BODY(name, call)                                              \
    static bool body_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                                 \
        return call;                                                  \
    }                                                                 \
    bool op_f##name(struct cpu *cpu, const struct insn *insn)         \
    {                                                                 \
        return x87_run(cpu, insn, body_##name);                       \
    }

BODY(ld_real32, load(cpu, insn, X87_REAL32))
BODY(ld_real64, load(cpu, insn, X87_REAL64))
BODY(ld_real80, load_real80(cpu, insn))
BODY(ild_16, load(cpu, insn, X87_INTEGER16))
BODY(ild_32, load(cpu, insn, X87_INTEGER32))
BODY(ild_64, load(cpu, insn, X87_INTEGER64))
BODY(bld, load_bcd80(cpu, insn))
BODY(st_real32, store(cpu, insn, X87_REAL32, false))
BODY(st_real64, store(cpu, insn, X87_REAL64, false))
BODY(stp_real32, store(cpu, insn, X87_REAL32, true))
BODY(stp_real64, store(cpu, insn, X87_REAL64, true))
BODY(stp_real80, store(cpu, insn, X87_REAL80, true))
BODY(ist_16, store(cpu, insn, X87_INTEGER16, false))
BODY(ist_32, store(cpu, insn, X87_INTEGER32, false))
BODY(istp_16, store(cpu, insn, X87_INTEGER16, true))
BODY(istp_32, store(cpu, insn, X87_INTEGER32, true))
BODY(istp_64, store(cpu, insn, X87_INTEGER64, true))
BODY(bstp, store(cpu, insn, X87_BCD80, true))

/* ST(i), or an indefinite for an empty one. True if there is a value. */
static bool value_of(struct x87 *x87, unsigned reg, struct x87_register *value)
{
    *value = x87->reg[reg];
    if (x87_is_full(x87, reg)) {
        x87_set_c1(x87, false);
        return true;
    }
    *value = x87_indefinite();
    return x87_stack_underflow(x87);
}

/* FLD ST(i). That it is empty comes before that there is no room. */
static bool load_register(struct x87 *x87, unsigned i)
{
    struct x87_register value;

    if (!value_of(x87, x87_st(x87, i), &value))
        return true;
    if (x87_is_full(x87, x87_st(x87, 7)) && x87_is_full(x87, x87_st(x87, i)))
        push(x87, value);
    else
        x87_push(x87, value);
    return true;
}

/* FST ST(i) and FSTP ST(i). */
static bool store_register(struct x87 *x87, unsigned i, bool pops)
{
    struct x87_register value;

    if (!value_of(x87, x87->top, &value))
        return true;
    x87_put(x87, x87_st(x87, i), value);
    if (pops)
        x87_pop(x87);
    return true;
}

/* D9 D8, the alias of FSTP ST(i) that leaves an empty register at a pop. */
static bool store_register_quietly(struct x87 *x87, unsigned i)
{
    if (x87_is_full(x87, x87->top))
        return store_register(x87, i, true);
    x87_set_c1(x87, false);
    x87_pop(x87);
    return true;
}

/* FXCH: with an empty register both are filled, as far as #IS is masked. */
static bool exchange(struct x87 *x87, unsigned i)
{
    const unsigned other = x87_st(x87, i);
    const struct x87_register *reg = x87->reg;
    const bool both = x87_is_full(x87, x87->top) && x87_is_full(x87, other);
    struct x87_register first = reg[x87->top];
    struct x87_register second = reg[other];

    if (!both) {
        if (!x87_stack_underflow(x87))
            return true;
        if (!x87_is_full(x87, x87->top))
            first = x87_indefinite();
        if (!x87_is_full(x87, other))
            second = x87_indefinite();
    } else {
        x87_set_c1(x87, false);
    }
    x87_put(x87, x87->top, second);
    x87_put(x87, other, first);
    return true;
}

/* FCMOVcc: bit 0 of DB against DA negates. SDM 2A, "FCMOVcc". */
static bool move_if(struct cpu *cpu, const struct insn *insn)
{
    static const uint8_t condition[4] = {CONDITION_B, CONDITION_Z, CONDITION_BE,
                                         CONDITION_P};
    const unsigned negate = insn->immediate >> 8 & 1;
    const unsigned number = condition[x87_reg_field(insn) & 3] | negate;
    struct x87 *x87 = &cpu->x87;
    const unsigned other = x87_st(x87, x87_rm_field(insn));

    if (!x87_is_full(x87, x87->top) || !x87_is_full(x87, other)) {
        if (x87_stack_underflow(x87))
            x87_put(x87, x87->top, x87_indefinite());
        return true;
    }
    if (condition_holds(cpu->status, (enum condition)number))
        x87->reg[x87->top] = x87->reg[other];
    return true;
}

/* FCHS and FABS: the sign of anything, NaNs too. */
static bool change_sign(struct x87 *x87, unsigned keep, unsigned invert)
{
    struct x87_register value;

    if (!x87_is_full(x87, x87->top)) {
        if (x87_stack_underflow(x87))
            x87_put(x87, x87->top, x87_indefinite());
        return true;
    }
    (void)value_of(x87, x87->top, &value);
    value.exponent = (uint16_t)((value.exponent & keep) ^ invert);
    x87->reg[x87->top] = value;
    return true;
}

/* FLD1 FLDL2T FLDL2E FLDPI FLDLG2 FLDLN2 FLDZ: each rounded as the control
 * word says, without #P. SDM 2A, "FLD1/...". */
static bool load_constant(struct x87 *x87, unsigned which)
{
    /* Rounded down; whether the nearest one is above. */
    static const struct {
        uint64_t significand;
        uint16_t exponent;
        bool nearest_up;
    } constants[8] = {{0x8000000000000000, 0x3fff, false},
                      {0xd49a784bcd1b8afe, 0x4000, false},
                      {0xb8aa3b295c17f0bb, 0x3fff, true},
                      {0xc90fdaa22168c234, 0x4000, true},
                      {0x9a209a84fbcff798, 0x3ffd, true},
                      {0xb17217f7d1cf79ab, 0x3ffe, true},
                      {0, 0, false},
                      {0, 0, false}};
    const unsigned rounding = x87->control >> X87_ROUNDING_SHIFT & 3u;
    const bool exact = which == 0 || which >= 6;
    const bool up = (rounding == X87_NEAREST && constants[which].nearest_up) ||
                    (rounding == X87_UP && !exact);

    push(x87, (struct x87_register){constants[which].significand + up,
                                    constants[which].exponent,
                                    {0}});
    return true;
}

BODY(ld, load_register(&cpu->x87, x87_rm_field(insn)))
BODY(st, store_register(&cpu->x87, x87_rm_field(insn), false))
BODY(stp, store_register(&cpu->x87, x87_rm_field(insn), true))
BODY(stpnce, store_register_quietly(&cpu->x87, x87_rm_field(insn)))
BODY(xch, exchange(&cpu->x87, x87_rm_field(insn)))
BODY(cmov, move_if(cpu, insn))
BODY(abs, ((void)insn, change_sign(&cpu->x87, X87_EXPONENT_MAX, 0)))
BODY(chs, ((void)insn, change_sign(&cpu->x87, 0xffff, X87_SIGN)))
BODY(ld_constant, load_constant(&cpu->x87, x87_rm_field(insn)))
