/* SPDX-License-Identifier: MIT */
/*
 * Chapter mmap: files in memory, private and shared; one library in two
 * address spaces.
 */
#include "fs/file.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "mm/paging.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define TEXT_FILE   "/etc/text"
#define SHARED_FILE "/tmp/shared"
#define LIBRARY     "/lib/libtour.so"

/* The frame of the page cache that holds the file's first page. */
static phys_addr_t cached_frame(const char *path)
{
    const struct inode *inode = find_inode(path);

    return inode->page && inode->page[0] ? page_to_phys(inode->page[0]) : 0;
}

static void show_frame(const char *whose, unsigned long linear,
                       phys_addr_t frame)
{
    printk("  %-22s %08lx -> frame %05lx\n", whose, linear, phys_to_pfn(frame));
}

static void private_map(void)
{
    const struct vm_area_struct *area;
    struct task_struct *task;
    phys_addr_t frame;

    section("a private map: what is written is one's own");
    task = program_start("/bin/mapper", "private");
    if (!check_have(task, "/bin/mapper runs to where it stops"))
        return;
    area = area_of(task, TEXT_FILE, VM_READ);
    frame = frame_of(task, area->vm_start);
    show_frame("after the write", area->vm_start, frame);
    printk("  the page cache has the file in frame %05lx\n",
           phys_to_pfn(cached_frame(TEXT_FILE)));
    check(frame != cached_frame(TEXT_FILE), "the program has a copy");
    check(find_inode(TEXT_FILE)->image[0] == 'A', "the file is as it was");
    check(program_finish(task) == 0, "it ends");
}

static void shared_map(void)
{
    struct task_struct *writer;
    struct task_struct *reader;
    unsigned long linear;

    section("a shared map: one frame under two page tables");
    writer = program_start("/bin/mapper", "shared");
    reader = program_start("/bin/mapper", "look");
    if (!check_have(writer, "a writer runs to where it stops") ||
        !check_have(reader, "and a reader"))
        return;
    linear = area_of(writer, SHARED_FILE, VM_WRITE)->vm_start;
    show_frame("writer", linear, frame_of(writer, linear));
    show_frame("reader", linear, frame_of(reader, linear));
    check(frame_of(writer, linear) == frame_of(reader, linear),
          "both lead to the same frame");
    check(frame_of(writer, linear) == cached_frame(SHARED_FILE),
          "which is that of the page cache");
    check(pfn_to_page(phys_to_pfn(cached_frame(SHARED_FILE)))->count == 3,
          "it has three users: two tables and the cache");
    check(program_finish(writer) == 0 && program_finish(reader) == 0,
          "both end");
    truncate_inode(find_inode(SHARED_FILE));
}

static void compare_segments(const struct task_struct *first,
                             const struct task_struct *second)
{
    const struct vm_area_struct *text = area_of(first, LIBRARY, VM_EXEC);
    const struct vm_area_struct *data = area_of(first, LIBRARY, VM_WRITE);

    show_frame("first, code", text->vm_start, frame_of(first, text->vm_start));
    show_frame("second, code", text->vm_start,
               frame_of(second, text->vm_start));
    show_frame("first, data", data->vm_start, frame_of(first, data->vm_start));
    show_frame("second, data", data->vm_start,
               frame_of(second, data->vm_start));
    check(frame_of(first, text->vm_start) == frame_of(second, text->vm_start),
          "its code is in memory once");
    check(frame_of(first, data->vm_start) != frame_of(second, data->vm_start),
          "its data, which both wrote to, twice");
}

static void library(void)
{
    const unsigned long reads = find_inode(LIBRARY)->reads;
    struct task_struct *first;
    struct task_struct *second;

    section("one library mapped by two processes");
    first = program_start("/bin/library", "first");
    second = program_start("/bin/library", "second");
    if (!check_have(first, "a program with the library runs") ||
        !check_have(second, "and another"))
        return;
    compare_segments(first, second);
    check(find_inode(LIBRARY)->reads - reads ==
              cached_pages(find_inode(LIBRARY)),
          "each of its pages was read once");
    check(program_finish(first) == 0 && program_finish(second) == 0,
          "both end");
    check(cached_pages(find_inode(LIBRARY)) > 0,
          "its pages stay in the page cache, for the next one");
    printk("  drop_page_cache frees %lu pages\n", drop_page_cache());
    check(cached_pages(find_inode(LIBRARY)) == 0, "and then they are gone");
}

static void bad_input(void)
{
    section("bad input");
    check(program_run("/bin/mapper", "misuse") == SIGBUS,
          "what cannot be mapped is refused; a page behind the file's end "
          "ends the program");
}

void mmap_chapter(void)
{
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    private_map();
    shared_map();
    library();
    bad_input();
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
