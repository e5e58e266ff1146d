/* SPDX-License-Identifier: MIT */
/*
 * Memory pressure: somebody who has taken all there is.
 */
#ifndef TOUR_HOG_H
#define TOUR_HOG_H

#include "kernel/list.h"

struct hog {
    struct list_head blocks;
    unsigned long pages;
};

/** Take all pages but the zones' reserves. Can be called again for more. */
void hog_take(struct hog *hog);

/** Take the high memory alone, so that all others use the low one. */
void hog_take_high(struct hog *hog);

/** Give back so many pages, or a few more: the smallest blocks first. */
void hog_leave(struct hog *hog, unsigned long pages);

/** Give them all back. */
void hog_release(struct hog *hog);

#endif
