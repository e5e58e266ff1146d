/* SPDX-License-Identifier: MIT */
#include "mm/slab.h"

#include "arch/cpu.h"
#include "kernel/string.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"

#define CACHE_LINE     32ul
#define WORD_ALIGN     sizeof(void *)
#define MAX_SLAB_ORDER 5
#define LARGEST_OBJECT (PAGE_SIZE << MAX_SLAB_ORDER)
#define OFF_SLAB_LIMIT (PAGE_SIZE / 8) /* objects from this size on */

/* A slab may waste one part in so many; a larger block is tried if not. */
#define WASTE_LIMIT 8

/* In the free list, instead of the index of the next free object. */
#define FREE_LIST_END 0xFFFFu
#define OBJECT_IN_USE 0xFFFEu

#define RED_ZONE_MARK 0x5A2CF071u

struct slab {
    struct list_head link;
    struct kmem_cache *cache;
    char *objects; /**< the first one */
    unsigned int in_use;
    unsigned int first_free;
    uint16_t next_free[]; /**< one for each object */
};

struct list_head cache_chain = LIST_HEAD_INIT(cache_chain);

/* The cache that struct kmem_cache comes from: somebody must be the first. */
static struct kmem_cache cache_cache;

/* ---- the shape of a slab ------------------------------------------------ */

static size_t management_bytes(unsigned int objects)
{
    return sizeof(struct slab) + objects * sizeof(uint16_t);
}

/* From the slab's start (colour aside) to its first object. */
static size_t objects_offset(const struct kmem_cache *cache,
                             unsigned int objects)
{
    return cache->off_slab ? 0
                           : ALIGN_UP(management_bytes(objects), cache->align);
}

/* Choose order, objects in a slab and colours. False if nothing fits. */
static bool choose_shape(struct kmem_cache *cache)
{
    unsigned int order;
    unsigned int objects = 0;
    size_t waste = 0;

    for (order = 0; order <= MAX_SLAB_ORDER; order++) {
        const size_t bytes = PAGE_SIZE << order;

        objects = (unsigned int)(bytes / cache->size);
        while (objects > 0 &&
               objects_offset(cache, objects) + objects * cache->size > bytes)
            objects--;
        waste = bytes - objects_offset(cache, objects) - objects * cache->size;
        if (objects > 0 && waste * WASTE_LIMIT <= bytes)
            break;
    }
    if (order > MAX_SLAB_ORDER)
        order = MAX_SLAB_ORDER;
    cache->order = order;
    cache->objects_per_slab = objects;
    cache->colours = (unsigned int)(waste / ALIGN_UP(cache->align, CACHE_LINE));
    return objects > 0;
}

/* ---- caches ------------------------------------------------------------- */

static bool cache_setup(struct kmem_cache *cache, const char *name, size_t size,
                        size_t align, bool red_zone)
{
    memset(cache, 0, sizeof(*cache));
    strlcpy(cache->name, name, sizeof(cache->name));
    cache->align = align > WORD_ALIGN ? align : WORD_ALIGN;
    cache->object_size = size;
    cache->red_zone = red_zone;
    cache->size =
        ALIGN_UP(size + (red_zone ? sizeof(uint32_t) : 0), cache->align);
    cache->off_slab = cache->size >= OFF_SLAB_LIMIT;
    list_init(&cache->slabs_full);
    list_init(&cache->slabs_partial);
    list_init(&cache->slabs_free);
    if (!choose_shape(cache))
        return false;
    list_add_tail(&cache->link, &cache_chain);
    return true;
}

void kmem_cache_init(void)
{
    cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache),
                CACHE_LINE, false);
}

static bool name_in_use(const char *name)
{
    struct list_head *link;

    for (link = cache_chain.next; link != &cache_chain; link = link->next) {
        if (strcmp(list_entry(link, struct kmem_cache, link)->name, name) == 0)
            return true;
    }
    return false;
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size,
                                     size_t align, unsigned int flags,
                                     void (*constructor)(void *object))
{
    struct kmem_cache *cache;

    if (size == 0 || size > LARGEST_OBJECT) {
        complain(COMPLAINT_BAD_SIZE,
                 "kmem_cache_create(%s): objects of %lu bytes", name,
                 (unsigned long)size);
        return NULL;
    }
    if (name_in_use(name)) {
        complain(COMPLAINT_MISUSE, "kmem_cache_create(%s): the name is in use",
                 name);
        return NULL;
    }
    cache = kmem_cache_alloc(&cache_cache, GFP_KERNEL);
    if (!cache)
        return NULL;
    if (flags & SLAB_HWCACHE_ALIGN && align < CACHE_LINE)
        align = CACHE_LINE;
    if (!cache_setup(cache, name, size, align, (flags & SLAB_RED_ZONE) != 0)) {
        complain(COMPLAINT_BAD_SIZE,
                 "kmem_cache_create(%s): %lu bytes aligned to %lu do not fit",
                 name, (unsigned long)size, (unsigned long)align);
        kmem_cache_free(&cache_cache, cache);
        return NULL;
    }
    cache->gfp = flags & SLAB_CACHE_DMA ? GFP_DMA : 0;
    cache->constructor = constructor;
    return cache;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
    if (cache->active_objects > 0) {
        complain(COMPLAINT_BUSY,
                 "kmem_cache_destroy(%s): %lu objects are still in use",
                 cache->name, cache->active_objects);
        return 1;
    }
    kmem_cache_shrink(cache);
    list_del(&cache->link);
    kmem_cache_free(&cache_cache, cache);
    return 0;
}

