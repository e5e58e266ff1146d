/* SPDX-License-Identifier: MIT */
/*
 * Scan codes: what each key sends in set 2, and how the 8042 translates set 2
 * to set 1. "IBM Personal System/2 Hardware Interface Technical Reference",
 * "Keyboards (101- and 102-Key)", "Scan Code Tables" and "8042 Scan Code
 * Translation".
 */
#ifndef DEVICES_PS2_CODES_H
#define DEVICES_PS2_CODES_H

#include "base/types.h"

enum {
    PS2_PREFIX = 0xe0, /**< of the keys that the 83-key board lacked */
    PS2_PAUSE_PREFIX = 0xe1,
    PS2_BREAK_SET_2 = 0xf0, /**< before a code: the key goes up */
    PS2_BREAK_SET_1 = 0x80  /**< in a code: the key goes up */
};

/** A key's code in set 2, plus PS2_CODE_PREFIXED. 0: there is no such key. */
enum { PS2_CODE_PREFIXED = 0x100 };
extern const uint16_t ps2_code_of_usage[256];

/** Set 2 to set 1, code by code. */
extern const uint8_t ps2_code_translated[256];

#endif
