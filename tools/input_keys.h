/* SPDX-License-Identifier: MIT */
/*
 * Keys by name and by the character that they type on a US keyboard, as the
 * usage numbers of "Universal Serial Bus HID Usage Tables", 1.12, page 7.
 */
#ifndef TOOLS_INPUT_KEYS_H
#define TOOLS_INPUT_KEYS_H

#include "base/types.h"

enum { KEY_LEFT_SHIFT = 0xe1 };

/** The key called `name`; a single character names its key too. 0: none. */
uint8_t input_key_named(const char *name, size_t length);

/** The key that types `character`, and whether with Shift. 0: none does. */
uint8_t input_key_typing(char character, bool *shift);

#endif
