/* SPDX-License-Identifier: MIT */
#include "mm/kmalloc.h"

#include "mm/complain.h"
#include "mm/slab.h"

#define CACHE_LINE 32

/** One size class, with a twin for the memory that ISA devices reach. */
struct size_class {
    size_t size;
    const char *name;
    const char *dma_name;
    struct kmem_cache *cache;
    struct kmem_cache *dma_cache;
};

/* 96 and 192 spare the waste of a power of two where it hurts most. */
static struct size_class classes[] = {
    {.size = 32, .name = "size-32", .dma_name = "size-32(DMA)"},
    {.size = 64, .name = "size-64", .dma_name = "size-64(DMA)"},
    {.size = 96, .name = "size-96", .dma_name = "size-96(DMA)"},
    {.size = 128, .name = "size-128", .dma_name = "size-128(DMA)"},
    {.size = 192, .name = "size-192", .dma_name = "size-192(DMA)"},
    {.size = 256, .name = "size-256", .dma_name = "size-256(DMA)"},
    {.size = 512, .name = "size-512", .dma_name = "size-512(DMA)"},
    {.size = 1024, .name = "size-1024", .dma_name = "size-1024(DMA)"},
    {.size = 2048, .name = "size-2048", .dma_name = "size-2048(DMA)"},
    {.size = 4096, .name = "size-4096", .dma_name = "size-4096(DMA)"},
    {.size = 8192, .name = "size-8192", .dma_name = "size-8192(DMA)"},
    {.size = 16384, .name = "size-16384", .dma_name = "size-16384(DMA)"},
    {.size = 32768, .name = "size-32768", .dma_name = "size-32768(DMA)"},
    {.size = 65536, .name = "size-65536", .dma_name = "size-65536(DMA)"},
    {.size = 131072, .name = "size-131072", .dma_name = "size-131072(DMA)"},
};

void kmalloc_init(void)
{
    size_t i;

    /* Small ones first: the management of large ones is kmalloc'ed. */
    for (i = 0; i < ARRAY_SIZE(classes); i++) {
        classes[i].cache = kmem_cache_create(classes[i].name, classes[i].size,
                                             CACHE_LINE, 0, NULL);
        classes[i].dma_cache =
            kmem_cache_create(classes[i].dma_name, classes[i].size, CACHE_LINE,
                              SLAB_CACHE_DMA, NULL);
    }
}

void *kmalloc(size_t size, gfp_t gfp)
{
    size_t i;

    if (size == 0)
        return ZERO_SIZE_PTR;
    for (i = 0; i < ARRAY_SIZE(classes); i++) {
        if (size <= classes[i].size)
            return kmem_cache_alloc(
                gfp & __GFP_DMA ? classes[i].dma_cache : classes[i].cache, gfp);
    }
    complain(COMPLAINT_BAD_SIZE, "kmalloc(%lu): the largest size is %lu",
             (unsigned long)size, KMALLOC_MAX_SIZE);
    return NULL;
}

void *kzalloc(size_t size, gfp_t gfp)
{
    return kmalloc(size, gfp | __GFP_ZERO);
}

void kfree(const void *object)
{
    struct kmem_cache *cache;

    if (!object || object == ZERO_SIZE_PTR)
        return;
    if (!virt_addr_valid(object)) {
        complain(COMPLAINT_FOREIGN, "kfree(%p): not in the direct map", object);
        return;
    }
    cache = virt_to_cache(object);
    if (!cache) {
        complain(COMPLAINT_FOREIGN, "kfree(%p): not from kmalloc", object);
        return;
    }
    kmem_cache_free(cache, (void *)(unsigned long)object);
}

size_t ksize(const void *object)
{
    const struct kmem_cache *cache = virt_to_cache(object);

    return cache ? cache->object_size : 0;
}
