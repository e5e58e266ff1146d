/* SPDX-License-Identifier: MIT */
#include "tour/hog.h"

#include "mm/page_alloc.h"

/* Neither waiting nor urgent: ends where the reserves begin. */
#define HOG_FLAGS (__GFP_HIGHMEM | __GFP_NOWARN)

void hog_take(struct hog *hog)
{
    unsigned int order = MAX_ORDER;
    struct page *page;

    if (hog->pages == 0)
        list_init(&hog->blocks);
    while (order-- > 0) {
        while ((page = alloc_pages(HOG_FLAGS, order)) != NULL) {
            list_add(&page->lru, &hog->blocks);
            hog->pages += 1ul << order;
        }
    }
}

/* A block of high memory; 0 if there is none of that order. */
static struct page *take_high_block(unsigned int order)
{
    const struct zone *high = &zones[ZONE_HIGHMEM];
    struct page *page = NULL;

    if (high->free_pages >= high->pages_min + (1ul << order))
        page = alloc_pages(HOG_FLAGS, order);
    if (page && page_zone(page) != high) {
        __free_pages(page, order);
        page = NULL;
    }
    return page;
}

void hog_take_high(struct hog *hog)
{
    unsigned int order = MAX_ORDER;
    struct page *page;

    list_init(&hog->blocks);
    while (order-- > 0) {
        while ((page = take_high_block(order)) != NULL) {
            list_add(&page->lru, &hog->blocks);
            hog->pages += 1ul << order;
        }
    }
}

void hog_release(struct hog *hog)
{
    while (!list_empty(&hog->blocks)) {
        struct page *page = list_entry(hog->blocks.next, struct page, lru);

        list_del(&page->lru);
        __free_pages(page, page->order);
    }
    hog->pages = 0;
}
