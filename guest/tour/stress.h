/* SPDX-License-Identifier: MIT */
/*
 * `tour=stress seed=N rounds=M`: random mixes of all allocators. What is in
 * an object is looked at before it is given back; now and then something is
 * done wrong on purpose, and must be found.
 */
#ifndef TOUR_STRESS_H
#define TOUR_STRESS_H

/** The chapter. */
void stress_chapter(void);

#endif
