/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/vectors/hwv1.h"

static const char registers[GPR_COUNT][4] = {"eax", "ecx", "edx", "ebx",
                                             "esp", "ebp", "esi", "edi"};

/** Reads words from a line. */
struct words {
    const char *at;
    bool ok;
};

/** The next word; its length is 0 at the end. */
static size_t next_word(struct words *words, const char **word)
{
    size_t size;

    while (*words->at == ' ')
        words->at++;
    *word = words->at;
    size = strcspn(words->at, " ");
    words->at += size;
    return size;
}

/** A hexadecimal number, and what follows it. */
static uint32_t hex(struct words *words, const char *text, const char **end)
{
    char *stop;
    const unsigned long value = strtoul(text, &stop, 16);

    if (stop == text)
        words->ok = false;
    *end = stop;
    return (uint32_t)value;
}

/** The next word, a hexadecimal number. */
static uint32_t next_hex(struct words *words)
{
    const char *word;
    const char *end;

    if (next_word(words, &word) == 0)
        words->ok = false;
    return hex(words, word, &end);
}

static unsigned digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    return 16;
}

/** Pairs of digits as bytes, up to `room`. Returns how many. */
static uint32_t hex_bytes(struct words *words, const char *text, uint8_t *bytes,
                          uint32_t room)
{
    uint32_t size = 0;

    while (digit(text[0]) < 16 && digit(text[1]) < 16 && size < room) {
        bytes[size++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
        text += 2;
    }
    if (*text != ' ' && *text != '\0')
        words->ok = false;
    return size;
}

/** `addr:` of a word; `end` is behind the colon. */
static uint32_t address(struct words *words, const char *word, const char **end)
{
    const uint32_t value = hex(words, word, end);

    if (**end != ':')
        words->ok = false;
    else
        (*end)++;
    return value;
}

static void parse_patch(struct words *words, const char *word,
                        struct hwv1_case *test)
{
    struct hwv1_patch *patch;
    const char *text;

    if (test->patch_count == HWV1_PATCHES_MAX) {
        words->ok = false;
        return;
    }
    patch = &test->patch[test->patch_count++];
    patch->linear = address(words, word, &text);
    patch->size = hex_bytes(words, text, patch->bytes, HWV1_PATCH_BYTES);
}

static void parse_mask(struct words *words, const char *word,
                       struct hwv1_case *test)
{
    struct hwv1_change *mask;
    const char *text;

    if (test->mask_count == HWV1_MASKS_MAX) {
        words->ok = false;
        return;
    }
    mask = &test->mask[test->mask_count++];
    mask->linear = address(words, word, &text);
    mask->size = hex(words, text, &text);
}

static void parse_change(struct words *words, const char *word,
                         struct hwv1_case *test)
{
    struct hwv1_change *change;
    const char *text;

    if (test->change_count == HWV1_CHANGES_MAX) {
        words->ok = false;
        return;
    }
    change = &test->change[test->change_count++];
    change->linear = address(words, word, &text);
    change->first = test->changed_size;
    change->size = hex_bytes(words, text, test->changed + test->changed_size,
                             HWV1_CHANGED_BYTES - test->changed_size);
    test->changed_size += change->size;
}

static void parse_note(const char *word, struct hwv1_case *test)
{
    if (strncmp(word, "undefres", 8) == 0)
        test->undefined_result = true;
    if (strncmp(word, "undefflow", 9) == 0)
        test->undefined_in = true;
    if (strncmp(word, "approx", 6) == 0)
        test->approximate = true;
}

static struct x87_register parse_x87_register(struct words *words,
                                              const char *text)
{
    uint8_t bytes[X87_REGISTER_BYTES] = {0};

    if (hex_bytes(words, text, bytes, sizeof bytes) != sizeof bytes)
        words->ok = false;
    return x87_from_bytes(bytes);
}

static void parse_x87_words(struct words *words, struct hwv1_x87 *x87)
{
    x87->control = (uint16_t)next_hex(words);
    x87->status = (uint16_t)next_hex(words);
    x87->tags = (uint16_t)next_hex(words);
}

/** X and what follows it. */
static void parse_x87(struct words *words, struct hwv1_case *test)
{
    test->has_x87 = true;
    parse_x87_words(words, &test->x87);
    test->x87_after = test->x87;
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        const unsigned top = test->x87.status >> X87_TOP_SHIFT;
        const char *word;

        next_word(words, &word);
        test->x87.reg[i] = parse_x87_register(words, word);
        test->x87_after.reg[(top + i) & 7] = test->x87.reg[i];
    }
}

