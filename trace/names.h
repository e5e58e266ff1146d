/* SPDX-License-Identifier: MIT */
/*
 * Names of what is in a record, as every report and trace spells them.
 */
#ifndef TRACE_NAMES_H
#define TRACE_NAMES_H

#include "trace/trace.h"

/** "#PF" and so on; "NMI"; NULL where the manual has no name. */
const char *vector_name(uint8_t vector);

/** "page fault" and so on; "exception" where the manual has no name. */
const char *vector_words(uint8_t vector);

/** "cr3" and so on. */
const char *tlb_cause_name(enum tlb_cause cause);

/** "protected+paging" and so on. */
const char *processor_mode_name(enum processor_mode mode);

#endif
