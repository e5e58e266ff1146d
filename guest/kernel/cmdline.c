/* SPDX-License-Identifier: MIT */
#include "kernel/cmdline.h"

#include "kernel/string.h"

static char saved[CMDLINE_BYTES];

void cmdline_save(const char *text)
{
    strlcpy(saved, text, sizeof(saved));
}

const char *cmdline(void)
{
    return saved;
}

static const char *end_of_word(const char *word)
{
    while (*word && *word != ' ')
        word++;
    return word;
}

bool cmdline_get(const char *key, char *value, size_t size)
{
    const size_t key_length = strlen(key);
    const char *word = saved;
    size_t length;

    while (*word) {
        const char *end = end_of_word(word);

        if (strncmp(word, key, key_length) == 0 && word[key_length] == '=') {
            word += key_length + 1;
            length = (size_t)(end - word);
            strlcpy(value, word, length + 1 < size ? length + 1 : size);
            return true;
        }
        word = *end ? end + 1 : end;
    }
    return false;
}

bool list_contains(const char *list, const char *item)
{
    const size_t length = strlen(item);

    for (;;) {
        if (strncmp(list, item, length) == 0 &&
            (list[length] == 0 || list[length] == ','))
            return true;
        while (*list && *list != ',')
            list++;
        if (*list == 0)
            return false;
        list++;
    }
}
