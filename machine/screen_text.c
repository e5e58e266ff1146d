/* SPDX-License-Identifier: MIT */
#include "machine/screen_text.h"

#include <string.h>

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

void screen_text_read(struct board *board, struct screen_text *screen)
{
    struct vga *vga = &board->vga;
    const struct vga_text text = vga_text_screen(vga);
    const unsigned pitch = text.pitch_bytes / 2;
    const unsigned cursor = text.cursor_cell - text.start_byte / 2;

    screen->columns = smaller(text.columns, SCREEN_COLUMNS_MAX);
    screen->rows = vga_is_text(vga) ? smaller(text.rows, SCREEN_ROWS_MAX) : 0;
    screen->cursor_row = screen->rows;
    screen->cursor_column = 0;
    if (pitch != 0 && cursor / pitch < screen->rows &&
        cursor % pitch < screen->columns) {
        screen->cursor_row = cursor / pitch;
        screen->cursor_column = cursor % pitch;
    }
    vga_settle(vga);
    for (unsigned row = 0; row < screen->rows; row++) {
        for (unsigned column = 0; column < screen->columns; column++)
            screen->cell[row][column] =
                (uint8_t)vga_text_cell(vga, column, row);
    }
}

bool screen_text_has(const struct screen_text *screen, const char *text,
                     size_t length)
{
    for (unsigned row = 0; row < screen->rows; row++) {
        for (size_t first = 0; first + length <= screen->columns; first++) {
            if (memcmp(screen->cell[row] + first, text, length) == 0)
                return true;
        }
    }
    return false;
}

bool screen_text_prompts(const struct screen_text *screen, const char *text,
                         size_t length)
{
    if (screen->cursor_row == screen->rows || length > screen->cursor_column)
        return false;
    return memcmp(screen->cell[screen->cursor_row] + screen->cursor_column -
                      length,
                  text, length) == 0;
}
