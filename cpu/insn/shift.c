/* SPDX-License-Identifier: MIT */
#include "cpu/insn/shift.h"

#include "cpu/alu.h"
#include "cpu/insn/arith_body.h"

enum { COUNT_MASK = 31 };

/*
 * Flags that the manual leaves undefined are what chips give: OF by the rule
 * for a count of 1 whatever the count, AF clear.
 */

/* Status of a shift: by value, with CF and OF put in. */
static ALWAYS_INLINE uint32_t shift_status(enum width width, uint32_t value,
                                           uint32_t carry, uint32_t overflow)
{
    return status_of_value(width, value) | (carry & 1) << 8 | (overflow & 1);
}

/* Status of a rotate: CF and OF change, the others stay. */
static ALWAYS_INLINE uint32_t rotate_status(uint32_t status, uint32_t carry,
                                            uint32_t overflow)
{
    return (status & ~(uint32_t)(STATUS_CF | STATUS_OF)) | (carry & 1) << 8 |
           (overflow & 1);
}

/* Bit `width` - 1 - `below` of a value. */
static ALWAYS_INLINE uint32_t top_bit(enum width width, uint32_t value,
                                      unsigned below)
{
    return value >> ((unsigned)width - 1 - below) & 1;
}

/* The host's own shift of 32 bits, by 1 to 31, and the status that it leaves
 * but for OF, which is the manual's for a count of 1 alone. */
#define HOST_SHIFT(name)                                                       \
    static ALWAYS_INLINE uint32_t host_##name(uint32_t *value, uint32_t count) \
    {                                                                          \
        uint32_t status;                                                       \
                                                                               \
        __asm__(#name "l %%cl, %1\n\tlahf"                                     \
                : "=&a"(status), "+r"(*value)                                  \
                : "c"(count)                                                   \
                : "cc");                                                       \
        return status & (STATUS_SF | STATUS_ZF | STATUS_PF | STATUS_CF);       \
    }

HOST_SHIFT(shl)
HOST_SHIFT(shr)
HOST_SHIFT(sar)

/* SHL, SAL. Counts are 1 to 31. SDM 2B, "SAL/SAR/SHL/SHR". */
static ALWAYS_INLINE struct alu_result alu_shl(enum width width, uint32_t a,
                                               uint32_t count, uint32_t status)
{
    const uint64_t wide = (uint64_t)a << count;
    const uint32_t value = (uint32_t)wide & width_mask(width);
    const uint32_t carry = (uint32_t)(wide >> (unsigned)width);

    if (width == WIDTH_32) {
        status = host_shl(&a, count);
        return (struct alu_result){
            a, status | ((status >> 15 ^ status >> 8) & STATUS_OF)};
    }
    return (struct alu_result){
        value,
        shift_status(width, value, carry, carry ^ top_bit(width, value, 0))};
}

static ALWAYS_INLINE struct alu_result alu_shr(enum width width, uint32_t a,
                                               uint32_t count, uint32_t status)
{
    status = host_shr(&a, count);
    return (struct alu_result){a, status | top_bit(width, a, 1)};
}

static ALWAYS_INLINE struct alu_result alu_sar(enum width width, uint32_t a,
                                               uint32_t count, uint32_t status)
{
    const unsigned spare = 32 - (unsigned)width;
    uint32_t value = (uint32_t)((int32_t)(a << spare) >> spare);

    status = host_sar(&value, count);
    return (struct alu_result){value & width_mask(width), status};
}

/* ROL, ROR. SDM 2B, "RCL/RCR/ROL/ROR". */
static ALWAYS_INLINE struct alu_result alu_rol(enum width width, uint32_t a,
                                               uint32_t count, uint32_t status)
{
    const unsigned turn = count & ((unsigned)width - 1);
    const uint64_t twice = (uint64_t)a << (unsigned)width | a;
    const uint32_t value =
        (uint32_t)(twice << turn >> (unsigned)width) & width_mask(width);

    return (struct alu_result){
        value, rotate_status(status, value, value ^ top_bit(width, value, 0))};
}

