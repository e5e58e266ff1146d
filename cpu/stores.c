/* SPDX-License-Identifier: MIT */
#include "cpu/stores.h"

#include <assert.h>

bool stores_add(struct cpu *cpu, struct stores *stores,
                struct page_request request, unsigned size, uint32_t value)
{
    assert(stores->count < STORES_MAX);
    TRY(memory_open(&cpu->mmu, request, size,
                    &stores->item[stores->count].place, &cpu->fault));
    stores->item[stores->count].size = size;
    stores->item[stores->count].value = value;
    stores->count++;
    return true;
}

void stores_commit(struct cpu *cpu, const struct stores *stores)
{
    for (unsigned i = 0; i < stores->count; i++)
        memory_place_write(&cpu->mmu, &stores->item[i].place,
                           stores->item[i].size, stores->item[i].value);
}
