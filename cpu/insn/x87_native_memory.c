/* SPDX-License-Identifier: MIT */
/* Fast handlers of cpu/insn/x87_native.c with a memory operand, and of those
 * that read and write the x87's words. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/specialise.h"

/* The longest operand, so that the compiler knows what is read and written. */
typedef uint8_t operand_bytes[X87_REGISTER_BYTES];

/* Open the operand, of `bits`, and record its one access where that is wanted.
 * False: not on the host, no fast entry, or no short event of that size. */
static ALWAYS_INLINE bool open_fast(struct cpu *cpu, const struct insn *insn,
                                    uint8_t path, enum operand_kind kind,
                                    unsigned bits, enum access access,
                                    struct place *place)
{
    const struct form form = {.path = path, .width = (uint8_t)bits};

    if (UNLIKELY(cpu->x87.blocked) ||
        (path == PATH_RECORDED && bits == X87_REGISTER_BYTES * 8) ||
        !operand_open(cpu, insn, form, kind, 0, access, place))
        return false;
    if (path == PATH_RECORDED)
        recorded_append(cpu, &place->recorded, access == ACCESS_WRITE,
                        bits / 8);
    return true;
}

#define SOURCE_FORMS(X, name, body, bits) \
    X(name, body, bits, NONE, MEMORY)     \
    X(name, body, bits, NONE, INDEXED)
#define DESTINATION_FORMS(X, name, body, bits) \
    X(name, body, bits, MEMORY, NONE)          \
    X(name, body, bits, INDEXED, NONE)

/* The body of one instruction: `text` with the operand behind it. */
#define INSTRUCTION(name, side, bits, access, text, constraint)                \
    static ALWAYS_INLINE bool fast_##name(                                     \
        struct cpu *cpu, const struct insn *insn, const struct form form)      \
    {                                                                          \
        const enum operand_kind kind = (enum operand_kind)form.side;           \
        struct place place;                                                    \
                                                                               \
        if (!open_fast(cpu, insn, form.path, kind, bits, access, &place))      \
            return false;                                                      \
        x87_note_memory(cpu, insn, operand_offset(cpu, insn, kind));           \
        __asm__ volatile(text " %0" constraint(*(operand_bytes *)place.host)); \
        return true;                                                           \
    }

#define READS  : : "m"
#define WRITES : "+m"

#define SOURCE(name, bits, text)                           \
    INSTRUCTION(name, src, bits, ACCESS_READ, text, READS) \
    SPECIALISE_32(name, fast_##name, SOURCE_FORMS)

#define DESTINATION(name, bits, text)                         \
    INSTRUCTION(name, dest, bits, ACCESS_WRITE, text, WRITES) \
    SPECIALISE_32(name, fast_##name, DESTINATION_FORMS)

#define ARITHMETIC(name)                        \
    SOURCE(f##name##_real32, 32, "f" #name "s") \
    SOURCE(f##name##_real64, 64, "f" #name "l") \
    SOURCE(fi##name##_16, 16, "fi" #name "s")   \
    SOURCE(fi##name##_32, 32, "fi" #name "l")

ARITHMETIC(add)
ARITHMETIC(mul)
ARITHMETIC(com)
ARITHMETIC(comp)
ARITHMETIC(sub)
ARITHMETIC(subr)
ARITHMETIC(div)
ARITHMETIC(divr)
SOURCE(fld_real32, 32, "flds")
SOURCE(fld_real64, 64, "fldl")
SOURCE(fld_real80, 80, "fldt")
SOURCE(fild_16, 16, "filds")
SOURCE(fild_32, 32, "fildl")
SOURCE(fild_64, 64, "fildll")
DESTINATION(fst_real32, 32, "fsts")
DESTINATION(fst_real64, 64, "fstl")
DESTINATION(fstp_real32, 32, "fstps")
DESTINATION(fstp_real64, 64, "fstpl")
DESTINATION(fstp_real80, 80, "fstpt")
DESTINATION(fist_16, 16, "fists")
DESTINATION(fist_32, 32, "fistl")
DESTINATION(fistp_16, 16, "fistps")
DESTINATION(fistp_32, 32, "fistpl")
DESTINATION(fistp_64, 64, "fistpll")

/* --- Words --- */

/* Unless it unmasks an exception, which may be pending then. */
static ALWAYS_INLINE bool fast_fldcw(struct cpu *cpu, const struct insn *insn,
                                     const struct form form)
{
    struct x87 *x87 = &cpu->x87;
    struct place place;
    unsigned control;

    if (!open_fast(cpu, insn, form.path, (enum operand_kind)form.src, 16,
                   ACCESS_READ, &place))
        return false;
    control = host_read(place.host, WIDTH_16);
    if ((control & X87_EXCEPTIONS) != X87_EXCEPTIONS)
        return false;
    x87->control = (control & X87_CONTROL_BITS) | X87_CONTROL_FIXED;
    __asm__ volatile("fldcw %0" : : "m"(x87->control));
    return true;
}

static ALWAYS_INLINE bool fast_fnstcw(struct cpu *cpu, const struct insn *insn,
                                      const struct form form)
{
    struct place place;

    if (!open_fast(cpu, insn, form.path, (enum operand_kind)form.dest, 16,
                   ACCESS_WRITE, &place))
        return false;
    host_write(place.host, WIDTH_16, cpu->x87.control);
    return true;
}

static ALWAYS_INLINE bool fast_fnstsw(struct cpu *cpu, const struct insn *insn,
                                      const struct form form)
{
    struct place place;

    if (!open_fast(cpu, insn, form.path, (enum operand_kind)form.dest, 16,
                   ACCESS_WRITE, &place))
        return false;
    host_write(place.host, WIDTH_16, cpu->x87.status | x87_host_status());
    return true;
}

#define WORD(name, list)                                              \
    list(FORM_FUNCTION, name, fast_##name, 16)                        \
        list(RECORDED_FUNCTION, name, fast_##name, 16)                \
            const struct forms name##_forms = {                       \
                .handler = {list(FORM_ENTRY, name, fast_##name, 16)}, \
                .recorded = {list(RECORDED_ENTRY, name, fast_##name, 16)}};

WORD(fldcw, SOURCE_FORMS)
WORD(fnstcw, DESTINATION_FORMS)
WORD(fnstsw, DESTINATION_FORMS)
