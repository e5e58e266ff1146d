/* SPDX-License-Identifier: MIT */
#include "tour/age.h"

#include "kernel/printk.h"
#include "mm/page_alloc.h"

#define KEEP_EVERY 8

/* At most as many as one page holds pointers, and a fraction of the zone. */
#define MOST_PAGES  (PAGE_SIZE / sizeof(struct page *))
#define MOST_OF_ALL 4

/* A linear congruential generator: good enough to shuffle. */
static unsigned int next_random(unsigned int limit)
{
    static uint32_t state = 1;

    state = state * 1103515245u + 12345u;
    return (state >> 16) % limit;
}

static void shuffle(struct page **pages, unsigned int count)
{
    for (; count > 1; count--) {
        const unsigned int other = next_random(count);
        struct page *page = pages[count - 1];

        pages[count - 1] = pages[other];
        pages[other] = page;
    }
}

static void age_zone(const struct zone *zone, gfp_t gfp)
{
    struct page **pages = (struct page **)__get_free_page(GFP_KERNEL);
    unsigned long wanted = zone->free_pages / MOST_OF_ALL;
    unsigned int count = 0;
    unsigned int kept = 0;
    unsigned int i;

    if (!pages)
        return;
    if (wanted > MOST_PAGES)
        wanted = MOST_PAGES;
    while (count < wanted && zone->free_pages > 0)
        pages[count++] = alloc_page(gfp);
    shuffle(pages, count);
    for (i = 0; i < count; i++) {
        if (i % KEEP_EVERY == 0)
            kept++;
        else
            __free_page(pages[i]);
    }
    printk("aged zone %s: %u pages taken, all but %u given back, shuffled\n",
           zone->name, count, kept);
    free_page((unsigned long)pages);
}

void age_memory(void)
{
    static const gfp_t gfp[MAX_NR_ZONES] = {
        [ZONE_DMA] = GFP_DMA,
        [ZONE_NORMAL] = GFP_KERNEL,
        [ZONE_HIGHMEM] = GFP_HIGHUSER,
    };
    int zone;

    for (zone = 0; zone < MAX_NR_ZONES; zone++) {
        if (zones[zone].present_pages > 0)
            age_zone(&zones[zone], gfp[zone]);
    }
}
