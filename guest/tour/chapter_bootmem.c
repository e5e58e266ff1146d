/* SPDX-License-Identifier: MIT */
#include "tour/tour.h"
void bootmem_chapter_early(void)
{
}
void bootmem_chapter(void)
{
}
