/* SPDX-License-Identifier: MIT */
/*
 * Which rows of the opcode tables were run, and with which faults: counted
 * only in builds with --enable-coverage, for docs/coverage.md. Elsewhere
 * nothing is left of it.
 */
#ifndef CPU_COVERAGE_H
#define CPU_COVERAGE_H

#include "base/types.h"

#ifdef PAGEWALK_COVERAGE
/**
 * The full form of the instruction with `insn.row` `row` ran: to its end, or
 * into a fault with this vector. When the process ends, the counts are
 * appended to the file that the environment variable COVERAGE_ROWS names.
 */
void coverage_note(uint16_t row, bool done, uint8_t vector);
#else
static inline void coverage_note(uint16_t row, bool done, uint8_t vector)
{
    (void)row;
    (void)done;
    (void)vector;
}
#endif

#endif
