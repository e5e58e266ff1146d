/* SPDX-License-Identifier: MIT */
/*
 * Tasks and the scheduler.
 *
 *   in    tasks: kernel threads (kernel_thread), processes and threads of
 *         processes (kernel/fork.h)
 *   out   one of them runs; all others that can stand in the run queue
 *   next  arch/switch.S changes stacks, mm/mm.h says what CR3 must be
 *
 * Round robin: who has run for a tick of the timer goes to the end of the
 * queue, in the kernel as well as in ring 3, unless preemption is off
 * (kernel/preempt.h). Nobody runnable: the idle task, pid 0, halts.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/list.h"
#include "kernel/preempt.h"

struct file;
struct mm_struct;
struct trap_frame;

#define TASK_NAME_BYTES 16
#define TASK_FILES      8
#define STACK_ORDER     1 /* of a kernel stack: 8 KiB */

enum task_state {
    TASK_RUNNING,       /**< runs, or waits in the run queue */
    TASK_INTERRUPTIBLE, /**< sleeps until somebody wakes it */
    TASK_STOPPED,       /**< by SIGSTOP, until SIGCONT */
    TASK_ZOMBIE         /**< has ended; its parent has not asked yet */
};

#define PF_KTHREAD 0x1u /* a kernel thread */

struct task_struct {
    int pid;
    char comm[TASK_NAME_BYTES];
    enum task_state state;
    unsigned int flags;   /**< PF_ bits */
    unsigned int pending; /**< signals: bit n is signal n */
    int exit_code;        /**< as wait() gives it */
    uint32_t esp;         /**< of the kernel stack, while it does not run */
    unsigned long stack;  /**< the kernel stack's lowest address */
    struct mm_struct *mm; /**< its address space; 0 for a kernel thread */
    struct mm_struct *active_mm; /**< whose page tables it runs on */
    struct task_struct *parent;
    struct file *file[TASK_FILES];
    struct list_head run_list; /**< in the run queue, or a wait queue */
    struct list_head tasks;    /**< all tasks */
    unsigned long ticks;       /**< of the timer while it ran */
    unsigned long min_flt;     /**< faults served from memory */
    unsigned long maj_flt;     /**< faults that had to read a device */
    unsigned long nvcsw;       /**< gave the processor up by itself */
    unsigned long nivcsw;      /**< was preempted */
};

/** Tasks that wait for something. */
struct wait_queue {
    struct list_head tasks;
};

#define WAIT_QUEUE_INIT(name)        \
    {                                \
        LIST_HEAD_INIT((name).tasks) \
    }

/** Held by one task at a time; the others sleep. */
struct mutex {
    bool locked;
    struct wait_queue waiters;
};

/** What the scheduler did since the start. */
struct sched_counts {
    unsigned long switches;  /**< of the running task */
    unsigned long cr3_loads; /**< among them, to another address space */
    unsigned long lazy;      /**< to a kernel thread, CR3 left as it was */
    unsigned long waited;    /**< ticks that found preemption off */
};

/** The task that runs. */
extern struct task_struct *current;

/** All tasks, linked by their `tasks`, the idle task first. */
extern struct list_head task_list;

/** Make the code that runs the idle task, and let the timer preempt. */
void sched_init(void);

/** Be the idle task. Never returns. */
void cpu_idle(void) __attribute__((noreturn));

/** Let the next task run, if there is one. Not while preemption is off. */
void schedule(void);

/** Called at each tick of the timer, in its interrupt handler. */
void scheduler_tick(void);

/** On the way out of a trap: let another task run if it is time. */
void preempt_on_return(const struct trap_frame *frame);

/** Let a sleeping or stopped task run again. */
void wake_up_process(struct task_struct *task);

/** Sleep until somebody wakes the queue. Call it with interrupts off. */
void sleep_on(struct wait_queue *queue);

/** Wake all who sleep there. May be called by interrupt handlers. */
void wake_up(struct wait_queue *queue);

void mutex_init(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

/** The task with that pid; 0 if there is none. */
struct task_struct *find_task(int pid);

struct sched_counts sched_counts(void);

/** From arch/switch.S. */
void switch_stack(uint32_t *save_esp, uint32_t load_esp);
void kernel_thread_entry(void);

#endif
