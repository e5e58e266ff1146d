/* SPDX-License-Identifier: MIT */
#include "tools/figures.h"

#include <stdio.h>

struct figures_sample figures_take(struct machine *machine, uint64_t host)
{
    const struct mmu_counts counts = mmu_counts(&machine->cpu.mmu);

    return (struct figures_sample){
        .host = host,
        .machine = clock_nanoseconds(&machine->clock),
        .instructions = machine_instructions(machine),
        .lookups = counts.data_lookups + counts.code_lookups,
        .misses = counts.data_misses + counts.code_misses,
        .faults = counts.page_faults};
}

void figures_tell(const struct figures_sample *from,
                  const struct figures_sample *to, bool brief,
                  char text[FIGURES_TEXT_SIZE])
{
    const double nanoseconds =
        to->host > from->host ? (double)(to->host - from->host) : 1;
    const uint64_t lookups = to->lookups - from->lookups;
    const uint64_t misses = to->misses - from->misses;
    int length;

    length = snprintf(
        text, FIGURES_TEXT_SIZE, "%.1f MIPS  speed %.0f %%",
        (double)(to->instructions - from->instructions) * 1e3 / nanoseconds,
        (double)(to->machine - from->machine) * 100 / nanoseconds);
    if (brief || length < 0 || length >= FIGURES_TEXT_SIZE)
        return;
    (void)snprintf(text + length, FIGURES_TEXT_SIZE - (size_t)length,
                   "  TLB hits %.2f %%  %.0f faults/s",
                   lookups ? (double)(lookups - misses) * 100 / (double)lookups
                           : 100,
                   (double)(to->faults - from->faults) * 1e9 / nanoseconds);
}
