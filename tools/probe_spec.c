/* SPDX-License-Identifier: MIT */
#include "tools/probe_spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_WORDS_MAX = 16 };

static void skip_blanks(const char **text)
{
    while (isblank((unsigned char)**text))
        (*text)++;
}

/* True, and behind it, if `word` stands here. */
static bool take(const char **text, const char *word)
{
    const size_t length = strlen(word);

    skip_blanks(text);
    if (strncmp(*text, word, length) != 0)
        return false;
    *text += length;
    return true;
}

/* Characters of a symbol: those of C, and those that compilers add. */
static size_t word_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) ||
           (text[length] && strchr("_.$", text[length])))
        length++;
    return length;
}

static bool take_word(const char **text, char *word, size_t size,
                      const char *what, struct error *error)
{
    size_t length;

    skip_blanks(text);
    length = word_length(*text);
    if (length == 0)
        return error_set(error, "expected %s at '%.20s'", what, *text);
    if (length >= size)
        return error_set(error, "%s '%.40s' is too long", what, *text);
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    return true;
}

static bool find_register(const char *name, struct probe_place *place)
{
    static const char names[][4] = {"eax", "ecx", "edx", "ebx",
                                    "esp", "ebp", "esi", "edi"};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *place = (struct probe_place){.number = (uint8_t)i};
            return true;
        }
    }
    return false;
}

static bool find_stack_word(const char *name, struct probe_place *place)
{
    char *end;
    unsigned long number;

    if (strncmp(name, "arg", 3) != 0 || !isdigit((unsigned char)name[3]))
        return false;
    number = strtoul(name + 3, &end, 10);
    if (*end || number < 1 || number > STACK_WORDS_MAX)
        return false;
    *place = (struct probe_place){.on_stack = true, .number = (uint8_t)number};
    return true;
}

/* "[REGISTER]", if it stands here. */
static bool take_count(const char **text, struct probe_place *place,
                       struct error *error)
{
    struct probe_place count;
    char word[PROBE_NAME_MAX];

    if (!take(text, "["))
        return true;
    if (!take_word(text, word, sizeof word, "a register", error))
        return false;
    if (!find_register(word, &count))
        return error_set(error, "'%s' is no register to count with", word);
    place->is_list = true;
    place->count = count.number;
    return take(text, "]") ||
           error_set(error, "expected ']' at '%.20s'", *text);
}

static bool take_place(const char **text, struct probe_place *place,
                       struct error *error)
{
    char word[PROBE_NAME_MAX];

    if (!take_word(text, word, sizeof word, "a place", error))
        return false;
    if (!find_register(word, place) && !find_stack_word(word, place))
        return error_set(
            error, "'%s' is neither a register (eax, ...) nor arg1 to arg%d",
            word, STACK_WORDS_MAX);
    return take_count(text, place, error);
}

static bool take_argument(struct probe_spec *spec, const char **text,
                          struct error *error)
{
    struct probe_place *place = &spec->argument[spec->count];
    char name[PROBE_NAME_MAX];
    const size_t used = strlen(spec->names);

    if (spec->count == PROBE_ARGUMENTS_MAX)
        return error_set(error, "at most %d arguments", PROBE_ARGUMENTS_MAX);
    if (!take_word(text, name, sizeof name, "an argument's name", error))
        return false;
    if (used + strlen(name) + 2 > sizeof spec->names)
        return error_set(error, "the arguments' names are too long");
    if (used > 0)
        strcat(spec->names, ",");
    strcat(spec->names, name);
    spec->count++;
    *place = (struct probe_place){.on_stack = true, .number = spec->count};
    if (take(text, "=") && !take_place(text, place, error))
        return false;
    if (!place->is_list)
        return true;
    if (spec->list >= 0)
        return error_set(error, "more than one argument is a list");
    spec->list = spec->count - 1;
    return true;
}

static bool take_arguments(struct probe_spec *spec, const char **text,
                           struct error *error)
{
    if (take(text, ")"))
        return true;
    do {
        if (!take_argument(spec, text, error))
            return false;
    } while (take(text, ","));
    return take(text, ")") ||
           error_set(error, "expected ',' or ')' at '%.20s'", *text);
}

bool probe_spec_parse(struct probe_spec *spec, const char *text,
                      struct error *error)
{
    *spec = (struct probe_spec){.list = -1};
    if (!take_word(&text, spec->function, sizeof spec->function, "a symbol",
                   error))
        return false;
    if (take(&text, "(") && !take_arguments(spec, &text, error))
        return false;
    if (take(&text, "->")) {
        spec->has_result = true;
        if (!take_place(&text, &spec->result, error))
            return false;
        if (spec->result.on_stack && !spec->result.is_list)
            return error_set(error, "a result is in a register");
    }
    skip_blanks(&text);
    return !*text || error_set(error, "unexpected '%.20s'", text);
}
