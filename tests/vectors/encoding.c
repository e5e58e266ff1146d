/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/vectors/replay.h"

struct encoding encoding_of(const uint8_t *code, size_t size)
{
    static const uint8_t prefix[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                     0x66, 0x67, 0xf0, 0xf2, 0xf3};
    struct encoding encoding = {0};
    size_t at = 0;

    while (at < size && memchr(prefix, code[at], sizeof prefix)) {
        encoding.locked |= code[at] == 0xf0;
        at++;
    }
    encoding.prefixes = (unsigned)at;
    if (at < size && code[at] == 0x0f) {
        encoding.two_byte = true;
        at++;
    }
    encoding.opcode = at < size ? code[at] : 0;
    encoding.modrm = at + 1 < size ? code[at + 1] : 0;
    encoding.row = opcode_row(
        opcode_index(encoding.two_byte, encoding.opcode, encoding.modrm));
    return encoding;
}

const char *encoding_obstacle(const struct encoding *encoding,
                              const struct cpu_model *model)
{
    if (encoding->row->generation > model->generation)
        return "the model is older than the instruction";
    return NULL;
}
