/* SPDX-License-Identifier: MIT */
#include "tools/trace_line.h"

#include <stdlib.h>
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

/* NO_COLOR: who sets it to anything wants none by default. */
static bool wants_colour(const struct trace_options *options)
{
    const char *none = getenv("NO_COLOR");

    if (strcmp(options->colour, "auto") == 0)
        return isatty(STDOUT_FILENO) && !(none && *none);
    return strcmp(options->colour, "always") == 0;
}

/* Code from the image, or what the trace says was fetched. */
static bool open_code(struct trace_liner *liner,
                      const struct trace_query *query, struct error *error)
{
    const struct trace_options *options = query->options;

    liner->disassembler[0] = disassembler_create(false);
    liner->disassembler[1] = disassembler_create(true);
    if (options->image) {
        liner->image = code_image_open(options->image, error);
        return liner->image != NULL;
    }
    if (!query->keeps_fetches)
        return error_set(error, "the column 'code' needs --image FILE, or a "
                                "trace with 'fetch' events");
    liner->runs = calloc(1, sizeof *liner->runs);
    return liner->runs || error_set(error, "out of memory");
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
    if (liner->columns & (COLUMN_SYMBOL | COLUMN_SOURCE | COLUMN_CODE)) {
        liner->place = calloc(TRACE_LINE_PLACES, sizeof *liner->place);
        if (!liner->place)
            return error_set(error, "out of memory");
    }
    if (liner->columns & COLUMN_SOURCE && !symbols_have_lines(query->symbols))
        return error_set(error, source_lines_are_known()
                                    ? "the column 'source' needs --symbols or "
                                      "--image with an ELF file that has DWARF"
                                    : "the column 'source' needs libdw, which "
                                      "was not there when this was built");
    return !(liner->columns & COLUMN_CODE) || open_code(liner, query, error);
}

void trace_liner_close(struct trace_liner *liner)
{
    disassembler_destroy(liner->disassembler[0]);
    disassembler_destroy(liner->disassembler[1]);
    if (liner->image)
        code_image_close(liner->image);
    free(liner->runs);
    free(liner->place);
}

static size_t read_code(const struct trace_liner *liner, linear_addr linear,
                        uint8_t *bytes, uint8_t *bits)
{
    *bits = 32;
    return liner->image ? code_image_read(liner->image, linear, bytes,
                                          INSTRUCTION_MAX_SIZE)
                        : trace_code_read(liner->runs, linear, bytes,
                                          INSTRUCTION_MAX_SIZE, bits);
}

/* What is fetched from a place may change. */
static void find_code(const struct trace_liner *liner,
                      struct trace_line_place *place, linear_addr linear)
{
    uint8_t bytes[INSTRUCTION_MAX_SIZE];
    uint8_t bits;
    const size_t size = read_code(liner, linear, bytes, &bits);
    struct disassembler *disassembler = liner->disassembler[bits == 32];

    if (size == place->size && bits == place->bits &&
        memcmp(bytes, place->bytes, size) == 0)
        return;
    place->size = (uint8_t)size;
    place->bits = bits;
    memcpy(place->bytes, bytes, size);
    place->code[0] = '\0';
    if (size && disassembler)
        (void)disassemble(disassembler, bytes, size, place->eip, place->code);
    place->code_length = (uint8_t)strnlen(place->code, DISASSEMBLY_TEXT_SIZE);
}

static struct trace_line_place *place_of(const struct trace_liner *liner,
                                         uint32_t eip)
{
    struct trace_line_place *place = &liner->place[eip % TRACE_LINE_PLACES];

    if (place->known && place->eip == eip)
        return place;
    *place = (struct trace_line_place){.eip = eip, .known = true};
    if (liner->columns & COLUMN_SYMBOL)
        place->symbol_length = (uint8_t)strnlen(
            symbols_text(liner->symbols, eip, place->symbol), SYMBOL_TEXT_SIZE);
    if (liner->columns & COLUMN_SOURCE)
        place->source_length = (uint8_t)strnlen(
            symbols_line(liner->symbols, eip, place->source), SOURCE_TEXT_SIZE);
    return place;
}

/* Text of a column at least as wide, and a blank behind it. */
static char *put(char *at, const char *text, size_t length, size_t width)
{
    memcpy(at, text, length);
    if (length < width)
        memset(at + length, ' ', width - length);
    at += length < width ? width : length;
    *at++ = ' ';
    return at;
}

/* The same for what was written at `at` already, up to `end`. */
static char *pad(const char *at, char *end, size_t width)
{
    for (size_t i = (size_t)(end - at); i < width; i++)
        *end++ = ' ';
    *end++ = ' ';
    return end;
}

static char *put_record(const struct trace_liner *liner, char *at,
                        const struct trace_record *record)
{
    const unsigned columns = liner->columns;
    const char *event = line_event(record->event);

    if (columns & COLUMN_TICK)
        at = pad(at, line_decimal(at, record->tick, 12), 0);
    if (columns & COLUMN_EIP)
        at = pad(at, line_hex(at, record->eip, 8), 0);
    if (columns & COLUMN_CPL)
        at = pad(at, line_decimal(at, record->cpl, 3), 0);
    if (columns & COLUMN_CR3)
        at = pad(at, line_hex(at, record->cr3, 8), 0);
    if (columns & COLUMN_EVENT)
        at = put(at, event, strlen(event), 6);
    if (columns & COLUMN_WHAT)
        at =
            pad(at, at + line_write_what(at, record), columns > PLAIN ? 40 : 0);
    return at;
}

/* An image is known by EIP, as symbols are. */
static linear_addr code_address(const struct trace_liner *liner,
                                const struct trace_record *record)
{
    return liner->image ? record->eip : trace_code(record);
}

void trace_liner_note(struct trace_liner *liner,
                      const struct trace_record *record)
{
    if (liner->runs && record->event == TRACE_FETCH)
        trace_code_take(liner->runs, &record->fetch);
}

size_t trace_liner_write(struct trace_liner *liner, char line[TRACE_LINE_SIZE],
                         const struct trace_record *record)
{
    char *at = line;

    if (liner->columns == PLAIN && !liner->colour)
        return line_write(line, record);
    if (liner->colour)
        at += sprintf(line, "\033[%sm", colours[record->event]);
    at = put_record(liner, at, record);
    if (liner->place) {
        struct trace_line_place *place = place_of(liner, record->eip);

        if (liner->columns & COLUMN_SYMBOL)
            at = put(at, place->symbol, place->symbol_length, 24);
        if (liner->columns & COLUMN_SOURCE)
            at = put(at, place->source, place->source_length, 24);
        if (liner->columns & COLUMN_CODE)
            find_code(liner, place, code_address(liner, record));
        at = put(at, place->code, place->code_length, 0);
    }
    while (at > line && at[-1] == ' ')
        at--;
    if (liner->colour) {
        memcpy(at, "\033[0m", 4);
        at += 4;
    }
    *at++ = '\n';
    return (size_t)(at - line);
}
