/* SPDX-License-Identifier: MIT */
#include "mm/page_alloc.h"

#include "arch/cpu.h"
#include "kernel/preempt.h"
#include "kernel/string.h"
#include "mm/complain.h"

/* The reserve: one page in so many, within bounds. */
#define RESERVE_FRACTION 128
#define RESERVE_LEAST    8ul
#define RESERVE_MOST     128ul

/* Reclaim asks for some pages at once, and tries so often. */
#define RECLAIM_PAGES  32ul
#define RECLAIM_ROUNDS 8

struct zone zones[MAX_NR_ZONES] = {
    [ZONE_DMA] = {.name = "DMA"},
    [ZONE_NORMAL] = {.name = "Normal"},
    [ZONE_HIGHMEM] = {.name = "HighMem"},
};
struct page *mem_map;
unsigned long max_pfn;
unsigned long max_low_pfn;
unsigned long high_memory;

static struct list_head shrinkers = LIST_HEAD_INIT(shrinkers);
static unsigned long reclaims;
static bool reclaiming;

static unsigned long smaller(unsigned long a, unsigned long b)
{
    return a < b ? a : b;
}

unsigned long mem_map_bytes(unsigned long end_pfn)
{
    return end_pfn * sizeof(struct page);
}

static void zone_init(struct zone *zone, unsigned long start_pfn,
                      unsigned long end_pfn)
{
    unsigned int order;

    zone->start_pfn = smaller(start_pfn, max_pfn);
    zone->end_pfn = smaller(end_pfn, max_pfn);
    zone->present_pages = 0;
    zone->free_pages = 0;
    zone->pages_min = 0;
    for (order = 0; order < MAX_ORDER; order++) {
        list_init(&zone->free_area[order].free_list);
        zone->free_area[order].nr_free = 0;
    }
}

void free_area_init(struct page *map)
{
    unsigned long pfn;

    mem_map = map;
    for (pfn = 0; pfn < max_pfn; pfn++) {
        mem_map[pfn] = (struct page){.flags = PG_RESERVED, .count = 1};
        list_init(&mem_map[pfn].lru);
    }
    zone_init(&zones[ZONE_DMA], 0, MAX_DMA_PFN);
    zone_init(&zones[ZONE_NORMAL], MAX_DMA_PFN, MAX_LOWMEM_PFN);
    zone_init(&zones[ZONE_HIGHMEM], MAX_LOWMEM_PFN, max_pfn);
}

struct zone *page_zone(const struct page *page)
{
    const unsigned long pfn = page_to_pfn(page);

    if (pfn < MAX_DMA_PFN)
        return &zones[ZONE_DMA];
    return &zones[pfn < MAX_LOWMEM_PFN ? ZONE_NORMAL : ZONE_HIGHMEM];
}

static void add_free_block(struct zone *zone, struct page *page,
                           unsigned int order)
{
    struct free_area *area = &zone->free_area[order];

    page->flags |= PG_BUDDY;
    page->order = order;
    list_add(&page->lru, &area->free_list);
    area->nr_free++;
}

static void remove_free_block(struct zone *zone, struct page *page)
{
    page->flags &= ~PG_BUDDY;
    list_del(&page->lru);
    zone->free_area[page->order].nr_free--;
}

/* The buddy, if it is free as a whole; else 0. */
static struct page *free_buddy(const struct zone *zone, const struct page *page,
                               unsigned int order)
{
    const unsigned long pfn = page_to_pfn(page) ^ (1ul << order);
    struct page *buddy;

    if (pfn < zone->start_pfn || pfn >= zone->end_pfn)
        return NULL;
    buddy = pfn_to_page(pfn);
    return buddy->flags & PG_BUDDY && buddy->order == order ? buddy : NULL;
}

/* Join with the buddy as long as there is a free one. */
static void free_block(struct zone *zone, struct page *page, unsigned int order)
{
    struct page *buddy;

    zone->free_pages += 1ul << order;
    while (order < MAX_ORDER - 1) {
        buddy = free_buddy(zone, page, order);
        if (!buddy)
            break;
        remove_free_block(zone, buddy);
        if (buddy < page)
            page = buddy;
        order++;
    }
    add_free_block(zone, page, order);
}

/* The largest aligned block that starts at `pfn` and ends by `end_pfn`. */
static unsigned int largest_order(unsigned long pfn, unsigned long end_pfn)
{
    unsigned int order = 0;

    while (order < MAX_ORDER - 1 && pfn % (2ul << order) == 0 &&
           pfn + (2ul << order) <= end_pfn)
        order++;
    return order;
}

