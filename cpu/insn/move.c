/* SPDX-License-Identifier: MIT */
#include "cpu/insn/move.h"

/* The condition in the low four bits of Jcc, SETcc and CMOVcc. */
static ALWAYS_INLINE bool holds(const struct cpu *cpu, const struct insn *insn)
{
    return condition_holds(cpu->status, (enum condition)(insn->row >> 3 & 15));
}

/* MOV: dest = src. SDM 2B, "MOV". */
static ALWAYS_INLINE bool mov_body(struct cpu *cpu, const struct insn *insn,
                                   const struct form form)
{
    struct place dest;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    place_write(cpu, form, &dest, src);
    return true;
}

bool op_mov(struct cpu *cpu, const struct insn *insn)
{
    return mov_body(cpu, insn, form_of(insn));
}

#define FORMS_DEVICE(X, name, body, bits)  \
    X(name, body, bits, REGISTER, MEMORY)  \
    X(name, body, bits, REGISTER, INDEXED) \
    X(name, body, bits, MEMORY, REGISTER)  \
    X(name, body, bits, MEMORY, IMMEDIATE) \
    X(name, body, bits, INDEXED, REGISTER) \
    X(name, body, bits, INDEXED, IMMEDIATE)

SPECIALISE_DEVICE(mov, mov_body, FORMS_DEVICE)
SPECIALISE_FIXED(mov, mov_body, EACH_PAIR, REGISTER, REGISTER)
SPECIALISE_FIXED(mov, mov_body, EACH_BASE, REGISTER, MEMORY)
SPECIALISE_FIXED(mov, mov_body, EACH_BASE, MEMORY, REGISTER)
SPECIALISE_FIXED(mov, mov_body, EACH_NONE, REGISTER, IMMEDIATE)
#define FORMS_UNFIXED(X, name, body, bits) \
    X(name, body, bits, REGISTER, INDEXED) \
    X(name, body, bits, MEMORY, IMMEDIATE) \
    X(name, body, bits, INDEXED, REGISTER) \
    X(name, body, bits, INDEXED, IMMEDIATE)
SPECIALISE_WIDE(mov, mov_body, FORMS_BINARY, FORMS_UNFIXED,
                .device = &mov_device_forms, .status = FORMS_KEEP_STATUS,
                .fixed = {FIXED_ENTRY(mov, REGISTER, REGISTER)
                              FIXED_ENTRY(mov, REGISTER, MEMORY)
                                  FIXED_ENTRY(mov, MEMORY, REGISTER)
                                      FIXED_ENTRY(mov, REGISTER, IMMEDIATE)})

/* A source narrower than the destination, extended. */
static ALWAYS_INLINE bool extend(struct cpu *cpu, const struct insn *insn,
                                 const struct form form, enum width from,
                                 bool is_signed)
{
    struct form narrow = form;
    uint32_t src;

    narrow.width = (uint8_t)from;
    TRY(src_read(cpu, insn, narrow, &src));
    if (is_signed && from == WIDTH_8)
        src = (uint32_t)(int32_t)(int8_t)src;
    else if (is_signed)
        src = (uint32_t)(int32_t)(int16_t)src;
    host_write(cpu->gpr_bytes + insn->dest, (enum width)form.width, src);
    return true;
}

#define EXTENSION(name, from, is_signed)                                  \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return extend(cpu, insn, form, from, is_signed);                  \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }                                                                     \
    SPECIALISE_32_AND(name, name##_body, FORMS_TO_REGISTER,               \
                      .status = FORMS_KEEP_STATUS)

/* MOVZX, MOVSX: dest = src, extended with zeros or its sign.
 * SDM 2B, "MOVZX" and "MOVSX". */
EXTENSION(movzx8, WIDTH_8, false)
EXTENSION(movzx16, WIDTH_16, false)
EXTENSION(movsx8, WIDTH_8, true)
EXTENSION(movsx16, WIDTH_16, true)

/* LEA: dest = the effective address of src. SDM 2A, "LEA". */
static ALWAYS_INLINE bool lea_body(struct cpu *cpu, const struct insn *insn,
                                   const struct form form)
{
    uint32_t offset = form_offset(cpu, insn, form, (enum operand_kind)form.src);

    if (form.path == PATH_FULL)
        offset = operand_effective(cpu, insn);
    host_write(cpu->gpr_bytes + form_dest(form, insn), (enum width)form.width,
               offset);
    return true;
}

bool op_lea(struct cpu *cpu, const struct insn *insn)
{
    return lea_body(cpu, insn, form_of(insn));
}

SPECIALISE_FIXED(lea, lea_body, EACH_BASE, REGISTER, MEMORY)
#define FORMS_INDEXED(X, name, body, bits) \
    X(name, body, bits, REGISTER, INDEXED)
SPECIALISE_32_AND(lea, lea_body, FORMS_INDEXED, .status = FORMS_KEEP_STATUS,
                  .fixed = {FIXED_ENTRY(lea, REGISTER, MEMORY)})

/* XCHG: dest and src change places. With memory it is always locked, which
 * one processor cannot see. SDM 2B, "XCHG". */
static ALWAYS_INLINE bool xchg_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    const enum width width = (enum width)form.width;
    uint8_t *other = cpu->gpr_bytes + insn->src;
    struct place dest;
    uint32_t value;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    value = place_read(cpu, form, &dest);
    place_write(cpu, form, &dest, host_read(other, width));
    host_write(other, width, value);
    return true;
}

bool op_xchg(struct cpu *cpu, const struct insn *insn)
{
    return xchg_body(cpu, insn, form_of(insn));
}

#define FORMS_EXCHANGE(X, name, body, bits) \
    X(name, body, bits, REGISTER, REGISTER) \
    X(name, body, bits, MEMORY, REGISTER)   \
    X(name, body, bits, INDEXED, REGISTER)
SPECIALISE(xchg, xchg_body, FORMS_EXCHANGE)

/* CMOVcc: dest = src if the condition holds; src is read in any case.
 * SDM 2A, "CMOVcc". */
static ALWAYS_INLINE bool cmov_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    if (holds(cpu, insn))
        host_write(cpu->gpr_bytes + insn->dest, (enum width)form.width, src);
    return true;
}

bool op_cmov(struct cpu *cpu, const struct insn *insn)
{
    return cmov_body(cpu, insn, form_of(insn));
}

SPECIALISE_32(cmov, cmov_body, FORMS_TO_REGISTER)

/* SETcc: dest = 1 if the condition holds, else 0. SDM 2B, "SETcc". */
static ALWAYS_INLINE bool set_body(struct cpu *cpu, const struct insn *insn,
                                   const struct form form)
{
    struct place dest;

    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &dest));
    place_write(cpu, form, &dest, holds(cpu, insn));
    return true;
}

bool op_set(struct cpu *cpu, const struct insn *insn)
{
    return set_body(cpu, insn, form_of(insn));
}

SPECIALISE(set, set_body, FORMS_UNARY)
