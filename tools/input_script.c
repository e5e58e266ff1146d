/* SPDX-License-Identifier: MIT */
#include "tools/input_script.h"

#include <stdlib.h>
#include <string.h>

#include "tools/input_keys.h"
#include "tools/input_tokens.h"
#include "tools/parse.h"

enum { CHORD_MAX = 8, NUMBER_MAX = 24, FIRST_ROOM = 16 };

struct parser {
    struct input_script *script;
    struct input_tokens tokens;
    struct input_token token; /* the next one, not taken yet */
    size_t room;              /* for steps */
    size_t key_room;          /* in the last step */
};

static bool next(struct parser *parser)
{
    return input_token_next(&parser->tokens, &parser->token);
}

static bool refuse(const struct parser *parser, const char *what)
{
    return input_token_refuse(&parser->tokens, &parser->token, what);
}

static bool out_of_memory(const struct parser *parser)
{
    return error_set(parser->tokens.error, "%s: out of memory",
                     parser->tokens.name);
}

static struct input_step *last_step(const struct parser *parser)
{
    return &parser->script->steps[parser->script->count - 1];
}

static bool add_step(struct parser *parser, enum input_step_kind kind)
{
    struct input_script *script = parser->script;

    if (script->count == parser->room) {
        const size_t room = parser->room ? 2 * parser->room : FIRST_ROOM;
        struct input_step *steps = realloc(script->steps, room * sizeof *steps);

        if (!steps)
            return out_of_memory(parser);
        script->steps = steps;
        parser->room = room;
    }
    parser->key_room = 0;
    script->steps[script->count++] =
        (struct input_step){.kind = kind, .line = parser->token.line};
    return true;
}

/* --- What stands behind a step's name --- */

static bool take_ticks(struct parser *parser)
{
    const struct input_token *token = &parser->token;
    char number[NUMBER_MAX] = "";

    if (token->kind == TOKEN_WORD && token->length < sizeof number)
        memcpy(number, token->start, token->length);
    if (!parse_count(number, &last_step(parser)->ticks))
        return refuse(parser, "ticks must stand here: a number, k, M or G "
                              "behind it");
    return next(parser);
}

static bool take_text(struct parser *parser)
{
    struct input_step *step = last_step(parser);

    if (parser->token.kind != TOKEN_TEXT)
        return refuse(parser, "a text in quotes must stand here");
    if (!input_token_text(&parser->tokens, &parser->token, &step->text,
                          &step->length))
        return false;
    if (step->length == 0)
        return refuse(parser, "the text is empty");
    return next(parser);
}

static bool take_after(struct parser *parser)
{
    static const struct {
        const char *name;
        unsigned sources;
    } rows[] = {{"serial", INPUT_FROM_SERIAL},
                {"debugcon", INPUT_FROM_DEBUGCON},
                {"screen", INPUT_FROM_SCREEN},
                {"prompt", INPUT_FROM_PROMPT}};
    struct input_step *step = last_step(parser);

    step->sources = INPUT_FROM_SERIAL | INPUT_FROM_DEBUGCON | INPUT_FROM_SCREEN;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!input_token_is(&parser->token, rows[i].name))
            continue;
        step->sources = rows[i].sources;
        if (!next(parser))
            return false;
        break;
    }
    if (!take_text(parser))
        return false;
    return text_pattern_init(&step->pattern, step->text, step->length) ||
           out_of_memory(parser);
}

static bool add_key(struct parser *parser, uint8_t usage, bool down)
{
    struct input_step *step = last_step(parser);

    if (step->key_count == parser->key_room) {
        const size_t room =
            parser->key_room ? 2 * parser->key_room : FIRST_ROOM;
        struct input_key *keys = realloc(step->keys, room * sizeof *keys);

        if (!keys)
            return out_of_memory(parser);
        step->keys = keys;
        parser->key_room = room;
    }
    step->keys[step->key_count++] = (struct input_key){usage, down};
    return true;
}

/* Press the keys in order, release them in reverse. */
static bool add_chord(struct parser *parser, const uint8_t *usages,
                      unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!add_key(parser, usages[i], true))
            return false;
    }
    for (unsigned i = count; i-- > 0;) {
        if (!add_key(parser, usages[i], false))
            return false;
    }
    return true;
}

