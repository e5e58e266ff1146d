/* SPDX-License-Identifier: MIT */
#include "cpu/insn/fused.h"

#include "cpu/insn/arith.h"
#include "cpu/insn/arith_body.h"
#include "cpu/insn/branch.h"

enum { CONDITIONS = 16 };

/* What the first instructions do. */
#define BODY(name, shape, alu)                                            \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return shape(cpu, insn, form, alu);                               \
    }

BODY(cmp, arith_compare, alu_sub)
BODY(test, arith_compare, alu_and)
BODY(dec, arith_unary, alu_dec)

/* That of the first, then the second as its own handler would. */
#define FUSED_FORM(name, body, code, ...)                            \
    static const struct insn *name##_##code(struct cpu *cpu,         \
                                            const struct insn *insn) \
    {                                                                \
        const struct form form = {.path = PATH_FAST, __VA_ARGS__};   \
                                                                     \
        if (UNLIKELY(!body(cpu, insn, form)))                        \
            return insn_slow(cpu, insn);                             \
        if (condition_holds(cpu->status, CONDITION_##code))          \
            return branch_take(cpu, insn + 1);                       \
        return insn_go(cpu, insn + 2);                               \
    }

#define FUSED(name, body, bits, dst, source, code)                         \
    FUSED_FORM(name, body, code, .dest = KIND_##dst, .src = KIND_##source, \
               .width = WIDTH_##bits)

/* The same of 32 bits by register: as FIXED_FUNCTION() has them. */
#define FUSED_FIXED(name, body, dst, source, a, b, code)                       \
    FUSED_FORM(name##_##a##_##b, body, code, .dest = KIND_##dst,               \
               .src = KIND_##source, .width = WIDTH_32, .dest_at = FORM_AT(a), \
               .src_at = FORM_AT(b))

/* In the order of the condition codes. */
#define EACH_CONDITION(X, ...) \
    X(__VA_ARGS__, O)          \
    X(__VA_ARGS__, NO)         \
    X(__VA_ARGS__, B)          \
    X(__VA_ARGS__, NB)         \
    X(__VA_ARGS__, Z)          \
    X(__VA_ARGS__, NZ)         \
    X(__VA_ARGS__, BE)         \
    X(__VA_ARGS__, NBE)        \
    X(__VA_ARGS__, S)          \
    X(__VA_ARGS__, NS)         \
    X(__VA_ARGS__, P)          \
    X(__VA_ARGS__, NP)         \
    X(__VA_ARGS__, L)          \
    X(__VA_ARGS__, NL)         \
    X(__VA_ARGS__, LE)         \
    X(__VA_ARGS__, NLE)
#define FUSED_NAME(name, code) name##_##code,

/* Functions for all conditions, and the table of them. */
#define FUSED_ALL(name, ...)                        \
    EACH_CONDITION(FUSED, name, __VA_ARGS__)        \
    static insn_handler *const name[CONDITIONS] = { \
        EACH_CONDITION(FUSED_NAME, name)};
#define FIXED_ALL(name, body, dst, source, a, b)                \
    EACH_CONDITION(FUSED_FIXED, name, body, dst, source, a, b)  \
    static insn_handler *const name##_##a##_##b[CONDITIONS] = { \
        EACH_CONDITION(FUSED_NAME, name##_##a##_##b)};
#define FIXED_ROW(name, body, dst, source, a, b) name##_##a##_##b,

FUSED_ALL(cmp_32_rm, cmp_body, 32, REGISTER, MEMORY)
FUSED_ALL(cmp_32_mr, cmp_body, 32, MEMORY, REGISTER)
FUSED_ALL(cmp_32_mi, cmp_body, 32, MEMORY, IMMEDIATE)
FUSED_ALL(cmp_8_rr, cmp_body, 8, REGISTER, REGISTER)
FUSED_ALL(cmp_8_ri, cmp_body, 8, REGISTER, IMMEDIATE)
FUSED_ALL(cmp_8_mi, cmp_body, 8, MEMORY, IMMEDIATE)
FUSED_ALL(test_32_rr, test_body, 32, REGISTER, REGISTER)
FUSED_ALL(test_8_rr, test_body, 8, REGISTER, REGISTER)
FUSED_ALL(test_8_ri, test_body, 8, REGISTER, IMMEDIATE)

/* By forms_registers(). TEST is there of a register with itself. */
#define FIXED_PAIRS(name, each, body, dst, source)                    \
    each(FIXED_ALL, name, body, dst,                                  \
         source) static insn_handler *const *const name##_fixed[] = { \
        each(FIXED_ROW, name, body, dst, source)};
#define EACH_SAME(X, ...)    \
    X(__VA_ARGS__, EAX, EAX) \
    X(__VA_ARGS__, ECX, ECX) \
    X(__VA_ARGS__, EDX, EDX) \
    X(__VA_ARGS__, EBX, EBX) \
    X(__VA_ARGS__, ESP, ESP) \
    X(__VA_ARGS__, EBP, EBP) \
    X(__VA_ARGS__, ESI, ESI) \
    X(__VA_ARGS__, EDI, EDI)
#define SAME_ROW(name, body, dst, source, a, b) \
    [(a) + (b)*8] = name##_##a##_##b,

FIXED_PAIRS(cmp_rr, EACH_PAIR, cmp_body, REGISTER, REGISTER)
FIXED_PAIRS(cmp_ri, EACH_NONE, cmp_body, REGISTER, IMMEDIATE)
FIXED_PAIRS(dec_r, EACH_NONE, dec_body, REGISTER, NONE)
EACH_SAME(FIXED_ALL, test_rr, test_body, REGISTER, REGISTER)
static insn_handler *const *const test_rr_fixed[GPR_COUNT * GPR_COUNT] = {
    EACH_SAME(SAME_ROW, test_rr, test_body, REGISTER, REGISTER)};

/* What can come first: its specialised forms, and which of them. */
struct fused {
    const struct forms *forms;
    uint8_t width;
    uint8_t dest;
    uint8_t src;
    insn_handler *const *handler;
    insn_handler *const *const *fixed; /* instead, where it has one */
};

static const struct fused firsts[] = {
    {&cmp_forms, 32, KIND_REGISTER, KIND_REGISTER, NULL, cmp_rr_fixed},
    {&cmp_forms, 32, KIND_REGISTER, KIND_IMMEDIATE, NULL, cmp_ri_fixed},
    {&cmp_forms, 32, KIND_REGISTER, KIND_MEMORY, cmp_32_rm, NULL},
    {&cmp_forms, 32, KIND_MEMORY, KIND_REGISTER, cmp_32_mr, NULL},
    {&cmp_forms, 32, KIND_MEMORY, KIND_IMMEDIATE, cmp_32_mi, NULL},
    {&cmp_forms, 8, KIND_REGISTER, KIND_REGISTER, cmp_8_rr, NULL},
    {&cmp_forms, 8, KIND_REGISTER, KIND_IMMEDIATE, cmp_8_ri, NULL},
    {&cmp_forms, 8, KIND_MEMORY, KIND_IMMEDIATE, cmp_8_mi, NULL},
    {&test_forms, 32, KIND_REGISTER, KIND_REGISTER, test_32_rr, test_rr_fixed},
    {&test_forms, 8, KIND_REGISTER, KIND_REGISTER, test_8_rr, NULL},
    {&test_forms, 8, KIND_REGISTER, KIND_IMMEDIATE, test_8_ri, NULL},
    {&dec_forms, 32, KIND_REGISTER, KIND_NONE, NULL, dec_r_fixed},
};

const struct fused *fused_find(const struct forms *forms,
                               const struct insn *first)
{
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        if (forms == firsts[i].forms && first->width == firsts[i].width &&
            insn_dest_kind(first) == firsts[i].dest &&
            insn_src_kind(first) == firsts[i].src)
            return &firsts[i];
    }
    return NULL;
}

insn_handler *fused_handler(const struct fused *fused, const struct insn *first,
                            unsigned condition)
{
    insn_handler *const *fixed =
        fused->fixed ? fused->fixed[forms_registers(first)] : NULL;

    return fixed ? fixed[condition] : fused->handler[condition];
}

bool fused_can_follow(const struct forms *forms)
{
    return forms >= &jcc_forms[0] && forms <= &jcc_forms[CONDITIONS - 1];
}