/* ---- slabs -------------------------------------------------------------- */

static void *object_at(const struct slab *slab, unsigned int index)
{
    return slab->objects + index * slab->cache->size;
}

/* The word behind an object, which only overruns change. */
static void *red_zone(const struct kmem_cache *cache, const void *object)
{
    return (char *)(unsigned long)object + cache->object_size;
}

static void set_red_zone(const struct kmem_cache *cache, const void *object)
{
    const uint32_t mark = RED_ZONE_MARK;

    memcpy(red_zone(cache, object), &mark, sizeof(mark));
}

static bool red_zone_is_whole(const struct kmem_cache *cache,
                              const void *object)
{
    const uint32_t mark = RED_ZONE_MARK;

    return memcmp(red_zone(cache, object), &mark, sizeof(mark)) == 0;
}

/* Mark the pages of a block as the slab's, or, with 0, as nobody's. */
static void claim_pages(void *block, unsigned int order, struct slab *slab)
{
    struct page *page = virt_to_page(block);
    unsigned long i;

    for (i = 0; i < 1ul << order; i++) {
        page[i].slab = slab;
        if (slab)
            page[i].flags |= PG_SLAB;
        else
            page[i].flags &= ~PG_SLAB;
    }
}

static size_t next_colour(struct kmem_cache *cache)
{
    const unsigned int colour = cache->colour_next;

    cache->colour_next = colour < cache->colours ? colour + 1 : 0;
    return colour * ALIGN_UP(cache->align, CACHE_LINE);
}

static struct slab *place_management(struct kmem_cache *cache, char *block,
                                     gfp_t gfp)
{
    struct slab *slab;

    if (cache->off_slab)
        slab = kmalloc(management_bytes(cache->objects_per_slab), gfp);
    else
        slab = (void *)block;
    if (slab)
        slab->objects = block + objects_offset(cache, cache->objects_per_slab);
    return slab;
}

/* Take a block of pages and make a slab of it, all objects free. */
static struct slab *slab_create(struct kmem_cache *cache, gfp_t gfp)
{
    void *block = (void *)__get_free_pages(gfp | cache->gfp, cache->order);
    struct slab *slab;
    uint32_t flags;
    unsigned int i;

    if (!block)
        return NULL;
    slab = place_management(cache, (char *)block + next_colour(cache), gfp);
    if (!slab) {
        free_pages((unsigned long)block, cache->order);
        return NULL;
    }
    slab->cache = cache;
    slab->in_use = 0;
    slab->first_free = 0;
    for (i = 0; i < cache->objects_per_slab; i++) {
        slab->next_free[i] = (uint16_t)(i + 1);
        if (cache->constructor)
            cache->constructor(object_at(slab, i));
    }
    slab->next_free[i - 1] = FREE_LIST_END;
    claim_pages(block, cache->order, slab);
    flags = local_irq_save();
    list_add(&slab->link, &cache->slabs_free);
    cache->slabs++;
    local_irq_restore(flags);
    return slab;
}

static void slab_destroy(struct slab *slab)
{
    struct kmem_cache *cache = slab->cache;
    /* A block is aligned to its own size. */
    const unsigned long block =
        ALIGN_DOWN((unsigned long)slab->objects, PAGE_SIZE << cache->order);

    list_del(&slab->link);
    cache->slabs--;
    claim_pages((void *)block, cache->order, NULL);
    if (cache->off_slab)
        kfree(slab);
    free_pages(block, cache->order);
}

unsigned int kmem_cache_shrink(struct kmem_cache *cache)
{
    unsigned int slabs = 0;

    const uint32_t flags = local_irq_save();

    while (!list_empty(&cache->slabs_free)) {
        slab_destroy(list_entry(cache->slabs_free.next, struct slab, link));
        slabs++;
    }
    local_irq_restore(flags);
    return slabs;
}

