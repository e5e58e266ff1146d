/* SPDX-License-Identifier: MIT */
/*
 * The characters on the guest's text screen, for those who wait for a text
 * there. The guest notices nothing of it.
 */
#ifndef MACHINE_SCREEN_TEXT_H
#define MACHINE_SCREEN_TEXT_H

#include "machine/wiring.h"

enum { SCREEN_COLUMNS_MAX = 160, SCREEN_ROWS_MAX = 100 };

struct screen_text {
    unsigned columns;
    unsigned rows;
    unsigned cursor_column; /**< valid if the cursor is on the screen */
    unsigned cursor_row;    /**< `rows` where it is not */
    /** Codes of the character generator: ASCII, and code page 437 above. */
    uint8_t cell[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
};

/** Copy the screen: nothing in graphics modes; what does not fit is left out.
 */
void screen_text_read(struct board *board, struct screen_text *screen);

/** Does `text` stand in one of the rows? */
bool screen_text_has(const struct screen_text *screen, const char *text,
                     size_t length);

/** Does `text` stand in front of the cursor, where a prompt does? */
bool screen_text_prompts(const struct screen_text *screen, const char *text,
                         size_t length);

#endif
