/* SPDX-License-Identifier: MIT */
/*
 * Specialised handlers: the body of an instruction, written once over a
 * `struct form`, compiled for each kind of operands that is worth it. A list
 * of forms here makes the functions and the table that finds them.
 *
 * A body that returns false on the fast path has changed nothing; the full
 * form of the same body then runs.
 */
#ifndef CPU_SPECIALISE_H
#define CPU_SPECIALISE_H

#include "cpu/exec.h"
#include "cpu/operand.h"

/** What handlers that touch no memory do with the status flags. */
enum forms_status {
    FORMS_READ_STATUS,    /**< may act upon some of them */
    FORMS_KEEP_STATUS,    /**< keep all or some, and act upon none */
    FORMS_REPLACE_STATUS, /**< the same, and keep none */
};

/** Handlers by width, kind of destination and kind of source. */
struct forms {
    insn_handler *handler[3][KIND_COUNT][KIND_COUNT];
    /** Those that record their accesses, where they make some. */
    insn_handler *recorded[3][KIND_COUNT][KIND_COUNT];
    /** Of 32 bits, by forms_registers(): instead of one in `handler`. */
    insn_handler *const *fixed[KIND_COUNT][KIND_COUNT];
    /** Instead of all these, by ModR/M.rm: of x87 instructions. */
    insn_handler *numbered[8];
    /** Full forms of the same, for a record that meets devices; or NULL. */
    const struct forms *device;
    /** The same without status flags, where nobody reads them; or NULL. */
    const struct forms *quiet;
    enum forms_status status;
};

/** 0, 1, 2 for WIDTH_8, WIDTH_16, WIDTH_32. */
static inline unsigned width_index(enum width width)
{
    return (unsigned)width >> 4;
}

/** The handlers for the record's kinds by its registers, or NULL. */
static inline insn_handler *const *forms_find_fixed(const struct forms *forms,
                                                    const struct insn *insn)
{
    if (insn->width != WIDTH_32)
        return NULL;
    return forms->fixed[insn_dest_kind(insn)][insn_src_kind(insn)];
}

/** Which of them is the record's. There is one of dest and src where the other
 * is in memory, and no src where it is an immediate. */
static ALWAYS_INLINE unsigned forms_registers(const struct insn *insn)
{
    const unsigned second = insn_has_memory(insn) ? insn->base : insn->src;
    const unsigned first =
        insn_has_memory(insn) ? insn->dest | insn->src : insn->dest;

    return first / 4 + second * 2;
}

/** The handler for the record's form, or NULL. */
static inline insn_handler *forms_find(const struct forms *forms,
                                       const struct insn *insn)
{
    insn_handler *const *fixed = forms_find_fixed(forms, insn);

    if (fixed)
        return fixed[forms_registers(insn)];
    if (forms->numbered[0])
        return forms->numbered[insn->immediate & 7];
    return forms->handler[width_index((enum width)insn->width)]
                         [insn_dest_kind(insn)][insn_src_kind(insn)];
}

/** The handler for the record's form that records its accesses, or NULL. */
static inline insn_handler *forms_find_recorded(const struct forms *forms,
                                                const struct insn *insn)
{
    return forms->recorded[width_index((enum width)insn->width)]
                          [insn_dest_kind(insn)][insn_src_kind(insn)];
}

/** The handler for the record's form that expects a device, or NULL. */
static inline insn_handler *forms_find_device(const struct forms *forms,
                                              const struct insn *insn)
{
    return forms->device ? forms_find(forms->device, insn) : NULL;
}

/** The handlers for the record's kinds that leave the flags alone, by its
 * registers, or NULL. */
static inline insn_handler *const *forms_find_quiet(const struct forms *forms,
                                                    const struct insn *insn)
{
    return forms->quiet ? forms_find_fixed(forms->quiet, insn) : NULL;
}

