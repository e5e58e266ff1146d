/* SPDX-License-Identifier: MIT */
/*
 * Images of the tables that scripts/kallsyms.c of Linux writes, in each of its
 * layouts, whole and damaged. Real kernels are read by `make check-guests`.
 */
#include "tools/kallsyms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum {
    PHYSICAL = 0x100000,
    IMAGE_MAX = 1 << 20,
    SYMBOLS_MAX = 4096,
    LONG_NAME = 300 /* more tokens than one byte of length can say */
};

#define PAGE_OFFSET_OF_GUEST 0xc0000000u
#define KERNEL_BASE          (PAGE_OFFSET_OF_GUEST + PHYSICAL)

/* Which of the kernel's layouts. */
enum layout {
    ADDRESSES, /* before 4.6 */
    RELATIVE,  /* up to 6.1 */
    ORDERED,   /* 6.2 and 6.3, Debian's 6.1 */
    BEHIND,    /* from 6.4 on */
    LAYOUTS
};

static const char *const token_of[] = {"sys_", "init", "_page", "alloc",
                                       "kmem_cache_"};

enum { TOKENS_MADE = sizeof token_of / sizeof token_of[0], FIRST_MADE = 0x80 };

struct image {
    uint8_t bytes[IMAGE_MAX];
    size_t size;
    size_t offsets, names, markers, tokens, index; /* where each begins */
    size_t end;                                    /* of the last table */
    uint32_t count;
};

/* What was read. */
struct taken {
    uint32_t count;
    bool agrees; /* each one is the one that was put there */
    uint32_t room;
};

static struct image image;

/* Addresses of which some are equal, as those of aliases are. The last one
 * lies behind the tables, as the end of a kernel does. */
static uint32_t address_of(uint32_t i)
{
    return KERNEL_BASE + (i + 1 == image.count ? IMAGE_MAX : i / 3 * 0x40);
}

static size_t name_of(uint32_t i, char name[LONG_NAME + 64])
{
    int length =
        sprintf(name, "%c%s%s%u", "tTdDrRbBW"[i % 9], token_of[i % TOKENS_MADE],
                token_of[i / 7 % TOKENS_MADE], i);

    for (; i % 1000 == 17 && length < LONG_NAME; length++)
        name[length] = "qxyz"[length % 4];
    name[length] = '\0';
    return (size_t)length;
}

static void put(const void *bytes, size_t size)
{
    memcpy(image.bytes + image.size, bytes, size);
    image.size += size;
}

static void put_word(uint32_t word)
{
    put(&word, sizeof word);
}

static void align(void)
{
    while (image.size % 4)
        put("", 1);
}

static void put_addresses(bool relative)
{
    for (uint32_t i = 0; i < image.count; i++)
        put_word(address_of(i) - (relative ? KERNEL_BASE : 0));
    if (relative)
        put_word(KERNEL_BASE);
}

/* The longest tokens first, so that lengths differ from those of the text. */
static size_t compress(const char *name, uint8_t *tokens)
{
    size_t used = 0;

    while (*name) {
        unsigned i = 0;

        while (i < TOKENS_MADE &&
               strncmp(name, token_of[i], strlen(token_of[i])) != 0)
            i++;
        tokens[used++] =
            (uint8_t)(i < TOKENS_MADE ? FIRST_MADE + i : (uint8_t)*name);
        name += i < TOKENS_MADE ? strlen(token_of[i]) : 1;
    }
    return used;
}

static void put_names(void)
{
    uint32_t marker[SYMBOLS_MAX / 256 + 1];

    image.names = image.size;
    for (uint32_t i = 0; i < image.count; i++) {
        char name[LONG_NAME + 64];
        uint8_t tokens[LONG_NAME + 64];
        size_t length;

        (void)name_of(i, name);
        length = compress(name, tokens);
        if (i % 256 == 0)
            marker[i / 256] = (uint32_t)(image.size - image.names);
        if (length > 0x7f) {
            const uint8_t two[] = {(uint8_t)(length | 0x80),
                                   (uint8_t)(length >> 7)};

            put(two, sizeof two);
        } else {
            put(&(uint8_t){(uint8_t)length}, 1);
        }
        put(tokens, length);
    }
    align();
    image.markers = image.size;
    put(marker, (image.count + 255) / 256 * 4);
}

static void put_tokens(void)
{
    uint16_t index[256];

    image.tokens = image.size;
    for (unsigned i = 0; i < 256; i++) {
        char one[2] = {(char)(i > ' ' && i < 0x7f ? i : '?'), '\0'};
        const char *text = i >= FIRST_MADE && i < FIRST_MADE + TOKENS_MADE
                               ? token_of[i - FIRST_MADE]
                               : one;

        index[i] = (uint16_t)(image.size - image.tokens);
        put(text, strlen(text) + 1);
    }
    align();
    image.index = image.size;
    put(index, sizeof index);
}