static ALWAYS_INLINE struct alu_result alu_ror(enum width width, uint32_t a,
                                               uint32_t count, uint32_t status)
{
    const unsigned turn = count & ((unsigned)width - 1);
    const uint64_t twice = (uint64_t)a << (unsigned)width | a;
    const uint32_t value = (uint32_t)(twice >> turn) & width_mask(width);
    const uint32_t carry = top_bit(width, value, 0);

    return (struct alu_result){
        value, rotate_status(status, carry, carry ^ top_bit(width, value, 1))};
}

/* RCL, RCR turn CF with the operand: width + 1 bits. */
static struct alu_result alu_rcl(enum width width, uint32_t a, uint32_t count,
                                 uint32_t status)
{
    const unsigned bits = (unsigned)width + 1;
    const unsigned turn = count % bits;
    const uint64_t ring = (uint64_t)(status >> 8 & 1) << (unsigned)width | a;
    const uint64_t turned = turn ? ring << turn | ring >> (bits - turn) : ring;
    const uint32_t value = (uint32_t)turned & width_mask(width);
    const uint32_t carry = (uint32_t)(turned >> (unsigned)width);

    return (struct alu_result){
        value, rotate_status(status, carry, carry ^ top_bit(width, value, 0))};
}

static struct alu_result alu_rcr(enum width width, uint32_t a, uint32_t count,
                                 uint32_t status)
{
    const unsigned bits = (unsigned)width + 1;
    const unsigned turn = count % bits;
    const uint64_t ring = (uint64_t)(status >> 8 & 1) << (unsigned)width | a;
    const uint64_t turned = turn ? ring >> turn | ring << (bits - turn) : ring;
    const uint32_t value = (uint32_t)turned & width_mask(width);

    return (struct alu_result){
        value,
        rotate_status(status, (uint32_t)(turned >> (unsigned)width),
                      top_bit(width, value, 0) ^ top_bit(width, value, 1))};
}

/* dest shifted by the source; a count of 0 changes no flag. */
static ALWAYS_INLINE bool shift(struct cpu *cpu, const struct insn *insn,
                                const struct form form, alu_binary *alu)
{
    struct alu_result result;
    struct place dest;
    uint32_t count;

    TRY(src_read(cpu, insn, form, &count));
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    count &= COUNT_MASK;
    result = (struct alu_result){place_read(cpu, form, &dest), cpu->status};
    if (LIKELY(count))
        result = alu((enum width)form.width, result.value, count, cpu->status);
    place_write(cpu, form, &dest, result.value);
    cpu->status = result.status;
    return true;
}

#define SHIFT_FULL(name, alu)                                             \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return shift(cpu, insn, form, alu);                               \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }

#define FORMS_SHIFT(X, name, body, bits)     \
    X(name, body, bits, REGISTER, IMMEDIATE) \
    X(name, body, bits, REGISTER, REGISTER)

