/* SPDX-License-Identifier: MIT */
/*
 * A guest exception on its way, as a value. The rooms below the processor
 * make it, the processor delivers it. SDM 3A, "Interrupt and Exception
 * Handling".
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/types.h"

/** Exception vectors. SDM 3A, table "Protected-Mode Exceptions". */
enum vector {
    VECTOR_DE = 0,  /**< divide error */
    VECTOR_DB = 1,  /**< debug */
    VECTOR_NMI = 2, /**< non-maskable interrupt */
    VECTOR_BP = 3,  /**< breakpoint */
    VECTOR_OF = 4,  /**< overflow */
    VECTOR_BR = 5,  /**< BOUND range exceeded */
    VECTOR_UD = 6,  /**< invalid opcode */
    VECTOR_NM = 7,  /**< no math coprocessor */
    VECTOR_DF = 8,  /**< double fault */
    VECTOR_TS = 10, /**< invalid TSS */
    VECTOR_NP = 11, /**< segment not present */
    VECTOR_SS = 12, /**< stack-segment fault */
    VECTOR_GP = 13, /**< general protection */
    VECTOR_PF = 14, /**< page fault */
    VECTOR_MF = 16, /**< x87 floating-point error */
    VECTOR_AC = 17, /**< alignment check */
    VECTOR_MC = 18  /**< machine check */
};

struct fault {
    uint8_t vector; /**< enum vector */
    bool has_error_code;
    uint32_t error_code; /**< valid if `has_error_code` */
    linear_addr linear;  /**< what CR2 will show; valid for VECTOR_PF */
};

#endif
