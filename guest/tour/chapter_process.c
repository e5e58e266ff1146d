/* SPDX-License-Identifier: MIT */
/*
 * Chapter process: programs in ring 3, each with an address space of its
 * own; threads, which share one; kernel threads, which have none.
 */
#include "kernel/errno.h"
#include "kernel/fork.h"
#include "kernel/jiffies.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/paging.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define KERNEL_FIRST_ENTRY (PAGE_OFFSET >> PGDIR_SHIFT)
#define PROGRAM_START      0x08048000ul
#define EXIT_CODE(status)  ((status) >> 8)

static void show_mm(const struct mm_struct *mm)
{
    printk("  mm_struct %p: %u areas, %lu pages present, page directory %p, "
           "physical %08x\n",
           (const void *)mm, mm->map_count, mm->rss, (void *)mm->pgd,
           __pa(mm->pgd));
    printk("  code %08lx-%08lx data %08lx-%08lx heap %08lx-%08lx stack %08lx\n",
           mm->start_code, mm->end_code, mm->start_data, mm->end_data,
           mm->start_brk, mm->brk, mm->start_stack);
}

static bool shares_the_kernel(const struct mm_struct *mm)
{
    return memcmp(mm->pgd + KERNEL_FIRST_ENTRY,
                  swapper_pg_dir + KERNEL_FIRST_ENTRY,
                  (PTRS_PER_PGD - KERNEL_FIRST_ENTRY) * sizeof(pde_t)) == 0;
}

static void one_program(void)
{
    struct task_struct *task;
    struct page_walk walk;

    section("a program of ring 3: exec builds its areas, faults fill them");
    task = program_start("/bin/hello", "world");
    if (!check_have(task, "/bin/hello runs to where it stops"))
        return;
    printk("  it has stopped itself; the kernel looks at it\n");
    show_mm(task->mm);
    show_tasks();
    walk = page_walk_in(task->mm->pgd, PROGRAM_START);
    printk("  the walk of its first byte, %08lx\n", PROGRAM_START);
    print_page_walk(&walk);
    check(walk.present && walk.pte & PTE_US && !(walk.pte & PTE_RW),
          "its code is mapped for ring 3, read-only");
    check(!page_walk_in(swapper_pg_dir, PROGRAM_START).present,
          "in the kernel's own directory nothing is there");
    check(shares_the_kernel(task->mm),
          "above 3 GiB its directory is the kernel's");
    check(current->mm == NULL, "we, a kernel thread, have no mm of our own");
    check(current->active_mm == task->mm,
          "and run on its page tables, borrowed: CR3 was left as it was");
    check(task->mm->mm_users == 1 && task->mm->mm_count == 2,
          "it has one user, and is held by one more");
    check(EXIT_CODE(program_finish(task)) == 42,
          "it went on, and ended with the code 42");
    check(current->active_mm == &init_mm,
          "now we run on the kernel's own page tables");
}

static void fork_and_exec(void)
{
    section("fork and exec");
    check(program_run("/bin/runner", "four") == 0,
          "a child became another program, and its parent saw it end");
}

static void threads(void)
{
    struct task_struct *first;
    struct task_struct *second;

    section("two threads of one process");
    first = program_start("/bin/thread", NULL);
    if (!check_have(first, "/bin/thread runs to where it stops"))
        return;
    second = find_task(first->pid + 1);
    if (!check_have(second, "there is a second thread"))
        return;
    wait_until_stopped(second);
    show_tasks();
    show_maps(first);
    check(first->mm == second->mm, "both have the same mm");
    check(first->mm->mm_users == 2, "which has two users");
    check(first->stack != second->stack, "each has a kernel stack of its own");
    do_kill(second->pid, SIGCONT);
    check(program_finish(first) == 0, "what one wrote the other read");
}

/* ---- preemption --------------------------------------------------------- */

#define SPINNERS 2
#define ENOUGH   6ul /* ticks */

static void wait_ticks(unsigned long ticks)
{
    const unsigned long end = jiffies + ticks;

    while (jiffies < end)
        schedule();
}

static bool start_spinners(struct task_struct **task)
{
    unsigned int i;

    for (i = 0; i < SPINNERS; i++) {
        task[i] = program_start("/bin/spin", NULL);
        if (!check_have(task[i], "/bin/spin runs to where it stops"))
            return false;
    }
    return true;
}

static void preemption(void)
{
    struct task_struct *task[SPINNERS];
    struct sched_counts before;
    struct sched_counts after;
    bool preempted = true;
    unsigned int i;
    int status;

    section("preemption: two programs that never give the processor up");
    if (!start_spinners(task))
        return;
    before = sched_counts();
    for (i = 0; i < SPINNERS; i++)
        do_kill(task[i]->pid, SIGCONT);
    wait_ticks(ENOUGH);
    after = sched_counts();
    for (i = 0; i < SPINNERS; i++) {
        printk("machine: pid %d ran for %lu ticks, preempted %lu times\n",
               task[i]->pid, task[i]->ticks, task[i]->nivcsw);
        preempted = preempted && task[i]->nivcsw > 0;
    }
    printk("machine: %lu switches, %lu loads of CR3, %lu switches to a kernel "
           "thread without one\n",
           after.switches - before.switches, after.cr3_loads - before.cr3_loads,
           after.lazy - before.lazy);
    check(preempted, "the timer took the processor from both of them");
    check(after.cr3_loads > before.cr3_loads,
          "a switch to another address space loads CR3");
    for (i = 0; i < SPINNERS; i++) {
        do_kill(task[i]->pid, SIGKILL);
        do_waitpid(task[i]->pid, &status, 0);
        check(status == SIGKILL, "a signal ends it");
    }
}

static void bad_input(void)
{
    int status = 0;

    section("bad input");
    check(EXIT_CODE(program_run("/bin/nothing", NULL)) == 127,
          "a program that is not there does not run");
    check(do_waitpid(-1, &status, 0) == -ECHILD,
          "waitpid without a child is refused");
    check(do_kill(9999, SIGKILL) == -ESRCH, "a signal to nobody is refused");
    check(do_kill(current->pid, SIGKILL) == -ESRCH,
          "a kernel thread cannot be killed");
    check_unmapped((void *)PROGRAM_START,
                   "where programs lie, the kernel's tables have nothing");
}

void process_chapter(void)
{
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    one_program();
    fork_and_exec();
    threads();
    preemption();
    bad_input();
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
