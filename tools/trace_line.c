/* SPDX-License-Identifier: MIT */
#include "tools/trace_line.h"

#include <string.h>
#include <unistd.h>

#include "tools/code_image.h"
#include "trace/line.h"

enum {
    PLAIN = COLUMN_TICK | COLUMN_EIP | COLUMN_CPL | COLUMN_EVENT | COLUMN_WHAT
};

/* Colours of a terminal, by event: what goes wrong in red. */
static const char *const colours[TRACE_EVENT_COUNT] = {
    [TRACE_TLB] = "36",   [TRACE_HIT] = "36",   [TRACE_WALK] = "33",
    [TRACE_FAULT] = "31", [TRACE_MEM] = "0",    [TRACE_FETCH] = "34",
    [TRACE_EXEC] = "0",   [TRACE_PORT] = "35",  [TRACE_MMIO] = "35",
    [TRACE_DMA] = "35",   [TRACE_DREQ] = "35",  [TRACE_IRQ] = "32",
    [TRACE_LINE] = "32",  [TRACE_CR] = "1",     [TRACE_MODE] = "1",
    [TRACE_TASK] = "1",   [TRACE_MARKER] = "7", [TRACE_PROBE] = "1;32",
};

static bool wants_colour(const struct trace_options *options)
{
    if (strcmp(options->colour, "auto") == 0)
        return isatty(STDOUT_FILENO);
    return strcmp(options->colour, "always") == 0;
}

bool trace_liner_open(struct trace_liner *liner,
                      const struct trace_query *query, struct error *error)
{
    const struct trace_options *options = query->options;

    *liner = (struct trace_liner){.columns = options->columns,
                                  .colour = wants_colour(options),
                                  .symbols = query->symbols};
    if (!liner->columns) {
        liner->columns = PLAIN;
        if (symbols_count(query->symbols))
            liner->columns |= COLUMN_SYMBOL;
        if (options->image)
            liner->columns |= COLUMN_CODE;
    }
    if (!(liner->columns & COLUMN_CODE))
        return true;
    if (!options->image)
        return error_set(error, "the column 'code' needs --image FILE");
    liner->disassembler = disassembler_create(true);
    liner->image = code_image_open(options->image, error);
    return liner->image != NULL;
}

void trace_liner_close(struct trace_liner *liner)
{
    if (liner->disassembler)
        disassembler_destroy(liner->disassembler);
    if (liner->image)
        code_image_close(liner->image);
}

/* Text goes to `at`; a blank is put between columns. */
struct writer {
    char *line;
    size_t used;
};

static void put(struct writer *writer, const char *text, size_t width)
{
    const size_t length = strnlen(text, 100);

    if (writer->used)
        writer->line[writer->used++] = ' ';
    memcpy(writer->line + writer->used, text, length);
    writer->used += length;
    for (size_t i = length; i < width; i++)
        writer->line[writer->used++] = ' ';
}

static void put_code(struct trace_liner *liner, struct writer *writer,
                     uint32_t eip)
{
    char text[DISASSEMBLY_TEXT_SIZE] = "";
    uint8_t bytes[INSTRUCTION_MAX_SIZE];
    const size_t size = code_image_read(liner->image, eip, bytes, sizeof bytes);

    if (size && liner->disassembler)
        (void)disassemble(liner->disassembler, bytes, size, eip, text);
    put(writer, text, 0);
}

static void put_plain(struct trace_liner *liner, struct writer *writer,
                      const struct trace_record *record)
{
    const unsigned columns = liner->columns;
    char line[LINE_MAX_SIZE];
    size_t length = line_write(line, record) - 1;
    char what[LINE_MAX_SIZE];
    char text[32];

    if (columns & COLUMN_TICK) {
        (void)snprintf(text, sizeof text, "%12llu",
                       (unsigned long long)record->tick);
        put(writer, text, 0);
    }
    if (columns & COLUMN_EIP) {
        (void)snprintf(text, sizeof text, "%08x", record->eip);
        put(writer, text, 0);
    }
    if (columns & COLUMN_CPL) {
        (void)snprintf(text, sizeof text, "  %u", record->cpl);
        put(writer, text, 0);
    }
    if (columns & COLUMN_CR3) {
        (void)snprintf(text, sizeof text, "%08x", record->cr3);
        put(writer, text, 0);
    }
    if (columns & COLUMN_EVENT)
        put(writer, line_event(record->event), 6);
    if (columns & COLUMN_WHAT) {
        length = line_write_what(what, record);
        what[length] = '\0';
        put(writer, what, columns > PLAIN ? 40 : 0);
    }
}

size_t trace_liner_write(struct trace_liner *liner, char line[TRACE_LINE_SIZE],
                         const struct trace_record *record)
{
    struct writer writer = {line, 0};
    char symbol[SYMBOL_TEXT_SIZE];

    if (liner->columns == PLAIN && !liner->colour)
        return line_write(line, record);
    if (liner->colour)
        writer.used = (size_t)sprintf(line, "\033[%sm", colours[record->event]);
    put_plain(liner, &writer, record);
    if (liner->columns & COLUMN_SYMBOL)
        put(&writer, symbols_text(liner->symbols, record->eip, symbol), 24);
    if (liner->columns & COLUMN_CODE)
        put_code(liner, &writer, record->eip);
    while (writer.used && line[writer.used - 1] == ' ')
        writer.used--;
    if (liner->colour) {
        memcpy(line + writer.used, "\033[0m", 4);
        writer.used += 4;
    }
    line[writer.used++] = '\n';
    return writer.used;
}
