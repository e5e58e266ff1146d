/* SPDX-License-Identifier: MIT */
/* The TLBs of real chips, and of those that `--tlb` makes up. */
#include <stdlib.h>
#include <string.h>

#include "mmu/tlb.h"

enum { ENTRIES_MAX = 1 << 20, PLRU_WAYS_MAX = 64, LRU_WAYS_MAX = 8 };

/*
 * 386: 386 Hardware Reference Manual, "Translation Lookaside Buffer".
 * 486: i486 Programmer's Reference Manual, "Translation Lookaside Buffer".
 * Pentium: Pentium Developer's Manual 3; the code TLB holds pieces of 4 MiB
 * pages. PentiumPro: descriptors 01 02 03 04 of CPUID leaf 2 (SDM 2A).
 * Unverified: the policy of the PentiumPro.
 */
static const struct tlb_model chips[] = {
    {.name = "386", .data = {32, 4, TLB_POLICY_POINTER, 0}},
    {.name = "486", .data = {32, 4, TLB_POLICY_PLRU, 0}},
    {.name = "pentium",
     .split = true,
     .data = {64, 4, TLB_POLICY_PLRU, 0},
     .data_large = {8, 4, TLB_POLICY_PLRU, 0},
     .code = {32, 4, TLB_POLICY_PLRU, 0}},
    {.name = "pentiumpro",
     .split = true,
     .data = {64, 4, TLB_POLICY_PLRU, 0},
     .data_large = {8, 4, TLB_POLICY_PLRU, 0},
     .code = {32, 4, TLB_POLICY_PLRU, 0},
     .code_large = {2, 2, TLB_POLICY_PLRU, 0}},
    /* A set for every page of the address space: nothing is ever evicted. */
    {.name = "infinite", .data = {ENTRIES_MAX, 1, TLB_POLICY_FIFO, 0}},
    {.name = "none"},
};

static const struct {
    const char *name;
    enum tlb_policy policy;
    uint32_t ways_max;
} policies[] = {
    {"plru", TLB_POLICY_PLRU, PLRU_WAYS_MAX},
    {"lru", TLB_POLICY_LRU, LRU_WAYS_MAX},
    {"fifo", TLB_POLICY_FIFO, PLRU_WAYS_MAX},
    {"random", TLB_POLICY_RANDOM, PLRU_WAYS_MAX},
};

static bool is_power_of_two(unsigned long value)
{
    return value && !(value & (value - 1));
}

/* Digits up to `end_character` or the end; false if there are none. */
static bool parse_number(const char **text, unsigned long *value)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    *value = strtoul(*text, &end, 10);
    *text = end;
    return true;
}

static bool parse_seed(const char *text, uint32_t *seed, struct error *error)
{
    unsigned long value = 0;

    *seed = 1;
    if (*text == '\0')
        return true;
    if (*text++ != ':' || !parse_number(&text, &value) || *text != '\0' ||
        value == 0 || value > UINT32_MAX)
        return error_set(error, "a seed is a number from 1 to %u", UINT32_MAX);
    *seed = (uint32_t)value;
    return true;
}

static bool parse_policy(const char *text, struct tlb_geometry *geometry,
                         struct error *error)
{
    if (*text == '\0') {
        geometry->policy = TLB_POLICY_PLRU;
        return true;
    }
    if (*text++ != ':')
        return error_set(error, "expected ':' and a policy");
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        const size_t length = strlen(policies[i].name);

        if (strncmp(text, policies[i].name, length) != 0)
            continue;
        geometry->policy = policies[i].policy;
        if (geometry->ways > policies[i].ways_max)
            return error_set(error, "%s takes up to %u ways", policies[i].name,
                             policies[i].ways_max);
        if (geometry->policy == TLB_POLICY_RANDOM)
            return parse_seed(text + length, &geometry->seed, error);
        if (text[length] == '\0')
            return true;
    }
    return error_set(error,
                     "unknown policy '%s'; known: plru, lru, fifo, "
                     "random[:SEED]",
                     text);
}

/* ENTRIESxWAYS[:policy] */
static bool parse_geometry(const char *text, struct tlb_geometry *geometry,
                           struct error *error)
{
    unsigned long entries = 0;
    unsigned long ways = 0;

    if (!parse_number(&text, &entries) || *text++ != 'x' ||
        !parse_number(&text, &ways))
        return error_set(error, "expected one of " TLB_NAMES);
    if (entries == 0 || entries > ENTRIES_MAX || !is_power_of_two(entries) ||
        !is_power_of_two(ways) || ways > PLRU_WAYS_MAX || ways > entries)
        return error_set(error,
                         "entries and ways are powers of two, up to %d and %d",
                         ENTRIES_MAX, PLRU_WAYS_MAX);
    geometry->entries = (uint32_t)entries;
    geometry->ways = (uint32_t)ways;
    return parse_policy(text, geometry, error);
}

bool tlb_model_parse(const char *text, struct tlb_model *model,
                     struct error *error)
{
    for (size_t i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        if (strcmp(text, chips[i].name) == 0) {
            *model = chips[i];
            return true;
        }
    }
    *model = (struct tlb_model){.name = "given"};
    if (strncmp(text, "random", 6) == 0) {
        model->data = (struct tlb_geometry){64, 4, TLB_POLICY_RANDOM, 1};
        return parse_seed(text + 6, &model->data.seed, error);
    }
    return parse_geometry(text, &model->data, error);
}
