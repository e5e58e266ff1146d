/* SPDX-License-Identifier: MIT */
/*
 * The words and texts of an input script, with their places for messages.
 */
#ifndef TOOLS_INPUT_TOKENS_H
#define TOOLS_INPUT_TOKENS_H

#include "base/error.h"
#include "base/types.h"

enum input_token_kind {
    TOKEN_WORD,
    TOKEN_TEXT, /**< in quotes */
    TOKEN_LINE_END,
    TOKEN_END
};

struct input_token {
    enum input_token_kind kind;
    unsigned line;
    unsigned column;
    const char *start; /**< in the script; of a text, behind the quote */
    size_t length;     /**< there; of a text, up to the closing quote */
};

struct input_tokens {
    const char *name; /**< of the script */
    const char *bytes;
    size_t size;
    size_t next;
    unsigned line;
    size_t line_start;
    struct error *error; /**< where messages go */
};

/** Fails at a text that is not closed on its line. */
bool input_token_next(struct input_tokens *tokens, struct input_token *token);

/** Is the token this word? */
bool input_token_is(const struct input_token *token, const char *word);

/**
 * The bytes that a text stands for, on the heap. Fails at an unknown escape.
 */
bool input_token_text(const struct input_tokens *tokens,
                      const struct input_token *token, char **text,
                      size_t *length);

/** "NAME:LINE:COLUMN: WHAT"; returns false. */
bool input_token_refuse(const struct input_tokens *tokens,
                        const struct input_token *token, const char *what);

/** "NAME:LINE:COLUMN: BEFORE 'WORD'BEHIND"; returns false. */
bool input_token_refuse_word(const struct input_tokens *tokens,
                             const struct input_token *token,
                             const char *before, const char *behind);

#endif
