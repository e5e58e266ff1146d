/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tools/disassemble.h"
#include "tools/peek.h"

enum {
    BYTES_SHOWN = 8,
    RING_SIZE = 5, /* instructions shown before the one that is marked */
    CODE_BEHIND = 2,
    STEPS_MAX = 10000
};

/* Walks along code as the disassembler measures it. */
struct reader {
    FILE *file;
    struct machine *machine;
    const struct symbols *symbols;
    struct disassembler *disassembler;
    uint8_t bytes[INSTRUCTION_MAX_SIZE];
    size_t readable;
    char text[DISASSEMBLY_TEXT_SIZE];
    char line[SOURCE_TEXT_SIZE]; /* of source, of the instruction shown last */
};

static linear_addr linear_of(const struct machine *machine, uint32_t eip)
{
    return machine->cpu.segment[CS].base + eip;
}

/* Read the instruction at `eip`; returns its length, 0 if that is unknown. */
static unsigned read_at(struct reader *reader, uint32_t eip)
{
    const linear_addr linear = linear_of(reader->machine, eip);

    reader->readable =
        peek_read(reader->machine, linear, reader->bytes, sizeof reader->bytes);
    reader->text[0] = '\0';
    if (!reader->disassembler || reader->readable == 0)
        return 0;
    return disassemble(reader->disassembler, reader->bytes, reader->readable,
                       linear, reader->text);
}

/* The line of source, where it is another one than before. */
static void show_source(struct reader *reader, uint32_t eip)
{
    char line[SOURCE_TEXT_SIZE];

    (void)symbols_line(reader->symbols, linear_of(reader->machine, eip), line);
    if (strcmp(line, reader->line) != 0)
        (void)fprintf(reader->file, "     %s:\n", *line ? line : "no source");
    memcpy(reader->line, line, sizeof line);
}

static void show_line(struct reader *reader, uint32_t eip, unsigned length,
                      bool marked)
{
    FILE *file = reader->file;
    const size_t shown = length && length < BYTES_SHOWN ? length : BYTES_SHOWN;
    const size_t count = reader->readable < shown ? reader->readable : shown;
    char name[SYMBOL_TEXT_SIZE];

    show_source(reader, eip);
    (void)fprintf(
        file, "%s %08x  %-24s ", marked ? "  =>" : "    ", eip,
        symbols_text(reader->symbols, linear_of(reader->machine, eip), name));
    if (reader->readable == 0) {
        (void)fprintf(file, "(not mapped)\n");
        return;
    }
    for (size_t i = 0; i < BYTES_SHOWN; i++) {
        if (i < count)
            (void)fprintf(file, "%02x ", reader->bytes[i]);
        else
            (void)fprintf(file, "   ");
    }
    (void)fprintf(file, " %s\n", reader->text);
}

/*
 * Addresses of the last instructions from `from` up to the one before `eip`,
 * in a ring; returns how many it passed. 0 if they do not lead there: then
 * `from` is not on the way.
 */
static unsigned find_way(struct reader *reader, uint32_t from, uint32_t eip,
                         uint32_t ring[RING_SIZE])
{
    unsigned count = 0;

    while (from < eip && count < STEPS_MAX) {
        const unsigned length = read_at(reader, from);

        if (length == 0)
            return 0;
        ring[count++ % RING_SIZE] = from;
        from += length;
    }
    return from == eip ? count : 0;
}

/* The same from where the block began, or else the function. */
static unsigned find_any_way(struct reader *reader,
                             const struct peek_code *code,
                             uint32_t ring[RING_SIZE])
{
    const linear_addr base = reader->machine->cpu.segment[CS].base;
    unsigned count = find_way(reader, code->from, code->eip, ring);
    linear_addr start;

    if (count == 0 && symbols_start(reader->symbols, base + code->eip, &start))
        count = find_way(reader, start - base, code->eip, ring);
    return count;
}

void peek_show_code(FILE *file, struct machine *machine,
                    const struct symbols *symbols, const struct peek_code *code)
{
    const bool code32 = machine->cpu.segment[CS].rights & DESC_DB;
    struct reader reader = {.file = file,
                            .machine = machine,
                            .symbols = symbols,
                            .disassembler = disassembler_create(code32)};
    uint32_t ring[RING_SIZE];
    const unsigned count = find_any_way(&reader, code, ring);
    uint32_t eip = code->eip;

    for (unsigned i = count > RING_SIZE ? count - RING_SIZE : 0; i < count;
         i++) {
        const uint32_t at = ring[i % RING_SIZE];

        show_line(&reader, at, read_at(&reader, at), false);
    }
    for (unsigned i = 0; i <= CODE_BEHIND; i++) {
        const unsigned length = read_at(&reader, eip);

        show_line(&reader, eip, length, i == 0);
        if (length == 0)
            break;
        eip += length;
    }
    disassembler_destroy(reader.disassembler);
}
