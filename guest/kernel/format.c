/* SPDX-License-Identifier: MIT */
#include "kernel/format.h"

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

static void put_padding(struct text_sink *sink, char character, int count)
{
    for (; count > 0; count--)
        sink->put(sink, character);
}

static void put_field(struct text_sink *sink,
                      const struct conversion *conversion, const char *text,
                      size_t length)
{
    const int padding = conversion->width - (int)length;

    if (!conversion->left)
        put_padding(sink, conversion->zero ? '0' : ' ', padding);
    for (; length > 0; length--)
        sink->put(sink, *text++);
    if (conversion->left)
        put_padding(sink, ' ', padding);
}

static void put_number(struct text_sink *sink,
                       const struct conversion *conversion, unsigned long value,
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
    put_field(sink, conversion, first,
              (size_t)(digits + sizeof(digits) - first));
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

static void put_signed(struct text_sink *sink,
                       const struct conversion *conversion, va_list *arguments)
{
    const long value = conversion->is_long ? va_arg(*arguments, long)
                                           : va_arg(*arguments, int);
    const bool negative = value < 0;

    put_number(sink, conversion,
               negative ? 0 - (unsigned long)value : (unsigned long)value,
               negative);
}

static void put_conversion(struct text_sink *sink,
                           const struct conversion *conversion,
                           va_list *arguments)
{
    const char *text;
    char character;

    switch (conversion->kind) {
    case 'd': put_signed(sink, conversion, arguments); break;
    case 'u':
    case 'x':
        put_number(sink, conversion,
                   conversion->is_long ? va_arg(*arguments, unsigned long)
                                       : va_arg(*arguments, unsigned int),
                   false);
        break;
    case 'p':
        put_number(sink, conversion, (unsigned long)va_arg(*arguments, void *),
                   false);
        break;
    case 's':
        text = va_arg(*arguments, const char *);
        put_field(sink, conversion, text, strlen(text));
        break;
    case 'c':
        character = (char)va_arg(*arguments, int);
        put_field(sink, conversion, &character, 1);
        break;
    default: sink->put(sink, conversion->kind); break;
    }
}

void format_text(struct text_sink *sink, const char *format, va_list arguments)
{
    struct conversion conversion;
    va_list list;

    va_copy(list, arguments);
    for (; *format; format++) {
        if (*format != '%') {
            sink->put(sink, *format);
            continue;
        }
        format = parse_conversion(format + 1, &conversion, &list);
        if (conversion.kind == 0)
            break;
        put_conversion(sink, &conversion, &list);
    }
    va_end(list);
}

/** A sink that fills a buffer. */
struct buffer_sink {
    struct text_sink sink;
    char *next;
    char *last; /**< the room for the zero */
};

static void put_in_buffer(struct text_sink *sink, char character)
{
    struct buffer_sink *buffer = container_of(sink, struct buffer_sink, sink);

    if (buffer->next < buffer->last)
        *buffer->next++ = character;
}

size_t format_buffer(char *buffer, size_t size, const char *format, ...)
{
    struct buffer_sink sink = {
        {put_in_buffer},
        buffer,
        buffer + size - 1,
    };
    va_list arguments;

    va_start(arguments, format);
    format_text(&sink.sink, format, arguments);
    va_end(arguments);
    *sink.next = 0;
    return (size_t)(sink.next - buffer);
}