/** `rN=bytes`, of a physical register. */
static void parse_x87_change(struct words *words, const char *word,
                             struct hwv1_case *test)
{
    if (digit(word[1]) > 7 || word[2] != '=')
        words->ok = false;
    else
        test->x87_after.reg[digit(word[1])] =
            parse_x87_register(words, word + 3);
}

/** The words from E to "=". */
static void parse_before(struct words *words, struct hwv1_case *test)
{
    char kind = ' ';
    const char *word;
    size_t size;

    while ((size = next_word(words, &word)) > 0 && *word != '=') {
        if (size == 1 && strchr("ESXPUWVN", *word)) {
            kind = *word;
            if (kind == 'E')
                test->eflags = next_hex(words);
            for (unsigned i = 0; kind == 'S' && i < SEGMENT_COUNT; i++)
                test->segment[i] = (uint16_t)next_hex(words);
            if (kind == 'X')
                parse_x87(words, test);
            continue;
        }
        switch (kind) {
        case 'P': parse_patch(words, word, test); break;
        case 'U': test->undefined_flags |= hex(words, word, &word); break;
        case 'W':
            test->undefined_status = (uint16_t)hex(words, word, &word);
            break;
        case 'V': parse_mask(words, word, test); break;
        case 'N': parse_note(word, test); break;
        default: break;
        }
    }
}

/** "ok", or the decimal vector with error code and address. */
static void parse_outcome(struct words *words, struct hwv1_case *test)
{
    const char *word;
    char *end;

    if (next_word(words, &word) == 0)
        words->ok = false;
    if (word[0] == 'o')
        return;
    test->faults = true;
    test->vector = (unsigned)strtoul(word, &end, 10);
    if (*end == ':') {
        test->has_error_code = true;
        test->error_code = (uint32_t)strtoul(end + 1, &end, 16);
    }
    if (*end == ':')
        test->cr2 = (uint32_t)strtoul(end + 1, &end, 16);
}

/** `reg=value`. */
static void parse_register(struct words *words, const char *word,
                           struct hwv1_case *test)
{
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        if (strncmp(word, registers[i], 3) == 0 && word[3] == '=') {
            test->gpr_after[i] = hex(words, word + 4, &word);
            return;
        }
    }
}

/** The words behind the outcome. */
static void parse_after(struct words *words, struct hwv1_case *test)
{
    bool memory = false;
    const char *word;
    size_t size;

    while ((size = next_word(words, &word)) > 0) {
        if (size > 1) {
            if (memory)
                parse_change(words, word, test);
            else if (word[0] == 'r')
                parse_x87_change(words, word, test);
            else
                parse_register(words, word, test);
            continue;
        }
        if (*word == 'i')
            test->eip_after = next_hex(words);
        if (*word == 'f')
            test->eflags_after = next_hex(words);
        for (unsigned i = 0; *word == 's' && i < SEGMENT_COUNT; i++)
            test->segment_after[i] = (uint16_t)next_hex(words);
        memory |= *word == 'm';
        if (*word == 'x')
            parse_x87_words(words, &test->x87_after);
    }
}

bool hwv1_parse(const char *line, struct hwv1_case *test)
{
    static const uint16_t flat[SEGMENT_COUNT] = {0x2b, 0x23, 0x2b,
                                                 0x2b, 0x2b, 0x2b};
    struct words words = {line + 1, true};
    const char *word;

    *test = (struct hwv1_case){0};
    memcpy(test->segment, flat, sizeof flat);
    next_word(&words, &word);
    test->code_size = hex_bytes(&words, word, test->code, HWV1_CODE_MAX);
    test->mode = next_hex(&words);
    test->eip = next_hex(&words);
    next_word(&words, &word);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        test->gpr[i] = next_hex(&words);
    parse_before(&words, test);
    memcpy(test->gpr_after, test->gpr, sizeof test->gpr);
    memcpy(test->segment_after, test->segment, sizeof test->segment);
    parse_outcome(&words, test);
    parse_after(&words, test);
    return words.ok;
}
