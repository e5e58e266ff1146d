/* SPDX-License-Identifier: MIT */
/*
 * The tour: chapters that each show one allocator or kind of address.
 *
 *   in    `tour=all`, the default, or `tour=kmalloc,vmalloc` on the kernel's
 *         command line
 *   out   text; `chapter NAME: ok` or `chapter NAME: FAILED: why` at the end
 *         of each; markers in the emulator's trace
 */
#ifndef TOUR_TOUR_H
#define TOUR_TOUR_H

#include "kernel/types.h"

struct chapter {
    uint8_t number; /**< for the exit port and the markers; never reused */
    bool broken;    /**< a test of the way out; not in `tour=all` */
    const char *name;
    const char *title;
    void (*early)(void); /**< before the page allocator exists; may be 0 */
    void (*run)(void);
};

/** Read the command line; panics if it names a chapter that is not there. */
void tour_select(void);

/** Run the early parts of the selected chapters. */
void tour_run_early(void);

/**
 * Run the selected chapters. If one failed, ends the machine with its number
 * at the exit port.
 */
void tour_run(void);

/** Run one chapter by name; says so if there is none. */
void tour_run_chapter(const char *name);

/* One for each chapter, in its own file. */
void bootmem_chapter_early(void);
void bootmem_chapter(void);
void pages_chapter(void);
void kmalloc_chapter(void);
void slab_chapter(void);
void vmalloc_chapter(void);
void addresses_chapter(void);
void tlb_chapter(void);
void mempool_chapter(void);
void highmem_chapter(void);
void percpu_chapter(void);
void gfp_chapter(void);
void swap_chapter(void);
void dma_chapter(void);
void compare_chapter(void);
void ioport_chapter(void);
void iomem_chapter(void);
void process_chapter(void);
void fault_chapter(void);
void mmap_chapter(void);
void fail_chapter(void);
void crash_chapter(void);

#endif
