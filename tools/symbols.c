/* SPDX-License-Identifier: MIT */
#include "tools/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/parse.h"
#include "tools/source_lines.h"
#include "tools/symbols_elf.h"

enum {
    FIRST_CAPACITY = 256,
    /* Further behind a symbol without a size, an address is not its own. */
    NEAR = 0x10000
};

struct symbol {
    linear_addr linear;
    uint32_t size; /* bytes; 0: not known */
    char kind;     /* nm's letter */
    char *name;
};

struct symbols {
    struct symbol *symbol; /* by address once `sorted` */
    size_t count;
    size_t capacity;
    struct source_lines *lines; /* of an ELF file with DWARF, or NULL */
};

struct symbols *symbols_create(void)
{
    return calloc(1, sizeof(struct symbols));
}

void symbols_clear(struct symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++)
        free(symbols->symbol[i].name);
    source_lines_close(symbols->lines);
    free(symbols->symbol);
    *symbols = (struct symbols){.count = 0};
}

void symbols_destroy(struct symbols *symbols)
{
    if (!symbols)
        return;
    symbols_clear(symbols);
    free(symbols);
}

static bool grow(struct symbols *symbols)
{
    const size_t capacity =
        symbols->capacity ? symbols->capacity * 2 : FIRST_CAPACITY;
    struct symbol *larger = realloc(symbols->symbol, capacity * sizeof *larger);

    if (!larger)
        return false;
    symbols->symbol = larger;
    symbols->capacity = capacity;
    return true;
}

static bool add(void *context, const struct symbol_found *found)
{
    struct symbols *symbols = context;
    char *name;

    if (symbols->count == symbols->capacity && !grow(symbols))
        return false;
    name = strndup(found->name, found->length);
    if (!name)
        return false;
    symbols->symbol[symbols->count++] =
        (struct symbol){found->linear, found->size, found->kind, name};
    return true;
}

/* By address; at one address, the one with a size behind, so that it wins. */
static int compare(const void *left, const void *right)
{
    const struct symbol *a = left;
    const struct symbol *b = right;

    if (a->linear != b->linear)
        return a->linear < b->linear ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return strcmp(b->name, a->name);
}

static void sort(struct symbols *symbols)
{
    if (symbols->count > 0)
        qsort(symbols->symbol, symbols->count, sizeof *symbols->symbol,
              compare);
}

static const char *skip_blanks(const char *text, const char *end)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    return text;
}

static const char *skip_word(const char *text, const char *end)
{
    while (text<end && * text> ' ')
        text++;
    return text;
}

/* "c0100000 T name", as nm prints and Linux keeps it. */
static bool parse_map_line(const char *line, const char *end,
                           struct symbol_found *found)
{
    char digits[11] = "0x";
    const char *type;

    if (skip_word(line, end) - line != 8)
        return false;
    memcpy(digits + 2, line, 8);
    if (!parse_address(digits, &found->linear))
        return false;
    type = skip_blanks(line + 8, end);
    if (skip_word(type, end) - type != 1)
        return false;
    found->kind = *type;
    found->name = skip_blanks(type + 1, end);
    found->length = (size_t)(skip_word(found->name, end) - found->name);
    found->size = 0;
    return found->length > 0;
}

static bool add_map(struct symbols *symbols, const char *name,
                    const char *bytes, size_t size, struct error *error)
{
    const char *end = bytes + size;
    unsigned line = 1;

    for (const char *at = bytes; at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline ? newline : end;
        struct symbol_found found;

        if (!parse_map_line(at, line_end, &found))
            return error_set(error,
                             "%s: neither an ELF file nor a System.map (line "
                             "%u)",
                             name, line);
        if (!add(symbols, &found))
            return error_set(error, "%s: out of memory", name);
        at = newline ? newline + 1 : end;
    }
    return true;
}

bool symbols_add(struct symbols *symbols, const char *name,
                 const uint8_t *bytes, size_t size, struct error *error)
{
    const struct symbol_taker taker = {add, symbols};
    const size_t before = symbols->count;
    bool ok;

    if (size >= 4 && memcmp(bytes, "\177ELF", 4) == 0) {
        ok = symbols_elf_read(name, bytes, size, &taker, error);
        if (!symbols->lines)
            symbols->lines = source_lines_open(bytes, size);
    } else {
        ok = add_map(symbols, name, (const char *)bytes, size, error);
    }
    if (ok && symbols->count == before)
        ok = error_set(error, "%s: has no symbols", name);
    sort(symbols);
    return ok;
}