/* ctrl+alt+delete */
static bool take_chord(struct parser *parser)
{
    const struct input_token *token = &parser->token;
    uint8_t usages[CHORD_MAX];
    unsigned count = 0;
    size_t first = 0;

    while (first <= token->length) {
        const char *start = token->start + first;
        const char *plus = memchr(start, '+', token->length - first);
        const size_t length =
            plus ? (size_t)(plus - start) : token->length - first;

        if (count == CHORD_MAX)
            return refuse(parser, "too many keys at once");
        usages[count] = input_key_named(start, length);
        if (usages[count++] == 0)
            return input_token_refuse_word(&parser->tokens, token,
                                           "there is no key", "");
        first += length + 1;
    }
    return add_chord(parser, usages, count);
}

/* A text is typed character by character. */
static bool take_typing(struct parser *parser)
{
    char *text = NULL;
    size_t length = 0;
    bool ok = input_token_text(&parser->tokens, &parser->token, &text, &length);

    for (size_t i = 0; ok && i < length; i++) {
        uint8_t usages[2] = {KEY_LEFT_SHIFT};
        bool shift = false;

        usages[1] = input_key_typing(text[i], &shift);
        if (usages[1] == 0)
            ok = refuse(parser, "this text has a character without a key");
        else
            ok = add_chord(parser, usages + !shift, shift ? 2 : 1);
    }
    free(text);
    return ok;
}

/* The names of the steps end a list of keys. */
static enum input_step_kind kind_named(const struct input_token *token,
                                       bool *known);

static bool take_keys(struct parser *parser)
{
    bool known = false;

    for (;;) {
        if (parser->token.kind == TOKEN_WORD)
            (void)kind_named(&parser->token, &known);
        if (known || parser->token.kind == TOKEN_LINE_END ||
            parser->token.kind == TOKEN_END)
            break;
        if (parser->token.kind == TOKEN_TEXT ? !take_typing(parser)
                                             : !take_chord(parser))
            return false;
        if (!next(parser))
            return false;
    }
    return last_step(parser)->key_count > 0 ||
           refuse(parser, "keys must stand here: names, or a text to type");
}

/* --- Steps --- */

static enum input_step_kind kind_named(const struct input_token *token,
                                       bool *known)
{
    static const char *const names[] = {
        [INPUT_AT] = "at",       [INPUT_WAIT] = "wait",
        [INPUT_AFTER] = "after", [INPUT_PACE] = "pace",
        [INPUT_KEYS] = "keys",   [INPUT_SERIAL] = "serial",
        [INPUT_POWER] = "power", [INPUT_STOP] = "stop"};
    unsigned kind = 0;

    while (kind < INPUT_STOP && !input_token_is(token, names[kind]))
        kind++;
    *known = input_token_is(token, names[kind]);
    return (enum input_step_kind)kind;
}

static bool take_step(struct parser *parser)
{
    enum input_step_kind kind;
    bool known = false;

    if (parser->token.kind == TOKEN_LINE_END)
        return next(parser);
    if (parser->token.kind == TOKEN_TEXT)
        return refuse(parser, "a text, where a step must begin");
    kind = kind_named(&parser->token, &known);
    if (!known)
        return input_token_refuse_word(&parser->tokens, &parser->token,
                                       "there is no step",
                                       "; known: at after wait pace keys "
                                       "serial power stop");
    if (!add_step(parser, kind) || !next(parser))
        return false;
    switch (kind) {
    case INPUT_AFTER: return take_after(parser);
    case INPUT_KEYS: return take_keys(parser);
    case INPUT_SERIAL: return take_text(parser);
    case INPUT_POWER:
    case INPUT_STOP: return true;
    case INPUT_AT:
    case INPUT_WAIT:
    case INPUT_PACE:
    default: return take_ticks(parser);
    }
}

bool input_script_parse(struct input_script *script, const char *name,
                        const struct host_file *file, struct error *error)
{
    struct parser parser = {.script = script,
                            .tokens = {.name = name,
                                       .bytes = (const char *)file->bytes,
                                       .size = file->size,
                                       .line = 1,
                                       .error = error}};

    *script = (struct input_script){.name = name};
    if (!next(&parser))
        return false;
    while (parser.token.kind != TOKEN_END) {
        if (!take_step(&parser))
            return false;
    }
    return true;
}

void input_script_release(struct input_script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        text_pattern_release(&script->steps[i].pattern);
        free(script->steps[i].text);
        free(script->steps[i].keys);
    }
    free(script->steps);
    *script = (struct input_script){.name = script->name};
}
