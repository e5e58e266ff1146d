/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tools/probes.h"

/*
 * Linux passes the first three in EAX, EDX and ECX, others on the stack. Those
 * of 4.19 to 6.12; what a kernel does not have is passed over. kmalloc()
 * itself is inline, and becomes one of the first. From 6.10 on the names of
 * those that hand out end in "_noprof".
 */
static const char *const linux_allocators[] = {
    "__kmalloc(size=eax, flags=edx) -> eax",
    "__kmalloc_node(size=eax, flags=edx, node=ecx) -> eax",
    "__kmalloc_track_caller(size=eax, flags=edx) -> eax",
    "__kmalloc_node_track_caller(size=eax, flags=edx, node=ecx) -> eax",
    "__kmalloc_cache(cache=eax, flags=edx, size=ecx) -> eax",
    "__kmalloc_cache_node(cache=eax, flags=edx, node=ecx, size=arg1) -> eax",
    "__kmalloc_large(size=eax, flags=edx) -> eax",
    "__kmalloc_large_node(size=eax, flags=edx, node=ecx) -> eax",
    "kmalloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kmalloc_node_trace(cache=eax, flags=edx, node=ecx, size=arg1) -> eax",
    "kmalloc_large(size=eax, flags=edx) -> eax",
    "kmalloc_large_node(size=eax, flags=edx, node=ecx) -> eax",
    "kmalloc_order(size=eax, flags=edx, order=ecx) -> eax",
    "kmem_cache_alloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kmem_cache_alloc_node_trace(cache=eax, flags=edx, node=ecx, size=arg1)"
    " -> eax",
    "krealloc(object=eax, size=edx, flags=ecx) -> eax",
    "kfree(object=eax)",
    "kmem_cache_alloc(cache=eax, flags=edx) -> eax",
    "kmem_cache_alloc_lru(cache=eax, lru=edx, flags=ecx) -> eax",
    "kmem_cache_alloc_node(cache=eax, flags=edx, node=ecx) -> eax",
    "kmem_cache_alloc_bulk(cache=eax, flags=edx, count=ecx) -> arg1[eax]",
    "kmem_cache_free(cache=eax, object=edx)",
    "kmem_cache_free_bulk(cache=eax, object=ecx[edx])",
    "__alloc_pages(flags=eax, order=edx) -> eax",
    "__alloc_pages_nodemask(flags=eax, order=edx) -> eax",
    "__alloc_pages_bulk(flags=eax, node=edx, count=arg1) -> arg3[eax]",
    "__alloc_frozen_pages(flags=eax, order=edx) -> eax",
    "__get_free_pages(flags=eax, order=edx) -> eax",
    "get_free_pages(flags=eax, order=edx) -> eax",
    "get_zeroed_page(flags=eax) -> eax",
    "alloc_pages_exact(size=eax, flags=edx) -> eax",
    "free_pages_exact(address=eax, size=edx)",
    "free_pages(address=eax, order=edx)",
    "__free_pages(page=eax, order=edx)",
    "free_unref_page(page=eax, order=edx)",
    "free_frozen_pages(page=eax, order=edx)",
    "page_frag_alloc(cache=eax, size=edx, flags=ecx) -> eax",
    "page_frag_alloc_align(cache=eax, size=edx, flags=ecx) -> eax",
    "__page_frag_alloc_align(cache=eax, size=edx, flags=ecx) -> eax",
    "page_frag_free(address=eax)",
    "mempool_alloc(pool=eax, flags=edx) -> eax",
    "mempool_free(object=eax, pool=edx)",
    "dma_alloc_attrs(device=eax, size=edx, handle=ecx) -> eax",
    "dma_free_attrs(device=eax, size=edx, address=ecx)",
    "dma_pool_alloc(pool=eax, flags=edx, handle=ecx) -> eax",
    "dma_pool_free(pool=eax, address=edx)",
    "pcpu_alloc(size=eax, align=edx, reserved=ecx) -> eax",
    "free_percpu(address=eax)",
    "memblock_alloc_try_nid(size=eax, align=edx) -> eax",
    "memblock_free(address=eax, size=edx)",
    "__vmalloc_node_range(size=eax, align=edx) -> eax",
    "vmalloc(size=eax) -> eax",
    "vzalloc(size=eax) -> eax",
    "vmalloc_node(size=eax, node=edx) -> eax",
    "vzalloc_node(size=eax, node=edx) -> eax",
    "vmalloc_user(size=eax) -> eax",
    "vmalloc_32(size=eax) -> eax",
    "vmalloc_32_user(size=eax) -> eax",
    "vmalloc_huge(size=eax, flags=edx) -> eax",
    "vmalloc_exec(size=eax) -> eax",
    "__vmalloc(size=eax, flags=edx) -> eax",
    "module_alloc(size=eax) -> eax",
    "vfree(address=eax)",
    "vmap(pages=eax, count=edx, flags=ecx) -> eax",
    "vunmap(address=eax)",
    "vm_map_ram(pages=eax, count=edx, node=ecx) -> eax",
    "vm_unmap_ram(address=eax, count=edx)",
    "kmap(page=eax) -> eax",
    "kunmap(page=eax)",
    "kmap_high(page=eax) -> eax",
    "kunmap_high(page=eax)",
    "kmap_atomic_prot(page=eax, prot=edx) -> eax",
    "kmap_atomic_high_prot(page=eax, prot=edx) -> eax",
    "__kunmap_atomic(address=eax)",
    "kunmap_atomic_high(address=eax)",
    "__kmap_local_page_prot(page=eax, prot=edx) -> eax",
    "kunmap_local_indexed(address=eax)",
};