/** Define the handler of `body` for one form. */
#define FORM_FUNCTION(name, body, bits, dst, source)                       \
    static const struct insn *name##_##bits##_##dst##_##source(            \
        struct cpu *cpu, const struct insn *insn)                          \
    {                                                                      \
        const struct form form =                                           \
            form_make(PATH_FAST, KIND_##dst, KIND_##source, WIDTH_##bits); \
                                                                           \
        if (LIKELY(body(cpu, insn, form)))                                 \
            return insn_next(cpu, insn);                                   \
        return insn_slow(cpu, insn);                                       \
    }

/** The same, recording its accesses. The body asks for no memory once it has
 * read some, so where it gives up nothing is in the trace. */
#define RECORDED_FUNCTION(name, body, bits, dst, source)                       \
    static const struct insn *name##_##bits##_##dst##_##source##_recorded(     \
        struct cpu *cpu, const struct insn *insn)                              \
    {                                                                          \
        const struct form form =                                               \
            form_make(PATH_RECORDED, KIND_##dst, KIND_##source, WIDTH_##bits); \
                                                                               \
        if (LIKELY(body(cpu, insn, form)))                                     \
            return insn_next(cpu, insn);                                       \
        return insn_slow(cpu, insn);                                           \
    }

/** The same of any body: what it has appended is taken back. */
#define REWINDING_FUNCTION(name, body, bits, dst, source)                      \
    static const struct insn *name##_##bits##_##dst##_##source##_recorded(     \
        struct cpu *cpu, const struct insn *insn)                              \
    {                                                                          \
        const struct form form =                                               \
            form_make(PATH_RECORDED, KIND_##dst, KIND_##source, WIDTH_##bits); \
        const struct recorded_mark mark = recorded_mark(cpu);                  \
                                                                               \
        if (LIKELY(body(cpu, insn, form)))                                     \
            return insn_next(cpu, insn);                                       \
        recorded_rewind(cpu, mark);                                            \
        return insn_slow(cpu, insn);                                           \
    }

/** One that expects a device: the full form, of constant kinds. */
#define DEVICE_FUNCTION(name, body, bits, dst, source)                     \
    static bool name##_##bits##_##dst##_##source##_full(                   \
        struct cpu *cpu, const struct insn *insn)                          \
    {                                                                      \
        const struct form form =                                           \
            form_make(PATH_FULL, KIND_##dst, KIND_##source, WIDTH_##bits); \
                                                                           \
        return body(cpu, insn, form);                                      \
    }                                                                      \
    static const struct insn *name##_##bits##_##dst##_##source##_device(   \
        struct cpu *cpu, const struct insn *insn)                          \
    {                                                                      \
        return insn_run_device(cpu, insn,                                  \
                               name##_##bits##_##dst##_##source##_full);   \
    }

/** Its place in the table. */
#define FORM_ENTRY(name, body, bits, dst, source) \
    [bits >> 4][KIND_##dst][KIND_##source] = name##_##bits##_##dst##_##source,

#define RECORDED_ENTRY(name, body, bits, dst, source) \
    [bits >> 4][KIND_##dst][KIND_##source] =          \
        name##_##bits##_##dst##_##source##_recorded,

#define DEVICE_ENTRY(name, body, bits, dst, source) \
    [bits >> 4][KIND_##dst][KIND_##source] =        \
        name##_##bits##_##dst##_##source##_device,

/* Lists of forms: X is FORM_FUNCTION or FORM_ENTRY. */
#define FORMS_TO_REGISTER(X, name, body, bits) \
    X(name, body, bits, REGISTER, REGISTER)    \
    X(name, body, bits, REGISTER, MEMORY)      \
    X(name, body, bits, REGISTER, INDEXED)
#define FORMS_BUT_IMMEDIATE(X, name, body, bits) \
    FORMS_TO_REGISTER(X, name, body, bits)       \
    X(name, body, bits, MEMORY, REGISTER)        \
    X(name, body, bits, MEMORY, IMMEDIATE)       \
    X(name, body, bits, INDEXED, REGISTER)       \
    X(name, body, bits, INDEXED, IMMEDIATE)
#define FORMS_BINARY(X, name, body, bits)    \
    FORMS_BUT_IMMEDIATE(X, name, body, bits) \
    X(name, body, bits, REGISTER, IMMEDIATE)
#define FORMS_NONE(X, name, body, bits) X(name, body, bits, NONE, NONE)
#define FORMS_IN_MEMORY(X, name, body, bits) \
    X(name, body, bits, MEMORY, NONE)        \
    X(name, body, bits, INDEXED, NONE)
#define FORMS_UNARY(X, name, body, bits) \
    X(name, body, bits, REGISTER, NONE)  \
    FORMS_IN_MEMORY(X, name, body, bits)

/** Handlers and table `name_forms` of a body, for all widths of a list; and
 * whatever else is to stand in the table. Fast ones of 32 bits are `wide`. The
 * body is one that RECORDED_FUNCTION() can take. */
#define SPECIALISE_WIDE(name, body, list, wide, ...)                          \
    list(FORM_FUNCTION, name, body, 8) list(FORM_FUNCTION, name, body, 16)    \
        wide(FORM_FUNCTION, name, body, 32) list(RECORDED_FUNCTION, name,     \
                                                 body, 8)                     \
            list(RECORDED_FUNCTION, name, body, 16) list(RECORDED_FUNCTION,   \
                                                         name, body, 32)      \
                const struct forms name##_forms = {                           \
                    .handler = {list(FORM_ENTRY, name, body, 8)               \
                                    list(FORM_ENTRY, name, body, 16)          \
                                        wide(FORM_ENTRY, name, body, 32)},    \
                    .recorded = {list(RECORDED_ENTRY, name, body,             \
                                      8) list(RECORDED_ENTRY, name, body, 16) \
                                     list(RECORDED_ENTRY, name, body, 32)},   \
                    __VA_ARGS__};
#define SPECIALISE_AND(name, body, list, ...) \
    SPECIALISE_WIDE(name, body, list, list, __VA_ARGS__)
#define SPECIALISE(name, body, list) SPECIALISE_AND(name, body, list, )

/** The same where only operands of one width are worth it; `recorded_` is
 * RECORDED_FUNCTION, or REWINDING_FUNCTION for any body. */
#define SPECIALISE_WIDTH_AND(name, body, bits, list, recorded_, ...)        \
    list(FORM_FUNCTION, name, body, bits) list(recorded_, name, body, bits) \
        const struct forms name##_forms = {                                 \
            .handler = {list(FORM_ENTRY, name, body, bits)},                \
            .recorded = {list(RECORDED_ENTRY, name, body, bits)},           \
            __VA_ARGS__};
#define SPECIALISE_16(name, body, list) \
    SPECIALISE_WIDTH_AND(name, body, 16, list, REWINDING_FUNCTION, )
#define SPECIALISE_32_AND(name, body, list, ...) \
    SPECIALISE_WIDTH_AND(name, body, 32, list, RECORDED_FUNCTION, __VA_ARGS__)
#define SPECIALISE_32(name, body, list) \
    SPECIALISE_WIDTH_AND(name, body, 32, list, REWINDING_FUNCTION, )

/** Those of a list that expect devices: table `name_device_forms`. */
#define SPECIALISE_DEVICE(name, body, list)                                    \
    list(DEVICE_FUNCTION, name, body, 8) list(DEVICE_FUNCTION, name, body, 16) \
        list(DEVICE_FUNCTION, name, body,                                      \
             32) static const struct forms name##_device_forms = {             \
            .handler = {list(DEVICE_ENTRY, name, body, 8)                      \
                            list(DEVICE_ENTRY, name, body, 16)                 \
                                list(DEVICE_ENTRY, name, body, 32)}};

/*
 * Handlers of 32 bits by register: `a` of the register operand, or of dest
 * where both are; `b` of the other, or the base of what is in memory. A form
 * without it does not ask for `b`.
 */
#define FIXED_FUNCTION(name, body, dst, source, a, b)                      \
    static const struct insn *name##_##dst##_##source##_##a##_##b(         \
        struct cpu *cpu, const struct insn *insn)                          \
    {                                                                      \
        const struct form form = {                                         \
            .path = PATH_FAST,                                             \
            .dest = KIND_##dst,                                            \
            .src = KIND_##source,                                          \
            .width = WIDTH_32,                                             \
            .dest_at = FORM_AT(a),                                         \
            .src_at = KIND_##dst == KIND_MEMORY ? FORM_AT(a) : FORM_AT(b), \
            .base_at = FORM_AT(b)};                                        \
                                                                           \
        if (LIKELY(body(cpu, insn, form)))                                 \
            return insn_next(cpu, insn);                                   \
        return insn_slow(cpu, insn);                                       \
    }
