/* SPDX-License-Identifier: MIT */
#include "tools/kallsyms.h"

#include <string.h>

enum {
    TOKENS = 256,
    TOKEN_MAX = 64,      /* bytes of one, more than any kernel has */
    NAME_MAX_SIZE = 512, /* KSYM_NAME_LEN */
    SYMBOLS_MAX = 1 << 20,
    /* The tables lie within this much of each other. */
    TABLES_MAX = 32 << 20,
    MARKED = 256, /* symbols a marker */
    ALIGNMENT = 4,
    WINDOW = 1 << 16, /* bytes searched at once */
    /* Words and names looked at in all, so that no memory can keep us busy,
     * and what following one string of tokens counts for. */
    WORK_MAX = 1 << 27,
    WORK_TOKENS = 1 << 10
};

#define NOWHERE SIZE_MAX

/* Places of tables are offsets in the memory. */
struct tables {
    const struct kallsyms_memory *memory;
    uint64_t work; /* that is left to do */
    size_t token_table;
    size_t token_index;
    size_t names;
    uint32_t count;
    size_t offsets;
    uint32_t base;
};

static uint32_t word_at(const struct kallsyms_memory *memory, size_t at)
{
    uint32_t word;

    memcpy(&word, memory->bytes + at, sizeof word);
    return word;
}

static uint16_t half_at(const struct kallsyms_memory *memory, size_t at)
{
    uint16_t half;

    memcpy(&half, memory->bytes + at, sizeof half);
    return half;
}

/* Pay for some work. False when enough was done. */
static bool may_work(struct tables *tables, uint64_t amount)
{
    const bool may = tables->work >= amount;

    tables->work -= may ? amount : tables->work;
    return may;
}

