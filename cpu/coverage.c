/* SPDX-License-Identifier: MIT */
#include "cpu/coverage.h"

#ifdef PAGEWALK_COVERAGE

#include <stdio.h>
#include <stdlib.h>

/* The one place with state of its own: it belongs to the process, not to the
 * machine, and exists only where lines are counted the same way. */
static uint32_t done_count[1 << 16];
static uint32_t fault_vectors[1 << 16];

void coverage_note(uint16_t row, bool done, uint8_t vector)
{
    if (done)
        done_count[row]++;
    else
        fault_vectors[row] |= 1u << (vector & 31);
}

/* Several tests may end at a time: a line is one write. */
__attribute__((destructor)) static void write_rows(void)
{
    const char *path = getenv("COVERAGE_ROWS");
    FILE *file = path ? fopen(path, "a") : NULL;

    if (!file)
        return;
    setvbuf(file, NULL, _IOLBF, 256);
    for (unsigned row = 0; row < 1 << 16; row++) {
        if (done_count[row] || fault_vectors[row])
            fprintf(file, "%u %u %u\n", row, done_count[row],
                    fault_vectors[row]);
    }
    (void)fclose(file);
}

#endif
