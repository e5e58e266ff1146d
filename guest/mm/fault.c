/* SPDX-License-Identifier: MIT */
/*
 * Page faults of processes: from an address and an error code to a page, or
 * to the end of the process.
 *
 *   no area, or not with these rights   a segmentation fault
 *   below a stack                       the stack grows
 *   entry empty, anonymous              a page of zeros
 *   entry empty, file                   a page of the page cache
 *   entry not present, not empty        the page is in the swap area
 *   present, a write to a private page  copy on write
 *
 * SDM vol. 3A, 4.7 "Page-Fault Exceptions".
 */
#include "arch/cpu.h"
#include "arch/tlb.h"
#include "arch/traps.h"
#include "fs/file.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/mm.h"
#include "mm/paging.h"
#include "mm/swap.h"

/*
 * PUSHA, the longest of the instructions that write below the stack pointer,
 * faults at most so far below it.
 */
#define STACK_SLACK 32ul

static struct fault_counts counts;

struct fault_counts fault_counts(void)
{
    return counts;
}

static void set_pte(struct mm_struct *mm, pte_t *pte, unsigned long address,
                    pte_t value)
{
    const bool was_present = (*pte & PTE_P) != 0;

    *pte = value;
    /* An entry that was not present is not in the TLB. */
    if (was_present && mm == current->active_mm)
        flush_tlb_one(address);
}

/* ---- a page for each kind of fault -------------------------------------- */

static enum fault_result do_anonymous_page(const struct vm_area_struct *area,
                                           pte_t *pte, bool write)
{
    struct page *page;

    if (!write) {
        counts.zero_page++;
        area->vm_mm->rss++;
        *pte = mk_pte(get_zero_page(), area) & ~PTE_RW;
        return FAULT_MINOR;
    }
    page = alloc_page(GFP_HIGHUSER);
    if (!page)
        return FAULT_NO_MEM;
    clear_highpage(page);
    counts.anonymous++;
    area->vm_mm->rss++;
    *pte = mk_pte(page, area) | PTE_RW | PTE_D;
    return FAULT_MINOR;
}

/* Replace `old`, which others use too, by a copy that may be written. */
static struct page *copy_for_writing(struct page *old)
{
    struct page *page = alloc_page(GFP_HIGHUSER);

    if (!page)
        return NULL;
    if (is_zero_page(old))
        clear_highpage(page);
    else
        copy_highpage(page, old);
    counts.copy_on_write++;
    return page;
}

static enum fault_result do_file_page(const struct vm_area_struct *area,
                                      unsigned long address, pte_t *pte,
                                      bool write)
{
    const unsigned long index =
        area->vm_pgoff + ((address - area->vm_start) >> PAGE_SHIFT);
    bool major;
    struct page *page = find_get_page(area->vm_file->inode, index, &major);
    struct page *copy;

    if (!page)
        return index << PAGE_SHIFT < area->vm_file->inode->size ? FAULT_NO_MEM
                                                                : FAULT_BUS;
    counts.file++;
    if (write && !(area->vm_flags & VM_SHARED)) {
        copy = copy_for_writing(page);
        put_page(page);
        if (!copy)
            return FAULT_NO_MEM;
        *pte = mk_pte(copy, area) | PTE_RW | PTE_D;
    } else {
        *pte = mk_pte(page, area);
    }
    area->vm_mm->rss++;
    return major ? FAULT_MAJOR : FAULT_MINOR;
}

static enum fault_result do_swap_page(const struct vm_area_struct *area,
                                      pte_t *pte, bool write)
{
    bool major;
    struct page *page = swap_in(pte_to_swap_slot(*pte), &major);

    if (!page)
        return FAULT_NO_MEM;
    swap_free(pte_to_swap_slot(*pte));
    counts.swap_in++;
    area->vm_mm->swapped--;
    area->vm_mm->rss++;
    *pte = mk_pte(page, area);
    if (write && swap_page_is_mine(page))
        *pte |= PTE_RW | PTE_D;
    return major ? FAULT_MAJOR : FAULT_MINOR;
}

/* A write to a page that is present, and read-only so far. */
static enum fault_result do_write_page(const struct vm_area_struct *area,
                                       unsigned long address, pte_t *pte)
{
    const pte_t before = *pte;
    struct page *old = pfn_to_page(phys_to_pfn(before & PTE_FRAME));
    struct page *page;

    if (area->vm_flags & VM_SHARED || swap_page_is_mine(old)) {
        counts.reuse++;
        set_pte(area->vm_mm, pte, address, *pte | PTE_RW | PTE_D);
        return FAULT_MINOR;
    }
    /* To find a page for the copy may swap this very one out. */
    get_page(old);
    page = copy_for_writing(old);
    put_page(old);
    if (!page)
        return FAULT_NO_MEM;
    if (*pte != before) {
        put_page(page);
        return FAULT_MINOR;
    }
    set_pte(area->vm_mm, pte, address, mk_pte(page, area) | PTE_RW | PTE_D);
    if (old->flags & PG_SWAP)
        free_page_and_swap_slot(old);
    else
        put_page(old);
    return FAULT_MINOR;
}

