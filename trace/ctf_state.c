/* SPDX-License-Identifier: MIT */
#include "trace/ctf_state.h"

#include <string.h>

#include "trace/ctf_packet.h"

static void put(uint8_t **at, uint64_t value, size_t size)
{
    memcpy(*at, &value, size);
    *at += size;
}

static uint64_t get(const uint8_t **at, size_t size)
{
    uint64_t value = 0;

    memcpy(&value, *at, size);
    *at += size;
    return value;
}

static void put_entry(uint8_t **at, const struct trace_state_entry *entry)
{
    put(at, entry->bank, 1);
    put(at, entry->way, 1);
    put(at, entry->set, 2);
    put(at, entry->linear, 4);
    put(at, entry->physical, 4);
    put(at, entry->flags, 2);
}

uint8_t *ctf_state_put(uint8_t *at, const struct trace_state *state)
{
    put(&at, state->eip, 4);
    put(&at, state->cr3, 4);
    put(&at, state->code_base, 4);
    put(&at, state->cpl, 1);
    put(&at, state->a20, 1);
    for (unsigned i = 0; i < TRACE_STATE_REGISTERS; i++)
        put(&at, state->registers[i], 4);
    put(&at, state->eflags, 4);
    put(&at, state->cr0, 4);
    put(&at, state->cr2, 4);
    put(&at, state->cr4, 4);
    put(&at, state->lookups, 8);
    put(&at, state->misses, 8);
    put(&at, state->walks, 8);
    put(&at, state->page_faults, 8);
    put(&at, state->valid, 4);
    put(&at, state->entries, 4);
    for (uint32_t i = 0; i < state->entries; i++)
        put_entry(&at, &state->tlb[i]);
    return at;
}

static bool get_entry(const uint8_t **at, struct trace_state_entry *entry)
{
    entry->bank = (uint8_t)get(at, 1);
    entry->way = (uint8_t)get(at, 1);
    entry->set = (uint16_t)get(at, 2);
    entry->linear = (uint32_t)get(at, 4);
    entry->physical = (uint32_t)get(at, 4);
    entry->flags = (uint16_t)get(at, 2);
    return entry->bank <= TRACE_BANK_CODE_LARGE;
}

const uint8_t *ctf_state_get(const uint8_t *at, const uint8_t *end,
                             struct trace_state *state)
{
    if (end - at < CTF_STATE_SIZE)
        return NULL;
    state->eip = (uint32_t)get(&at, 4);
    state->cr3 = (uint32_t)get(&at, 4);
    state->code_base = (uint32_t)get(&at, 4);
    state->cpl = (uint8_t)get(&at, 1);
    state->a20 = get(&at, 1) != 0;
    for (unsigned i = 0; i < TRACE_STATE_REGISTERS; i++)
        state->registers[i] = (uint32_t)get(&at, 4);
    state->eflags = (uint32_t)get(&at, 4);
    state->cr0 = (uint32_t)get(&at, 4);
    state->cr2 = (uint32_t)get(&at, 4);
    state->cr4 = (uint32_t)get(&at, 4);
    state->lookups = get(&at, 8);
    state->misses = get(&at, 8);
    state->walks = get(&at, 8);
    state->page_faults = get(&at, 8);
    state->valid = (uint32_t)get(&at, 4);
    state->entries = (uint32_t)get(&at, 4);
    if (state->cpl > 3 || state->entries > TRACE_STATE_TLB_MAX ||
        (size_t)(end - at) < state->entries * (size_t)CTF_STATE_ENTRY_SIZE)
        return NULL;
    for (uint32_t i = 0; i < state->entries; i++) {
        if (!get_entry(&at, &state->tlb[i]))
            return NULL;
    }
    return at;
}
