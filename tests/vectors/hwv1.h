/* SPDX-License-Identifier: MIT */
/*
 * One case in the format hwv1, from text. The format's description comes
 * with the recordings.
 *
 *   in    a line        out   the state before and what became of it
 */
#ifndef TESTS_VECTORS_HWV1_H
#define TESTS_VECTORS_HWV1_H

#include "cpu/insn.h"
#include "cpu/x87.h"

enum {
    HWV1_CODE_MAX = 24,
    HWV1_PATCHES_MAX = 8,
    HWV1_PATCH_BYTES = 32,
    HWV1_CHANGES_MAX = 64,
    HWV1_CHANGED_BYTES = 4096,
    HWV1_MASKS_MAX = 8
};

/** Bytes at a linear address. */
struct hwv1_patch {
    linear_addr linear;
    uint32_t size;
    uint8_t bytes[HWV1_PATCH_BYTES];
};

/** A run of changed bytes, in `changed` from `first` on. */
struct hwv1_change {
    linear_addr linear;
    uint32_t first;
    uint32_t size;
};

/** x87 state. */
struct hwv1_x87 {
    uint16_t control;
    uint16_t status;
    uint16_t tags;
    struct x87_register reg[X87_REGISTERS];
};

struct hwv1_case {
    uint8_t code[HWV1_CODE_MAX];
    uint32_t code_size;
    unsigned mode; /**< 0: one instruction, 1: up to the INT 3 behind */
    uint32_t eip;
    uint32_t gpr[GPR_COUNT];
    uint32_t eflags;
    uint16_t segment[SEGMENT_COUNT];
    bool has_x87;
    struct hwv1_x87 x87;       /**< before; registers in stack order */
    struct hwv1_x87 x87_after; /**< registers by physical number */
    uint16_t undefined_status; /**< bits of FSW not to compare */
    bool approximate;          /**< note "approx" */
    struct hwv1_patch patch[HWV1_PATCHES_MAX];
    unsigned patch_count;
    uint32_t undefined_flags;
    struct hwv1_change mask[HWV1_MASKS_MAX]; /**< memory not to compare */
    unsigned mask_count;
    bool undefined_result; /**< note "undefres" */
    bool undefined_in;     /**< note "undefflow" */
    bool faults;           /**< ended in `vector` */
    unsigned vector;
    bool has_error_code;
    uint32_t error_code;
    uint32_t cr2;
    uint32_t eip_after;
    uint32_t eflags_after;
    uint32_t gpr_after[GPR_COUNT];
    uint16_t segment_after[SEGMENT_COUNT];
    struct hwv1_change change[HWV1_CHANGES_MAX];
    unsigned change_count;
    uint8_t changed[HWV1_CHANGED_BYTES];
    uint32_t changed_size;
};

/** Read a line that begins with "T ". False if it is not as it should be. */
bool hwv1_parse(const char *line, struct hwv1_case *test);

struct replay;

/** Load the processor's x87 with a state. */
void hwv1_x87_load(struct x87 *x87, const struct hwv1_x87 *state);

/** Compare the processor's x87 with what it should be. */
void hwv1_x87_compare(struct replay *replay, const struct hwv1_case *test,
                      const struct x87 *x87);

#endif
