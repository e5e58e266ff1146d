/* SPDX-License-Identifier: MIT */
/*
 * One real-mode test of the SingleStepTests set, from a line of JSON.
 *
 *   in    a line        out   the state before and after
 */
#ifndef TESTS_VECTORS_REAL286_H
#define TESTS_VECTORS_REAL286_H

#include "base/types.h"

/** Registers in the order in which names are looked up. */
enum real_register {
    REAL_AX,
    REAL_CX,
    REAL_DX,
    REAL_BX,
    REAL_SP,
    REAL_BP,
    REAL_SI,
    REAL_DI,
    REAL_ES,
    REAL_CS,
    REAL_SS,
    REAL_DS,
    REAL_IP,
    REAL_FLAGS,
    REAL_REGISTER_COUNT
};

extern const char *const real_register_name[REAL_REGISTER_COUNT];

enum { REAL_BYTES_MAX = 2048, REAL_CODE_MAX = 32, REAL_TEXT_MAX = 64 };

struct real_byte {
    linear_addr linear;
    uint8_t value;
};

struct real_state {
    uint32_t registers[REAL_REGISTER_COUNT];
    struct real_byte memory[REAL_BYTES_MAX];
    unsigned memory_count;
};

struct real_case {
    char name[REAL_TEXT_MAX];
    char file[REAL_TEXT_MAX];    /**< the opcode, as the set files it */
    uint8_t code[REAL_CODE_MAX]; /**< with the HLT behind it */
    unsigned code_size;
    struct real_state before;
    struct real_state after; /**< registers whole, memory that changed */
    bool has_exception;
    uint32_t exception;
};

/** Read a line. False if it is not as it should be. */
bool real286_parse(const char *line, struct real_case *test);

#endif
