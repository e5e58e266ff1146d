/* SPDX-License-Identifier: MIT */
/*
 * The areas of an address space.
 */
#include "fs/file.h"
#include "kernel/errno.h"
#include "kernel/format.h"
#include "mm/internal.h"
#include "mm/mm.h"

struct vm_area_struct *find_vma(const struct mm_struct *mm,
                                unsigned long address)
{
    struct vm_area_struct *area = mm->mmap;

    while (area && area->vm_end <= address)
        area = area->vm_next;
    return area;
}

static void insert_area(struct mm_struct *mm, struct vm_area_struct *area)
{
    struct vm_area_struct **link = &mm->mmap;

    while (*link && (*link)->vm_start < area->vm_start)
        link = &(*link)->vm_next;
    area->vm_next = *link;
    *link = area;
    mm->map_count++;
}

/* The lowest gap of `length` bytes above TASK_UNMAPPED_BASE; 0 for none. */
static unsigned long get_unmapped_area(const struct mm_struct *mm,
                                       unsigned long length)
{
    unsigned long address = TASK_UNMAPPED_BASE;
    const struct vm_area_struct *area;

    for (area = find_vma(mm, address); area; area = area->vm_next) {
        if (address + length <= area->vm_start)
            return address;
        address = area->vm_end;
    }
    return address <= TASK_SIZE - length ? address : 0;
}

/* Where to map; a negative error, as an address, if nowhere. */
static unsigned long choose_address(struct mm_struct *mm, unsigned long address,
                                    unsigned long length, unsigned int flags)
{
    if (!(flags & MAP_FIXED)) {
        address = get_unmapped_area(mm, length);
        return address ? address : (unsigned long)-ENOMEM;
    }
    if (address % PAGE_SIZE != 0 || address == 0 ||
        address > TASK_SIZE - length)
        return (unsigned long)-EINVAL;
    return do_munmap(mm, address, length) < 0 ? (unsigned long)-ENOMEM
                                              : address;
}

unsigned long do_mmap(struct mm_struct *mm, struct file *file,
                      unsigned long address, unsigned long length,
                      unsigned int prot, unsigned int flags,
                      unsigned long pgoff)
{
    struct vm_area_struct *area;

    if (length == 0 || length > TASK_SIZE - PAGE_SIZE)
        return (unsigned long)-EINVAL;
    if (!(flags & MAP_SHARED) == !(flags & MAP_PRIVATE))
        return (unsigned long)-EINVAL;
    if (file && !file->inode)
        return (unsigned long)-EACCES;
    /* The disk is read-only: what it holds cannot be shared for writing. */
    if (file && file->inode->image && flags & MAP_SHARED && prot & PROT_WRITE)
        return (unsigned long)-EACCES;
    length = ALIGN_UP(length, PAGE_SIZE);
    address = choose_address(mm, address, length, flags);
    if (is_error_address(address))
        return address;
    area = alloc_area();
    if (!area)
        return (unsigned long)-ENOMEM;
    area->vm_mm = mm;
    area->vm_start = address;
    area->vm_end = address + length;
    area->vm_flags = (prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) |
                     (flags & MAP_SHARED ? VM_SHARED : 0);
    area->vm_file = get_file(file);
    area->vm_pgoff = pgoff;
    insert_area(mm, area);
    return address;
}

/* Cut an area in two at `address`. */
static bool split_area(struct mm_struct *mm, struct vm_area_struct *area,
                       unsigned long address)
{
    struct vm_area_struct *upper = alloc_area();

    if (!upper)
        return false;
    *upper = *area;
    get_file(upper->vm_file);
    upper->vm_start = address;
    upper->vm_pgoff += (address - area->vm_start) >> PAGE_SHIFT;
    area->vm_end = address;
    insert_area(mm, upper);
    return true;
}

