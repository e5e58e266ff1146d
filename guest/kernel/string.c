/* SPDX-License-Identifier: MIT */
#include "kernel/string.h"

/*
 * The mem* functions use the string instructions: a compiler that sees the
 * loops instead may turn them into calls of the very functions they are in.
 */
void *memcpy(void *dest, const void *src, size_t size)
{
    void *to = dest;
    size_t count = size / 4;

    __asm__ volatile("rep movsl"
                     : "+D"(to), "+S"(src), "+c"(count)
                     :
                     : "memory");
    count = size % 4;
    __asm__ volatile("rep movsb"
                     : "+D"(to), "+S"(src), "+c"(count)
                     :
                     : "memory");
    return dest;
}

void *memmove(void *dest, const void *src, size_t size)
{
    char *to = (char *)dest + size - 1;
    const char *from = (const char *)src + size - 1;

    if (dest <= src || size == 0)
        return memcpy(dest, src, size);
    __asm__ volatile("std\n\t"
                     "rep movsb\n\t"
                     "cld"
                     : "+D"(to), "+S"(from), "+c"(size)
                     :
                     : "memory");
    return dest;
}

void *memset(void *dest, int value, size_t size)
{
    void *to = dest;
    const uint32_t word = 0x01010101u * (uint8_t)value;
    size_t count = size / 4;

    __asm__ volatile("rep stosl"
                     : "+D"(to), "+c"(count)
                     : "a"(word)
                     : "memory");
    count = size % 4;
    __asm__ volatile("rep stosb"
                     : "+D"(to), "+c"(count)
                     : "a"(word)
                     : "memory");
    return dest;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const uint8_t *a = left;
    const uint8_t *b = right;

    for (; size > 0; size--, a++, b++) {
        if (*a != *b)
            return *a - *b;
    }
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;

    while (*end)
        end++;
    return (size_t)(end - text);
}

int strcmp(const char *left, const char *right)
{
    return strncmp(left, right, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t size)
{
    for (; size > 0; size--, left++, right++) {
        if (*left != *right)
            return (uint8_t)*left - (uint8_t)*right;
        if (*left == 0)
            break;
    }
    return 0;
}

void strlcpy(char *dest, const char *src, size_t size)
{
    size_t length = strlen(src);

    if (length >= size)
        length = size - 1;
    memcpy(dest, src, length);
    dest[length] = 0;
}