static size_t aligned(size_t at)
{
    return (at + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* --- Tokens --- */

/* Behind the string at `at`, or NOWHERE if it is too long. */
static size_t string_end(const struct kallsyms_memory *memory, size_t at)
{
    const size_t rest = memory->size - at;
    const uint8_t *end =
        memchr(memory->bytes + at, 0, rest < TOKEN_MAX ? rest : TOKEN_MAX);

    return end ? (size_t)(end - memory->bytes) + 1 : NOWHERE;
}

/* Does every entry of the index say where its string begins? */
static bool index_is_right(const struct tables *tables)
{
    size_t at = tables->token_table;

    for (unsigned i = 0; i < TOKENS; i++) {
        if (half_at(tables->memory, tables->token_index + 2 * i) !=
            at - tables->token_table)
            return false;
        at = string_end(tables->memory, at);
        if (at == NOWHERE)
            return false;
    }
    return aligned(at) == tables->token_index;
}

/*
 * `zero` is where token '0' may begin: digits are in the names of every
 * kernel, and are their own tokens. The strings behind lead to the index, and
 * the index to the first string.
 */
static bool take_tokens(struct tables *tables, size_t zero)
{
    const struct kallsyms_memory *memory = tables->memory;
    size_t at = zero;
    uint16_t before;

    for (unsigned i = '0'; i < TOKENS; i++) {
        at = string_end(memory, at);
        if (at == NOWHERE || at == memory->size)
            return false;
    }
    at = aligned(at);
    if (at > memory->size || memory->size - at < 2 * TOKENS)
        return false;
    before = half_at(memory, at + 2 * '0');
    if (before > zero)
        return false;
    tables->token_table = zero - before;
    tables->token_index = at;
    return tables->token_table % ALIGNMENT == 0 && index_is_right(tables);
}

/* Where the digits stand next, within a window that is passed over if they do
 * not: what looks through memory for us may first look whether it may. */
static const uint8_t *find_digits(const struct kallsyms_memory *memory,
                                  size_t *from)
{
    static const char digits[] =
        "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
    const size_t rest = memory->size - *from;
    const size_t size = rest < WINDOW ? rest : WINDOW;
    const uint8_t *found =
        memmem(memory->bytes + *from, size, digits, sizeof digits);

    if (found)
        *from = (size_t)(found - memory->bytes);
    else
        *from += size == rest ? rest : size - sizeof digits + 1;
    return found;
}

static size_t find_tokens(struct tables *tables, size_t from)
{
    while (from < tables->memory->size) {
        if (!find_digits(tables->memory, &from))
            continue;
        if (!may_work(tables, WORK_TOKENS))
            break;
        if (take_tokens(tables, from))
            return from;
        from++;
    }
    return NOWHERE;
}

/* --- Names and markers --- */

/* Length of the name at `at`, in tokens, and where these begin; 0: none. */
static unsigned name_length(const struct tables *tables, size_t *at)
{
    const uint8_t *bytes = tables->memory->bytes;
    unsigned length;

    if (*at >= tables->token_table)
        return 0;
    length = bytes[(*at)++];
    if (length < 0x80)
        return length;
    if (*at >= tables->token_table)
        return 0;
    return (length & 0x7f) | (unsigned)bytes[(*at)++] << 7;
}

/* Behind the last name, or NOWHERE. */
static size_t names_end(struct tables *tables)
{
    size_t at = tables->names;

    for (uint32_t i = 0; i < tables->count; i++) {
        const unsigned length = name_length(tables, &at);

        if (length == 0 || length > tables->token_table - at ||
            !may_work(tables, 1))
            return NOWHERE;
        at += length;
    }
    return at;
}

/* Does each marker say where its name begins? */
static bool markers_are_right(const struct tables *tables, size_t markers)
{
    size_t at = tables->names;

    for (uint32_t i = 0; i < tables->count; i++) {
        const size_t name = at - tables->names;
        const unsigned length = name_length(tables, &at);

        if (i % MARKED == 0 &&
            word_at(tables->memory, markers + i / MARKED * 4) != name)
            return false;
        at += length;
    }
    return true;
}

/* Are names, markers, and maybe the order by name, all there is between the
 * count and the tokens? */
static bool take_names(struct tables *tables, size_t names)
{
    const size_t marker_bytes =
        ((size_t)tables->count + MARKED - 1) / MARKED * 4;
    size_t markers;
    size_t end;

    tables->names = names;
    end = names_end(tables);
    if (end == NOWHERE)
        return false;
    markers = aligned(end);
    if (markers > tables->token_table ||
        tables->token_table - markers < marker_bytes)
        return false;
    end = markers + marker_bytes;
    return (end == tables->token_table ||
            aligned(end + 3 * (size_t)tables->count) == tables->token_table) &&
           markers_are_right(tables, markers);
}

/* True if `count` names, and what follows them, could fill `size` bytes. */
static bool count_can_be(uint32_t count, size_t size)
{
    return count > 0 && count <= SYMBOLS_MAX && 2 * (uint64_t)count <= size &&
           (uint64_t)count * (NAME_MAX_SIZE + 2 + 3 + 1) + 16 >= size;
}

static bool find_names(struct tables *tables)
{
    const size_t first =
        tables->token_table > TABLES_MAX ? tables->token_table - TABLES_MAX : 0;

    for (size_t names = tables->token_table;
         names >= first + 4 && may_work(tables, 1); names -= 4) {
        tables->count = word_at(tables->memory, names - 4);
        if (count_can_be(tables->count, tables->token_table - names) &&
            take_names(tables, names))
            return true;
    }
    return false;
}

/* --- Addresses --- */

static bool never_falls(const struct tables *tables)
{
    for (uint32_t i = 1; i < tables->count; i++) {
        if (word_at(tables->memory, tables->offsets + 4 * (size_t)i) <
            word_at(tables->memory, tables->offsets + 4 * (size_t)(i - 1)))
            return false;
    }
    return true;
}

static uint32_t address_of(const struct tables *tables, uint32_t i)
{
    return tables->base +
           word_at(tables->memory, tables->offsets + 4 * (size_t)i);
}

/* Do the tables lie within the kernel that they speak of, in its direct map
 * of physical memory? A copy that was left behind does not. And is the code
 * there that is meant? */
static bool lie_in_kernel(const struct tables *tables)
{
    static const uint32_t page_offsets[] = {0xc0000000, 0xb0000000, 0x80000000,
                                            0x78000000, 0x40000000};
    const physical_addr physical =
        tables->memory->first + (physical_addr)tables->token_table;
    const uint32_t first = address_of(tables, 0);
    const uint32_t last = address_of(tables, tables->count - 1);

    for (size_t i = 0; i < sizeof page_offsets / sizeof page_offsets[0]; i++) {
        const uint32_t offset = page_offsets[i];
        const uint32_t linear = physical + offset;
        const uint32_t code = tables->memory->code + offset;

        if (offset <= first && first <= linear && linear <= last &&
            (code == offset || (first <= code && code <= last)))
            return true;
    }
    return false;
}

/* Are there addresses at `offsets`, above `base`? */
static bool take_offsets(struct tables *tables, size_t offsets, uint32_t base)
{
    const size_t size = tables->memory->size;
    uint32_t last;

    if (offsets > size || size - offsets < 4 * (size_t)tables->count)
        return false;
    tables->offsets = offsets;
    tables->base = base;
    last = word_at(tables->memory, offsets + 4 * (size_t)(tables->count - 1));
    return last <= UINT32_MAX - base && may_work(tables, tables->count) &&
           never_falls(tables) && lie_in_kernel(tables);
}

static bool find_offsets(struct tables *tables)
{
    const struct kallsyms_memory *memory = tables->memory;
    const size_t bytes = 4 * (size_t)tables->count;
    const size_t count_at = tables->names - 4;
    const size_t behind = tables->token_index + 2 * TOKENS;

    if (count_at >= bytes + 4 && take_offsets(tables, count_at - 4 - bytes,
                                              word_at(memory, count_at - 4)))
        return true;
    if (count_at >= bytes && take_offsets(tables, count_at - bytes, 0))
        return true;
    return memory->size - behind >= bytes + 4 &&
           take_offsets(tables, behind, word_at(memory, behind + bytes));
}

/* --- Symbols --- */

/* Write out the name at `*at`, its kind first, and pass over it. */
static size_t expand(const struct tables *tables, size_t *at,
                     char name[NAME_MAX_SIZE])
{
    const struct kallsyms_memory *memory = tables->memory;
    const unsigned length = name_length(tables, at);
    size_t used = 0;

    for (unsigned i = 0; i < length; i++) {
        const unsigned token = memory->bytes[*at + i];
        const size_t from = tables->token_table +
                            half_at(memory, tables->token_index + 2 * token);
        const size_t size = string_end(memory, from) - from - 1;

        if (used + size > NAME_MAX_SIZE)
            return 0;
        memcpy(name + used, memory->bytes + from, size);
        used += size;
    }
    *at += length;
    return used;
}

/* A kind, and at least a letter of printing characters. */
static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (name[i] <= ' ' || name[i] > '~')
            return false;
    }
    return length >= 2;
}

