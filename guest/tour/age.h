/* SPDX-License-Identifier: MIT */
/*
 * A kernel that has just started has its free memory in one piece, and the
 * tour would show an order that no running machine has. So we age it.
 */
#ifndef TOUR_AGE_H
#define TOUR_AGE_H

/**
 * In each zone take pages one by one, give them back in a shuffled order, and
 * keep every eighth, as a page cache would. The shuffle is always the same.
 */
void age_memory(void);

#endif
