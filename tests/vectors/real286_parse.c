/* SPDX-License-Identifier: MIT */
/*
 * Just as much JSON as the set uses: objects, arrays, whole numbers and
 * strings without escapes.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/vectors/real286.h"

const char *const real_register_name[REAL_REGISTER_COUNT] = {
    "ax", "cx", "dx", "bx", "sp", "bp", "si",
    "di", "es", "cs", "ss", "ds", "ip", "flags"};

/** Where the reader stands. `ok` is false once anything was wrong. */
struct json {
    const char *at;
    bool ok;
};

static void skip_space(struct json *json)
{
    while (*json->at == ' ' || *json->at == '\t')
        json->at++;
}

/** True, and past it, if `c` comes next. */
static bool accept(struct json *json, char c)
{
    skip_space(json);
    if (*json->at != c)
        return false;
    json->at++;
    return true;
}

static void expect(struct json *json, char c)
{
    if (!accept(json, c))
        json->ok = false;
}

static void string(struct json *json, char *text, size_t room)
{
    size_t size;

    expect(json, '"');
    size = strcspn(json->at, "\"");
    if (json->at[size] != '"')
        json->ok = false;
    if (!json->ok)
        return;
    if (room > 0) {
        const size_t kept = size < room ? size : room - 1;

        memcpy(text, json->at, kept);
        text[kept] = '\0';
    }
    json->at += size + 1;
}

static uint32_t number(struct json *json)
{
    char *end;
    unsigned long value;

    skip_space(json);
    value = strtoul(json->at, &end, 10);
    if (end == json->at)
        json->ok = false;
    json->at = end;
    return (uint32_t)value;
}

/** The next key of an object, or false at its end. */
static bool next_key(struct json *json, bool *first, char *key, size_t room)
{
    if (!json->ok || accept(json, '}'))
        return false;
    if (!*first)
        expect(json, ',');
    *first = false;
    string(json, key, room);
    expect(json, ':');
    return json->ok;
}

static void registers(struct json *json, struct real_state *state)
{
    bool first = true;
    char key[REAL_TEXT_MAX];

    expect(json, '{');
    while (next_key(json, &first, key, sizeof key)) {
        const uint32_t value = number(json);
        unsigned i = 0;

        while (i < REAL_REGISTER_COUNT && strcmp(real_register_name[i], key))
            i++;
        if (i == REAL_REGISTER_COUNT)
            json->ok = false;
        else
            state->registers[i] = value;
    }
}

/** [[address, byte], ...] */
static void memory(struct json *json, struct real_state *state)
{
    expect(json, '[');
    if (accept(json, ']'))
        return;
    do {
        struct real_byte *byte = &state->memory[state->memory_count];

        if (state->memory_count == REAL_BYTES_MAX)
            json->ok = false;
        if (!json->ok)
            return;
        expect(json, '[');
        byte->linear = number(json);
        expect(json, ',');
        byte->value = (uint8_t)number(json);
        expect(json, ']');
        state->memory_count++;
    } while (accept(json, ','));
    expect(json, ']');
}

static void state(struct json *json, struct real_state *state_at)
{
    bool first = true;
    char key[REAL_TEXT_MAX];

    expect(json, '{');
    while (next_key(json, &first, key, sizeof key)) {
        if (strcmp(key, "regs") == 0)
            registers(json, state_at);
        else if (strcmp(key, "ram") == 0)
            memory(json, state_at);
        else
            json->ok = false;
    }
}

static void exception(struct json *json, struct real_case *test)
{
    bool first = true;
    char key[REAL_TEXT_MAX];

    test->has_exception = true;
    expect(json, '{');
    while (next_key(json, &first, key, sizeof key)) {
        const uint32_t value = number(json);

        /* The other key, flag_address, is even where the stack is odd. */
        if (strcmp(key, "number") == 0)
            test->exception = value;
    }
}

static void code(struct json *json, struct real_case *test)
{
    char text[REAL_CODE_MAX * 2 + 1];

    string(json, text, sizeof text);
    for (unsigned i = 0; text[i] && text[i + 1]; i += 2) {
        const char pair[] = {text[i], text[i + 1], '\0'};

        test->code[test->code_size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

bool real286_parse(const char *line, struct real_case *test)
{
    struct json json = {line, true};
    bool first = true;
    char key[REAL_TEXT_MAX];

    test->code_size = 0;
    test->has_exception = false;
    test->before.memory_count = 0;
    test->after.memory_count = 0;
    expect(&json, '{');
    while (next_key(&json, &first, key, sizeof key)) {
        if (strcmp(key, "initial") == 0) {
            state(&json, &test->before);
            memcpy(test->after.registers, test->before.registers,
                   sizeof test->after.registers);
        } else if (strcmp(key, "final") == 0) {
            state(&json, &test->after);
        } else if (strcmp(key, "exception") == 0) {
            exception(&json, test);
        } else if (strcmp(key, "bytes") == 0) {
            code(&json, test);
        } else if (strcmp(key, "name") == 0) {
            string(&json, test->name, sizeof test->name);
        } else if (strcmp(key, "file") == 0) {
            string(&json, test->file, sizeof test->file);
        } else if (strcmp(key, "hash") == 0) {
            string(&json, NULL, 0);
        } else {
            number(&json);
        }
    }
    return json.ok;
}
