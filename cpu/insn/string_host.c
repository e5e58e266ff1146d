/* SPDX-License-Identifier: MIT */
#include "cpu/insn/string_host.h"

#include <string.h>

#include "cpu/operand.h"

/** Up to here a loop is faster than calls. A multiple of every width. */
enum { FILL_LOOP_BYTES = 64 };

/** Upwards into memory just above the source: the bytes between repeat. */
static void copy_replicating(uint8_t *dest, const uint8_t *src, uint32_t bytes)
{
    const uint32_t period = (uint32_t)(dest - src);
    uint32_t done = 0;

    /* All from `src` to `dest + done` is final, and has that period. */
    while (done < bytes) {
        const uint32_t final = period + done;
        const uint32_t left = bytes - done;
        const uint32_t chunk = final < left ? final : left;

        memcpy(dest + done, src, chunk);
        done += chunk;
    }
}

/** One element after the other. */
static void copy_elements(uint8_t *dest, const uint8_t *src, uint32_t size,
                          uint32_t bytes, bool down)
{
    uint8_t element[4];

    for (uint32_t i = 0; i < bytes; i += size) {
        const uint32_t at = down ? bytes - size - i : i;

        memcpy(element, src + at, size);
        memcpy(dest + at, element, size);
    }
}

void string_host_copy(uint8_t *dest, const uint8_t *src, uint32_t size,
                      uint32_t bytes, bool down)
{
    /* Unsigned: huge where the one lies on the harmless side. */
    const uintptr_t above = (uintptr_t)dest - (uintptr_t)src;
    const uintptr_t below = (uintptr_t)src - (uintptr_t)dest;

    if (above == 0 || (down ? below : above) >= bytes)
        memmove(dest, src, bytes);
    else if (!down && above >= size)
        copy_replicating(dest, src, bytes);
    else
        copy_elements(dest, src, size, bytes, down);
}

void string_host_fill(uint8_t *dest, enum width width, uint32_t count,
                      uint32_t value)
{
    const uint32_t size = width / 8u;
    const uint32_t bytes = count * size;
    const uint32_t repeated = (value & 0xff) * 0x01010101u;

    if (value == (repeated & 0xffffffffu >> (32 - width))) {
        memset(dest, (int)(value & 0xff), bytes);
        return;
    }
    for (uint32_t i = 0; i < bytes && i < FILL_LOOP_BYTES; i += size)
        host_write(dest + i, width, value);
    if (bytes > FILL_LOOP_BYTES)
        copy_replicating(dest + FILL_LOOP_BYTES, dest, bytes - FILL_LOOP_BYTES);
}

/** string_host_find() with a constant width. */
static ALWAYS_INLINE uint32_t find_element(const struct string_scan *scan,
                                           enum width width,
                                           const uint8_t *host, uint32_t count,
                                           uint32_t value, uint32_t *found)
{
    const ptrdiff_t step = scan->down ? -(ptrdiff_t)(width / 8) : width / 8;
    uint32_t i = 0;

    do {
        *found = host_read(host, width);
        host += step;
        i++;
    } while (i < count && (*found == value) != scan->until_equal);
    return i;
}

uint32_t string_host_find(const struct string_scan *scan, const uint8_t *host,
                          uint32_t count, uint32_t value, uint32_t *found)
{
    const uint8_t *hit;

    switch (scan->width) {
    case WIDTH_16:
        return find_element(scan, WIDTH_16, host, count, value, found);
    case WIDTH_32:
        return find_element(scan, WIDTH_32, host, count, value, found);
    case WIDTH_8:
    default: break;
    }
    if (scan->down || !scan->until_equal)
        return find_element(scan, WIDTH_8, host, count, value, found);
    hit = memchr(host, (int)value, count);
    if (hit)
        count = (uint32_t)(hit - host) + 1;
    *found = host[count - 1];
    return count;
}

/** How many leading bytes are equal, in whole steps of eight. */
static uint32_t equal_bytes(const uint8_t *left, const uint8_t *right,
                            uint32_t bytes)
{
    uint32_t i;

    for (i = 0; i + 8 <= bytes; i += 8) {
        uint64_t a;
        uint64_t b;

        memcpy(&a, left + i, sizeof a);
        memcpy(&b, right + i, sizeof b);
        if (a != b)
            break;
    }
    return i;
}

/** string_host_compare() with a constant width. */
static ALWAYS_INLINE uint32_t compare_elements(const struct string_scan *scan,
                                               enum width width,
                                               const uint8_t *left,
                                               const uint8_t *right,
                                               uint32_t count, uint32_t last[2])
{
    const ptrdiff_t step = scan->down ? -(ptrdiff_t)(width / 8) : width / 8;
    uint32_t i = 0;

    if (!scan->down && !scan->until_equal) {
        /* The last element is left to the loop, which says what it was. */
        const uint32_t size = width / 8u;

        i = equal_bytes(left, right, (count - 1) * size) / size;
        left += i * size;
        right += i * size;
    }
    do {
        last[0] = host_read(left, width);
        last[1] = host_read(right, width);
        left += step;
        right += step;
        i++;
    } while (i < count && (last[0] == last[1]) != scan->until_equal);
    return i;
}

uint32_t string_host_compare(const struct string_scan *scan,
                             const uint8_t *left, const uint8_t *right,
                             uint32_t count, uint32_t last[2])
{
    switch (scan->width) {
    case WIDTH_16:
        return compare_elements(scan, WIDTH_16, left, right, count, last);
    case WIDTH_32:
        return compare_elements(scan, WIDTH_32, left, right, count, last);
    case WIDTH_8:
    default: return compare_elements(scan, WIDTH_8, left, right, count, last);
    }
}
