/* SPDX-License-Identifier: MIT */
/*
 * The rows of the opcode tables as a table of docs/coverage.md: how often
 * each ran to its end, and with which faults it ended, by the counts of
 * cpu/coverage.h. Register forms of the x87 stand together by mnemonic.
 *
 * Usage: rows FILE
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/opcodes.h"

struct tally {
    uint64_t done[1 << 16];
    uint32_t vectors[1 << 16];
    unsigned rows;
    unsigned never;
};

static const char *const vector_names[32] = {
    [0] = "DE",  [1] = "DB",  [2] = "NMI", [3] = "BP",  [4] = "OF",
    [5] = "BR",  [6] = "UD",  [7] = "NM",  [8] = "DF",  [10] = "TS",
    [11] = "NP", [12] = "SS", [13] = "GP", [14] = "PF", [16] = "MF",
    [17] = "AC", [18] = "MC"};

static bool read_counts(const char *path, struct tally *tally)
{
    FILE *file = fopen(path, "r");
    unsigned row;
    unsigned done;
    unsigned vectors;

    if (!file)
        return false;
    while (fscanf(file, "%u %u %u", &row, &done, &vectors) == 3) {
        if (row >= 1 << 16)
            continue;
        tally->done[row] += done;
        tally->vectors[row] |= vectors;
    }
    (void)fclose(file);
    return true;
}

static void print_row(struct tally *tally, const char *opcode,
                      const struct opcode *row, uint64_t done, uint32_t vectors)
{
    tally->rows++;
    tally->never += done == 0;
    printf("| %s | %s | ", opcode, row->mnemonic);
    if (done == 0)
        printf("**never**");
    else
        printf("%" PRIu64, done);
    printf(" |");
    for (unsigned i = 0; i < 32; i++) {
        if (vectors >> i & 1)
            printf(" #%s", vector_names[i] ? vector_names[i] : "?");
    }
    printf(" |\n");
}

/* ModR/M with which a slot of a group is reached. */
static uint8_t modrm_of(bool escape, unsigned slot)
{
    if (escape && slot >= 8)
        return (uint8_t)(0xc0 + slot - 8);
    return (uint8_t)(slot << 3);
}

static void print_group(struct tally *tally, bool two_byte, uint8_t byte,
                        const struct opcode *group)
{
    const bool escape = opcode_is_escape(two_byte, byte);
    const unsigned slots = escape ? OPCODE_ESCAPE_ROWS : 8;
    unsigned end;

    for (unsigned slot = 0; slot < slots; slot = end) {
        uint64_t done = 0;
        uint32_t vectors = 0;
        char name[32];

        for (end = slot; end < slots; end++) {
            const uint16_t index =
                opcode_index(two_byte, byte, modrm_of(escape, end));

            if (end > slot && (slot < 8 || strcmp(group[end].mnemonic,
                                                  group[slot].mnemonic) != 0))
                break;
            done += tally->done[index];
            vectors |= tally->vectors[index];
        }
        if (!group[slot].operate)
            continue;
        if (slot < 8)
            snprintf(name, sizeof name, "%s%02x /%u", two_byte ? "0f " : "",
                     byte, slot);
        else
            snprintf(name, sizeof name, "%02x %02x", byte,
                     modrm_of(escape, slot));
        print_row(tally, name, &group[slot], done, vectors);
    }
}

/* In a row without a group ModR/M's reg field is part of the index too. */
static void print_single(struct tally *tally, bool two_byte, uint8_t byte,
                         const struct opcode *row)
{
    uint64_t done = 0;
    uint32_t vectors = 0;
    char name[16];

    for (unsigned reg = 0; reg < 8; reg++) {
        const uint16_t index =
            opcode_index(two_byte, byte, (uint8_t)(reg << 3));

        done += tally->done[index];
        vectors |= tally->vectors[index];
    }
    snprintf(name, sizeof name, "%s%02x", two_byte ? "0f " : "", byte);
    print_row(tally, name, row, done, vectors);
}

static void print_opcode(struct tally *tally, bool two_byte, uint8_t byte)
{
    const struct opcode *row = &(two_byte ? two_byte_map : one_byte_map)[byte];

    if (row->attributes & GROUP)
        print_group(tally, two_byte, byte, row->group);
    else if (row->operate)
        print_single(tally, two_byte, byte, row);
}

int main(int argc, char **argv)
{
    struct tally *tally = calloc(1, sizeof *tally);

    if (argc != 2 || !tally || !read_counts(argv[1], tally)) {
        fputs("rows: cannot read the counts\n", stderr);
        free(tally);
        return EXIT_FAILURE;
    }
    printf("| opcode | instruction | ran to its end | faults |\n"
           "| --- | --- | --- | --- |\n");
    for (unsigned i = 0; i < 2 * 256; i++)
        print_opcode(tally, i >> 8, (uint8_t)i);
    printf("\n%u rows, %u never run.\n", tally->rows, tally->never);
    free(tally);
    return EXIT_SUCCESS;
}
