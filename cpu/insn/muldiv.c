/* SPDX-License-Identifier: MIT */
#include "cpu/insn/muldiv.h"

#include "cpu/operand.h"

/** `value` of `width` bits, sign-extended. */
static ALWAYS_INLINE int64_t sign_extended(enum width width, uint32_t value)
{
    const unsigned shift = 32 - (unsigned)width;

    return (int32_t)(value << shift) >> shift;
}

/** CF and OF as `lost` says; the undefined flags stay as they were. */
static ALWAYS_INLINE void set_overflow(struct cpu *cpu, bool lost)
{
    cpu->status &= ~(uint32_t)(STATUS_CF | STATUS_OF);
    if (lost)
        cpu->status |= STATUS_CF | STATUS_OF;
}

/** Set AX, DX:AX or EDX:EAX, of twice `width` bits. */
static ALWAYS_INLINE void set_double(struct cpu *cpu, enum width width,
                                     uint64_t value)
{
    if (width == WIDTH_8) {
        cpu_set_register(cpu, EAX, WIDTH_16, (uint32_t)value & 0xffff);
        return;
    }
    cpu_set_register(cpu, EAX, width, (uint32_t)value);
    cpu_set_register(cpu, EDX, width, (uint32_t)(value >> width));
}

/** AX, DX:AX or EDX:EAX. */
static ALWAYS_INLINE uint64_t double_of(const struct cpu *cpu, enum width width)
{
    if (width == WIDTH_8)
        return cpu->gpr[EAX] & 0xffff;
    return (uint64_t)cpu_register(cpu, EDX, width) << width |
           cpu_register(cpu, EAX, width);
}

/*
 * MUL: AX, DX:AX or EDX:EAX = accumulator * dest. CF and OF: the upper half
 * is not zero. SDM 2A, "MUL".
 */
static ALWAYS_INLINE bool mul(struct cpu *cpu, const struct insn *insn,
                              const struct form form)
{
    const enum width width = (enum width)form.width;
    uint32_t factor;
    uint64_t product;

    TRY(dest_read(cpu, insn, form, &factor));
    product = (uint64_t)cpu_register(cpu, EAX, width) * factor;
    set_double(cpu, width, product);
    set_overflow(cpu, product >> width != 0);
    return true;
}

/*
 * IMUL with one operand. CF and OF: the result is not the sign extension of
 * its lower half. SDM 2A, "IMUL".
 */
static ALWAYS_INLINE bool imul(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    const enum width width = (enum width)form.width;
    uint32_t factor;
    int64_t product;

    TRY(dest_read(cpu, insn, form, &factor));
    product = sign_extended(width, cpu_register(cpu, EAX, width)) *
              sign_extended(width, factor);
    set_double(cpu, width, (uint64_t)product);
    set_overflow(cpu, product != sign_extended(width, (uint32_t)product));
    return true;
}

/** Store a product cut to `width` in the destination register. */
static ALWAYS_INLINE void set_product(struct cpu *cpu, const struct insn *insn,
                                      enum width width, int64_t product)
{
    host_write(cpu->gpr_bytes + insn->dest, width, (uint32_t)product);
    set_overflow(cpu, product != sign_extended(width, (uint32_t)product));
}

/* IMUL with two operands: dest *= src, cut. SDM 2A, "IMUL". */
static ALWAYS_INLINE bool imul_two(struct cpu *cpu, const struct insn *insn,
                                   const struct form form)
{
    const enum width width = (enum width)form.width;
    uint32_t dest;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    dest = host_read(cpu->gpr_bytes + insn->dest, width);
    set_product(cpu, insn, width,
                sign_extended(width, dest) * sign_extended(width, src));
    return true;
}

/* IMUL with three operands: dest = src * immediate, cut. SDM 2A, "IMUL". */
static ALWAYS_INLINE bool imul_three(struct cpu *cpu, const struct insn *insn,
                                     const struct form form)
{
    const enum width width = (enum width)form.width;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    set_product(cpu, insn, width,
                sign_extended(width, src) *
                    sign_extended(width, insn->immediate));
    return true;
}

