/* SPDX-License-Identifier: MIT */
#include "kernel/printk.h"

#include "kernel/cmdline.h"
#include "kernel/string.h"

/** One conversion of a format: %-08lx and the like. */
struct conversion {
    bool left;
    bool zero;
    bool is_long;
    int width;
    char kind;
};

#define LONGEST_NUMBER 20

static struct console *consoles;

void console_register(struct console *console)
{
    console->next = consoles;
    consoles = console;
}

void console_select(const char *names)
{
    struct console *console;
    bool found = false;

    for (console = consoles; console; console = console->next)
        found = found || list_contains(names, console->name);
    if (!found)
        return;
    for (console = consoles; console; console = console->next)
        console->enabled = list_contains(names, console->name);
}

static void put(char character)
{
    struct console *console;

    for (console = consoles; console; console = console->next) {
        if (console->enabled)
            console->put(character);
    }
}

static void put_padding(char character, int count)
{
    for (; count > 0; count--)
        put(character);
}

static void put_field(const struct conversion *conversion, const char *text,
                      size_t length)
{
    const int padding = conversion->width - (int)length;

    if (!conversion->left)
        put_padding(conversion->zero ? '0' : ' ', padding);
    for (; length > 0; length--)
        put(*text++);
    if (conversion->left)
        put_padding(' ', padding);
}

static void put_number(const struct conversion *conversion, unsigned long value,
                       bool negative)
{
    char digits[LONGEST_NUMBER];
    char *first = digits + sizeof(digits);
    const unsigned long base =
        conversion->kind == 'x' || conversion->kind == 'p' ? 16 : 10;

    do {
        *--first = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    if (negative)
        *--first = '-';
    put_field(conversion, first, (size_t)(digits + sizeof(digits) - first));
}

static const char *parse_conversion(const char *format,
                                    struct conversion *conversion,
                                    va_list *arguments)
{
    *conversion = (struct conversion){0};
    for (;; format++) {
        if (*format == '-')
            conversion->left = true;
        else if (*format == '0')
            conversion->zero = true;
        else
            break;
    }
    if (*format == '*') {
        conversion->width = va_arg(*arguments, int);
        format++;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        conversion->width = conversion->width * 10 + (*format - '0');
    if (*format == 'l') {
        conversion->is_long = true;
        format++;
    }
    conversion->kind = *format;
    return format;
}

static void put_signed(const struct conversion *conversion, va_list *arguments)
{
    const long value = conversion->is_long ? va_arg(*arguments, long)
                                           : va_arg(*arguments, int);
    const bool negative = value < 0;

    put_number(conversion,
               negative ? 0 - (unsigned long)value : (unsigned long)value,
               negative);
}

static void put_conversion(const struct conversion *conversion,
                           va_list *arguments)
{
    const char *text;
    char character;

    switch (conversion->kind) {
    case 'd': put_signed(conversion, arguments); break;
    case 'u':
    case 'x':
        put_number(conversion,
                   conversion->is_long ? va_arg(*arguments, unsigned long)
                                       : va_arg(*arguments, unsigned int),
                   false);
        break;
    case 'p':
        put_number(conversion, (unsigned long)va_arg(*arguments, void *),
                   false);
        break;
    case 's':
        text = va_arg(*arguments, const char *);
        put_field(conversion, text, strlen(text));
        break;
    case 'c':
        character = (char)va_arg(*arguments, int);
        put_field(conversion, &character, 1);
        break;
    default: put(conversion->kind); break;
    }
}

void vprintk(const char *format, va_list arguments)
{
    struct conversion conversion;
    va_list list;

    va_copy(list, arguments);
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format = parse_conversion(format + 1, &conversion, &list);
        if (conversion.kind == 0)
            break;
        put_conversion(&conversion, &list);
    }
    va_end(list);
}

void printk(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
}
