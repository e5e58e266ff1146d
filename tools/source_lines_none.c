/* SPDX-License-Identifier: MIT */
#include "tools/source_lines.h"

bool source_lines_are_known(void)
{
    return false;
}

struct source_lines *source_lines_open(const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return NULL;
}

void source_lines_close(struct source_lines *lines)
{
    (void)lines;
}

const char *source_lines_text(struct source_lines *lines, linear_addr linear,
                              char text[SOURCE_TEXT_SIZE])
{
    (void)lines;
    (void)linear;
    text[0] = '\0';
    return text;
}
