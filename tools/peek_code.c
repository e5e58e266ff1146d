/* SPDX-License-Identifier: MIT */
#include "tools/disassemble.h"
#include "tools/peek.h"

enum { CODE_LINES_MAX = 64, BYTES_SHOWN = 8 };

/* Walks along code as the disassembler measures it. */
struct reader {
    struct machine *machine;
    struct disassembler *disassembler;
    uint8_t bytes[INSTRUCTION_MAX_SIZE];
    size_t readable;
    char text[DISASSEMBLY_TEXT_SIZE];
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

static void show_line(FILE *file, const struct reader *reader,
                      const struct symbols *symbols, uint32_t eip,
                      unsigned length, bool marked)
{
    const size_t shown = length && length < BYTES_SHOWN ? length : BYTES_SHOWN;
    const size_t count = reader->readable < shown ? reader->readable : shown;
    char name[SYMBOL_TEXT_SIZE];

    (void)fprintf(file, "%s %08x  %-24s ", marked ? "  =>" : "    ", eip,
                  symbols_text(symbols, linear_of(reader->machine, eip), name));
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
 * Addresses of the instructions from `from` to the one before `eip`. None if
 * they do not lead there: then `from` is not on the way.
 */
static unsigned find_way(struct reader *reader, uint32_t from, uint32_t eip,
                         uint32_t way[CODE_LINES_MAX])
{
    unsigned count = 0;

    while (from < eip && count < CODE_LINES_MAX) {
        const unsigned length = read_at(reader, from);

        if (length == 0)
            return 0;
        way[count++] = from;
        from += length;
    }
    return from == eip ? count : 0;
}

void peek_show_code(FILE *file, struct machine *machine,
                    const struct symbols *symbols, const struct peek_code *code)
{
    const bool code32 = machine->cpu.segment[CS].rights & DESC_DB;
    struct reader reader = {.machine = machine,
                            .disassembler = disassembler_create(code32)};
    uint32_t way[CODE_LINES_MAX];
    const unsigned count = find_way(&reader, code->from, code->eip, way);
    uint32_t eip = code->eip;

    for (unsigned i = count > code->before ? count - code->before : 0;
         i < count; i++)
        show_line(file, &reader, symbols, way[i], read_at(&reader, way[i]),
                  false);
    for (unsigned i = 0; i <= code->behind; i++) {
        const unsigned length = read_at(&reader, eip);

        show_line(file, &reader, symbols, eip, length, i == 0);
        if (length == 0)
            break;
        eip += length;
    }
    disassembler_destroy(reader.disassembler);
}
