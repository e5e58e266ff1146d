/* SPDX-License-Identifier: MIT */
#include "drivers/keyboard.h"

#include "arch/io.h"
#include "kernel/input.h"
#include "kernel/irq.h"

#define DATA        0x60
#define STATUS      0x64
#define STATUS_FULL 0x01
#define IRQ         1

#define RELEASED    0x80 /* this bit of a scan code: the key went up */
#define LEFT_SHIFT  0x2A
#define RIGHT_SHIFT 0x36

/* By scan code, row by row; 0 types nothing. */
static const char plain[] = "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`"
                            "\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:"
                              "\"~\0|ZXCVBNM<>?\0*\0 ";

static bool shift;

static void interrupt(void)
{
    uint8_t code;
    char character;

    if (!(inb(STATUS) & STATUS_FULL))
        return;
    code = inb(DATA);
    if ((code & ~RELEASED) == LEFT_SHIFT || (code & ~RELEASED) == RIGHT_SHIFT)
        shift = !(code & RELEASED);
    if (code & RELEASED || code >= sizeof(plain) - 1)
        return;
    character = shift ? shifted[code] : plain[code];
    if (character)
        input_put(character);
}

void keyboard_init(void)
{
    request_irq(IRQ, interrupt);
    /* What lies there already would keep the next interrupt away. */
    if (inb(STATUS) & STATUS_FULL)
        inb(DATA);
}
