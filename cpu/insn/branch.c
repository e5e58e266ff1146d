/* SPDX-License-Identifier: MIT */
#include "cpu/insn/branch.h"

#include "cpu/insn/stack.h"

/* Target of a relative branch; a 16-bit operand size cuts it. The record's
 * immediate counts from the block's first EIP, which is `eip` now. */
static uint32_t relative_target(const struct cpu *cpu, const struct insn *insn)
{
    const uint32_t target = cpu->eip + insn->immediate;

    return insn->width == WIDTH_16 ? target & 0xffff : target;
}

static bool jump(struct cpu *cpu, uint32_t target)
{
    TRY(cpu_check_target(cpu, target));
    cpu_jump(cpu, target);
    return true;
}

/* JMP: EIP = target. SDM 2A, "JMP". */
bool op_jmp(struct cpu *cpu, const struct insn *insn)
{
    return jump(cpu, relative_target(cpu, insn));
}

bool op_jmp_indirect(struct cpu *cpu, const struct insn *insn)
{
    uint32_t target;

    TRY(src_read(cpu, insn, form_of(insn), &target));
    return jump(cpu, target);
}

/* CALL: the next EIP is pushed; EIP = target. SDM 2A, "CALL". */
static bool call(struct cpu *cpu, enum width width, uint32_t target)
{
    TRY(cpu_check_target(cpu, target));
    TRY(stack_push(cpu, width, cpu->next_eip));
    cpu_jump(cpu, target);
    return true;
}

bool op_call(struct cpu *cpu, const struct insn *insn)
{
    return call(cpu, (enum width)insn->width, relative_target(cpu, insn));
}

bool op_call_indirect(struct cpu *cpu, const struct insn *insn)
{
    uint32_t target;

    TRY(src_read(cpu, insn, form_of(insn), &target));
    return call(cpu, (enum width)insn->width, target);
}

/* RET: EIP is popped, then `immediate` bytes are passed over. SDM 2B, "RET". */
bool op_ret(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t size = insn->width / 8u;
    const uint32_t top = cpu_stack_pointer(cpu);
    uint32_t target;

    TRY(cpu_read(cpu, SS, top, size, &target));
    TRY(jump(cpu, target));
    cpu_set_stack_pointer(cpu, top + size + insn->immediate);
    return true;
}

/* Jcc: jump if the condition holds. SDM 2A, "Jcc". */
bool op_jcc(struct cpu *cpu, const struct insn *insn)
{
    if (!condition_holds(cpu->status, (enum condition)(insn->row >> 3 & 15)))
        return true;
    return jump(cpu, relative_target(cpu, insn));
}

/* eCX at the address size. */
static uint32_t count_register(const struct cpu *cpu, const struct insn *insn)
{
    return insn->prefixes & INSN_ADDRESS16 ? cpu->gpr[ECX] & 0xffff
                                           : cpu->gpr[ECX];
}

/* LOOPcc: eCX -= 1; jump if it is not 0 and `condition`. SDM 2A, "LOOP". */
static bool loop(struct cpu *cpu, const struct insn *insn, bool condition)
{
    const enum width width =
        insn->prefixes & INSN_ADDRESS16 ? WIDTH_16 : WIDTH_32;
    const uint32_t count = count_register(cpu, insn) - 1;

    if (condition && count)
        TRY(jump(cpu, relative_target(cpu, insn)));
    cpu_set_register(cpu, ECX, width, count);
    return true;
}

bool op_loop(struct cpu *cpu, const struct insn *insn)
{
    return loop(cpu, insn, true);
}

bool op_loope(struct cpu *cpu, const struct insn *insn)
{
    return loop(cpu, insn, cpu->status & STATUS_ZF);
}

bool op_loopne(struct cpu *cpu, const struct insn *insn)
{
    return loop(cpu, insn, !(cpu->status & STATUS_ZF));
}

