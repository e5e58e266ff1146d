/* SPDX-License-Identifier: MIT */
/* FCOM FUCOM FTST FXAM and those that set EFLAGS. SDM 2A, "FCOM" and others. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"
#include "cpu/x87_fast.h"

enum { UNORDERED = X87_C3 | X87_C2 | X87_C0 };

static void set_condition(struct x87 *x87, unsigned condition)
{
    x87->status =
        (uint16_t)((x87->status & ~(unsigned)X87_CONDITION) | condition);
}

/* Compare ST(0) with an operand. True if the instruction goes on. */
static bool compare(struct x87 *x87, enum x87_arithmetic operation,
                    enum x87_format format, const void *operand)
{
    struct x87_register unused;
    const uint16_t status = x87_host_arithmetic(
        operation, format, x87->control, &x87->reg[x87->top], operand, &unused);

    set_condition(x87, status & UNORDERED);
    x87_raise(x87, status & X87_EXCEPTIONS);
    return !x87_unmasked(x87, status & X87_BEFORE);
}

static bool underflow(struct x87 *x87)
{
    set_condition(x87, UNORDERED);
    return x87_stack_underflow(x87);
}

static bool with_memory(struct cpu *cpu, const struct insn *insn,
                        enum x87_format format)
{
    struct x87 *x87 = &cpu->x87;
    uint8_t operand[16];
    bool done;

    TRY(x87_read(cpu, insn, x87_format_bytes(format), operand));
    done = x87_is_full(x87, x87->top) ? compare(x87, X87_COM, format, operand)
                                      : underflow(x87);
    if (done && x87_reg_field(insn) == X87_COMP)
        x87_pop(x87);
    return true;
}

/* ST(0) with ST(i), then pop so many. */
static bool with_register(struct x87 *x87, enum x87_arithmetic operation,
                          unsigned i, unsigned pops)
{
    const unsigned other = x87_st(x87, i);
    const bool full = x87_is_full(x87, x87->top) && x87_is_full(x87, other);
    const bool done =
        full ? compare(x87, operation, X87_REAL80, &x87->reg[other])
             : underflow(x87);

    while (done && pops-- > 0)
        x87_pop(x87);
    return true;
}

/* The same with the answer in EFLAGS: ZF, PF and CF as C3, C2 and C0; OF, SF
 * and AF are clear. The conditions stay as they were, but for C1 where a
 * register is empty. SDM 2A, "FCOMI/FCOMIP/FUCOMI/FUCOMIP". */
static bool to_flags(struct cpu *cpu, const struct insn *insn,
                     enum x87_arithmetic operation, unsigned pops)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned other = x87_st(x87, x87_rm_field(insn));
    const bool full = x87_is_full(x87, x87->top) && x87_is_full(x87, other);
    const unsigned before = x87->status & X87_CONDITION;
    uint32_t status = 0;

    (void)with_register(x87, operation, x87_rm_field(insn), pops);
    if (x87->status & X87_C0)
        status |= STATUS_CF;
    if (x87->status & X87_C2)
        status |= STATUS_PF;
    if (x87->status & X87_C3)
        status |= STATUS_ZF;
    cpu->status = status;
    set_condition(x87, full ? before : before & UNORDERED);
    return true;
}

#define BODY(name, call)                                       \
    static bool name(struct cpu *cpu, const struct insn *insn) \
    {                                                          \
        return call;                                           \
    }                                                          \
    bool op_f##name(struct cpu *cpu, const struct insn *insn)  \
    {                                                          \
        return x87_run(cpu, insn, name);                       \
    }

BODY(com_real32, with_memory(cpu, insn, X87_REAL32))
BODY(com_real64, with_memory(cpu, insn, X87_REAL64))
BODY(com_integer16, with_memory(cpu, insn, X87_INTEGER16))
BODY(com_integer32, with_memory(cpu, insn, X87_INTEGER32))
BODY(com, with_register(&cpu->x87, X87_COM, x87_rm_field(insn), 0))
BODY(comp, with_register(&cpu->x87, X87_COM, x87_rm_field(insn), 1))
BODY(compp, with_register(&cpu->x87, X87_COM, x87_rm_field(insn), 2))
BODY(ucom, with_register(&cpu->x87, X87_UCOM, x87_rm_field(insn), 0))
BODY(ucomp, with_register(&cpu->x87, X87_UCOM, x87_rm_field(insn), 1))
BODY(ucompp, with_register(&cpu->x87, X87_UCOM, x87_rm_field(insn), 2))
BODY(comi, to_flags(cpu, insn, X87_COM, 0))
BODY(comip, to_flags(cpu, insn, X87_COM, 1))
BODY(ucomi, to_flags(cpu, insn, X87_UCOM, 0))
BODY(ucomip, to_flags(cpu, insn, X87_UCOM, 1))