static unsigned long reserve_of(unsigned long pages)
{
    const unsigned long reserve = pages / RESERVE_FRACTION;

    if (reserve < RESERVE_LEAST)
        return smaller(RESERVE_LEAST, pages);
    return smaller(reserve, RESERVE_MOST);
}

void release_pages_to_buddy(unsigned long start_pfn, unsigned long end_pfn)
{
    unsigned long pfn = start_pfn;

    for (; pfn < end_pfn; pfn++) {
        pfn_to_page(pfn)->flags &= ~PG_RESERVED;
        pfn_to_page(pfn)->count = 0;
    }
    for (pfn = start_pfn; pfn < end_pfn;) {
        const unsigned int order = largest_order(pfn, end_pfn);
        struct zone *zone = page_zone(pfn_to_page(pfn));

        zone->present_pages += 1ul << order;
        free_block(zone, pfn_to_page(pfn), order);
        pfn += 1ul << order;
        zone->pages_min = reserve_of(zone->present_pages);
    }
}

/* Take the smallest block that is large enough; give back what is over. */
static struct page *take_block(struct zone *zone, unsigned int order)
{
    unsigned int current = order;
    struct page *page;

    while (current < MAX_ORDER &&
           list_empty(&zone->free_area[current].free_list))
        current++;
    if (current == MAX_ORDER)
        return NULL;

    page =
        list_entry(zone->free_area[current].free_list.next, struct page, lru);
    remove_free_block(zone, page);
    while (current > order) {
        current--;
        add_free_block(zone, page + (1ul << current), current);
    }
    zone->free_pages -= 1ul << order;
    page->order = order;
    page->count = 1;
    return page;
}

enum zone_type gfp_zone(gfp_t gfp)
{
    if (gfp & __GFP_DMA)
        return ZONE_DMA;
    return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* Take a block from a zone if that leaves it `reserve` pages. */
static struct page *take_from_zone(struct zone *zone, unsigned int order,
                                   unsigned long reserve)
{
    const uint32_t flags = local_irq_save();
    struct page *page = NULL;

    if (zone->free_pages >= reserve + (1ul << order))
        page = take_block(zone, order);
    local_irq_restore(flags);
    return page;
}

/* How much of its reserve a zone must keep. */
static unsigned long kept_reserve(const struct zone *zone, gfp_t gfp)
{
    if (reclaiming)
        return 0;
    return gfp & __GFP_HIGH ? zone->pages_min / 2 : zone->pages_min;
}

static struct page *take_from_zones(gfp_t gfp, unsigned int order)
{
    struct page *page = NULL;
    int zone;

    for (zone = (int)gfp_zone(gfp); zone >= 0 && !page; zone--)
        page = take_from_zone(&zones[zone], order,
                              kept_reserve(&zones[zone], gfp));
    return page;
}

/* Let the shrinkers free some pages. Returns how many they freed. */
static unsigned long reclaim(gfp_t gfp, unsigned int order)
{
    const unsigned long wanted = RECLAIM_PAGES + (1ul << order);
    struct list_head *link;
    unsigned long freed = 0;

    reclaiming = true;
    reclaims++;
    for (link = shrinkers.next; link != &shrinkers && freed < wanted;
         link = link->next) {
        struct shrinker *shrinker = list_entry(link, struct shrinker, link);
        const unsigned long some = shrinker->shrink(gfp, wanted - freed);

        shrinker->freed += some;
        freed += some;
    }
    reclaiming = false;
    return freed;
}

static struct page *take_after_reclaim(gfp_t gfp, unsigned int order)
{
    struct page *page = NULL;
    unsigned int round;

    for (round = 0; round < RECLAIM_ROUNDS && !page; round++) {
        if (reclaim(gfp, order) == 0)
            break;
        page = take_from_zones(gfp, order);
    }
    return page;
}

static bool may_wait(gfp_t gfp)
{
    if (!(gfp & __GFP_WAIT))
        return false;
    if (in_atomic()) {
        complain(COMPLAINT_MISUSE,
                 "alloc_pages: flags %x may sleep, in atomic context", gfp);
        return false;
    }
    return !reclaiming;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
    struct page *page;

    if (order >= MAX_ORDER) {
        complain(COMPLAINT_BAD_SIZE,
                 "alloc_pages(order %u): the largest order is %d", order,
                 MAX_ORDER - 1);
        return NULL;
    }
    if ((gfp & __GFP_ZERO) && (gfp & __GFP_HIGHMEM)) {
        complain(COMPLAINT_MISUSE, "alloc_pages: high memory has no address "
                                   "to write zeros to");
        return NULL;
    }
    page = take_from_zones(gfp, order);
    if (!page && may_wait(gfp))
        page = take_after_reclaim(gfp, order);
    if (!page) {
        if (!(gfp & __GFP_NOWARN))
            complain(COMPLAINT_NO_MEMORY,
                     "alloc_pages: page allocation failure, order %u, "
                     "flags %x",
                     order, gfp);
        return NULL;
    }
    if (gfp & __GFP_ZERO)
        memset(page_address(page), 0, PAGE_SIZE << order);
    return page;
}

void register_shrinker(struct shrinker *shrinker)
{
    list_add_tail(&shrinker->link, &shrinkers);
}

unsigned long reclaim_count(void)
{
    return reclaims;
}

struct page *alloc_page(gfp_t gfp)
{
    return alloc_pages(gfp, 0);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
    struct page *page;

