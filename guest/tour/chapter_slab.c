/* SPDX-License-Identifier: MIT */
#include "tour/tour.h"
void slab_chapter(void)
{
}
