/* SPDX-License-Identifier: MIT */
/*
 * EFLAGS. The six status flags are kept apart, in the layout in which the
 * host hands them out (LAHF in bits 15 to 8, SETO in bit 0), because every
 * arithmetic instruction writes them and few read them. This header is the
 * only place that knows the layout. SDM 1, "EFLAGS Register".
 */
#ifndef CPU_FLAGS_H
#define CPU_FLAGS_H

#include "base/types.h"

enum {
    FLAG_CF = 1 << 0,
    FLAG_1 = 1 << 1, /**< always set */
    FLAG_PF = 1 << 2,
    FLAG_AF = 1 << 4,
    FLAG_ZF = 1 << 6,
    FLAG_SF = 1 << 7,
    FLAG_TF = 1 << 8,
    FLAG_IF = 1 << 9,
    FLAG_DF = 1 << 10,
    FLAG_OF = 1 << 11,
    FLAG_IOPL_SHIFT = 12,
    FLAG_IOPL = 3 << FLAG_IOPL_SHIFT,
    FLAG_NT = 1 << 14,
    FLAG_RF = 1 << 16,
    FLAG_VM = 1 << 17,
    FLAG_AC = 1 << 18,
    FLAG_VIF = 1 << 19,
    FLAG_VIP = 1 << 20,
    FLAG_ID = 1 << 21,
    FLAGS_STATUS = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF
};

/** Bits of a status word. */
enum {
    STATUS_OF = 1 << 0,
    STATUS_CF = 1 << 8,
    STATUS_PF = 1 << 10,
    STATUS_AF = 1 << 12,
    STATUS_ZF = 1 << 14,
    STATUS_SF = 1 << 15
};

/** EFLAGS bits (FLAGS_STATUS only) of a status word. */
static ALWAYS_INLINE uint32_t flags_of_status(uint32_t status)
{
    const uint32_t low = FLAGS_STATUS & ~(uint32_t)FLAG_OF;

    return (status >> 8 & low) | (status & STATUS_OF) << 11;
}

/** Status word of EFLAGS; bits outside FLAGS_STATUS are ignored. */
static ALWAYS_INLINE uint32_t status_of_flags(uint32_t flags)
{
    const uint32_t low = FLAGS_STATUS & ~(uint32_t)FLAG_OF;

    return (flags & low) << 8 | (flags >> 11 & STATUS_OF);
}

/** Condition codes, as in the low four bits of Jcc, SETcc and CMOVcc. */
enum condition {
    CONDITION_O,
    CONDITION_NO,
    CONDITION_B,
    CONDITION_NB,
    CONDITION_Z,
    CONDITION_NZ,
    CONDITION_BE,
    CONDITION_NBE,
    CONDITION_S,
    CONDITION_NS,
    CONDITION_P,
    CONDITION_NP,
    CONDITION_L,
    CONDITION_NL,
    CONDITION_LE,
    CONDITION_NLE
};

/** True if `status` meets `condition`. SDM 1, "EFLAGS Condition Codes". */
static ALWAYS_INLINE bool condition_holds(uint32_t status,
                                          enum condition condition)
{
    bool holds = false;

    switch ((unsigned)condition >> 1) {
    case 0: holds = status & STATUS_OF; break;
    case 1: holds = status & STATUS_CF; break;
    case 2: holds = status & STATUS_ZF; break;
    case 3: holds = status & (STATUS_CF | STATUS_ZF); break;
    case 4: holds = status & STATUS_SF; break;
    case 5: holds = status & STATUS_PF; break;
    case 6: holds = (status >> 15 ^ status) & 1; break;
    case 7: holds = ((status >> 15 ^ status) & 1) | (status & STATUS_ZF); break;
    default: break;
    }
    return holds != (condition & 1);
}

#endif
