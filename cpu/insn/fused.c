/* SPDX-License-Identifier: MIT */
#include "cpu/insn/fused.h"

#include "cpu/insn/arith.h"
#include "cpu/insn/arith_body.h"
#include "cpu/insn/branch.h"

enum { CONDITIONS = 16 };

/* The body of the first, then the second as its own handler would. */
#define FUSED(name, shape, alu, bits, dst, source, code)                   \
    static const struct insn *name##_##code(struct cpu *cpu,               \
                                            const struct insn *insn)       \
    {                                                                      \
        const struct form form =                                           \
            form_make(PATH_FAST, KIND_##dst, KIND_##source, WIDTH_##bits); \
                                                                           \
        if (UNLIKELY(!shape(cpu, insn, form, alu)))                        \
            return insn_slow(cpu, insn);                                   \
        if (condition_holds(cpu->status, CONDITION_##code))                \
            return branch_take(cpu, insn + 1);                             \
        return insn_go(cpu, insn + 2);                                     \
    }

#define FUSED_ALL(...)      \
    FUSED(__VA_ARGS__, O)   \
    FUSED(__VA_ARGS__, NO)  \
    FUSED(__VA_ARGS__, B)   \
    FUSED(__VA_ARGS__, NB)  \
    FUSED(__VA_ARGS__, Z)   \
    FUSED(__VA_ARGS__, NZ)  \
    FUSED(__VA_ARGS__, BE)  \
    FUSED(__VA_ARGS__, NBE) \
    FUSED(__VA_ARGS__, S)   \
    FUSED(__VA_ARGS__, NS)  \
    FUSED(__VA_ARGS__, P)   \
    FUSED(__VA_ARGS__, NP)  \
    FUSED(__VA_ARGS__, L)   \
    FUSED(__VA_ARGS__, NL)  \
    FUSED(__VA_ARGS__, LE)  \
    FUSED(__VA_ARGS__, NLE)

FUSED_ALL(cmp_32_rr, arith_compare, alu_sub, 32, REGISTER, REGISTER)
FUSED_ALL(cmp_32_ri, arith_compare, alu_sub, 32, REGISTER, IMMEDIATE)
FUSED_ALL(cmp_32_rm, arith_compare, alu_sub, 32, REGISTER, MEMORY)
FUSED_ALL(cmp_32_mr, arith_compare, alu_sub, 32, MEMORY, REGISTER)
FUSED_ALL(cmp_32_mi, arith_compare, alu_sub, 32, MEMORY, IMMEDIATE)
FUSED_ALL(cmp_8_rr, arith_compare, alu_sub, 8, REGISTER, REGISTER)
FUSED_ALL(cmp_8_ri, arith_compare, alu_sub, 8, REGISTER, IMMEDIATE)
FUSED_ALL(cmp_8_mi, arith_compare, alu_sub, 8, MEMORY, IMMEDIATE)
FUSED_ALL(test_32_rr, arith_compare, alu_and, 32, REGISTER, REGISTER)
FUSED_ALL(test_8_rr, arith_compare, alu_and, 8, REGISTER, REGISTER)
FUSED_ALL(test_8_ri, arith_compare, alu_and, 8, REGISTER, IMMEDIATE)
FUSED_ALL(dec_32_r, arith_unary, alu_dec, 32, REGISTER, NONE)

/* In the order of the condition codes. */
#define HANDLERS(name)                                                       \
    {                                                                        \
        name##_O, name##_NO, name##_B, name##_NB, name##_Z, name##_NZ,       \
            name##_BE, name##_NBE, name##_S, name##_NS, name##_P, name##_NP, \
            name##_L, name##_NL, name##_LE, name##_NLE                       \
    }

/* What can come first: its specialised forms, and which of them. */
static const struct {
    const struct forms *forms;
    uint8_t width;
    uint8_t dest;
    uint8_t src;
    insn_handler *handler[CONDITIONS];
} pairs[] = {
    {&cmp_forms, 32, KIND_REGISTER, KIND_REGISTER, HANDLERS(cmp_32_rr)},
    {&cmp_forms, 32, KIND_REGISTER, KIND_IMMEDIATE, HANDLERS(cmp_32_ri)},
    {&cmp_forms, 32, KIND_REGISTER, KIND_MEMORY, HANDLERS(cmp_32_rm)},
    {&cmp_forms, 32, KIND_MEMORY, KIND_REGISTER, HANDLERS(cmp_32_mr)},
    {&cmp_forms, 32, KIND_MEMORY, KIND_IMMEDIATE, HANDLERS(cmp_32_mi)},
    {&cmp_forms, 8, KIND_REGISTER, KIND_REGISTER, HANDLERS(cmp_8_rr)},
    {&cmp_forms, 8, KIND_REGISTER, KIND_IMMEDIATE, HANDLERS(cmp_8_ri)},
    {&cmp_forms, 8, KIND_MEMORY, KIND_IMMEDIATE, HANDLERS(cmp_8_mi)},
    {&test_forms, 32, KIND_REGISTER, KIND_REGISTER, HANDLERS(test_32_rr)},
    {&test_forms, 8, KIND_REGISTER, KIND_REGISTER, HANDLERS(test_8_rr)},
    {&test_forms, 8, KIND_REGISTER, KIND_IMMEDIATE, HANDLERS(test_8_ri)},
    {&dec_forms, 32, KIND_REGISTER, KIND_NONE, HANDLERS(dec_32_r)},
};

insn_handler *const *fused_handlers(const struct forms *forms,
                                    const struct insn *first)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (forms == pairs[i].forms && first->width == pairs[i].width &&
            insn_dest_kind(first) == pairs[i].dest &&
            insn_src_kind(first) == pairs[i].src)
            return pairs[i].handler;
    }
    return NULL;
}

bool fused_can_follow(const struct forms *forms)
{
    return forms >= &jcc_forms[0] && forms <= &jcc_forms[CONDITIONS - 1];
}