void kmem_cache_shrink_all(void)
{
    unsigned int slabs;

    /* To free a slab of large objects can empty one of small objects. */
    do {
        struct list_head *link;

        slabs = 0;
        for (link = cache_chain.next; link != &cache_chain; link = link->next)
            slabs +=
                kmem_cache_shrink(list_entry(link, struct kmem_cache, link));
    } while (slabs > 0);
}

/* ---- objects ------------------------------------------------------------ */

/* A slab with a free object: a partial one, an empty one; 0 for none. */
static struct slab *find_slab(const struct kmem_cache *cache)
{
    if (!list_empty(&cache->slabs_partial))
        return list_entry(cache->slabs_partial.next, struct slab, link);
    if (!list_empty(&cache->slabs_free))
        return list_entry(cache->slabs_free.next, struct slab, link);
    return NULL;
}

static void *take_object(struct kmem_cache *cache, struct slab *slab)
{
    const unsigned int index = slab->first_free;

    slab->first_free = slab->next_free[index];
    slab->next_free[index] = OBJECT_IN_USE;
    slab->in_use++;
    list_move(&slab->link, slab->first_free == FREE_LIST_END
                               ? &cache->slabs_full
                               : &cache->slabs_partial);
    cache->active_objects++;
    cache->allocations++;
    if (cache->red_zone)
        set_red_zone(cache, object_at(slab, index));
    return object_at(slab, index);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
    void *object = NULL;
    struct slab *slab;
    uint32_t flags;

    do {
        flags = local_irq_save();
        slab = find_slab(cache);
        if (slab)
            object = take_object(cache, slab);
        local_irq_restore(flags);
        /* To make a slab may sleep, and somebody else may take it. */
    } while (!slab && slab_create(cache, gfp & ~__GFP_ZERO));
    if (object && gfp & __GFP_ZERO)
        memset(object, 0, cache->object_size);
    return object;
}

static struct slab *virt_to_slab(const void *object)
{
    const struct page *page;

    if (!virt_addr_valid(object))
        return NULL;
    page = virt_to_page(object);
    return page->flags & PG_SLAB ? page->slab : NULL;
}

/*
 * The index of an object that may be freed; complains and returns
 * FREE_LIST_END if it may not.
 */
static unsigned int checked_index(const struct slab *slab, const void *object)
{
    const size_t offset = (size_t)((const char *)object - slab->objects);
    const unsigned int index = (unsigned int)(offset / slab->cache->size);

    /* In front of the first object, the offset wraps to a huge one. */
    if (index >= slab->cache->objects_per_slab ||
        offset % slab->cache->size != 0) {
        complain(COMPLAINT_FOREIGN, "kfree(%p): not the start of an object",
                 object);
        return FREE_LIST_END;
    }
    if (slab->next_free[index] != OBJECT_IN_USE) {
        complain(COMPLAINT_DOUBLE_FREE, "kfree(%p): the object is free already",
                 object);
        return FREE_LIST_END;
    }
    if (slab->cache->red_zone && !red_zone_is_whole(slab->cache, object)) {
        complain(COMPLAINT_OVERRUN,
                 "kfree(%p): somebody wrote behind its %lu bytes", object,
                 (unsigned long)slab->cache->object_size);
        return FREE_LIST_END;
    }
    return index;
}

static void free_object(struct slab *slab, unsigned int index)
{
    struct kmem_cache *cache = slab->cache;
    const bool had_empty_slab = !list_empty(&cache->slabs_free);

    slab->next_free[index] = (uint16_t)slab->first_free;
    slab->first_free = index;
    slab->in_use--;
    cache->active_objects--;
    if (slab->in_use > 0) {
        list_move(&slab->link, &cache->slabs_partial);
        return;
    }
    /* One empty slab is kept at hand; a second one goes back. */
    list_move(&slab->link, &cache->slabs_free);
    if (had_empty_slab)
        slab_destroy(slab);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
    struct slab *slab = virt_to_slab(object);
    unsigned int index;
    uint32_t flags;

    if (!object)
        return;
    if (!slab) {
        complain(COMPLAINT_FOREIGN, "kfree(%p): not from a slab", object);
        return;
    }
    if (slab->cache != cache) {
        complain(COMPLAINT_FOREIGN,
                 "kmem_cache_free(%s, %p): the object is of cache %s",
                 cache->name, object, slab->cache->name);
        return;
    }
    flags = local_irq_save();
    index = checked_index(slab, object);
    if (index != FREE_LIST_END)
        free_object(slab, index);
    local_irq_restore(flags);
}

size_t kmem_cache_size(const struct kmem_cache *cache)
{
    return cache->object_size;
}

struct kmem_cache *virt_to_cache(const void *object)
{
    const struct slab *slab = virt_to_slab(object);

    return slab ? slab->cache : NULL;
}
