/* SPDX-License-Identifier: MIT */
#include "tools/probes.h"

/*
 * Linux passes the first three in EAX, EDX and ECX, others on the stack. Those
 * of 6.1, and of some before; what a kernel does not have is passed over.
 * kmalloc() itself is inline, and becomes one of the first.
 */
static const char *const linux_allocators[] = {
    "__kmalloc(size=eax, flags=edx) -> eax",
    "__kmalloc_node(size=eax, flags=edx, node=ecx) -> eax",
    "__kmalloc_track_caller(size=eax, flags=edx) -> eax",
    "__kmalloc_node_track_caller(size=eax, flags=edx, node=ecx) -> eax",
    "kmalloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kmalloc_node_trace(cache=eax, flags=edx, node=ecx, size=arg1) -> eax",
    "kmalloc_large(size=eax, flags=edx) -> eax",
    "kmalloc_large_node(size=eax, flags=edx, node=ecx) -> eax",
    "kmalloc_order(size=eax, flags=edx, order=ecx) -> eax",
    "kmem_cache_alloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kfree(object=eax)",
    "kmem_cache_alloc(cache=eax, flags=edx) -> eax",
    "kmem_cache_alloc_lru(cache=eax, lru=edx, flags=ecx) -> eax",
    "kmem_cache_alloc_node(cache=eax, flags=edx, node=ecx) -> eax",
    "kmem_cache_free(cache=eax, object=edx)",
    "__alloc_pages(flags=eax, order=edx) -> eax",
    "__alloc_pages_nodemask(flags=eax, order=edx) -> eax",
    "__get_free_pages(flags=eax, order=edx) -> eax",
    "get_zeroed_page(flags=eax) -> eax",
    "free_pages(address=eax, order=edx)",
    "__free_pages(page=eax, order=edx)",
    "free_unref_page(page=eax, order=edx)",
    "mempool_alloc(pool=eax, flags=edx) -> eax",
    "mempool_free(object=eax, pool=edx)",
    "vmalloc(size=eax) -> eax",
    "vzalloc(size=eax) -> eax",
    "vmalloc_user(size=eax) -> eax",
    "__vmalloc(size=eax, flags=edx) -> eax",
    "module_alloc(size=eax) -> eax",
    "vfree(address=eax)",
    "vmap(pages=eax, count=edx, flags=ecx) -> eax",
    "vunmap(address=eax)",
    "kmap_high(page=eax) -> eax",
    "kunmap_high(page=eax)",
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

        any |= probes_add(probes, symbols, list[i], &ignored);
    }
    return any || error_set(error, "no allocator is known by name here; see "
                                   "--symbols and --probe");
}