/* JCXZ, JECXZ: jump if eCX is 0. SDM 2A, "Jcc". */
bool op_jcxz(struct cpu *cpu, const struct insn *insn)
{
    if (count_register(cpu, insn))
        return true;
    return jump(cpu, relative_target(cpu, insn));
}

/* The specialised handlers below run in flat 32-bit code: no limit to check,
 * and a target on the same page is linked. */

static const struct insn *jmp_fast(struct cpu *cpu, const struct insn *insn)
{
    return branch_take(cpu, insn);
}

const struct forms jmp_forms = {
    .handler = {[2] = {[KIND_NONE][KIND_IMMEDIATE] = jmp_fast}}};

/* Push the EIP behind `insn`; false: the full form must do it. */
static ALWAYS_INLINE bool push_return(struct cpu *cpu, const struct insn *insn,
                                      const struct form form)
{
    struct place top;

    if (UNLIKELY(!linear_open(cpu, insn, form, cpu->gpr[ESP] - 4, ACCESS_WRITE,
                              &top)))
        return false;
    place_write(cpu, form, &top, insn_next_eip(cpu, insn));
    cpu->gpr[ESP] -= 4;
    return true;
}

/* CALL and RET, on the fast path or the recorded one. */
#define NEAR_CALLS(suffix, path)                                               \
    static const struct insn *call_##suffix(struct cpu *cpu,                   \
                                            const struct insn *insn)           \
    {                                                                          \
        const struct form form =                                               \
            form_make(path, KIND_NONE, KIND_NONE, WIDTH_32);                   \
                                                                               \
        if (UNLIKELY(!push_return(cpu, insn, form)))                           \
            return insn_slow(cpu, insn);                                       \
        return branch_take(cpu, insn);                                         \
    }                                                                          \
    static const struct insn *ret_##suffix(struct cpu *cpu,                    \
                                           const struct insn *insn)            \
    {                                                                          \
        const struct form form =                                               \
            form_make(path, KIND_NONE, KIND_NONE, WIDTH_32);                   \
        struct place top;                                                      \
        uint32_t target;                                                       \
                                                                               \
        if (UNLIKELY(!linear_open(cpu, insn, form, cpu->gpr[ESP], ACCESS_READ, \
                                  &top)))                                      \
            return insn_slow(cpu, insn);                                       \
        target = place_read(cpu, form, &top);                                  \
        cpu->gpr[ESP] += 4 + insn->immediate;                                  \
        return branch_indirect(cpu, target);                                   \
    }

NEAR_CALLS(fast, PATH_FAST)
NEAR_CALLS(recorded, PATH_RECORDED)

const struct forms call_forms = {
    .handler = {[2] = {[KIND_NONE][KIND_IMMEDIATE] = call_fast}},
    .recorded = {[2] = {[KIND_NONE][KIND_IMMEDIATE] = call_recorded}}};

const struct forms ret_forms = {
    .handler = {[2] = {[KIND_NONE][KIND_NONE] = ret_fast,
                       [KIND_NONE][KIND_IMMEDIATE] = ret_fast}},
    .recorded = {[2] = {[KIND_NONE][KIND_NONE] = ret_recorded,
                        [KIND_NONE][KIND_IMMEDIATE] = ret_recorded}}};

/* JMP and CALL through a register or memory, by kind of source, on either
 * path. */