static const char *const cdecl_allocators[] = {
    "alloc_bootmem(size) -> eax",
    "kmalloc(size, flags) -> eax",
    "kfree(object)",
    "kmem_cache_alloc(cache, flags) -> eax",
    "kmem_cache_free(cache, object)",
    "alloc_pages(flags, order) -> eax",
    "__alloc_pages(flags, order) -> eax",
    "__get_free_pages(flags, order) -> eax",
    "get_zeroed_page(flags) -> eax",
    "free_pages(address, order)",
    "__free_pages(page, order)",
    "mempool_alloc(pool, flags) -> eax",
    "mempool_free(object, pool)",
    "vmalloc(size) -> eax",
    "vfree(address)",
    "kmap(page) -> eax",
    "kunmap(page)",
};

/* Its banner where data has names, its first code where only code has. */
static bool is_linux(const struct symbols *symbols)
{
    linear_addr linear;

    return symbols_find(symbols, "linux_banner", &linear) ||
           symbols_find(symbols, "startup_32", &linear);
}

/* The same function by the name that it has from 6.10 on. */
static bool add_renamed(struct probes *probes, const struct symbols *symbols,
                        const char *row)
{
    enum { ROW_SIZE = 128 };

    const int length = (int)strcspn(row, "(");
    char text[ROW_SIZE];
    struct error ignored;

    (void)snprintf(text, sizeof text, "%.*s_noprof%s", length, row,
                   row + length);
    return probes_add(probes, symbols, text, &ignored);
}

bool probes_add_allocators(struct probes *probes, const struct symbols *symbols,
                           struct error *error)
{
    const bool of_linux = is_linux(symbols);
    const char *const *const list =
        of_linux ? linux_allocators : cdecl_allocators;
    const size_t count =
        of_linux ? sizeof linux_allocators / sizeof linux_allocators[0]
                 : sizeof cdecl_allocators / sizeof cdecl_allocators[0];
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        struct error ignored;

        any |= probes_add(probes, symbols, list[i], &ignored) ||
               (of_linux && add_renamed(probes, symbols, list[i]));
    }
    return any || error_set(error, "no allocator is known by name here; see "
                                   "--symbols and --probe");
}