/**
 * Store quotient and remainder where a division of `width` bits leaves them.
 * The flags, all undefined, become those of the recorded chip.
 */
static ALWAYS_INLINE void set_quotient(struct cpu *cpu, enum width width,
                                       uint32_t quotient, uint32_t remainder)
{
    cpu->status = (cpu->status & (STATUS_CF | STATUS_OF)) | STATUS_AF;
    if (width == WIDTH_8) {
        cpu_set_register(cpu, EAX, WIDTH_16,
                         (remainder & 0xff) << 8 | (quotient & 0xff));
        return;
    }
    cpu_set_register(cpu, EAX, width, quotient);
    cpu_set_register(cpu, EDX, width, remainder);
}

/*
 * DIV: accumulator pair / dest, unsigned. #DE where the divisor is 0 or the
 * quotient does not fit. SDM 2A, "DIV".
 */
static ALWAYS_INLINE bool divide(struct cpu *cpu, const struct insn *insn,
                                 const struct form form)
{
    const enum width width = (enum width)form.width;
    const uint64_t dividend = double_of(cpu, width);
    uint32_t divisor;

    TRY(dest_read(cpu, insn, form, &divisor));
    if (dividend >> width >= divisor)
        return cpu_fault(cpu, VECTOR_DE);
    set_quotient(cpu, width, (uint32_t)(dividend / divisor),
                 (uint32_t)(dividend % divisor));
    return true;
}

/*
 * IDIV: the same, signed; the quotient is cut towards zero and the remainder
 * has the dividend's sign. SDM 2A, "IDIV".
 */
static ALWAYS_INLINE bool idivide(struct cpu *cpu, const struct insn *insn,
                                  const struct form form)
{
    const enum width width = (enum width)form.width;
    const unsigned shift = 64 - 2 * (unsigned)width;
    const int64_t dividend = (int64_t)(double_of(cpu, width) << shift) >> shift;
    uint32_t value;
    int64_t divisor;
    int64_t quotient;

    TRY(dest_read(cpu, insn, form, &value));
    divisor = sign_extended(width, value);
    /* The second case is the one that overflows the host's division too. */
    if (divisor == 0 || (dividend == INT64_MIN && divisor == -1))
        return cpu_fault(cpu, VECTOR_DE);
    quotient = dividend / divisor;
    if (quotient != sign_extended(width, (uint32_t)quotient))
        return cpu_fault(cpu, VECTOR_DE);
    set_quotient(cpu, width, (uint32_t)quotient,
                 (uint32_t)(dividend % divisor));
    return true;
}

bool op_mul(struct cpu *cpu, const struct insn *insn)
{
    return mul(cpu, insn, form_of(insn));
}

SPECIALISE_32(mul, mul, FORMS_UNARY)

bool op_imul(struct cpu *cpu, const struct insn *insn)
{
    return imul(cpu, insn, form_of(insn));
}

SPECIALISE_32(imul, imul, FORMS_UNARY)

bool op_imul_two(struct cpu *cpu, const struct insn *insn)
{
    return imul_two(cpu, insn, form_of(insn));
}

SPECIALISE_32_AND(imul_two, imul_two, FORMS_TO_REGISTER, )

bool op_imul_three(struct cpu *cpu, const struct insn *insn)
{
    return imul_three(cpu, insn, form_of(insn));
}

SPECIALISE_32_AND(imul_three, imul_three, FORMS_TO_REGISTER, )

bool op_div(struct cpu *cpu, const struct insn *insn)
{
    return divide(cpu, insn, form_of(insn));
}

SPECIALISE_32(div, divide, FORMS_UNARY)

bool op_idiv(struct cpu *cpu, const struct insn *insn)
{
    return idivide(cpu, insn, form_of(insn));
}

SPECIALISE_32(idiv, idivide, FORMS_UNARY)
