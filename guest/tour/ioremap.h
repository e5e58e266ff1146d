/* SPDX-License-Identifier: MIT */
/*
 * The part of chapter vmalloc that maps a device: the framebuffer.
 */
#ifndef TOUR_IOREMAP_H
#define TOUR_IOREMAP_H

/** Map the framebuffer uncached, test it, draw the zones; unmap it. */
void ioremap_part(void);

#endif
