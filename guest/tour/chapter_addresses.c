/* SPDX-License-Identifier: MIT */
/*
 * Chapter addresses: the three addresses of the classic demonstration
 * module, with the walk behind each, and one page under every kind of
 * address.
 */
#include "arch/cpu.h"
#include "arch/probe.h"
#include "arch/tlb.h"
#include "arch/traps.h"
#include "kernel/printk.h"
#include "mm/dma.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/show.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/tour.h"

#define VMALLOC_BYTES 1000000ul
#define USER_ADDRESS  0x08048000ul /* where programs usually begin */

static struct page_walk show_walk(unsigned long linear)
{
    const struct page_walk walk = page_walk(linear);

    print_page_walk(&walk);
    return walk;
}

static bool is_logical(unsigned long linear)
{
    return page_walk(linear).physical == linear - PAGE_OFFSET &&
           linear >= PAGE_OFFSET && linear < high_memory;
}

/* Write to each page of what begins at `address`. */
static void touch(void *address, unsigned long bytes)
{
    volatile char *byte = address;
    unsigned long i;

    for (i = 0; i < bytes; i += PAGE_SIZE)
        byte[i] = 1;
}

/* The lines that the module prints stand alone, for people and for tests. */
static void classic_demonstration(void)
{
    const unsigned long page = __get_free_page(GFP_KERNEL);
    void *object = kmalloc(100, GFP_KERNEL);
    void *area = vmalloc(VMALLOC_BYTES);
    unsigned long breaks = 0;
    unsigned long i;

    section("the three addresses");
    printk("pagemem addr=%lx\n", page);
    printk("kmallocmem addr=%p\n", object);
    printk("vmallocmem addr=%p\n", area);

    /* From an empty TLB, so that the processor walks here too: a trace then
     * shows what is printed below. */
    flush_tlb();
    touch((void *)page, PAGE_SIZE);
    touch(object, 1);
    touch(area, VMALLOC_BYTES);

    section("the walk behind each");
    printk("  pagemem %08lx\n", page);
    show_walk(page);
    printk("  kmallocmem %p\n", object);
    show_walk((unsigned long)object);
    for (i = 0; i < 3; i++) {
        printk("  vmallocmem %p + %lu pages\n", area, i);
        show_walk((unsigned long)area + i * PAGE_SIZE);
    }
    for (i = 0; i + PAGE_SIZE < VMALLOC_BYTES; i += PAGE_SIZE)
        breaks += page_walk((unsigned long)area + i + PAGE_SIZE).physical !=
                  page_walk((unsigned long)area + i).physical + PAGE_SIZE;
    printk("  vmallocmem: %lu of %lu steps do not lead to the next frame\n",
           breaks, (VMALLOC_BYTES - 1) >> PAGE_SHIFT);

    section("what that means");
    show_layout();
    check(is_logical(page), "pagemem is its physical address + c0000000");
    check(is_logical((unsigned long)object),
          "kmallocmem is its physical address + c0000000");
    check((unsigned long)area >= VMALLOC_START &&
              (unsigned long)area < VMALLOC_END,
          "vmallocmem lies in the vmalloc range, above the gap");
    check(!is_logical((unsigned long)area), "and has no such fixed offset");
    check(breaks > 0, "its frames are not all contiguous");
    vfree(area);
    kfree(object);
    free_page(page);
}

static void show_kind(const char *kind, unsigned long address, const char *how)
{
    printk("  %-20s %08lx  %s\n", kind, address, how);
}

/* Give `page` a user virtual address; returns its entry. */
static pte_t *map_for_user(const struct page *page)
{
    pte_t *pte = pte_alloc(USER_ADDRESS);

    if (pte)
        *pte = page_to_phys(page) | PAGE_SHARED | PTE_A | PTE_D;
    return pte;
}

static void all_kinds(void)
{
    const unsigned long linear = __get_free_page(GFP_KERNEL);
    struct page *page = virt_to_page((void *)linear);
    volatile uint32_t *logical = (void *)linear;
    volatile uint32_t *virtual;
    volatile uint32_t *user = (void *)USER_ADDRESS;
    pte_t *pte;

    section("one page under every kind of address");
    if (!check_have((void *)linear, "one page can be had"))
        return;
    check_unmapped(user, "no user address leads to the page yet");
    virtual = vmap(&page, 1, PAGE_KERNEL);
    pte = map_for_user(page);
    if (!virtual || !check_have(pte, "it can be mapped"))
        return;
    logical[0] = 0xC0FFEE;
    show_kind("user virtual", (unsigned long)user,
              "a page-table entry was written, user bit set");
    show_walk((unsigned long)user);
    show_kind("kernel logical", (unsigned long)logical,
              "page_address: nothing was written, it is always there");
    show_walk((unsigned long)logical);
    show_kind("kernel virtual", (unsigned long)virtual,
              "vmap: a page-table entry was written");
    show_walk((unsigned long)virtual);
    show_kind("physical", page_to_phys(page),
              "what the walks arrive at; what the processor's bus carries");
    show_kind("bus", phys_to_bus(page_to_phys(page)),
              dma_offset() ? "what a device must say to reach it"
                           : "what a device must say to reach it; here the "
                             "same");
    check(user[0] == 0xC0FFEE && virtual[0] == 0xC0FFEE,
          "the three linear addresses reach the same memory");
    check(page_walk((unsigned long)user).physical == page_to_phys(page) &&
              is_logical((unsigned long)logical),
          "and their walks end at the same frame");

    *pte = 0;
    flush_tlb_one((unsigned long)user);
    vunmap((void *)(unsigned long)virtual);
    check_unmapped(user, "the user address leads nowhere again");
    check(logical[0] == 0xC0FFEE, "the logical one still works");
    __free_page(page);
}

/*
 * Read-only binds ring 0 as well, if CR0.WP says so. A 386 has no such bit:
 * there the kernel writes where it likes.
 */
static void read_only_page(void)
{
    struct page *page = alloc_page(GFP_KERNEL);
    uint32_t *view = vmap(&page, 1, PAGE_KERNEL_RO);
    const bool written = probe_write(view, 1);
    const struct caught_fault fault = last_caught_fault();

    if (written) {
        printk("machine: a write to a read-only page goes through\n");
    } else {
        printk("machine: a write to a read-only page: ");
        print_page_fault(&fault);
        printk("\n");
    }
    if (written == cpu.has_invlpg ||
        (!written && fault.error_code != (PF_P | PF_WR)))
        check(false, "a read-only page is protected where CR0.WP exists");
    vunmap(view);
    __free_page(page);
}

static void bad_input(void)
{
    section("bad addresses");
    read_only_page();
    check_unmapped(NULL, "address 0 is not mapped");
    check_unmapped((void *)high_memory, "nor is the end of the direct map");
    check_unmapped((void *)(VMALLOC_START - sizeof(uint32_t)),
                   "nor the end of the gap");
    check_unmapped((void *)(PKMAP_BASE - sizeof(uint32_t)),
                   "nor the pages below the kmap window");
}

void addresses_chapter(void)
{
    classic_demonstration();
    all_kinds();
    bad_input();
    kmem_cache_shrink_all();
}
