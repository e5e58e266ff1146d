/* SPDX-License-Identifier: MIT */
#include "tests/unit/guest/host.h"

#include "kernel/preempt.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/kmalloc.h"
#include "mm/slab.h"
#include "tests/unit/run_tests.h"

#include <sys/mman.h>

#define ALIGNMENT (4ul << 20) /* of the largest block */

unsigned long host_direct_map;
volatile unsigned int preempt_count;
volatile bool need_resched;

static enum complaint last;
static struct page map[HOST_PAGES];

void preempt_check(void)
{
}

void sleep_on(struct wait_queue *queue)
{
    (void)queue;
    ck_abort_msg("nobody can sleep here");
}

void wake_up(struct wait_queue *queue)
{
    (void)queue;
}

void strlcpy(char *dest, const char *src, size_t size)
{
    const size_t length = strlen(src) < size ? strlen(src) : size - 1;

    memcpy(dest, src, length);
    dest[length] = 0;
}

void complain(enum complaint kind, const char *format, ...)
{
    (void)format;
    last = kind;
}

enum complaint take_complaint(void)
{
    const enum complaint kind = last;

    last = COMPLAINT_NONE;
    return kind;
}

/* Before any test runs: each gets a copy when it forks. */
static void map_memory(void)
{
    const unsigned long size = (HOST_PAGES << PAGE_SHIFT) + ALIGNMENT;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED)
        abort();
    host_direct_map = ALIGN_UP((unsigned long)memory, ALIGNMENT);
}

void host_start_early(void)
{
    map_memory();
    max_pfn = HOST_PAGES;
    max_low_pfn = HOST_PAGES;
    high_memory = host_direct_map + (HOST_PAGES << PAGE_SHIFT);
    last = COMPLAINT_NONE;
    preempt_count = 0;
    free_area_init(map);
}

void host_start(void)
{
    host_start_early();
    release_pages_to_buddy(HOST_FIRST_PAGE, HOST_PAGES);
    kmem_cache_init();
    kmalloc_init();
}

struct host_blocks host_blocks(void)
{
    struct host_blocks blocks;
    unsigned int zone;
    unsigned int order;

    for (zone = 0; zone < MAX_NR_ZONES; zone++) {
        for (order = 0; order < MAX_ORDER; order++)
            blocks.free[zone][order] = zones[zone].free_area[order].nr_free;
    }
    return blocks;
}
