/* SPDX-License-Identifier: MIT */
#include "tour/hog.h"

#include "mm/page_alloc.h"

/* What is left must have room for kernel stacks. */
#define ENOUGH_ORDER 2u

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

static unsigned long release_block(struct page *page)
{
    const unsigned int order = page->order;

    list_del(&page->lru);
    __free_pages(page, order);
    return 1ul << order;
}

static struct page *first_block(const struct hog *hog)
{
    return list_entry(hog->blocks.next, struct page, lru);
}

void hog_leave(struct hog *hog, unsigned long pages)
{
    struct list_head *link = hog->blocks.next;
    unsigned long left = 0;

    /* They were taken from large to small, so the small ones come first. */
    while (link != &hog->blocks &&
           list_entry(link, struct page, lru)->order < ENOUGH_ORDER)
        link = link->next;
    if (link != &hog->blocks)
        left += release_block(list_entry(link, struct page, lru));
    while (left < pages && !list_empty(&hog->blocks))
        left += release_block(first_block(hog));
    hog->pages -= left;
}

void hog_release(struct hog *hog)
{
    while (!list_empty(&hog->blocks))
        release_block(first_block(hog));
    hog->pages = 0;
}
