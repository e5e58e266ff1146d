/* SPDX-License-Identifier: MIT */
/*
 * The memory of a process.
 *
 *   in    system calls: brk, mmap, munmap, fork, exec; page faults
 *   out   a list of areas with rights, which are promises, and page tables,
 *         which hold what was touched so far
 *   next  mm/mmap.c keeps the areas, mm/fault.c fulfils the promises,
 *         mm/memory.c copies and frees page tables, mm/swap.h takes pages
 *         back
 *
 *   mm_struct -> vm_area_struct -> vm_area_struct ...
 *       |            text              data
 *       +-> page directory -> page tables -> pages
 */
#ifndef MM_MM_H
#define MM_MM_H

#include "arch/pgtable.h"
#include "kernel/list.h"
#include "kernel/sched.h"
#include "mm/page_alloc.h"

struct file;
struct text_sink;
struct trap_frame;

#define TASK_SIZE          PAGE_OFFSET
#define TASK_UNMAPPED_BASE 0x40000000ul
#define STACK_TOP          PAGE_OFFSET
#define STACK_LIMIT        (1ul << 20)

/* Of an area, with Linux's values. */
#define VM_READ      0x1u
#define VM_WRITE     0x2u
#define VM_EXEC      0x4u
#define VM_SHARED    0x8u
#define VM_GROWSDOWN 0x100u

/* Of mmap. */
#define PROT_READ     0x1u
#define PROT_WRITE    0x2u
#define PROT_EXEC     0x4u
#define MAP_SHARED    0x01u
#define MAP_PRIVATE   0x02u
#define MAP_FIXED     0x10u
#define MAP_ANONYMOUS 0x20u

/** A range of user addresses with the same rights and the same source. */
struct vm_area_struct {
    struct mm_struct *vm_mm;
    struct vm_area_struct *vm_next; /**< by rising address */
    unsigned long vm_start;
    unsigned long vm_end; /**< behind the last byte */
    unsigned int vm_flags;
    struct file *vm_file;   /**< 0 for anonymous memory */
    unsigned long vm_pgoff; /**< in the file, pages */
};

/** An address space. Threads of a process share one. */
struct mm_struct {
    struct vm_area_struct *mmap;
    struct mutex lock; /**< of the list, against threads and faults */
    pde_t *pgd;
    unsigned int mm_users; /**< tasks that live in it */
    unsigned int mm_count; /**< those together, and who borrowed it */
    unsigned int map_count;
    unsigned long start_code;
    unsigned long end_code;
    unsigned long start_data;
    unsigned long end_data;
    unsigned long start_brk;
    unsigned long brk;
    unsigned long start_stack;
    unsigned long rss;          /**< pages that are present */
    unsigned long swapped;      /**< pages that are in the swap area */
    unsigned long swap_address; /**< where to look next for one to swap out */
    struct list_head mmlist;    /**< all address spaces */
};

/** What became of a page fault. */
enum fault_result {
    FAULT_MINOR,  /**< served from memory */
    FAULT_MAJOR,  /**< served from a device */
    FAULT_BAD,    /**< no such area, or not with these rights */
    FAULT_BUS,    /**< an area of a file, behind the file's end */
    FAULT_NO_MEM, /**< no page for it */
};

/** Faults by kind, since the start. */
struct fault_counts {
    unsigned long zero_page;     /**< read of new memory: the one zero page */
    unsigned long anonymous;     /**< write to new memory: a page of zeros */
    unsigned long file;          /**< a page of a file */
    unsigned long copy_on_write; /**< a shared page was copied */
    unsigned long reuse;         /**< its last user took it as it was */
    unsigned long swap_in;
    unsigned long stack_growth;
    unsigned long kernel_sync; /**< a kernel table the directory lacked */
    unsigned long segv;
};

/** The kernel's own address space: no areas, and swapper_pg_dir. */
extern struct mm_struct init_mm;

/** All others, linked by `mmlist`. */
extern struct list_head mm_list;

/** Make the caches and the zero page. */
void process_memory_init(void);

/* ---- address spaces: mm/memory.c ---------------------------------------- */

/** A new one that has only the kernel's part; 0 without memory. */
struct mm_struct *mm_alloc(void);

/** A copy for fork: private pages are shared until somebody writes. */
struct mm_struct *dup_mm(struct mm_struct *parent);

/** One more task lives in it. */
struct mm_struct *mmget(struct mm_struct *mm);

/** One less; the last one frees all areas and pages. */
void mmput(struct mm_struct *mm);

/** Hold or release the page directory alone. */
void mmgrab(struct mm_struct *mm);
void mmdrop(struct mm_struct *mm);

/** The current task leaves its address space and runs on the kernel's. */
void exit_mm(void);

/** The current task leaves its address space for `mm`. */
void exec_mm(struct mm_struct *mm);

/** Free the pages in [start, end) and clear their entries. */
void zap_page_range(struct mm_struct *mm, unsigned long start,
                    unsigned long end);

/** Whether this is the page of zeros that all share. */
bool is_zero_page(const struct page *page);

/** An entry of a user page that leads to it: rights by `area`. */
pte_t mk_pte(const struct page *page, const struct vm_area_struct *area);

/* ---- areas: mm/mmap.c --------------------------------------------------- */

/** The first area that ends above `address`, which may begin above it too. */
struct vm_area_struct *find_vma(const struct mm_struct *mm,
                                unsigned long address);

/**
 * Map `length` bytes of `file`, from page `pgoff` on, or of zeros if it is 0.
 * Returns the address, or a negative error as an address above TASK_SIZE.
 */
unsigned long do_mmap(struct mm_struct *mm, struct file *file,
                      unsigned long address, unsigned long length,
                      unsigned int prot, unsigned int flags,
                      unsigned long pgoff);

/** Unmap; areas are cut where needed. Returns 0 or a negative error. */
int do_munmap(struct mm_struct *mm, unsigned long address,
              unsigned long length);

/** Move the end of the heap. Returns where it is afterwards. */
unsigned long do_brk(struct mm_struct *mm, unsigned long brk);

/** Let the stack's area begin at the page of `address`, within its limit. */
bool expand_stack(struct vm_area_struct *area, unsigned long address);

/** Whether a result of do_mmap() is an error. */
static inline bool is_error_address(unsigned long address)
{
    return address >= (unsigned long)-4095L;
}

/** Put the lines of /proc/PID/maps. */
void put_maps(struct text_sink *sink, const struct mm_struct *mm);

/* ---- faults: mm/fault.c ------------------------------------------------- */

/** Serve an access to `address`, whose area is known and allows it. */
enum fault_result handle_mm_fault(struct vm_area_struct *area,
                                  unsigned long address, bool write);

/**
 * A page fault. Returns false if it is the kernel's own mistake, for which
 * there may be a fix-up.
 */
bool do_page_fault(struct trap_frame *frame, unsigned long address);

/** Make sure that the kernel may write to [address, +size) of a user. */
bool fault_in_writable(unsigned long address, unsigned long size);

struct fault_counts fault_counts(void);

#endif
