/* SPDX-License-Identifier: MIT */
#include "tools/parse.h"

#include <string.h>

#include "devices/calendar.h"

/* Value of a digit in `base`, or `base` if it is none. */
static unsigned digit_value(char digit, unsigned base)
{
    unsigned value = base;

    if (digit >= '0' && digit <= '9')
        value = (unsigned)(digit - '0');
    else if (digit >= 'a' && digit <= 'f')
        value = (unsigned)(digit - 'a') + 10;
    else if (digit >= 'A' && digit <= 'F')
        value = (unsigned)(digit - 'A') + 10;
    return value < base ? value : base;
}

/* Parse digits up to the first that is none. Returns what follows, or NULL. */
static const char *digits(const char *text, uint64_t *value)
{
    const unsigned base =
        text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    const char *next = base == 16 ? text + 2 : text;
    uint64_t sum = 0;

    if (digit_value(*next, base) == base)
        return NULL;
    for (; digit_value(*next, base) < base; next++) {
        const unsigned digit = digit_value(*next, base);

        if (sum > (UINT64_MAX - digit) / base)
            return NULL;
        sum = sum * base + digit;
    }
    *value = sum;
    return next;
}

/* A number with one of the suffixes, each worth `step` times the one before. */
static bool scaled(const char *text, const char *suffixes, uint64_t step,
                   uint64_t *value)
{
    uint64_t number;
    uint64_t factor = 1;
    const char *rest = digits(text, &number);

    if (!rest)
        return false;
    if (*rest) {
        const char *suffix = strchr(suffixes, *rest);

        if (!suffix || rest[1])
            return false;
        for (long i = (suffix - suffixes) / 2; i >= 0; i--)
            factor *= step;
    }
    if (number > UINT64_MAX / factor)
        return false;
    *value = number * factor;
    return true;
}

bool parse_number(const char *text, uint64_t *value)
{
    uint64_t number;
    const char *rest = digits(text, &number);

    if (!rest || *rest)
        return false;
    *value = number;
    return true;
}

bool parse_address(const char *text, uint32_t *value)
{
    uint64_t number;

    if (!parse_number(text, &number) || number > UINT32_MAX)
        return false;
    *value = (uint32_t)number;
    return true;
}

bool parse_size(const char *text, uint64_t *bytes)
{
    return scaled(text, "kKmMgG", 1024, bytes);
}

bool parse_count(const char *text, uint64_t *count)
{
    return scaled(text, "kKmMgG", 1000, count);
}

bool parse_seconds(const char *text, uint64_t *milliseconds)
{
    enum { SECONDS_MAX = 1000000000 };
    uint64_t seconds;
    uint64_t sum;
    unsigned place = 100;
    const char *rest = digits(text, &seconds);

    if (!rest || seconds > SECONDS_MAX)
        return false;
    sum = seconds * 1000;
    if (*rest == '.') {
        for (rest++; digit_value(*rest, 10) < 10; rest++) {
            sum += (uint64_t)place * digit_value(*rest, 10);
            place /= 10;
        }
    }
    if (*rest || sum == 0)
        return false;
    *milliseconds = sum;
    return true;
}

/* True if `text` is like `template`, where d stands for any digit. */
static bool is_like(const char *text, const char *template)
{
    for (; *template; text++, template ++) {
        if (*template == 'd' ? digit_value(*text, 10) == 10
                             : *text != *template)
            return false;
    }
    return !*text;
}

static unsigned two_digits(const char *text)
{
    return digit_value(text[0], 10) * 10 + digit_value(text[1], 10);
}

/* True if no field was carried into the next: there is such a date. */
static bool is_same(const struct calendar_time *a,
                    const struct calendar_time *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day &&
           a->hour == b->hour && a->minute == b->minute &&
           a->second == b->second;
}

bool parse_date(const char *text, int64_t *seconds)
{
    enum { FIRST_YEAR = 1970, LAST_YEAR = 2099, TIME = 11 };
    const bool has_time = is_like(text, "dddd-dd-ddTdd:dd:dd");
    struct calendar_time time = {.year = 0};
    struct calendar_time back;

    if (!has_time && !is_like(text, "dddd-dd-dd"))
        return false;
    time.year = two_digits(text) * 100 + two_digits(text + 2);
    time.month = two_digits(text + 5);
    time.day = two_digits(text + 8);
    if (has_time) {
        time.hour = two_digits(text + TIME);
        time.minute = two_digits(text + TIME + 3);
        time.second = two_digits(text + TIME + 6);
    }
    back = calendar_from_seconds(calendar_to_seconds(&time));
    if (!is_same(&time, &back) || time.year < FIRST_YEAR ||
        time.year > LAST_YEAR)
        return false;
    *seconds = calendar_to_seconds(&time);
    return true;
}