static void remove_area(struct mm_struct *mm, struct vm_area_struct *area)
{
    struct vm_area_struct **link = &mm->mmap;

    while (*link != area)
        link = &(*link)->vm_next;
    *link = area->vm_next;
    mm->map_count--;
    zap_page_range(mm, area->vm_start, area->vm_end);
    free_area(area);
}

int do_munmap(struct mm_struct *mm, unsigned long address, unsigned long length)
{
    struct vm_area_struct *area;
    unsigned long end;

    if (address % PAGE_SIZE != 0 || length == 0 || length > TASK_SIZE ||
        address > TASK_SIZE - length)
        return -EINVAL;
    end = address + ALIGN_UP(length, PAGE_SIZE);
    for (;;) {
        area = find_vma(mm, address);
        if (!area || area->vm_start >= end)
            return 0;
        if (area->vm_start < address) {
            if (!split_area(mm, area, address))
                return -ENOMEM;
            continue;
        }
        if (area->vm_end > end && !split_area(mm, area, end))
            return -ENOMEM;
        remove_area(mm, area);
    }
}

/* ---- heap and stack ----------------------------------------------------- */

static bool grow_heap(struct mm_struct *mm, unsigned long old_end,
                      unsigned long new_end)
{
    struct vm_area_struct *area = find_vma(mm, old_end - 1);
    const struct vm_area_struct *above = find_vma(mm, old_end);

    if (above && above->vm_start < new_end)
        return false;
    if (area && area->vm_start >= mm->start_brk && area->vm_end == old_end) {
        area->vm_end = new_end;
        return true;
    }
    return !is_error_address(do_mmap(mm, NULL, old_end, new_end - old_end,
                                     PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_FIXED, 0));
}

unsigned long do_brk(struct mm_struct *mm, unsigned long brk)
{
    const unsigned long old_end = ALIGN_UP(mm->brk, PAGE_SIZE);
    const unsigned long new_end = ALIGN_UP(brk, PAGE_SIZE);
    bool done = true;

    if (brk < mm->start_brk || brk > TASK_SIZE - STACK_LIMIT)
        return mm->brk;
    if (new_end < old_end)
        done = do_munmap(mm, new_end, old_end - new_end) == 0;
    else if (new_end > old_end)
        done = grow_heap(mm, old_end, new_end);
    if (done)
        mm->brk = brk;
    return mm->brk;
}

bool expand_stack(struct vm_area_struct *area, unsigned long address)
{
    address = ALIGN_DOWN(address, PAGE_SIZE);
    if (area->vm_end - address > STACK_LIMIT)
        return false;
    area->vm_start = address;
    return true;
}

/* ---- /proc/PID/maps ----------------------------------------------------- */

static void put_text(struct text_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_text(struct text_sink *sink, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_text(sink, format, arguments);
    va_end(arguments);
}

static const char *area_name(const struct mm_struct *mm,
                             const struct vm_area_struct *area)
{
    if (area->vm_file)
        return area->vm_file->inode->path;
    if (area->vm_flags & VM_GROWSDOWN)
        return "[stack]";
    return area->vm_start >= mm->start_brk &&
                   area->vm_end <= mm->brk + PAGE_SIZE
               ? "[heap]"
               : "";
}

void put_maps(struct text_sink *sink, const struct mm_struct *mm)
{
    const struct vm_area_struct *area;

    for (area = mm->mmap; area; area = area->vm_next) {
        const struct inode *inode = area->vm_file ? area->vm_file->inode : NULL;

        put_text(sink, "%08lx-%08lx %c%c%c%c %08lx %s %-6u %s\n",
                 area->vm_start, area->vm_end,
                 area->vm_flags & VM_READ ? 'r' : '-',
                 area->vm_flags & VM_WRITE ? 'w' : '-',
                 area->vm_flags & VM_EXEC ? 'x' : '-',
                 area->vm_flags & VM_SHARED ? 's' : 'p',
                 area->vm_pgoff << PAGE_SHIFT, inode ? "01:00" : "00:00",
                 inode ? inode->number : 0, area_name(mm, area));
    }
}
