/* SPDX-License-Identifier: MIT */
/*
 * Address spaces: their page tables as a whole. mm/mm.h tells the story.
 */
#include "arch/cpu.h"
#include "arch/tlb.h"
#include "fs/file.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/internal.h"
#include "mm/mm.h"
#include "mm/paging.h"
#include "mm/slab.h"
#include "mm/swap.h"

#define KERNEL_FIRST_ENTRY (PAGE_OFFSET >> PGDIR_SHIFT)

/* Held by the idle task, and once more, so that it never goes. */
struct mm_struct init_mm = {
    .pgd = swapper_pg_dir,
    .mm_users = 1,
    .mm_count = 2,
};
struct list_head mm_list = LIST_HEAD_INIT(mm_list);

static struct kmem_cache *mm_cache;
static struct kmem_cache *area_cache;
static struct page *zero_page;

void process_memory_init(void)
{
    const unsigned long zeros = get_zeroed_page(GFP_KERNEL);

    mm_cache =
        kmem_cache_create("mm_struct", sizeof(struct mm_struct), 0, 0, NULL);
    area_cache = kmem_cache_create("vm_area_struct",
                                   sizeof(struct vm_area_struct), 0, 0, NULL);
    if (!zeros || !mm_cache || !area_cache)
        panic("no memory for processes");
    zero_page = virt_to_page((void *)zeros);
}

bool is_zero_page(const struct page *page)
{
    return page == zero_page;
}

struct page *get_zero_page(void)
{
    get_page(zero_page);
    return zero_page;
}

struct vm_area_struct *alloc_area(void)
{
    return kmem_cache_alloc(area_cache, GFP_KERNEL | __GFP_ZERO);
}

void free_area(struct vm_area_struct *area)
{
    put_file(area->vm_file);
    kmem_cache_free(area_cache, area);
}

pte_t mk_pte(const struct page *page, const struct vm_area_struct *area)
{
    const bool shared_writable =
        (area->vm_flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE);

    /* Private pages become writable by a fault, which may copy them. */
    return page_to_phys(page) | PTE_P | PTE_US | (shared_writable ? PTE_RW : 0);
}

/* ---- beginning and end -------------------------------------------------- */

struct mm_struct *mm_alloc(void)
{
    struct mm_struct *mm = kmem_cache_alloc(mm_cache, GFP_KERNEL | __GFP_ZERO);

    if (!mm)
        return NULL;
    mm->pgd = (pde_t *)get_zeroed_page(GFP_KERNEL);
    if (!mm->pgd) {
        kmem_cache_free(mm_cache, mm);
        return NULL;
    }
    /* The kernel is the same everywhere: its tables are shared. */
    memcpy(mm->pgd + KERNEL_FIRST_ENTRY, swapper_pg_dir + KERNEL_FIRST_ENTRY,
           (PTRS_PER_PGD - KERNEL_FIRST_ENTRY) * sizeof(pde_t));
    mm->mm_users = 1;
    mm->mm_count = 1;
    mutex_init(&mm->lock);
    preempt_disable();
    list_add_tail(&mm->mmlist, &mm_list);
    preempt_enable();
    return mm;
}

struct mm_struct *mmget(struct mm_struct *mm)
{
    mm->mm_users++;
    return mm;
}

void mmgrab(struct mm_struct *mm)
{
    mm->mm_count++;
}

void mmdrop(struct mm_struct *mm)
{
    if (--mm->mm_count > 0)
        return;
    free_page((unsigned long)mm->pgd);
    kmem_cache_free(mm_cache, mm);
}

static void free_page_tables(struct mm_struct *mm)
{
    unsigned int i;

    for (i = 0; i < KERNEL_FIRST_ENTRY; i++) {
        if (mm->pgd[i] & PTE_P) {
            free_page((unsigned long)__va(mm->pgd[i] & PTE_FRAME));
            mm->pgd[i] = 0;
        }
    }
}

void mmput(struct mm_struct *mm)
{
    struct vm_area_struct *area;

    if (--mm->mm_users > 0)
        return;
    preempt_disable();
    list_del(&mm->mmlist);
    preempt_enable();
    while ((area = mm->mmap) != NULL) {
        mm->mmap = area->vm_next;
        zap_page_range(mm, area->vm_start, area->vm_end);
        free_area(area);
    }
    free_page_tables(mm);
    mmdrop(mm);
}

