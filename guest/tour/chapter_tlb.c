/* SPDX-License-Identifier: MIT */
#include "tour/tour.h"
void tlb_chapter(void)
{
}