/* Some code, the tables, some data: as long as its addresses say. */
static void make(enum layout layout, uint32_t count, size_t before)
{
    image = (struct image){.count = count, .size = before};
    image.offsets = image.size;
    if (layout != BEHIND)
        put_addresses(layout != ADDRESSES);
    put_word(count);
    put_names();
    if (layout == ORDERED) {
        for (uint32_t i = 0; i < count; i++)
            put((uint8_t[]){(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i},
                3);
        align();
    }
    put_tokens();
    if (layout == BEHIND) {
        image.offsets = image.size;
        put_addresses(true);
    }
    image.end = image.size;
}

static bool take(void *context, const struct symbol_found *found)
{
    struct taken *taken = context;
    char name[LONG_NAME + 64];
    const size_t length = name_of(taken->count, name);

    if (taken->count == taken->room)
        return false;
    if (found->linear != address_of(taken->count) || found->kind != name[0] ||
        found->length != length - 1 ||
        memcmp(found->name, name + 1, length - 1) != 0)
        taken->agrees = false;
    taken->count++;
    return true;
}

/* Read the first `size` bytes, in memory that ends where they do. */
static enum kallsyms_result read_part(size_t size, struct taken *taken)
{
    const struct symbol_taker taker = {take, taken};
    uint8_t *bytes = malloc(size + 1);
    const struct kallsyms_memory memory = {bytes, size, PHYSICAL, 0};
    enum kallsyms_result result;

    EXPECT(bytes != NULL);
    memcpy(bytes, image.bytes, size);
    *taken = (struct taken){0, true, UINT32_MAX};
    result = kallsyms_read(&memory, &taker);
    free(bytes);
    return result;
}

START_TEST(every_symbol_of_every_layout_is_read)
{
    static const uint32_t counts[] = {2,   3,   255, 256,  257, 511,
                                      512, 513, 769, 1025, 4096};

    for (int layout = 0; layout < LAYOUTS; layout++) {
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            for (size_t before = 0; before <= 64; before += 4) {
                struct taken taken;

                make((enum layout)layout, counts[i], before);
                EXPECT_EQ(read_part(image.size, &taken), KALLSYMS_FOUND);
                EXPECT_EQ(taken.count, counts[i]);
                EXPECT(taken.agrees);
            }
        }
    }
}
END_TEST

START_TEST(tables_that_are_cut_off_are_none)
{
    struct taken taken;

    for (int layout = 0; layout < LAYOUTS; layout++) {
        make((enum layout)layout, 300, 8);
        for (size_t size = 0; size < image.end; size++) {
            EXPECT_EQ(read_part(size, &taken), KALLSYMS_NONE);
            EXPECT_EQ(taken.count, 0);
        }
    }
}
END_TEST

/* Change each byte from `first` on to three other values. */
static void damage(size_t first, size_t end)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff};

    for (size_t at = first; at < end; at++) {
        for (size_t i = 0; i < sizeof changes; i++) {
            struct taken taken;

            image.bytes[at] ^= changes[i];
            EXPECT_EQ(read_part(image.size, &taken), KALLSYMS_NONE);
            EXPECT_EQ(taken.count, 0);
            image.bytes[at] ^= changes[i];
        }
    }
}

/* What the tables say of one another must agree: each byte of it counts. */
START_TEST(a_count_a_marker_or_an_index_that_is_wrong_is_none)
{
    for (int layout = 0; layout < LAYOUTS; layout++) {
        make((enum layout)layout, 600, 16);
        damage(image.names - 4, image.names);
        damage(image.markers, image.markers + 3 * 4);
        damage(image.index, image.index + 512);
    }
}
END_TEST

/* An address that falls, and names with bytes that no name has. */
START_TEST(addresses_that_fall_are_none)
{
    for (int layout = 0; layout < LAYOUTS; layout++) {
        struct taken taken;

        make((enum layout)layout, 600, 16);
        memset(image.bytes + image.offsets + 4 * 300, 0xff, 4);
        EXPECT_EQ(read_part(image.size, &taken), KALLSYMS_NONE);
    }
}
END_TEST

START_TEST(a_kernel_that_lies_elsewhere_is_none)
{
    for (int layout = 0; layout < LAYOUTS; layout++) {
        const struct symbol_taker taker = {take, NULL};
        const struct kallsyms_memory far = {image.bytes, IMAGE_MAX,
                                            PHYSICAL + 2 * IMAGE_MAX, 0};

        make((enum layout)layout, 600, 16);
        EXPECT_EQ(kallsyms_read(&far, &taker), KALLSYMS_NONE);
    }
}
END_TEST