enum fault_result handle_mm_fault(struct vm_area_struct *area,
                                  unsigned long address, bool write)
{
    pte_t *pte = pte_alloc_in(area->vm_mm->pgd, address);

    if (!pte)
        return FAULT_NO_MEM;
    if (*pte & PTE_P) {
        /* Another task may have been here before us. */
        if (!write || *pte & PTE_RW)
            return FAULT_MINOR;
        return do_write_page(area, address, pte);
    }
    if (*pte)
        return do_swap_page(area, pte, write);
    if (area->vm_file)
        return do_file_page(area, address, pte, write);
    return do_anonymous_page(area, pte, write);
}

/* ---- from the trap ------------------------------------------------------ */

static bool allows(const struct vm_area_struct *area, bool write)
{
    return (area->vm_flags & (write ? VM_WRITE : VM_READ | VM_EXEC)) != 0;
}

/* The area of `address`, a stack's grown if that is what it takes. */
static struct vm_area_struct *find_area(const struct trap_frame *frame,
                                        unsigned long address)
{
    struct vm_area_struct *area = find_vma(current->mm, address);

    if (!area || area->vm_start <= address)
        return area;
    if (!(area->vm_flags & VM_GROWSDOWN))
        return NULL;
    if (frame->error_code & PF_US && address + STACK_SLACK < frame->esp)
        return NULL;
    if (!expand_stack(area, address))
        return NULL;
    counts.stack_growth++;
    return area;
}

static void kill_current(const struct trap_frame *frame, unsigned long address,
                         enum fault_result result)
{
    if (result == FAULT_NO_MEM) {
        printk("  out of memory: %s[%d] is killed\n", current->comm,
               current->pid);
        current->pending |= 1u << SIGKILL;
        return;
    }
    counts.segv++;
    printk("  %s[%d]: %s at %08lx ip %08x sp %08x error %x\n", current->comm,
           current->pid, result == FAULT_BUS ? "bus error" : "segfault",
           address, frame->eip, frame->esp, frame->error_code);
    current->pending |= 1u << (result == FAULT_BUS ? SIGBUS : SIGSEGV);
}

static enum fault_result user_fault(const struct trap_frame *frame,
                                    unsigned long address)
{
    const bool write = (frame->error_code & PF_WR) != 0;
    enum fault_result result = FAULT_BAD;
    struct vm_area_struct *area;

    mutex_lock(&current->mm->lock);
    area = find_area(frame, address);
    if (area && allows(area, write))
        result = handle_mm_fault(area, address, write);
    mutex_unlock(&current->mm->lock);
    return result;
}

static void count_fault(enum fault_result result)
{
    current->min_flt += result == FAULT_MINOR;
    current->maj_flt += result == FAULT_MAJOR;
}

bool do_page_fault(struct trap_frame *frame, unsigned long address)
{
    const bool from_user = (frame->error_code & PF_US) != 0;
    enum fault_result result = FAULT_BAD;

    if (address >= TASK_SIZE) {
        if (!from_user && !(frame->error_code & PF_P) &&
            sync_kernel_entry(address)) {
            counts.kernel_sync++;
            return true;
        }
    } else if (current->mm && !in_atomic()) {
        if (frame->eflags & EFLAGS_IF)
            local_irq_enable();
        result = user_fault(frame, address);
        local_irq_disable();
    }
    if (result == FAULT_MINOR || result == FAULT_MAJOR) {
        count_fault(result);
        return true;
    }
    if (from_user)
        kill_current(frame, address, result);
    return from_user;
}

/* What the write would do, if it took a fault; counted as one. */
static bool fault_in_page(unsigned long page)
{
    struct vm_area_struct *area = find_vma(current->mm, page);
    const pte_t *pte = pte_lookup_in(current->mm->pgd, page);
    enum fault_result result;

    if (!area || area->vm_start > page || !(area->vm_flags & VM_WRITE))
        return false;
    if (pte && (*pte & (PTE_P | PTE_RW)) == (PTE_P | PTE_RW))
        return true;
    result = handle_mm_fault(area, page, true);
    count_fault(result);
    return result < FAULT_BAD;
}

bool fault_in_writable(unsigned long address, unsigned long size)
{
    const unsigned long end = address + size;
    unsigned long page = ALIGN_DOWN(address, PAGE_SIZE);
    bool writable = true;

    mutex_lock(&current->mm->lock);
    for (; page < end && writable; page += PAGE_SIZE)
        writable = fault_in_page(page);
    mutex_unlock(&current->mm->lock);
    return writable;
}