/* Give `mm` to the current task, and take the old one from it. */
static void change_mm(struct mm_struct *mm)
{
    struct mm_struct *old = current->mm;
    struct mm_struct *old_active = current->active_mm;

    preempt_disable();
    current->mm = mm;
    current->active_mm = mm ? mm : &init_mm;
    if (!mm)
        mmgrab(&init_mm);
    write_cr3(__pa(current->active_mm->pgd));
    preempt_enable();
    if (old)
        mmput(old);
    else
        mmdrop(old_active);
}

void exit_mm(void)
{
    if (current->mm)
        change_mm(NULL);
}

void exec_mm(struct mm_struct *mm)
{
    change_mm(mm);
}

/* ---- page tables: clear ------------------------------------------------- */

/* What an entry held is given back. */
static void zap_pte(struct mm_struct *mm, pte_t pte)
{
    struct page *page;

    if (pte == 0)
        return;
    if (!(pte & PTE_P)) {
        mm->swapped--;
        swap_free(pte_to_swap_slot(pte));
        return;
    }
    page = pfn_to_page(phys_to_pfn(pte & PTE_FRAME));
    mm->rss--;
    if (page->flags & PG_SWAP)
        free_page_and_swap_slot(page);
    else
        put_page(page);
}

void zap_page_range(struct mm_struct *mm, unsigned long start,
                    unsigned long end)
{
    unsigned long address = start;

    while (address < end) {
        pte_t *pte = pte_lookup_in(mm->pgd, address);

        if (!pte) {
            /* No table: on to the next 4 MiB. */
            address = ALIGN_DOWN(address, LARGE_PAGE_SIZE) + LARGE_PAGE_SIZE;
            continue;
        }
        if (*pte) {
            const pte_t old = *pte;

            *pte = 0;
            if (old & PTE_P && mm == current->active_mm)
                flush_tlb_one(address);
            zap_pte(mm, old);
        }
        address += PAGE_SIZE;
    }
}

/* ---- page tables: copy -------------------------------------------------- */

/*
 * Let the child share a page or a slot of the swap area. What is private
 * becomes read-only for both, so that the first writer takes a fault.
 */
static void share_pte(struct mm_struct *child,
                      const struct vm_area_struct *area, pte_t *to, pte_t *from)
{
    if (*from == 0)
        return;
    if (!(*from & PTE_P)) {
        swap_duplicate(pte_to_swap_slot(*from));
        child->swapped++;
    } else {
        get_page(pfn_to_page(phys_to_pfn(*from & PTE_FRAME)));
        child->rss++;
        if (!(area->vm_flags & VM_SHARED))
            *from &= ~PTE_RW;
    }
    *to = *from;
}

static bool copy_page_range(struct mm_struct *child, struct mm_struct *parent,
                            const struct vm_area_struct *area)
{
    unsigned long address = area->vm_start;

    while (address < area->vm_end) {
        pte_t *from = pte_lookup_in(parent->pgd, address);
        pte_t *to;

        if (!from) {
            address = ALIGN_DOWN(address, LARGE_PAGE_SIZE) + LARGE_PAGE_SIZE;
            continue;
        }
        if (*from) {
            to = pte_alloc_in(child->pgd, address);
            if (!to)
                return false;
            share_pte(child, area, to, from);
        }
        address += PAGE_SIZE;
    }
    return true;
}

static bool copy_area(struct mm_struct *child, struct mm_struct *parent,
                      const struct vm_area_struct *area,
                      struct vm_area_struct **link)
{
    struct vm_area_struct *copy = alloc_area();

    if (!copy)
        return false;
    *copy = *area;
    copy->vm_mm = child;
    copy->vm_next = NULL;
    get_file(copy->vm_file);
    *link = copy;
    child->map_count++;
    return copy_page_range(child, parent, area);
}

struct mm_struct *dup_mm(struct mm_struct *parent)
{
    struct mm_struct *child = mm_alloc();
    struct vm_area_struct **link;
    const struct vm_area_struct *area;
    bool copied = true;

    if (!child)
        return NULL;
    child->start_code = parent->start_code;
    child->end_code = parent->end_code;
    child->start_data = parent->start_data;
    child->end_data = parent->end_data;
    child->start_brk = parent->start_brk;
    child->brk = parent->brk;
    child->start_stack = parent->start_stack;
    link = &child->mmap;
    for (area = parent->mmap; area && copied; area = area->vm_next) {
        copied = copy_area(child, parent, area, link);
        if (*link)
            link = &(*link)->vm_next;
    }
    /* The parent's entries have lost rights: forget the old ones. */
    flush_tlb();
    if (copied)
        return child;
    mmput(child);
    return NULL;
}
