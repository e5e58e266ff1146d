/* SPDX-License-Identifier: MIT */
/*
 * How a chapter verifies what it says. Each claim is printed with its
 * verdict; the first one that does not hold is the chapter's failure.
 */
#ifndef TOUR_CHECK_H
#define TOUR_CHECK_H

#include "kernel/types.h"
#include "mm/complain.h"

/** Begin a chapter: no failure yet. */
void check_begin(void);

/** The first claim that did not hold since then; 0 if all did. */
const char *check_failure(void);

/** State a claim. */
void check(bool holds, const char *claim);

/** Claim that there is something at all; returns whether there is. */
bool check_have(const void *thing, const char *claim);

/** Claim that the last bad input was refused with this complaint. */
void check_refused(enum complaint kind, const char *claim);

/** Claim that a call gave nothing but this complaint. */
void check_denied(const void *result, enum complaint kind, const char *claim);

/** Claim that reading `address` faults at it, a page not present. */
void check_unmapped(const volatile void *address, const char *claim);

/** Begin a part of a chapter with a heading. */
void section(const char *heading);

#endif
