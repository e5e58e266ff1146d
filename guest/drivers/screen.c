/* SPDX-License-Identifier: MIT */
#include "drivers/screen.h"

#include "arch/io.h"
#include "arch/mmio.h"
#include "drivers/framebuffer.h"
#include "kernel/printk.h"
#include "mm/vmalloc.h"

#define TEXT_MEMORY 0xB8000u
#define COLUMNS     80u
#define ROWS        25u
#define GREY        0x0700u /* on black */

#define CRTC_INDEX  0x3D4
#define CRTC_DATA   0x3D5
#define CURSOR_HIGH 0x0E
#define CURSOR_LOW  0x0F

static struct {
    volatile uint16_t *cell;
    unsigned int column;
    unsigned int row;
} screen;

static void clear_row(unsigned int row)
{
    unsigned int i;

    for (i = 0; i < COLUMNS; i++)
        writew(GREY | ' ', &screen.cell[row * COLUMNS + i]);
}

static void scroll(void)
{
    unsigned int i;

    for (i = 0; i < (ROWS - 1) * COLUMNS; i++)
        writew(readw(&screen.cell[i + COLUMNS]), &screen.cell[i]);
    clear_row(ROWS - 1);
}

static void show_cursor(void)
{
    const unsigned int place = screen.row * COLUMNS + screen.column;

    outb(CURSOR_HIGH, CRTC_INDEX);
    outb((uint8_t)(place >> 8), CRTC_DATA);
    outb(CURSOR_LOW, CRTC_INDEX);
    outb((uint8_t)place, CRTC_DATA);
}

static void new_line(void)
{
    screen.column = 0;
    if (screen.row < ROWS - 1)
        screen.row++;
    else
        scroll();
}

static void screen_put(char character)
{
    if (character == '\n') {
        new_line();
    } else if (character == '\b') {
        if (screen.column > 0)
            screen.column--;
    } else {
        writew((uint16_t)(GREY | (uint8_t)character),
               &screen.cell[screen.row * COLUMNS + screen.column]);
        if (++screen.column == COLUMNS)
            new_line();
    }
    show_cursor();
}

static struct console screen_console = {.name = "screen", .put = screen_put};

void screen_init(void)
{
    console_register(&screen_console);
}

void screen_turn_on(void)
{
    unsigned int row;

    if (!screen.cell)
        screen.cell = ioremap(TEXT_MEMORY, ROWS * COLUMNS * sizeof(uint16_t));
    if (!screen.cell)
        return;
    framebuffer_turn_off();
    for (row = 0; row < ROWS; row++)
        clear_row(row);
    screen.row = 0;
    screen.column = 0;
    screen_console.enabled = true;
}
