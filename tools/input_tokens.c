/* SPDX-License-Identifier: MIT */
#include "tools/input_tokens.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_SHOWN_MAX = 40 };

static bool at_end(const struct input_tokens *tokens)
{
    return tokens->next == tokens->size;
}

static char character(const struct input_tokens *tokens)
{
    return tokens->bytes[tokens->next];
}

/* Spaces, and a comment up to the end of its line. */
static void skip_blanks(struct input_tokens *tokens)
{
    while (!at_end(tokens) && memchr(" \t\r", character(tokens), 3))
        tokens->next++;
    if (at_end(tokens) || character(tokens) != '#')
        return;
    while (!at_end(tokens) && character(tokens) != '\n')
        tokens->next++;
}

static bool read_text(struct input_tokens *tokens, struct input_token *token)
{
    token->kind = TOKEN_TEXT;
    token->start++;
    tokens->next++;
    while (!at_end(tokens) && character(tokens) != '\n') {
        if (character(tokens) == '"') {
            token->length =
                (size_t)(tokens->bytes + tokens->next++ - token->start);
            return true;
        }
        if (character(tokens) == '\\' && tokens->next + 1 < tokens->size &&
            tokens->bytes[tokens->next + 1] != '\n')
            tokens->next++;
        tokens->next++;
    }
    return input_token_refuse(tokens, token, "this text is not closed");
}

bool input_token_next(struct input_tokens *tokens, struct input_token *token)
{
    skip_blanks(tokens);
    *token = (struct input_token){
        .kind = TOKEN_END,
        .line = tokens->line,
        .column = (unsigned)(tokens->next - tokens->line_start) + 1,
        .start = tokens->bytes + tokens->next};
    if (at_end(tokens))
        return true;
    if (character(tokens) == '"')
        return read_text(tokens, token);
    if (character(tokens) == '\n') {
        token->kind = TOKEN_LINE_END;
        tokens->line_start = ++tokens->next;
        tokens->line++;
        return true;
    }
    token->kind = TOKEN_WORD;
    while (!at_end(tokens) && !memchr(" \t\r\n\"#", character(tokens), 6))
        tokens->next++;
    token->length = (size_t)(tokens->bytes + tokens->next - token->start);
    return true;
}

bool input_token_is(const struct input_token *token, const char *word)
{
    return token->kind == TOKEN_WORD && strlen(word) == token->length &&
           memcmp(token->start, word, token->length) == 0;
}

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit ? strchr(digits, digit) : NULL;

    return found ? (int)(found - digits) % 16 : -1;
}

/* The byte of the escape behind the backslash at `*at`, which moves behind
 * it; -1: there is no such escape. */
static int escape(const char *text, size_t length, size_t *at)
{
    static const char names[] = "nrtbe\\\"";
    static const char bytes[] = "\n\r\t\b\033\\\"";
    const char *found;

    if (*at + 1 >= length)
        return -1;
    if (text[*at + 1] == 'x' && *at + 3 < length) {
        const int high = hex_digit(text[*at + 2]);
        const int low = hex_digit(text[*at + 3]);

        *at += 4;
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
    found = memchr(names, text[*at + 1], sizeof names - 1);
    *at += 2;
    return found ? (uint8_t)bytes[found - names] : -1;
}

bool input_token_text(const struct input_tokens *tokens,
                      const struct input_token *token, char **text,
                      size_t *length)
{
    char *bytes = malloc(token->length + 1);
    size_t count = 0;

    *text = bytes;
    if (!bytes)
        return error_set(tokens->error, "%s: out of memory", tokens->name);
    for (size_t at = 0; at < token->length;) {
        int byte = (uint8_t)token->start[at];

        if (byte != '\\') {
            at++;
        } else {
            byte = escape(token->start, token->length, &at);
            if (byte < 0)
                return input_token_refuse(tokens, token,
                                          "in this text: a backslash stands "
                                          "before n r t b e \\ \" or xHH");
        }
        bytes[count++] = (char)byte;
    }
    *length = count;
    return true;
}

bool input_token_refuse(const struct input_tokens *tokens,
                        const struct input_token *token, const char *what)
{
    return error_set(tokens->error, "%.300s:%u:%u: %s", tokens->name,
                     token->line, token->column, what);
}

bool input_token_refuse_word(const struct input_tokens *tokens,
                             const struct input_token *token,
                             const char *before, const char *behind)
{
    const int shown =
        token->length < WORD_SHOWN_MAX ? (int)token->length : WORD_SHOWN_MAX;

    return error_set(tokens->error, "%.300s:%u:%u: %s '%.*s'%s", tokens->name,
                     token->line, token->column, before, shown, token->start,
                     behind);
}
