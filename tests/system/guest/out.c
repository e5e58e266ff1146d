/* SPDX-License-Identifier: MIT */
/* Lines of text to port E9, one at a time. */
#include "tests/system/guest/layout.h"

enum { PORT = 0xe9, LINE = 512 };

static char line[LINE];
static unsigned used;

void out_flush(void)
{
    const char *next = line;

    __asm__ volatile("rep outsb"
                     : "+S"(next), "+c"(used)
                     : "d"(PORT)
                     : "memory");
    used = 0;
}

static void out_byte(char byte)
{
    if (used < LINE)
        line[used++] = byte;
}

void out_text(const char *text)
{
    while (*text)
        out_byte(*text++);
}

void out_hex(uint32_t value, unsigned digits)
{
    while (digits-- > 0)
        out_byte("0123456789abcdef"[value >> 4 * digits & 15]);
}

void out_number(uint32_t value)
{
    if (value >= 10)
        out_number(value / 10);
    out_byte((char)('0' + value % 10));
}
