/* SPDX-License-Identifier: MIT */
/* Fast handlers of cpu/insn/x87_move.c: plain numbers, no stack fault. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_fast.h"

/* The operand of a load, or NULL. */
static ALWAYS_INLINE const uint8_t *source(struct cpu *cpu,
                                           const struct insn *insn,
                                           const struct form form,
                                           uint32_t size, linear_addr *linear)
{
    *linear = operand_offset(cpu, insn, (enum operand_kind)form.src);
    if (!x87_can_push(&cpu->x87))
        return NULL;
    return fast_read(&cpu->mmu, *linear, size);
}

static ALWAYS_INLINE bool load(struct cpu *cpu, const struct insn *insn,
                               linear_addr linear, struct x87_register value)
{
    x87_set_c1(&cpu->x87, false);
    x87_push(&cpu->x87, value);
    x87_note_memory(cpu, insn, linear);
    return true;
}

static ALWAYS_INLINE bool load_real(struct cpu *cpu, const struct insn *insn,
                                    const struct form form, unsigned width,
                                    unsigned fraction)
{
    linear_addr linear;
    const uint8_t *host = source(cpu, insn, form, width / 8, &linear);
    struct x87_register value;
    uint64_t bits = 0;

    if (!host)
        return false;
    memcpy(&bits, host, width / 8);
    return fast_from_real(bits, width, fraction, &value) &&
           load(cpu, insn, linear, value);
}

static ALWAYS_INLINE bool load_real80(struct cpu *cpu, const struct insn *insn,
                                      const struct form form)
{
    linear_addr linear;
    const uint8_t *host = source(cpu, insn, form, X87_REGISTER_BYTES, &linear);

    return host && load(cpu, insn, linear, x87_from_bytes(host));
}

static ALWAYS_INLINE bool load_integer(struct cpu *cpu, const struct insn *insn,
                                       const struct form form, unsigned width)
{
    linear_addr linear;
    const uint8_t *host = source(cpu, insn, form, width / 8, &linear);
    uint64_t bits = 0;

    if (!host)
        return false;
    memcpy(&bits, host, width / 8);
    bits <<= 64 - width;
    return load(cpu, insn, linear,
                fast_from_integer((int64_t)bits >> (64 - width)));
}

static ALWAYS_INLINE bool stored(struct cpu *cpu, const struct insn *insn,
                                 linear_addr linear, bool pops)
{
    if (pops)
        x87_pop(&cpu->x87);
    x87_note_memory(cpu, insn, linear);
    return true;
}

static ALWAYS_INLINE bool store_real(struct cpu *cpu, const struct insn *insn,
                                     const struct form form, unsigned width,
                                     unsigned fraction, bool pops)
{
    const linear_addr linear =
        operand_offset(cpu, insn, (enum operand_kind)form.dest);
    struct x87 *x87 = &cpu->x87;
    uint64_t bits;
    uint8_t *host;

    if (!x87_can_start(x87))
        return false;
    host = fast_write(&cpu->mmu, linear, width / 8);
    if (!host ||
        !fast_to_real(x87, x87_get(x87, x87->top), width, fraction, &bits))
        return false;
    memcpy(host, &bits, width / 8);
    return stored(cpu, insn, linear, pops);
}

static ALWAYS_INLINE bool store_real80(struct cpu *cpu, const struct insn *insn,
                                       const struct form form)
{
    const linear_addr linear =
        operand_offset(cpu, insn, (enum operand_kind)form.dest);
    struct x87 *x87 = &cpu->x87;
    uint8_t *host;

    if (!x87_can_start(x87))
        return false;
    host = fast_write(&cpu->mmu, linear, X87_REGISTER_BYTES);
    if (!host)
        return false;
    x87_set_c1(x87, false);
    x87_to_bytes(&x87->reg[x87->top], host);
    return stored(cpu, insn, linear, true);
}

static ALWAYS_INLINE bool store_integer(struct cpu *cpu,
                                        const struct insn *insn,
                                        const struct form form, unsigned width,
                                        bool pops)
{
    const linear_addr linear =
        operand_offset(cpu, insn, (enum operand_kind)form.dest);
    struct x87 *x87 = &cpu->x87;
    int64_t integer;
    uint8_t *host;

    if (!x87_can_start(x87))
        return false;
    host = fast_write(&cpu->mmu, linear, width / 8);
    if (!host || !fast_to_integer(x87, x87_get(x87, x87->top), width, &integer))
        return false;
    memcpy(host, &integer, width / 8);
    return stored(cpu, insn, linear, pops);
}