static bool names_are_names(const struct tables *tables)
{
    char name[NAME_MAX_SIZE];
    size_t at = tables->names;

    for (uint32_t i = 0; i < tables->count; i++) {
        if (!is_name(name, expand(tables, &at, name)))
            return false;
    }
    return true;
}

static bool give(const struct tables *tables, const struct symbol_taker *taker)
{
    char name[NAME_MAX_SIZE];
    size_t at = tables->names;

    for (uint32_t i = 0; i < tables->count; i++) {
        const size_t length = expand(tables, &at, name);
        const struct symbol_found found = {.name = name + 1,
                                           .length = length - 1,
                                           .linear = address_of(tables, i),
                                           .kind = name[0]};

        if (!taker->take(taker->context, &found))
            return false;
    }
    return true;
}

enum kallsyms_result kallsyms_read(const struct kallsyms_memory *memory,
                                   const struct symbol_taker *taker)
{
    struct tables tables = {.memory = memory, .work = WORK_MAX};
    size_t at = 0;

    for (;;) {
        at = find_tokens(&tables, at);
        if (at == NOWHERE)
            return KALLSYMS_NONE;
        if (find_names(&tables) && find_offsets(&tables) &&
            may_work(&tables, tables.count) && names_are_names(&tables))
            return give(&tables, taker) ? KALLSYMS_FOUND : KALLSYMS_NO_MEMORY;
        at++;
    }
}
