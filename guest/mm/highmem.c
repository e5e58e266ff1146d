/* SPDX-License-Identifier: MIT */
#include "mm/highmem.h"

#include "arch/pgtable.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/string.h"
#include "mm/complain.h"
#include "mm/paging.h"

/* A slot's count: 0 not mapped; 1 mapped, nobody uses it; else users + 1. */
static struct {
    struct page *page;
    unsigned int count;
} slots[PKMAP_SLOTS];

static unsigned int next_slot;
static struct kmap_counts counts;

struct kmap_counts kmap_counts(void)
{
    return counts;
}

void kmap_init(void)
{
    if (!pte_alloc(PKMAP_BASE) || !pte_alloc(FIXADDR_START))
        panic("no memory for the kmap window");
}

unsigned long pkmap_address(int slot)
{
    return PKMAP_BASE + (unsigned long)slot * PAGE_SIZE;
}

int pkmap_slot(const struct page *page)
{
    int slot;

    for (slot = 0; slot < PKMAP_SLOTS; slot++) {
        if (slots[slot].count > 0 && slots[slot].page == page)
            return slot;
    }
    return -1;
}

/* The window is full of slots that nobody uses: clear them all. */
static void flush_all_zero_pkmaps(void)
{
    int slot;

    for (slot = 0; slot < PKMAP_SLOTS; slot++) {
        if (slots[slot].count != 1)
            continue;
        *pte_lookup(pkmap_address(slot)) = 0;
        slots[slot].count = 0;
        slots[slot].page = NULL;
    }
    counts.flushes++;
    flush_tlb_kernel_range(pkmap_address(0), pkmap_address(PKMAP_SLOTS));
}

/* A slot without an entry; -1 if all are in use. */
static int find_slot(void)
{
    unsigned int tried;

    for (tried = 0; tried < PKMAP_SLOTS; tried++) {
        next_slot = (next_slot + 1) % PKMAP_SLOTS;
        if (next_slot == 0)
            flush_all_zero_pkmaps();
        if (slots[next_slot].count == 0)
            return (int)next_slot;
    }
    return -1;
}

static int map_new_page(struct page *page)
{
    const int slot = find_slot();

    if (slot < 0) {
        complain(COMPLAINT_NO_MEMORY,
                 "kmap(frame %05lx): all %d slots are in use",
                 page_to_pfn(page), PKMAP_SLOTS);
        return -1;
    }
    *pte_lookup(pkmap_address(slot)) = page_to_phys(page) | PAGE_KERNEL;
    slots[slot].page = page;
    slots[slot].count = 1;
    counts.mapped++;
    return slot;
}

void *kmap(struct page *page)
{
    int slot;

    if (in_atomic()) {
        complain(COMPLAINT_MISUSE, "kmap: may sleep, not here; kmap_atomic "
                                   "may be used");
        return NULL;
    }
    if (!page_is_high(page))
        return page_address(page);
    slot = pkmap_slot(page);
    if (slot < 0)
        slot = map_new_page(page);
    else
        counts.reused++;
    if (slot < 0)
        return NULL;
    slots[slot].count++;
    return (void *)pkmap_address(slot);
}

void kunmap(struct page *page)
{
    int slot;

    if (!page_is_high(page))
        return;
    slot = pkmap_slot(page);
    if (slot < 0 || slots[slot].count < 2) {
        complain(COMPLAINT_DOUBLE_FREE, "kunmap(frame %05lx): not mapped",
                 page_to_pfn(page));
        return;
    }
    slots[slot].count--;
}

static unsigned long fixmap_address(enum km_type type)
{
    return FIXADDR_START + type * PAGE_SIZE;
}

void *kmap_atomic(struct page *page, enum km_type type)
{
    const unsigned long linear = fixmap_address(type);
    pte_t *pte;

    preempt_disable();
    if (!page_is_high(page))
        return page_address(page);
    pte = pte_lookup(linear);
    if (*pte & PTE_P)
        complain(COMPLAINT_BUSY, "kmap_atomic: slot %d is in use", (int)type);
    *pte = page_to_phys(page) | PAGE_KERNEL;
    counts.atomic++;
    flush_tlb_one(linear);
    return (void *)linear;
}

void kunmap_atomic(void *address, enum km_type type)
{
    const unsigned long linear = fixmap_address(type);

    if (ALIGN_DOWN((unsigned long)address, PAGE_SIZE) == linear) {
        *pte_lookup(linear) = 0;
        flush_tlb_one(linear);
    }
    preempt_enable();
}

void clear_highpage(struct page *page)
{
    void *address = kmap_atomic(page, KM_USER0);

    memset(address, 0, PAGE_SIZE);
    kunmap_atomic(address, KM_USER0);
}

void copy_highpage(struct page *to, struct page *from)
{
    void *source = kmap_atomic(from, KM_USER0);
    void *target = kmap_atomic(to, KM_USER1);

    memcpy(target, source, PAGE_SIZE);
    kunmap_atomic(target, KM_USER1);
    kunmap_atomic(source, KM_USER0);
}