/* By immediates also by register, and where nobody sees the flags. */
#define FORMS_BY_CL(X, name, body, bits) X(name, body, bits, REGISTER, REGISTER)
#define SPECIALISE_SHIFT(name)                                          \
    SPECIALISE_FIXED(name, name##_body, EACH_NONE, REGISTER, IMMEDIATE) \
    SPECIALISE_WIDE(name, name##_body, FORMS_SHIFT, FORMS_BY_CL,        \
                    .fixed = {FIXED_ENTRY(name, REGISTER, IMMEDIATE)},  \
                    .status = FORMS_KEEP_STATUS, .quiet = &name##_quiet_forms)

SHIFT_FULL(rol, alu_rol)
SPECIALISE(rol, rol_body, FORMS_SHIFT)
SHIFT_FULL(ror, alu_ror)
SPECIALISE(ror, ror_body, FORMS_SHIFT)
SHIFT_FULL(rcl, alu_rcl)
SHIFT_FULL(rcr, alu_rcr)
SHIFT_FULL(shl, alu_shl)
ARITH_QUIET(shl, QUIET_BY_IMMEDIATE, a << (b & COUNT_MASK))
SPECIALISE_SHIFT(shl)
SHIFT_FULL(shr, alu_shr)
ARITH_QUIET(shr, QUIET_BY_IMMEDIATE, a >> (b & COUNT_MASK))
SPECIALISE_SHIFT(shr)
SHIFT_FULL(sar, alu_sar)
ARITH_QUIET(sar, QUIET_BY_IMMEDIATE, (uint32_t)((int32_t)a >> (b & COUNT_MASK)))
SPECIALISE_SHIFT(sar)

/*
 * SHLD: the top of dest:src:dest shifted left; SHRD: the bottom of
 * dest:src:dest shifted right. A 16-bit count above 16, undefined by the
 * manual, reads on in dest. SDM 2B, "SHLD" and "SHRD".
 */
static ALWAYS_INLINE struct alu_result alu_shld(enum width width, uint32_t dest,
                                                uint32_t src, uint32_t count)
{
    const uint64_t low = width == WIDTH_32 ? src : src << 16 | dest;
    const uint64_t wide = (uint64_t)dest << 32 | low;
    const uint32_t value = (uint32_t)(wide << count >> 32) & width_mask(width);
    const uint32_t carry =
        (uint32_t)(wide >> (32 + (unsigned)width - count)) & 1;

    return (struct alu_result){
        value,
        shift_status(width, value, carry,
                     top_bit(width, value, 0) ^ top_bit(width, dest, 0))};
}

static ALWAYS_INLINE struct alu_result alu_shrd(enum width width, uint32_t dest,
                                                uint32_t src, uint32_t count)
{
    const uint64_t wide =
        width == WIDTH_32 ? (uint64_t)src << 32 | dest
                          : (uint64_t)dest << 32 | (uint64_t)src << 16 | dest;
    const uint32_t value = (uint32_t)(wide >> count) & width_mask(width);
    const uint32_t carry = (uint32_t)(wide >> (count - 1)) & 1;

    return (struct alu_result){
        value,
        shift_status(width, value, carry,
                     top_bit(width, value, 0) ^ top_bit(width, dest, 0))};
}

/* The form of an ALU function of three values. */
typedef struct alu_result alu_double(enum width width, uint32_t dest,
                                     uint32_t src, uint32_t count);

static ALWAYS_INLINE bool double_shift(struct cpu *cpu, const struct insn *insn,
                                       const struct form form, uint32_t count,
                                       alu_double *alu)
{
    const enum width width = (enum width)form.width;
    struct alu_result result;
    struct place dest;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    count &= COUNT_MASK;
    result = (struct alu_result){place_read(cpu, form, &dest), cpu->status};
    if (LIKELY(count))
        result = alu(width, result.value, src, count);
    place_write(cpu, form, &dest, result.value);
    cpu->status = result.status;
    return true;
}

static ALWAYS_INLINE bool shld_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    return double_shift(cpu, insn, form, insn->immediate, alu_shld);
}

static ALWAYS_INLINE bool shrd_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    return double_shift(cpu, insn, form, insn->immediate, alu_shrd);
}

bool op_shld(struct cpu *cpu, const struct insn *insn)
{
    return shld_body(cpu, insn, form_of(insn));
}

bool op_shld_cl(struct cpu *cpu, const struct insn *insn)
{
    return double_shift(cpu, insn, form_of(insn), cpu->gpr[ECX], alu_shld);
}

bool op_shrd(struct cpu *cpu, const struct insn *insn)
{
    return shrd_body(cpu, insn, form_of(insn));
}

bool op_shrd_cl(struct cpu *cpu, const struct insn *insn)
{
    return double_shift(cpu, insn, form_of(insn), cpu->gpr[ECX], alu_shrd);
}

#define FORMS_DOUBLE(X, name, body, bits) \
    X(name, body, bits, REGISTER, REGISTER)
SPECIALISE_32(shld, shld_body, FORMS_DOUBLE)
SPECIALISE_32(shrd, shrd_body, FORMS_DOUBLE)