#define FIXED_NAME(name, body, dst, source, a, b) \
    name##_##dst##_##source##_##a##_##b,

/* In the order of forms_registers(). */
#define EACH_REGISTER(X, name, body, dst, source, b) \
    X(name, body, dst, source, EAX, b)               \
    X(name, body, dst, source, ECX, b)               \
    X(name, body, dst, source, EDX, b)               \
    X(name, body, dst, source, EBX, b)               \
    X(name, body, dst, source, ESP, b)               \
    X(name, body, dst, source, EBP, b)               \
    X(name, body, dst, source, ESI, b)               \
    X(name, body, dst, source, EDI, b)
#define EACH_NONE(X, name, body, dst, source) \
    EACH_REGISTER(X, name, body, dst, source, GPR_COUNT)
#define EACH_PAIR(X, name, body, dst, source)      \
    EACH_REGISTER(X, name, body, dst, source, EAX) \
    EACH_REGISTER(X, name, body, dst, source, ECX) \
    EACH_REGISTER(X, name, body, dst, source, EDX) \
    EACH_REGISTER(X, name, body, dst, source, EBX) \
    EACH_REGISTER(X, name, body, dst, source, ESP) \
    EACH_REGISTER(X, name, body, dst, source, EBP) \
    EACH_REGISTER(X, name, body, dst, source, ESI) \
    EACH_REGISTER(X, name, body, dst, source, EDI)