bool symbols_add_kernel(struct symbols *symbols,
                        const struct kallsyms_memory *memory)
{
    const struct symbol_taker taker = {add, symbols};

    if (kallsyms_read(memory, &taker) == KALLSYMS_NONE)
        return false;
    sort(symbols);
    return true;
}

void symbols_show(FILE *file, const struct symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->symbol[i];

        (void)fprintf(file, "%08x %c %s\n", symbol->linear, symbol->kind,
                      symbol->name);
    }
}

size_t symbols_count(const struct symbols *symbols)
{
    return symbols->count;
}

bool symbols_find(const struct symbols *symbols, const char *name,
                  linear_addr *linear)
{
    for (size_t i = 0; i < symbols->count; i++) {
        if (strcmp(symbols->symbol[i].name, name) == 0) {
            *linear = symbols->symbol[i].linear;
            return true;
        }
    }
    return false;
}

bool symbols_range(const struct symbols *symbols, const char *name,
                   linear_addr *first, linear_addr *last)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->symbol[i];
        uint32_t size = symbol->size;

        if (strcmp(symbol->name, name) != 0)
            continue;
        for (size_t next = i + 1; !size && next < symbols->count; next++)
            size = symbols->symbol[next].linear - symbol->linear;
        *first = symbol->linear;
        *last = symbol->linear + (size ? size : NEAR) - 1;
        return true;
    }
    return false;
}

bool symbols_resolve(const struct symbols *symbols, const char *text,
                     linear_addr *linear, struct error *error)
{
    if (parse_address(text, linear) || symbols_find(symbols, text, linear))
        return true;
    if (symbols->count == 0)
        return error_set(error, "'%s' is no address, and there are no symbols",
                         text);
    return error_set(error, "'%s' is neither an address nor a known symbol",
                     text);
}

/* The last symbol at or before `linear`, or NULL. */
static const struct symbol *last_before(const struct symbols *symbols,
                                        linear_addr linear)
{
    size_t low = 0;
    size_t high = symbols->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (symbols->symbol[middle].linear <= linear)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &symbols->symbol[low - 1] : NULL;
}

/* The symbol that `linear` belongs to, or NULL. */
static const struct symbol *owner(const struct symbols *symbols,
                                  linear_addr linear)
{
    const struct symbol *symbol = last_before(symbols, linear);

    if (symbol &&
        linear - symbol->linear >= (symbol->size ? symbol->size : NEAR))
        return NULL;
    return symbol;
}

bool symbols_start(const struct symbols *symbols, linear_addr linear,
                   linear_addr *start)
{
    const struct symbol *symbol = owner(symbols, linear);

    if (symbol)
        *start = symbol->linear;
    return symbol != NULL;
}

const char *symbols_text(const struct symbols *symbols, linear_addr linear,
                         char text[SYMBOL_TEXT_SIZE])
{
    const struct symbol *symbol = owner(symbols, linear);

    text[0] = '\0';
    if (symbol && symbol->linear != linear)
        (void)snprintf(text, SYMBOL_TEXT_SIZE, "%.50s+0x%x", symbol->name,
                       linear - symbol->linear);
    else if (symbol)
        (void)snprintf(text, SYMBOL_TEXT_SIZE, "%.50s", symbol->name);
    return text;
}

bool symbols_have_lines(const struct symbols *symbols)
{
    return symbols->lines != NULL;
}

const char *symbols_line(const struct symbols *symbols, linear_addr linear,
                         char text[SOURCE_TEXT_SIZE])
{
    text[0] = '\0';
    return symbols->lines ? source_lines_text(symbols->lines, linear, text)
                          : text;
}

const char *symbols_place(const struct symbols *symbols, linear_addr linear,
                          char text[SYMBOL_PLACE_SIZE])
{
    char name[SYMBOL_TEXT_SIZE];
    char line[SOURCE_TEXT_SIZE];

    (void)symbols_text(symbols, linear, name);
    (void)symbols_line(symbols, linear, line);
    (void)snprintf(text, SYMBOL_PLACE_SIZE, "%s%s%s", name,
                   *name && *line ? ", " : "", line);
    return text;
}
