/* SPDX-License-Identifier: MIT */
/*
 * Chapter fault: how page faults bring memory, and how they end a program.
 */
#include "fs/file.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "mm/paging.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define HEAP_PAGES 64u /* of /bin/zero */

static void show_entry(const char *when, const struct task_struct *task,
                       unsigned long address)
{
    const struct page_walk walk = page_walk_in(task->mm->pgd, address);

    printk("  %s\n", when);
    print_page_walk(&walk);
}

/* How many of the heap's pages lead to the same frame as the first. */
static unsigned int same_frames(const struct task_struct *task)
{
    const unsigned long heap = task->mm->start_brk;
    unsigned int same = 0;
    unsigned int i;

    for (i = 0; i < HEAP_PAGES; i++)
        same += frame_of(task, heap + i * PAGE_SIZE) == frame_of(task, heap);
    return same;
}

static void demand_zero(void)
{
    const struct fault_counts before = fault_counts();
    struct fault_counts after;
    struct task_struct *task;

    section("demand zero: memory that is promised, and memory that is there");
    task = program_start("/bin/zero", NULL);
    if (!check_have(task, "/bin/zero runs to where it stops"))
        return;
    show_entry("the heap's first entry after a read", task,
               task->mm->start_brk);
    check(same_frames(task) == HEAP_PAGES,
          "all 64 pages that were read are one frame: the page of zeros");
    check(program_continue(task), "it goes on, and writes");
    show_entry("the same entry after a write", task, task->mm->start_brk);
    check(same_frames(task) == 1, "each page has a frame of its own now");
    after = fault_counts();
    printk("  faults: %lu got the page of zeros, %lu a copy for writing\n",
           after.zero_page - before.zero_page,
           after.copy_on_write - before.copy_on_write);
    check(program_finish(task) == 0, "and gives it back");
}

static void from_a_file(void)
{
    unsigned long major[2] = {0, 0};
    unsigned long minor[2] = {0, 0};
    unsigned int run;

    section("pages of a file: major faults the first time, minor ones then");
    drop_page_cache();
    for (run = 0; run < 2; run++) {
        struct task_struct *task = program_start("/bin/spin", NULL);

        if (!check_have(task, "/bin/spin runs to where it stops"))
            return;
        major[run] = task->maj_flt;
        minor[run] = task->min_flt;
        printk("  run %u: %lu major faults, %lu minor ones\n", run + 1,
               major[run], minor[run]);
        do_kill(task->pid, SIGKILL);
        program_finish(task);
    }
    check(major[0] > 0, "at first, pages had to be read");
    check(major[1] == 0, "the second time, all were in the page cache");
    check(minor[1] == major[0] + minor[0], "and the faults were as many");
}

static void stack_growth(void)
{
    const struct fault_counts before = fault_counts();
    int status;

    section("a stack grows by faults below it");
    check(program_run("/bin/stack", NULL) == 0, "20 pages deep and back");
    check(fault_counts().stack_growth - before.stack_growth >= 20,
          "the area grew by each of them");
    printk("  now without end; the limit is %lu KiB\n", STACK_LIMIT >> 10);
    status = program_run("/bin/stack", "overflow");
    check(status == SIGSEGV, "at its limit, it is a segmentation fault");
}

static void copy_on_write(void)
{
    struct task_struct *parent;
    struct task_struct *child;
    unsigned long heap;
    phys_addr_t shared;

    section("copy on write after fork");
    parent = program_start("/bin/cow", NULL);
    if (!check_have(parent, "/bin/cow runs to where it stops"))
        return;
    child = find_task(parent->pid + 1);
    if (!check_have(child, "there is a child"))
        return;
    wait_until_stopped(child);
    heap = parent->mm->start_brk;
    shared = frame_of(parent, heap);
    show_entry("the parent's entry", parent, heap);
    show_entry("the child's entry", child, heap);
    check(frame_of(child, heap) == shared, "both lead to the same frame");
    check(pfn_to_page(phys_to_pfn(shared))->count == 2, "it has two users");
    check(!(page_walk_in(parent->mm->pgd, heap).pte & PTE_RW) &&
              !(page_walk_in(child->mm->pgd, heap).pte & PTE_RW),
          "and neither may write to it");
    check(program_continue(child), "the child goes on, and writes");
    show_entry("the child's entry", child, heap);
    check(frame_of(child, heap) != shared, "the child has a copy");
    check(frame_of(parent, heap) == shared, "the parent kept the page");
    do_kill(child->pid, SIGCONT);
    check(program_finish(parent) == 0, "both come to their end");
}

static void segmentation_faults(void)
{
    static const struct {
        const char *what;
        int signal;
        const char *claim;
    } cases[] = {
        {"null", SIGSEGV, "a write to address 0"},
        {"text", SIGSEGV, "a write to its own code"},
        {"constant", SIGSEGV, "a write to a constant"},
        {"heap", SIGSEGV, "a write far behind the heap"},
        {"kernel", SIGSEGV, "a write to the kernel"},
        {"cli", SIGSEGV, "CLI in ring 3"},
        {"divide", SIGFPE, "a division by 0"},
        {"opcode", SIGILL, "an instruction that does not exist"},
    };
    size_t i;

    section("bad input: what a program may not, ends it and nobody else");
    for (i = 0; i < ARRAY_SIZE(cases); i++)
        check(program_run("/bin/segv", cases[i].what) == cases[i].signal,
              cases[i].claim);
    check(program_run("/bin/segv", "calls") == 0,
          "a system call with a bad argument fails, and the program goes on");
}

void fault_chapter(void)
{
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    demand_zero();
    from_a_file();
    stack_growth();
    copy_on_write();
    segmentation_faults();
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
