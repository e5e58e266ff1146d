/* SPDX-License-Identifier: MIT */
/*
 * Random cases for rows of the opcode tables that a program at CPL 3 may run:
 * the bytes, and registers and memory with which its operands lie where both
 * processors have memory.
 */
#ifndef TESTS_HOST_INTEGER_CASE_H
#define TESTS_HOST_INTEGER_CASE_H

#include "cpu/opcodes.h"
#include "tests/host/host32.h"
#include "tests/unit/random.h"

/* The bytes that an instruction may touch begin here. */
enum {
    CASE_WINDOW = 0x400,
    CASE_DATA = HOST32_DATA - CASE_WINDOW / 2,
    CASE_STACK = HOST32_STACK - CASE_WINDOW / 2,
    CASE_ROWS_MAX = 1024,
    CASE_CODE_MAX = 32
};

struct case_row {
    const struct opcode *row;
    uint8_t byte;
    uint8_t slot;
    bool two_byte;
    bool grouped; /**< `slot` is in ModR/M */
};

struct case_maker {
    struct random random;
    const struct row_forms *forms;
    struct case_row row[CASE_ROWS_MAX];
    unsigned rows;
};

struct integer_case {
    const struct opcode *row;
    uint8_t code[CASE_CODE_MAX];
    unsigned length;
    uint32_t gpr[GPR_COUNT];
    uint32_t eflags;
    uint32_t undefined_flags;
    uint8_t data[CASE_WINDOW];
    uint8_t stack[CASE_WINDOW];
};

/** List the rows; `forms` are those of the processor that will run them. */
void case_maker_init(struct case_maker *maker, uint64_t seed,
                     const struct row_forms *forms);

void case_make(struct case_maker *maker, struct integer_case *one);

#endif
