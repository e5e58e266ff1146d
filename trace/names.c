/* SPDX-License-Identifier: MIT */
#include "trace/names.h"

struct vector_row {
    const char *name;
    const char *words;
};

/** SDM 3A, table "Protected-Mode Exceptions and Interrupts". */
static const struct vector_row vectors[] = {
    [VECTOR_DE] = {"#DE", "divide error"},
    [VECTOR_DB] = {"#DB", "debug exception"},
    [VECTOR_NMI] = {"NMI", "non-maskable interrupt"},
    [VECTOR_BP] = {"#BP", "breakpoint"},
    [VECTOR_OF] = {"#OF", "overflow"},
    [VECTOR_BR] = {"#BR", "BOUND range exceeded"},
    [VECTOR_UD] = {"#UD", "invalid opcode"},
    [VECTOR_NM] = {"#NM", "device not available"},
    [VECTOR_DF] = {"#DF", "double fault"},
    [VECTOR_TS] = {"#TS", "invalid TSS"},
    [VECTOR_NP] = {"#NP", "segment not present"},
    [VECTOR_SS] = {"#SS", "stack-segment fault"},
    [VECTOR_GP] = {"#GP", "general protection"},
    [VECTOR_PF] = {"#PF", "page fault"},
    [VECTOR_MF] = {"#MF", "x87 floating-point error"},
    [VECTOR_AC] = {"#AC", "alignment check"},
    [VECTOR_MC] = {"#MC", "machine check"},
};

static const char *const causes[] = {
    [TLB_CAUSE_NONE] = "none",     [TLB_CAUSE_CR3] = "cr3",
    [TLB_CAUSE_CR0] = "cr0",       [TLB_CAUSE_CR4] = "cr4",
    [TLB_CAUSE_INVLPG] = "invlpg", [TLB_CAUSE_PAGE_FAULT] = "fault",
    [TLB_CAUSE_RESET] = "reset",
};

static const char *const modes[] = {
    [PROCESSOR_REAL] = "real",
    [PROCESSOR_PROTECTED] = "protected",
    [PROCESSOR_PROTECTED_PAGING] = "protected+paging",
    [PROCESSOR_PROTECTED_PAE] = "protected+pae",
    [PROCESSOR_V86] = "v86",
    [PROCESSOR_V86_PAGING] = "v86+paging",
    [PROCESSOR_V86_PAE] = "v86+pae",
};

static const struct vector_row *row_of(uint8_t vector)
{
    static const struct vector_row nameless = {NULL, "exception"};

    if (vector < sizeof vectors / sizeof vectors[0] && vectors[vector].name)
        return &vectors[vector];
    return &nameless;
}

const char *vector_name(uint8_t vector)
{
    return row_of(vector)->name;
}

const char *vector_words(uint8_t vector)
{
    return row_of(vector)->words;
}

const char *tlb_cause_name(enum tlb_cause cause)
{
    return causes[cause];
}

const char *processor_mode_name(enum processor_mode mode)
{
    return modes[mode];
}
