/* SPDX-License-Identifier: MIT */
#include "tour/programs.h"

#include "fs/file.h"
#include "kernel/fork.h"
#include "kernel/format.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/paging.h"
#include "mm/slab.h"

bool wait_until_stopped(const struct task_struct *task)
{
    while (task->state != TASK_STOPPED && task->state != TASK_ZOMBIE)
        schedule();
    return task->state == TASK_STOPPED;
}

struct task_struct *program_start(const char *path, const char *argument)
{
    const int pid = run_program(path, argument);
    struct task_struct *task = pid > 0 ? find_task(pid) : NULL;

    if (!task)
        return NULL;
    if (wait_until_stopped(task))
        return task;
    program_finish(task);
    return NULL;
}

bool program_continue(struct task_struct *task)
{
    do_kill(task->pid, SIGCONT);
    return wait_until_stopped(task);
}

static int wait_for_end(int pid)
{
    int status = 0;

    do_waitpid(pid, &status, 0);
    if (status & 0x7F)
        printk("  pid %d was ended by signal %d\n", pid, status & 0x7F);
    else
        printk("  pid %d ended with code %d\n", pid, status >> 8);
    return status;
}

int program_finish(struct task_struct *task)
{
    while (program_continue(task))
        ;
    return wait_for_end(task->pid);
}

int program_run(const char *path, const char *argument)
{
    const int pid = run_program(path, argument);

    return pid > 0 ? wait_for_end(pid) : pid;
}

phys_addr_t frame_of(const struct task_struct *task, unsigned long address)
{
    const struct page_walk walk = page_walk_in(task->mm->pgd, address);

    return walk.present ? walk.physical & PTE_FRAME : 0;
}

const struct vm_area_struct *area_of(const struct task_struct *task,
                                     const char *path, unsigned int vm_flag)
{
    const struct vm_area_struct *area = task->mm->mmap;

    while (area && !(area->vm_file && area->vm_flags & vm_flag &&
                     strcmp(area->vm_file->inode->path, path) == 0))
        area = area->vm_next;
    return area;
}

/** A sink that indents each line. */
struct indented {
    struct text_sink sink;
    bool in_line;
};

static void put_indented(struct text_sink *sink, char character)
{
    struct indented *indented = container_of(sink, struct indented, sink);

    if (!indented->in_line)
        printk("  ");
    console_put(character);
    indented->in_line = character != '\n';
}

void show_maps(const struct task_struct *task)
{
    struct indented indented = {.sink = {put_indented}};

    if (task->mm)
        put_maps(&indented.sink, task->mm);
    else
        printk("  pid %d is a kernel thread: it has no areas\n", task->pid);
}

static const char *state_name(const struct task_struct *task)
{
    static const char *const names[] = {
        [TASK_RUNNING] = "R",
        [TASK_INTERRUPTIBLE] = "S",
        [TASK_STOPPED] = "T",
        [TASK_ZOMBIE] = "Z",
    };

    return names[task->state];
}

void show_tasks(void)
{
    struct list_head *link;

    printk("  pid  parent state  mm        active_mm  rss  swapped name\n");
    for (link = task_list.next; link != &task_list; link = link->next) {
        const struct task_struct *task =
            list_entry(link, struct task_struct, tasks);

        printk("  %3d  %6d %-5s  %08lx  %08lx  %4lu  %7lu %s\n", task->pid,
               task->parent ? task->parent->pid : 0, state_name(task),
               (unsigned long)task->mm, (unsigned long)task->active_mm,
               task->mm ? task->mm->rss : 0, task->mm ? task->mm->swapped : 0,
               task->comm);
    }
}

void free_caches(void)
{
    drop_page_cache();
    kmem_cache_shrink_all();
}