START_TEST(only_the_kernel_that_has_the_code_is_read)
{
    for (int layout = 0; layout < LAYOUTS; layout++) {
        const physical_addr codes[] = {PHYSICAL, PHYSICAL + 2 * IMAGE_MAX, 4};

        make((enum layout)layout, 600, 16);
        for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
            struct taken taken = {0, true, UINT32_MAX};
            const struct symbol_taker taker = {take, &taken};
            const struct kallsyms_memory memory = {image.bytes, image.size,
                                                   PHYSICAL, codes[i]};

            EXPECT_EQ(kallsyms_read(&memory, &taker),
                      i == 0 ? KALLSYMS_FOUND : KALLSYMS_NONE);
        }
    }
}
END_TEST

START_TEST(the_kernel_behind_a_copy_that_was_left_is_read)
{
    static uint8_t copy[IMAGE_MAX / 4];
    struct taken taken;

    make(RELATIVE, 600, 16);
    memcpy(copy, image.bytes, image.size);
    /* The copy speaks of addresses where it does not lie. */
    copy[image.names - 5] = 0x90;
    memmove(image.bytes + sizeof copy, image.bytes, image.size);
    memcpy(image.bytes, copy, sizeof copy);
    EXPECT_EQ(read_part(sizeof copy + image.size, &taken), KALLSYMS_FOUND);
    EXPECT_EQ(taken.count, 600);
    EXPECT(taken.agrees);
}
END_TEST

/* Whatever stands there: no crash, no symbol that is not whole, and an end. */
START_TEST(any_damage_is_survived)
{
    struct random random = random_seeded(1);

    for (unsigned turn = 0; turn < 20000; turn++) {
        struct taken taken;

        if (turn % 100 == 0)
            make((enum layout)(turn / 100 % LAYOUTS), 300, 4);
        for (unsigned i = 0; i < 1 + turn % 7; i++)
            image.bytes[random_next(&random) % image.size] =
                (uint8_t)random_next(&random);
        (void)read_part(image.size - turn % 3, &taken);
    }
}
END_TEST

START_TEST(a_taker_without_room_ends_it)
{
    struct taken taken = {0, true, 100};
    const struct symbol_taker taker = {take, &taken};
    struct kallsyms_memory memory;

    make(RELATIVE, 300, 4);
    memory = (struct kallsyms_memory){image.bytes, image.size, PHYSICAL, 0};
    EXPECT_EQ(kallsyms_read(&memory, &taker), KALLSYMS_NO_MEMORY);
    EXPECT_EQ(taken.count, 100);
}
END_TEST

/* Memory made to keep us busy: tokens everywhere, and words that could be
 * counts between. */
START_TEST(memory_full_of_almost_tables_ends_soon)
{
    enum { SIZE = 64 << 20 };
    const struct symbol_taker taker = {take, NULL};
    uint8_t *bytes = malloc(SIZE);
    const struct kallsyms_memory memory = {bytes, SIZE, PHYSICAL, 0};

    EXPECT(bytes != NULL);
    make(ORDERED, 300, 0);
    for (size_t at = 0; at < SIZE; at++)
        bytes[at] = image.bytes[image.tokens + at % (image.end - image.tokens)];
    EXPECT_EQ(kallsyms_read(&memory, &taker), KALLSYMS_NONE);
    for (size_t at = 0; at < SIZE; at++)
        bytes[at] = (uint8_t)(at % 2 ? 0 : '0' + at / 2 % 10);
    EXPECT_EQ(kallsyms_read(&memory, &taker), KALLSYMS_NONE);
    for (size_t at = 0; at < SIZE; at++)
        bytes[at] = (uint8_t[]){1, 0, 8, 0}[at % 4];
    memcpy(bytes + SIZE / 2 - 4096, image.bytes + image.tokens,
           image.end - image.tokens);
    EXPECT_EQ(kallsyms_read(&memory, &taker), KALLSYMS_NONE);
    free(bytes);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_symbol_of_every_layout_is_read,
        tables_that_are_cut_off_are_none,
        a_count_a_marker_or_an_index_that_is_wrong_is_none,
        addresses_that_fall_are_none,
        a_kernel_that_lies_elsewhere_is_none,
        only_the_kernel_that_has_the_code_is_read,
        the_kernel_behind_a_copy_that_was_left_is_read,
        any_damage_is_survived,
        a_taker_without_room_ends_it,
        memory_full_of_almost_tables_ends_soon};

    return run_tests("kallsyms", tests, sizeof tests / sizeof tests[0]);
}
