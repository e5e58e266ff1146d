/* SPDX-License-Identifier: MIT */
/*
 * Instructions that the host does: arithmetic, comparisons, moves, roundings.
 * The full form runs the host's instruction of the same bytes; the fast one,
 * where all exceptions are masked, has it in place. SDM 2A and 2B, under the
 * instructions' names.
 */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/specialise.h"

enum { COMPARED = STATUS_CF | STATUS_PF | STATUS_ZF };

static void begin(struct x87 *x87)
{
    if (!x87_is_on_host(x87))
        x87_to_host(x87);
}

/* --- Full forms --- */

static bool on_registers(struct cpu *cpu, const struct insn *insn)
{
    begin(&cpu->x87);
    (void)x87_host_register(insn->immediate, false);
    (void)x87_host_done(&cpu->x87, 0);
    return true;
}

/* FCOMI and its kin: ZF, PF and CF tell; OF, SF and AF are clear. The recorded
 * chip tells of an empty register even where that is not masked. SDM 2A,
 * "FCOMI/FCOMIP/FUCOMI/FUCOMIP". */
static bool compare_to_flags(struct cpu *cpu, const struct insn *insn)
{
    begin(&cpu->x87);
    cpu->status = x87_host_register(insn->immediate, false) & COMPARED;
    (void)x87_host_done(&cpu->x87, 0);
    return true;
}

/* True if FCMOVcc moves: bit 0 of DB against DA negates. */
static ALWAYS_INLINE bool moves(const struct cpu *cpu, const struct insn *insn)
{
    static const uint8_t condition[4] = {CONDITION_B, CONDITION_Z, CONDITION_BE,
                                         CONDITION_P};
    const unsigned negate = insn->immediate >> 8 & 1;
    const unsigned number = condition[insn->immediate >> 3 & 3] | negate;

    return condition_holds(cpu->status, (enum condition)number);
}

/* FCMOVcc as FCMOVB, whose condition is CF. SDM 2A, "FCMOVcc". */
static bool move_if(struct cpu *cpu, const struct insn *insn)
{
    const unsigned fcmovb = 0x2c0;

    begin(&cpu->x87);
    (void)x87_host_register(fcmovb | x87_rm_field(insn), moves(cpu, insn));
    (void)x87_host_done(&cpu->x87, 0);
    return true;
}

static bool with_source(struct cpu *cpu, const struct insn *insn)
{
    uint8_t operand[16];

    TRY(x87_read(cpu, insn, x87_operand_bytes(insn->immediate), operand));
    begin(&cpu->x87);
    x87_host_memory(insn->immediate, operand);
    (void)x87_host_done(&cpu->x87, 0);
    return true;
}

/* Nothing is stored if an exception that is not masked forbids it. */
static bool with_destination(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t size = x87_operand_bytes(insn->immediate);
    uint8_t operand[16];
    struct place place;

    TRY(x87_open(cpu, insn, size, ACCESS_WRITE, &place));
    begin(&cpu->x87);
    x87_host_memory(insn->immediate, operand);
    if (x87_host_done(&cpu->x87, X87_BEFORE | X87_OE | X87_UE))
        memory_place_write_bytes(&cpu->mmu, &place.memory, operand);
    return true;
}

#define OPERATION(name, body, manner)                        \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, body, manner);             \
    }

OPERATION(x87_registers, on_registers, X87_COMPUTES | X87_ON_HOST)
OPERATION(x87_stack, on_registers, X87_CONTROL | X87_ON_HOST)
OPERATION(x87_source, with_source, X87_COMPUTES | X87_ON_HOST)
OPERATION(x87_destination, with_destination, X87_COMPUTES | X87_ON_HOST)
OPERATION(fcomi, compare_to_flags, X87_COMPUTES | X87_ON_HOST)
OPERATION(fcmov, move_if, X87_COMPUTES | X87_ON_HOST)

/* --- Fast handlers without memory operand --- */

/* Handler of the instruction of two bytes that `text` is. */
#define HANDLER(name, text, note)                                            \
    static const struct insn *name(struct cpu *cpu, const struct insn *insn) \
    {                                                                        \
        if (UNLIKELY(cpu->x87.blocked))                                      \
            return insn_slow(cpu, insn);                                     \
        __asm__ volatile(text);                                              \
        note(cpu, insn);                                                     \
        return insn_next(cpu, insn);                                         \
    }