/* FTST: ST(0) with zero. SDM 2A, "FTST". */
static bool tst(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    struct x87_register value = x87->reg[x87->top];
    uint16_t status;

    (void)insn;
    if (!x87_is_full(x87, x87->top)) {
        (void)underflow(x87);
        return true;
    }
    status = x87_host_unary(X87_TST, x87->control, &value, &value);
    set_condition(x87, status & UNORDERED);
    x87_raise(x87, status & X87_EXCEPTIONS);
    return true;
}

bool op_ftst(struct cpu *cpu, const struct insn *insn)
{
    return x87_run(cpu, insn, tst);
}

/* FXAM: the class of ST(0) in C3, C2, C0; its sign in C1, of an empty
 * register too. SDM 2A, "FXAM". */
static bool xam(struct cpu *cpu, const struct insn *insn)
{
    static const uint16_t condition[] = {[X87_UNSUPPORTED] = 0,
                                         [X87_NAN] = X87_C0,
                                         [X87_NORMAL] = X87_C2,
                                         [X87_INFINITY] = X87_C2 | X87_C0,
                                         [X87_ZERO] = X87_C3,
                                         [X87_EMPTY] = X87_C3 | X87_C0,
                                         [X87_DENORMAL] = X87_C3 | X87_C2};
    struct x87 *x87 = &cpu->x87;
    const struct x87_register *value = &x87->reg[x87->top];
    const enum x87_class class =
        x87_is_full(x87, x87->top) ? x87_classify(value) : X87_EMPTY;

    (void)insn;
    set_condition(x87, condition[class] |
                           (value->exponent & X87_SIGN ? X87_C1 : 0u));
    return true;
}

bool op_fxam(struct cpu *cpu, const struct insn *insn)
{
    return x87_run(cpu, insn, xam);
}

/* --- Fast handlers: plain numbers --- */

static ALWAYS_INLINE bool fast_memory(struct cpu *cpu, const struct insn *insn,
                                      const struct form form, unsigned width,
                                      unsigned fraction, bool pops)
{
    const linear_addr linear =
        operand_offset(cpu, insn, (enum operand_kind)form.src);
    struct x87 *x87 = &cpu->x87;
    struct x87_register operand;
    unsigned condition;
    uint64_t bits = 0;
    const uint8_t *host;

    if (!x87_can_start(x87))
        return false;
    host = fast_read(&cpu->mmu, linear, width / 8);
    if (!host)
        return false;
    memcpy(&bits, host, width / 8);
    if (!fast_from_real(bits, width, fraction, &operand) ||
        !fast_compare(x87_get(x87, x87->top), operand, &condition))
        return false;
    set_condition(x87, condition);
    if (pops)
        x87_pop(x87);
    x87_note_memory(cpu, insn, linear);
    return true;
}

static ALWAYS_INLINE bool fast_register(struct cpu *cpu,
                                        const struct insn *insn, unsigned pops)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned other = x87_st(x87, insn->src);
    unsigned condition;

    if (!x87_can_start(x87) || !x87_is_full(x87, other) ||
        !fast_compare(x87_get(x87, x87->top), x87_get(x87, other), &condition))
        return false;
    set_condition(x87, condition);
    if (pops > 0)
        x87_pop(x87);
    if (pops > 1)
        x87_pop(x87);
    x87_note(cpu, insn);
    return true;
}

static ALWAYS_INLINE bool fast_flags(struct cpu *cpu, const struct insn *insn,
                                     bool pops)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned other = x87_st(x87, insn->src);
    unsigned condition;

    if (!x87_can_start(x87) || !x87_is_full(x87, other) ||
        !fast_compare(x87_get(x87, x87->top), x87_get(x87, other), &condition))
        return false;
    cpu->status = (condition & X87_C0 ? (uint32_t)STATUS_CF : 0) |
                  (condition & X87_C3 ? (uint32_t)STATUS_ZF : 0);
    if (pops)
        x87_pop(x87);
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

FAST(com_real32, FORMS_X87_LOAD, fast_memory(cpu, insn, form, 32, 23, false))
FAST(com_real64, FORMS_X87_LOAD, fast_memory(cpu, insn, form, 64, 52, false))
FAST(comp_real32, FORMS_X87_LOAD, fast_memory(cpu, insn, form, 32, 23, true))
FAST(comp_real64, FORMS_X87_LOAD, fast_memory(cpu, insn, form, 64, 52, true))
FAST(com, FORMS_X87_SOURCE, fast_register(cpu, insn, 0))
FAST(comp, FORMS_X87_SOURCE, fast_register(cpu, insn, 1))
FAST(compp, FORMS_X87_SOURCE, fast_register(cpu, insn, 2))
FAST(comi, FORMS_X87_SOURCE, fast_flags(cpu, insn, false))
FAST(comip, FORMS_X87_SOURCE, fast_flags(cpu, insn, true))
