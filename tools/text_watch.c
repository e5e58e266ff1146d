/* SPDX-License-Identifier: MIT */
#include "tools/text_watch.h"

#include <stdlib.h>

bool text_pattern_init(struct text_pattern *pattern, const char *text,
                       size_t length)
{
    size_t prefix = 0;

    *pattern = (struct text_pattern){.text = text, .length = length};
    pattern->shorter = calloc(length + 1, sizeof *pattern->shorter);
    if (!pattern->shorter)
        return false;
    for (size_t i = 1; i < length; i++) {
        while (prefix > 0 && text[i] != text[prefix])
            prefix = pattern->shorter[prefix];
        if (text[i] == text[prefix])
            prefix++;
        pattern->shorter[i + 1] = prefix;
    }
    return true;
}

void text_pattern_release(struct text_pattern *pattern)
{
    free(pattern->shorter);
    *pattern = (struct text_pattern){.text = NULL};
}

bool text_watch_byte(struct text_watch *watch,
                     const struct text_pattern *pattern, uint8_t byte)
{
    if (pattern->length == 0)
        return false;
    while (watch->matched > 0 && (uint8_t)pattern->text[watch->matched] != byte)
        watch->matched = pattern->shorter[watch->matched];
    if ((uint8_t)pattern->text[watch->matched] == byte)
        watch->matched++;
    if (watch->matched < pattern->length)
        return false;
    watch->matched = pattern->shorter[watch->matched];
    return true;
}