/* Once for each ST(i): X has a name, i, and what else is given. */
#define FOR_EACH(X, name, ...)                                         \
    X(name##_0, 0, __VA_ARGS__)                                        \
    X(name##_1, 1, __VA_ARGS__)                                        \
    X(name##_2, 2, __VA_ARGS__)                                        \
    X(name##_3, 3, __VA_ARGS__)                                        \
    X(name##_4, 4, __VA_ARGS__)                                        \
    X(name##_5, 5, __VA_ARGS__)                                        \
    X(name##_6, 6, __VA_ARGS__)                                        \
    X(name##_7, 7, __VA_ARGS__)                                        \
    const struct forms name##_forms = {                                \
        .numbered = {name##_0, name##_1, name##_2, name##_3, name##_4, \
                     name##_5, name##_6, name##_7}};

#define WITH_ST(name, i, opcode, modrm) \
    HANDLER(name, ".byte " #opcode ", " #modrm " + " #i, x87_note)

FOR_EACH(WITH_ST, fadd_top, 0xd8, 0xc0)
FOR_EACH(WITH_ST, fmul_top, 0xd8, 0xc8)
FOR_EACH(WITH_ST, fcom, 0xd8, 0xd0)
FOR_EACH(WITH_ST, fcomp, 0xd8, 0xd8)
FOR_EACH(WITH_ST, fsub_top, 0xd8, 0xe0)
FOR_EACH(WITH_ST, fsubr_top, 0xd8, 0xe8)
FOR_EACH(WITH_ST, fdiv_top, 0xd8, 0xf0)
FOR_EACH(WITH_ST, fdivr_top, 0xd8, 0xf8)
FOR_EACH(WITH_ST, fld, 0xd9, 0xc0)
FOR_EACH(WITH_ST, fxch, 0xd9, 0xc8)
FOR_EACH(WITH_ST, fadd_register, 0xdc, 0xc0)
FOR_EACH(WITH_ST, fmul_register, 0xdc, 0xc8)
FOR_EACH(WITH_ST, fsub_register, 0xdc, 0xe0)
FOR_EACH(WITH_ST, fsubr_register, 0xdc, 0xe8)
FOR_EACH(WITH_ST, fdiv_register, 0xdc, 0xf0)
FOR_EACH(WITH_ST, fdivr_register, 0xdc, 0xf8)
FOR_EACH(WITH_ST, fst, 0xdd, 0xd0)
FOR_EACH(WITH_ST, fstp, 0xdd, 0xd8)
FOR_EACH(WITH_ST, fucom, 0xdd, 0xe0)
FOR_EACH(WITH_ST, fucomp, 0xdd, 0xe8)
FOR_EACH(WITH_ST, fadd_register_pop, 0xde, 0xc0)
FOR_EACH(WITH_ST, fmul_register_pop, 0xde, 0xc8)
FOR_EACH(WITH_ST, fsub_register_pop, 0xde, 0xe0)
FOR_EACH(WITH_ST, fsubr_register_pop, 0xde, 0xe8)
FOR_EACH(WITH_ST, fdiv_register_pop, 0xde, 0xf0)
FOR_EACH(WITH_ST, fdivr_register_pop, 0xde, 0xf8)

/* Those whose answer is in EFLAGS, and those that ask EFLAGS. */
#define TO_FLAGS(name, i, opcode, modrm)                                     \
    static const struct insn *name(struct cpu *cpu, const struct insn *insn) \
    {                                                                        \
        uint32_t status;                                                     \
                                                                             \
        if (UNLIKELY(cpu->x87.blocked))                                      \
            return insn_slow(cpu, insn);                                     \
        __asm__ volatile(".byte " #opcode ", " #modrm " + " #i "\n\tlahf"    \
                         : "=a"(status)                                      \
                         :                                                   \
                         : "cc");                                            \
        cpu->status = status & COMPARED;                                     \
        x87_note(cpu, insn);                                                 \
        return insn_next(cpu, insn);                                         \
    }

FOR_EACH(TO_FLAGS, fucomi, 0xdb, 0xe8)
FOR_EACH(TO_FLAGS, fcomi, 0xdb, 0xf0)
FOR_EACH(TO_FLAGS, fucomip, 0xdf, 0xe8)
FOR_EACH(TO_FLAGS, fcomip, 0xdf, 0xf0)

#define MOVE_IF(name, i, opcode, modrm)                                      \
    static const struct insn *name(struct cpu *cpu, const struct insn *insn) \
    {                                                                        \
        if (UNLIKELY(cpu->x87.blocked))                                      \
            return insn_slow(cpu, insn);                                     \
        __asm__ volatile("bt $0, %[moves]\n\t.byte " #opcode ", " #modrm     \
                         " + " #i                                            \
                         :                                                   \
                         : [moves] "r"((uint32_t)moves(cpu, insn))           \
                         : "cc");                                            \
        x87_note(cpu, insn);                                                 \
        return insn_next(cpu, insn);                                         \
    }

FOR_EACH(MOVE_IF, fcmov, 0xda, 0xc0)

/* Those that name no register; of rows with one, too. */
#define ALONE(name, text, note)                                              \
    HANDLER(name##_alone, text, note)                                        \
    const struct forms name##_forms = {                                      \
        .numbered = {name##_alone, name##_alone, name##_alone, name##_alone, \
                     name##_alone, name##_alone, name##_alone, name##_alone}};

static ALWAYS_INLINE void note_nothing(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
}

ALONE(fcompp, "fcompp", x87_note)
ALONE(fucompp, "fucompp", x87_note)
ALONE(fchs, "fchs", x87_note)
ALONE(fabs, "fabs", x87_note)
ALONE(ftst, "ftst", x87_note)
ALONE(fxam, "fxam", x87_note)
ALONE(fld1, "fld1", x87_note)
ALONE(fldl2t, "fldl2t", x87_note)
ALONE(fldl2e, "fldl2e", x87_note)
ALONE(fldpi, "fldpi", x87_note)
ALONE(fldlg2, "fldlg2", x87_note)
ALONE(fldln2, "fldln2", x87_note)
ALONE(fldz, "fldz", x87_note)
ALONE(fsqrt, "fsqrt", x87_note)
ALONE(frndint, "frndint", x87_note)
ALONE(fscale, "fscale", x87_note)
ALONE(fprem, "fprem", x87_note)
ALONE(fprem1, "fprem1", x87_note)
ALONE(fincstp, "fincstp", note_nothing)
ALONE(fdecstp, "fdecstp", note_nothing)

/* FNCLEX: those from before the registers moved to the host, too. */
static ALWAYS_INLINE void forget(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->x87.status = 0;
}

ALONE(fnclex, "fnclex", forget)

/* FNSTSW AX. */
static ALWAYS_INLINE void tell(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_16, cpu->x87.status | x87_host_status());
}

ALONE(fnstsw_ax, "", tell)