    if (gfp & __GFP_HIGHMEM) {
        complain(COMPLAINT_MISUSE,
                 "__get_free_pages: high memory has no linear address");
        return 0;
    }
    page = alloc_pages(gfp, order);
    return page ? (unsigned long)page_address(page) : 0;
}

unsigned long __get_free_page(gfp_t gfp)
{
    return __get_free_pages(gfp, 0);
}

unsigned long get_zeroed_page(gfp_t gfp)
{
    return __get_free_pages(gfp | __GFP_ZERO, 0);
}

bool page_is_free(const struct page *page)
{
    const unsigned long pfn = page_to_pfn(page);
    unsigned int order;

    for (order = 0; order < MAX_ORDER; order++) {
        const struct page *first = pfn_to_page(ALIGN_DOWN(pfn, 1ul << order));

        if (first->flags & PG_BUDDY && first->order >= order)
            return true;
    }
    return false;
}

/* Whether a block may be freed; complains if not. */
static bool may_free(const struct page *page, unsigned int order)
{
    const phys_addr_t physical = page_to_phys(page);

    if (page->flags & PG_RESERVED)
        complain(COMPLAINT_FOREIGN,
                 "free_pages: page %08x is reserved, never allocated",
                 physical);
    else if (page->flags & PG_CACHE && page->count == 1)
        complain(COMPLAINT_FOREIGN,
                 "free_pages: page %08x belongs to the page cache", physical);
    else if (page->flags & PG_SLAB)
        complain(COMPLAINT_FOREIGN, "free_pages: page %08x belongs to a slab",
                 physical);
    else if (page_is_free(page))
        complain(COMPLAINT_DOUBLE_FREE, "free_pages: page %08x is free already",
                 physical);
    else if (page->count == 0)
        complain(COMPLAINT_MISMATCH,
                 "free_pages: page %08x is not the first of its block",
                 physical);
    else if (page->order != order)
        complain(COMPLAINT_MISMATCH,
                 "free_pages: page %08x was taken with order %u, "
                 "not %u",
                 physical, page->order, order);
    else
        return true;
    return false;
}

void __free_pages(struct page *page, unsigned int order)
{
    uint32_t flags;

    if (page < mem_map || page >= mem_map + max_pfn) {
        complain(COMPLAINT_FOREIGN, "__free_pages: there is no such page");
        return;
    }
    flags = local_irq_save();
    if (may_free(page, order) && --page->count == 0)
        free_block(page_zone(page), page, order);
    local_irq_restore(flags);
}

void __free_page(struct page *page)
{
    __free_pages(page, 0);
}

void put_page(struct page *page)
{
    __free_pages(page, 0);
}

void free_pages(unsigned long linear, unsigned int order)
{
    if (linear == 0)
        return;
    if (!virt_addr_valid((void *)linear) || linear % PAGE_SIZE != 0) {
        complain(COMPLAINT_FOREIGN,
                 "free_pages(%08lx): not the address of a direct-mapped page",
                 linear);
        return;
    }
    __free_pages(virt_to_page((void *)linear), order);
}

void free_page(unsigned long linear)
{
    free_pages(linear, 0);
}

unsigned int get_order(unsigned long size)
{
    unsigned int order = 0;

    while ((PAGE_SIZE << order) < size)
        order++;
    return order;
}

unsigned long nr_free_pages(void)
{
    unsigned long pages = 0;
    int zone;

    for (zone = 0; zone < MAX_NR_ZONES; zone++)
        pages += zones[zone].free_pages;
    return pages;
}

unsigned long nr_present_pages(void)
{
    unsigned long pages = 0;
    int zone;

    for (zone = 0; zone < MAX_NR_ZONES; zone++)
        pages += zones[zone].present_pages;
    return pages;
}
