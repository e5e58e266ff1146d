/* SPDX-License-Identifier: MIT */
/*
 * The state of the allocators as tables, in the manner of Linux's files
 * below /proc. The allocators themselves print nothing but complaints.
 */
#ifndef MM_SHOW_H
#define MM_SHOW_H

/** /proc/buddyinfo: free blocks of each order in each zone. */
void show_buddyinfo(void);

/** The zones: their frames, present and free pages. */
void show_zones(void);

/** /proc/slabinfo: the caches that have slabs. */
void show_slabinfo(void);

/** /proc/vmallocinfo: the areas; with the physical address of devices. */
void show_vmallocinfo(void);

/** The bounds of the parts of the linear address space. */
void show_layout(void);

#endif