#define INDIRECT(kind, suffix, path)                                          \
    static const struct insn *jmp_##kind##_##suffix(struct cpu *cpu,          \
                                                    const struct insn *insn)  \
    {                                                                         \
        const struct form form =                                              \
            form_make(path, KIND_NONE, KIND_##kind, WIDTH_32);                \
        uint32_t target;                                                      \
                                                                              \
        if (UNLIKELY(!src_read(cpu, insn, form, &target)))                    \
            return insn_slow(cpu, insn);                                      \
        return branch_indirect(cpu, target);                                  \
    }                                                                         \
    static const struct insn *call_##kind##_##suffix(struct cpu *cpu,         \
                                                     const struct insn *insn) \
    {                                                                         \
        const struct form form =                                              \
            form_make(path, KIND_NONE, KIND_##kind, WIDTH_32);                \
        const struct recorded_mark mark = recorded_mark(cpu);                 \
        uint32_t target;                                                      \
                                                                              \
        if (LIKELY(src_read(cpu, insn, form, &target) &&                      \
                   push_return(cpu, insn, form)))                             \
            return branch_indirect(cpu, target);                              \
        if (path == PATH_RECORDED)                                            \
            recorded_rewind(cpu, mark);                                       \
        return insn_slow(cpu, insn);                                          \
    }

#define INDIRECT_ALL(suffix, path)   \
    INDIRECT(REGISTER, suffix, path) \
    INDIRECT(MEMORY, suffix, path)   \
    INDIRECT(INDEXED, suffix, path)

INDIRECT_ALL(fast, PATH_FAST)
INDIRECT_ALL(recorded, PATH_RECORDED)

#define INDIRECT_FORMS(name, suffix)                                   \
    {                                                                  \
        [2] = {                                                        \
            [KIND_NONE] = {[KIND_REGISTER] = name##_REGISTER_##suffix, \
                           [KIND_MEMORY] = name##_MEMORY_##suffix,     \
                           [KIND_INDEXED] = name##_INDEXED_##suffix}   \
        }                                                              \
    }

const struct forms jmp_indirect_forms = {.handler = INDIRECT_FORMS(jmp, fast),
                                         .recorded =
                                             INDIRECT_FORMS(jmp, recorded)};

const struct forms call_indirect_forms = {.handler = INDIRECT_FORMS(call, fast),
                                          .recorded =
                                              INDIRECT_FORMS(call, recorded)};

/* Jcc by condition: not taken, it is an instruction like any other. */
#define CONDITIONAL(code)                                         \
    static const struct insn *jcc_##code(struct cpu *cpu,         \
                                         const struct insn *insn) \
    {                                                             \
        if (condition_holds(cpu->status, CONDITION_##code))       \
            return branch_take(cpu, insn);                        \
        return insn_next(cpu, insn);                              \
    }

CONDITIONAL(O)
CONDITIONAL(NO)
CONDITIONAL(B)
CONDITIONAL(NB)
CONDITIONAL(Z)
CONDITIONAL(NZ)
CONDITIONAL(BE)
CONDITIONAL(NBE)
CONDITIONAL(S)
CONDITIONAL(NS)
CONDITIONAL(P)
CONDITIONAL(NP)
CONDITIONAL(L)
CONDITIONAL(NL)
CONDITIONAL(LE)
CONDITIONAL(NLE)

#define CONDITIONAL_FORMS(code) \
    [CONDITION_##code] = {      \
        .handler = {[2] = {[KIND_NONE][KIND_IMMEDIATE] = jcc_##code}}}

const struct forms jcc_forms[16] = {
    CONDITIONAL_FORMS(O),  CONDITIONAL_FORMS(NO),  CONDITIONAL_FORMS(B),
    CONDITIONAL_FORMS(NB), CONDITIONAL_FORMS(Z),   CONDITIONAL_FORMS(NZ),
    CONDITIONAL_FORMS(BE), CONDITIONAL_FORMS(NBE), CONDITIONAL_FORMS(S),
    CONDITIONAL_FORMS(NS), CONDITIONAL_FORMS(P),   CONDITIONAL_FORMS(NP),
    CONDITIONAL_FORMS(L),  CONDITIONAL_FORMS(NL),  CONDITIONAL_FORMS(LE),
    CONDITIONAL_FORMS(NLE)};

static const struct insn *loop_fast(struct cpu *cpu, const struct insn *insn)
{
    if (--cpu->gpr[ECX])
        return branch_take(cpu, insn);
    return insn_next(cpu, insn);
}

const struct forms loop_forms = {
    .handler = {[2] = {[KIND_NONE][KIND_IMMEDIATE] = loop_fast}}};