static ALWAYS_INLINE bool load_register(struct cpu *cpu,
                                        const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned from = x87_st(x87, insn->src);

    if (!x87_can_push(x87) || !x87_is_full(x87, from))
        return false;
    x87_set_c1(x87, false);
    x87_push(x87, x87_get(x87, from));
    x87_note(cpu, insn);
    return true;
}

static ALWAYS_INLINE bool store_register(struct cpu *cpu,
                                         const struct insn *insn, bool pops)
{
    struct x87 *x87 = &cpu->x87;

    if (!x87_can_start(x87))
        return false;
    x87_set_c1(x87, false);
    x87_put(x87, x87_st(x87, insn->dest), x87_get(x87, x87->top));
    if (pops)
        x87_pop(x87);
    x87_note(cpu, insn);
    return true;
}

static ALWAYS_INLINE bool exchange(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned other = x87_st(x87, insn->dest);
    const struct x87_register value = x87_get(x87, other);

    if (!x87_can_start(x87) || !x87_is_full(x87, other))
        return false;
    x87_set_c1(x87, false);
    x87_set(x87, other, x87_get(x87, x87->top));
    x87_set(x87, x87->top, value);
    x87_note(cpu, insn);
    return true;
}

static ALWAYS_INLINE bool change_sign(struct cpu *cpu, const struct insn *insn,
                                      unsigned keep, unsigned invert)
{
    struct x87 *x87 = &cpu->x87;
    uint16_t *exponent = &x87->reg[x87->top].exponent;

    if (!x87_can_start(x87))
        return false;
    x87_set_c1(x87, false);
    *exponent = (uint16_t)((*exponent & keep) ^ invert);
    x87_note(cpu, insn);
    return true;
}

/* FLD1 and FLDZ. */
static ALWAYS_INLINE bool load_exact(struct cpu *cpu, const struct insn *insn,
                                     struct x87_register value)
{
    struct x87 *x87 = &cpu->x87;

    if (!x87_can_push(x87))
        return false;
    x87_set_c1(x87, false);
    x87_push(x87, value);
    x87_note(cpu, insn);
    return true;
}

#define FAST(name, list, call)                                            \
    static ALWAYS_INLINE bool fast_##name(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        (void)form;                                                       \
        return call;                                                      \
    }                                                                     \
    SPECIALISE_UNRECORDED(f##name, fast_##name, list)

FAST(ld_real32, FORMS_X87_LOAD, load_real(cpu, insn, form, 32, 23))
FAST(ld_real64, FORMS_X87_LOAD, load_real(cpu, insn, form, 64, 52))
FAST(ld_real80, FORMS_X87_LOAD, load_real80(cpu, insn, form))
FAST(ild_16, FORMS_X87_LOAD, load_integer(cpu, insn, form, 16))
FAST(ild_32, FORMS_X87_LOAD, load_integer(cpu, insn, form, 32))
FAST(ild_64, FORMS_X87_LOAD, load_integer(cpu, insn, form, 64))
FAST(st_real32, FORMS_X87_STORE, store_real(cpu, insn, form, 32, 23, false))
FAST(st_real64, FORMS_X87_STORE, store_real(cpu, insn, form, 64, 52, false))
FAST(stp_real32, FORMS_X87_STORE, store_real(cpu, insn, form, 32, 23, true))
FAST(stp_real64, FORMS_X87_STORE, store_real(cpu, insn, form, 64, 52, true))
FAST(stp_real80, FORMS_X87_STORE, store_real80(cpu, insn, form))
FAST(ist_16, FORMS_X87_STORE, store_integer(cpu, insn, form, 16, false))
FAST(ist_32, FORMS_X87_STORE, store_integer(cpu, insn, form, 32, false))
FAST(istp_16, FORMS_X87_STORE, store_integer(cpu, insn, form, 16, true))
FAST(istp_32, FORMS_X87_STORE, store_integer(cpu, insn, form, 32, true))
FAST(istp_64, FORMS_X87_STORE, store_integer(cpu, insn, form, 64, true))
FAST(ld, FORMS_X87_SOURCE, load_register(cpu, insn))
FAST(st, FORMS_X87_DEST, store_register(cpu, insn, false))
FAST(stp, FORMS_X87_DEST, store_register(cpu, insn, true))
FAST(xch, FORMS_X87_DEST, exchange(cpu, insn))
FAST(abs, FORMS_X87_NONE, change_sign(cpu, insn, X87_EXPONENT_MAX, 0))
FAST(chs, FORMS_X87_NONE, change_sign(cpu, insn, 0xffff, X87_SIGN))
FAST(ld1, FORMS_X87_NONE,
     load_exact(cpu, insn,
                (struct x87_register){X87_INTEGER_BIT, X87_BIAS, {0}}))
FAST(ldz, FORMS_X87_NONE,
     load_exact(cpu, insn, (struct x87_register){0, 0, {0}}))
