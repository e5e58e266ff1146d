/* SPDX-License-Identifier: MIT */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/source_lines.h"

enum { REMEMBERED = 1024, FIRST_RANGES = 64 };

/* Code that one unit of compilation speaks for. */
struct range {
    Dwarf_Addr first;
    Dwarf_Addr end;
    Dwarf_Off unit; /* of its DIE */
};

/* An answer that was given. */
struct answer {
    bool known;
    linear_addr linear;
    char text[SOURCE_TEXT_SIZE];
};

struct source_lines {
    char *bytes; /* libelf wants some that it may write */
    Elf *elf;
    Dwarf *dwarf;
    struct range *range; /* by `first` */
    size_t count;
    size_t room;
    struct answer answer[REMEMBERED];
};

bool source_lines_are_known(void)
{
    return true;
}

/* --- Which unit --- */

static bool add_range(struct source_lines *lines, const struct range *range)
{
    if (lines->count == lines->room) {
        const size_t room = lines->room ? 2 * lines->room : FIRST_RANGES;
        struct range *larger = realloc(lines->range, room * sizeof *larger);

        if (!larger)
            return false;
        lines->range = larger;
        lines->room = room;
    }
    lines->range[lines->count++] = *range;
    return true;
}

static bool add_unit(struct source_lines *lines, Dwarf_Die *unit)
{
    struct range range = {.unit = dwarf_dieoffset(unit)};
    Dwarf_Addr base;
    ptrdiff_t at = 0;

    while ((at = dwarf_ranges(unit, at, &base, &range.first, &range.end)) > 0) {
        if (range.first < range.end && !add_range(lines, &range))
            return false;
    }
    return true;
}

static int compare(const void *left, const void *right)
{
    const struct range *a = left;
    const struct range *b = right;

    return a->first < b->first ? -1 : a->first > b->first;
}

/* Read where the units' code is. False if there is none. */
static bool read_units(struct source_lines *lines)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;

    while (dwarf_get_units(lines->dwarf, unit, &unit, NULL, NULL, &die, NULL) ==
           0) {
        if (!add_unit(lines, &die))
            return false;
    }
    if (lines->count > 0)
        qsort(lines->range, lines->count, sizeof *lines->range, compare);
    return lines->count > 0;
}

/* The DIE of the unit that `linear` belongs to. */
static bool find_unit(const struct source_lines *lines, linear_addr linear,
                      Dwarf_Die *unit)
{
    size_t low = 0;
    size_t high = lines->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (lines->range[middle].first <= linear)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && linear < lines->range[low - 1].end &&
           dwarf_offdie(lines->dwarf, lines->range[low - 1].unit, unit) != NULL;
}

/* --- What it says --- */

/* The file and its folder: enough to find it, whoever built it where. */
static const char *short_path(const char *path)
{
    const char *at = path + strlen(path);

    for (unsigned slashes = 0; at > path; at--) {
        if (at[-1] == '/' && ++slashes == 2)
            break;
    }
    return strncmp(at, "./", 2) == 0 ? at + 2 : at;
}

/* Name of the innermost inline function around `linear`, or NULL. */
static const char *inline_name(Dwarf_Die *unit, linear_addr linear)
{
    const char *name = NULL;
    Dwarf_Die *scopes = NULL;
    const int count = dwarf_getscopes(unit, linear, &scopes);

    for (int i = 0; i < count; i++) {
        const int tag = dwarf_tag(&scopes[i]);

        if (tag == DW_TAG_inlined_subroutine)
            name = dwarf_diename(&scopes[i]);
        if (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_subprogram)
            break;
    }
    free(scopes);
    return name;
}

static void look_up(struct source_lines *lines, linear_addr linear,
                    char text[SOURCE_TEXT_SIZE])
{
    const char *path;
    const char *name;
    Dwarf_Line *line;
    Dwarf_Die unit;
    int number;

    text[0] = '\0';
    if (!find_unit(lines, linear, &unit))
        return;
    line = dwarf_getsrc_die(&unit, linear);
    path = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    if (!path || dwarf_lineno(line, &number) != 0)
        return;
    name = inline_name(&unit, linear);
    (void)snprintf(text, SOURCE_TEXT_SIZE, "%.40s:%d%s%.30s", short_path(path),
                   number, name ? " in " : "", name ? name : "");
}

const char *source_lines_text(struct source_lines *lines, linear_addr linear,
                              char text[SOURCE_TEXT_SIZE])
{
    struct answer *answer = &lines->answer[linear % REMEMBERED];

    if (!answer->known || answer->linear != linear) {
        look_up(lines, linear, answer->text);
        answer->known = true;
        answer->linear = linear;
    }
    return strcpy(text, answer->text);
}

struct source_lines *source_lines_open(const uint8_t *bytes, size_t size)
{
    struct source_lines *lines = calloc(1, sizeof *lines);

    if (!lines)
        return NULL;
    lines->bytes = malloc(size);
    if (lines->bytes) {
        memcpy(lines->bytes, bytes, size);
        (void)elf_version(EV_CURRENT);
        lines->elf = elf_memory(lines->bytes, size);
    }
    if (lines->elf)
        lines->dwarf = dwarf_begin_elf(lines->elf, DWARF_C_READ, NULL);
    if (lines->dwarf && read_units(lines))
        return lines;
    source_lines_close(lines);
    return NULL;
}

void source_lines_close(struct source_lines *lines)
{
    if (!lines)
        return;
    (void)dwarf_end(lines->dwarf);
    (void)elf_end(lines->elf);
    free(lines->range);
    free(lines->bytes);
    free(lines);
}
