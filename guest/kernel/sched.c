/* SPDX-License-Identifier: MIT */
#include "kernel/sched.h"

#include "arch/cpu.h"
#include "arch/descriptors.h"
#include "arch/traps.h"
#include "kernel/panic.h"
#include "kernel/string.h"
#include "mm/layout.h"
#include "mm/mm.h"

#define STACK_BYTES (PAGE_SIZE << STACK_ORDER)

volatile unsigned int preempt_count;
volatile bool need_resched;

static struct task_struct idle_task = {
    .comm = "swapper",
    .flags = PF_KTHREAD,
    .active_mm = &init_mm,
};

struct task_struct *current = &idle_task;
struct list_head task_list = LIST_HEAD_INIT(task_list);

static struct list_head run_queue = LIST_HEAD_INIT(run_queue);
static struct sched_counts counts;
static bool ready;

void sched_init(void)
{
    list_add(&idle_task.tasks, &task_list);
    list_init(&idle_task.run_list);
    ready = true;
}

struct sched_counts sched_counts(void)
{
    return counts;
}

/*
 * The address space of `next`. A kernel thread has none, and uses the kernel
 * part of whatever is loaded: the previous one stays, and is held until the
 * thread is switched out.
 */
static void switch_mm(struct task_struct *prev, struct task_struct *next)
{
    if (!next->mm) {
        next->active_mm = prev->active_mm;
        mmgrab(next->active_mm);
        counts.lazy++;
    } else if (next->mm != prev->active_mm) {
        next->active_mm = next->mm;
        write_cr3(__pa(next->mm->pgd));
        counts.cr3_loads++;
    } else {
        next->active_mm = next->mm;
    }
    if (!prev->mm) {
        mmdrop(prev->active_mm);
        prev->active_mm = NULL;
    }
}

static void context_switch(struct task_struct *prev, struct task_struct *next)
{
    counts.switches++;
    switch_mm(prev, next);
    tss_set_stack(next->stack + STACK_BYTES);
    current = next;
    switch_stack(&prev->esp, next->esp);
}

/* With interrupts off. */
static struct task_struct *pick_next(void)
{
    struct task_struct *next;

    if (list_empty(&run_queue))
        return &idle_task;
    next = list_entry(run_queue.next, struct task_struct, run_list);
    list_del(&next->run_list);
    return next;
}

void schedule(void)
{
    struct task_struct *prev = current;
    struct task_struct *next;
    uint32_t flags;

    if (in_atomic())
        panic("scheduling while atomic: %s, preempt count %x", prev->comm,
              preempt_count);
    flags = local_irq_save();
    need_resched = false;
    if (prev->state == TASK_RUNNING && prev != &idle_task)
        list_add_tail(&prev->run_list, &run_queue);
    next = pick_next();
    if (next != prev)
        context_switch(prev, next);
    local_irq_restore(flags);
}

void preempt_check(void)
{
    if (!ready || in_atomic() || !(read_eflags() & EFLAGS_IF))
        return;
    current->nivcsw++;
    schedule();
}

void scheduler_tick(void)
{
    current->ticks++;
    if (list_empty(&run_queue))
        return;
    need_resched = true;
    /* The handler itself counts one step. */
    if (preempt_count > HARDIRQ_STEP)
        counts.waited++;
}

void preempt_on_return(const struct trap_frame *frame)
{
    if (!need_resched || in_atomic() || !(frame->eflags & EFLAGS_IF))
        return;
    current->nivcsw++;
    schedule();
}

void wake_up_process(struct task_struct *task)
{
    const uint32_t flags = local_irq_save();

    if (task->state == TASK_INTERRUPTIBLE || task->state == TASK_STOPPED) {
        task->state = TASK_RUNNING;
        list_del(&task->run_list);
        list_add_tail(&task->run_list, &run_queue);
    }
    local_irq_restore(flags);
}

void sleep_on(struct wait_queue *queue)
{
    current->state = TASK_INTERRUPTIBLE;
    list_add_tail(&current->run_list, &queue->tasks);
    current->nvcsw++;
    schedule();
}

void wake_up(struct wait_queue *queue)
{
    const uint32_t flags = local_irq_save();

    while (!list_empty(&queue->tasks))
        wake_up_process(
            list_entry(queue->tasks.next, struct task_struct, run_list));
    local_irq_restore(flags);
}

void mutex_init(struct mutex *mutex)
{
    mutex->locked = false;
    list_init(&mutex->waiters.tasks);
}

void mutex_lock(struct mutex *mutex)
{
    const uint32_t flags = local_irq_save();

    while (mutex->locked)
        sleep_on(&mutex->waiters);
    mutex->locked = true;
    local_irq_restore(flags);
}

void mutex_unlock(struct mutex *mutex)
{
    mutex->locked = false;
    wake_up(&mutex->waiters);
}

struct task_struct *find_task(int pid)
{
    struct list_head *link;

    for (link = task_list.next; link != &task_list; link = link->next) {
        struct task_struct *task = list_entry(link, struct task_struct, tasks);

        if (task->pid == pid)
            return task;
    }
    return NULL;
}

void cpu_idle(void)
{
    for (;;) {
        local_irq_disable();
        if (list_empty(&run_queue)) {
            /* An interrupt cannot come between the two. SDM vol. 2B, "STI". */
            __asm__ volatile("sti\n\thlt" : : : "memory");
        } else {
            local_irq_enable();
            schedule();
        }
    }
}