#define EACH_BASE(X, name, body, dst, source) \
    EACH_PAIR(X, name, body, dst, source)     \
    EACH_NONE(X, name, body, dst, source)

/** Handlers for kinds of operands; `each` names the registers that they take:
 * EACH_NONE, one; EACH_PAIR, two; EACH_BASE, one and perhaps a base. */
#define SPECIALISE_FIXED(name, body, each, dst, source)               \
    each(FIXED_FUNCTION, name, body, dst, source) static insn_handler \
        *const name##_##dst##_##source##_fixed[] = {                  \
            each(FIXED_NAME, name, body, dst, source)};

/** Their place in the table of forms. */
#define FIXED_ENTRY(name, dst, source) \
    [KIND_##dst][KIND_##source] = name##_##dst##_##source##_fixed,

/** Those that leave the flags alone: table `name_quiet_forms`. A list of what
 * X(name, body, each, dst, source) makes of each kinds. */
#define SPECIALISE_QUIET(name, body, list)                      \
    list(SPECIALISE_FIXED, name##_quiet,                        \
         body) static const struct forms name##_quiet_forms = { \
        .fixed = {list(FIXED_QUIET, name##_quiet, body)}};
#define FIXED_QUIET(name, body, each, dst, source) \
    FIXED_ENTRY(name, dst, source)
#define QUIET_BY_OTHER(X, name, body)            \
    X(name, body, EACH_PAIR, REGISTER, REGISTER) \
    X(name, body, EACH_NONE, REGISTER, IMMEDIATE)
#define QUIET_BY_IMMEDIATE(X, name, body) \
    X(name, body, EACH_NONE, REGISTER, IMMEDIATE)
#define QUIET_ALONE(X, name, body) X(name, body, EACH_NONE, REGISTER, NONE)

/** One handler for all widths of an operation that touches no memory. */
#define SPECIALISE_SIMPLE(name, dst)                                 \
    static const struct insn *name##_simple(struct cpu *cpu,         \
                                            const struct insn *insn) \
    {                                                                \
        if (LIKELY(op_##name(cpu, insn)))                            \
            return insn_next(cpu, insn);                             \
        return insn_slow(cpu, insn);                                 \
    }                                                                \
    const struct forms name##_forms = {                              \
        .handler = {[0] = {[KIND_##dst][KIND_NONE] = name##_simple}, \
                    [1] = {[KIND_##dst][KIND_NONE] = name##_simple}, \
                    [2] = {[KIND_##dst][KIND_NONE] = name##_simple}}};

#endif
