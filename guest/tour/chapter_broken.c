/* SPDX-License-Identifier: MIT */
/*
 * Chapters fail and crash: they go wrong on purpose, so that tests can see
 * that a failure comes out of the machine as one.
 */
#include "mm/layout.h"
#include "tour/check.h"
#include "tour/tour.h"

void fail_chapter(void)
{
    check(false, "that two and two are five");
}

void crash_chapter(void)
{
    *(volatile uint32_t *)high_memory = 1;
}
