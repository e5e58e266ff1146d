/* SPDX-License-Identifier: MIT */
#include "kernel/fork.h"

#include "arch/cpu.h"
#include "arch/traps.h"
#include "fs/file.h"
#include "kernel/errno.h"
#include "kernel/exec.h"
#include "kernel/string.h"
#include "mm/kmalloc.h"
#include "mm/mm.h"

#define STACK_BYTES (PAGE_SIZE << STACK_ORDER)

/* From arch/trap_entry.S. */
extern void trap_return(void);

/** What switch_stack() finds on the stack of a task that never ran. */
struct switch_frame {
    uint32_t edi;
    uint32_t esi;
    uint32_t ebx;
    uint32_t ebp;
    void (*eip)(void);
};

static int last_pid;

/*
 * The registers of ring 3 stand at the top of the kernel stack. A kernel
 * thread leaves them room, because it may become a program.
 */
static struct trap_frame *user_frame(const struct task_struct *task)
{
    return (struct trap_frame *)(task->stack + STACK_BYTES) - 1;
}

static struct task_struct *new_task(const char *name)
{
    struct task_struct *task = kzalloc(sizeof(*task), GFP_KERNEL);

    if (!task)
        return NULL;
    task->stack = __get_free_pages(GFP_KERNEL, STACK_ORDER);
    if (!task->stack) {
        kfree(task);
        return NULL;
    }
    strlcpy(task->comm, name, sizeof(task->comm));
    task->parent = current;
    list_init(&task->run_list);
    return task;
}

static void free_task(struct task_struct *task)
{
    free_pages(task->stack, STACK_ORDER);
    kfree(task);
}

/* Make it known, and let it run when its turn comes. */
static int start_task(struct task_struct *task)
{
    preempt_disable();
    task->pid = ++last_pid;
    list_add_tail(&task->tasks, &task_list);
    task->state = TASK_INTERRUPTIBLE;
    wake_up_process(task);
    preempt_enable();
    return task->pid;
}

int kernel_thread(int (*function)(void *), void *argument, const char *name)
{
    struct task_struct *task = new_task(name);
    struct switch_frame *frame;

    if (!task)
        return -ENOMEM;
    task->flags = PF_KTHREAD;
    frame = (struct switch_frame *)user_frame(task) - 1;
    *frame = (struct switch_frame){
        .ebx = (uint32_t)function,
        .esi = (uint32_t)argument,
        .eip = kernel_thread_entry,
    };
    task->esp = (uint32_t)frame;
    return start_task(task);
}

/* A program begins as a kernel thread that becomes it. */
struct program_request {
    const char *path;
    const char *argument;
};

static int become_program(void *argument)
{
    const struct program_request request = *(struct program_request *)argument;
    struct trap_frame *frame = user_frame(current);
    int error;

    kfree(argument);
    memset(frame, 0, sizeof(*frame));
    error = do_execve(request.path, request.argument, frame);
    if (error)
        return 127;
    enter_user(frame);
}

int run_program(const char *path, const char *argument)
{
    struct program_request *request = kmalloc(sizeof(*request), GFP_KERNEL);

    if (!request)
        return -ENOMEM;
    *request = (struct program_request){path, argument};
    return kernel_thread(become_program, request, "exec");
}

static int copy_mm(struct task_struct *task, unsigned int clone_flags)
{
    if (clone_flags & CLONE_VM) {
        task->mm = mmget(current->mm);
    } else {
        task->mm = dup_mm(current->mm);
        if (!task->mm)
            return -ENOMEM;
    }
    task->active_mm = task->mm;
    return 0;
}

int do_fork(unsigned int clone_flags, unsigned long stack,
            const struct trap_frame *frame)
{
    struct task_struct *task = new_task(current->comm);
    struct trap_frame *child_frame;
    struct switch_frame *start;
    unsigned int i;

    if (!task)
        return -ENOMEM;
    if (copy_mm(task, clone_flags) < 0) {
        free_task(task);
        return -ENOMEM;
    }
    for (i = 0; i < TASK_FILES; i++)
        task->file[i] = get_file(current->file[i]);
    child_frame = user_frame(task);
    *child_frame = *frame;
    child_frame->eax = 0;
    if (stack)
        child_frame->esp = stack;
    start = (struct switch_frame *)child_frame - 1;
    *start = (struct switch_frame){.eip = trap_return};
    task->esp = (uint32_t)start;
    return start_task(task);
}

/* ---- the end ------------------------------------------------------------ */

static struct wait_queue child_changed = WAIT_QUEUE_INIT(child_changed);

static void close_files(void)
{
    unsigned int i;

    for (i = 0; i < TASK_FILES; i++) {
        put_file(current->file[i]);
        current->file[i] = NULL;
    }
}

/* Whose parent ends before it belongs to pid 1. */
static void forsake_children(void)
{
    struct list_head *link;

    for (link = task_list.next; link != &task_list; link = link->next) {
        struct task_struct *task = list_entry(link, struct task_struct, tasks);

        if (task->parent == current)
            task->parent = find_task(1);
    }
}

void do_exit(int status)
{
    close_files();
    exit_mm();
    preempt_disable();
    forsake_children();
    current->exit_code = status;
    current->state = TASK_ZOMBIE;
    wake_up(&child_changed);
    preempt_count--;
    schedule();
    for (;;)
        ;
}

/* Stopped tasks are told of once: their exit_code holds the signal. */
static bool has_changed(const struct task_struct *task, unsigned int options)
{
    return task->state == TASK_ZOMBIE ||
           (options & WUNTRACED && task->state == TASK_STOPPED &&
            task->exit_code != 0);
}

static struct task_struct *find_child(int pid, unsigned int options, bool *any)
{
    struct list_head *link;

    *any = false;
    for (link = task_list.next; link != &task_list; link = link->next) {
        struct task_struct *task = list_entry(link, struct task_struct, tasks);

        if (task->parent != current || (pid != -1 && task->pid != pid))
            continue;
        *any = true;
        if (has_changed(task, options))
            return task;
    }
    return NULL;
}

static int reap(struct task_struct *task, int *status)
{
    const int pid = task->pid;

    *status = task->exit_code;
    if (task->state == TASK_STOPPED) {
        task->exit_code = 0;
        return pid;
    }
    preempt_disable();
    list_del(&task->tasks);
    preempt_enable();
    free_task(task);
    return pid;
}

int do_waitpid(int pid, int *status, unsigned int options)
{
    struct task_struct *task;
    uint32_t flags;
    bool any;

    for (;;) {
        flags = local_irq_save();
        task = find_child(pid, options, &any);
        if (!task && any && !(options & WNOHANG))
            sleep_on(&child_changed);
        local_irq_restore(flags);
        if (task)
            return reap(task, status);
        if (!any)
            return -ECHILD;
        if (current->pending)
            return -EINTR;
        if (options & WNOHANG)
            return 0;
    }
}

/* Called by arch/switch.S. */
void kernel_thread_exit(int code)
{
    do_exit((code & 0xFF) << 8);
}

/* ---- signals ------------------------------------------------------------ */

int do_kill(int pid, unsigned int signal)
{
    struct task_struct *task = find_task(pid);

    if (!task || task->flags & PF_KTHREAD || task->state == TASK_ZOMBIE)
        return -ESRCH;
    if (signal == 0 || signal > 31)
        return -EINVAL;
    if (signal == SIGCONT) {
        if (task->state == TASK_STOPPED)
            wake_up_process(task);
        return 0;
    }
    task->pending |= 1u << signal;
    if (task->state == TASK_INTERRUPTIBLE ||
        (task->state == TASK_STOPPED && signal == SIGKILL))
        wake_up_process(task);
    return 0;
}

static void stop(void)
{
    const uint32_t flags = local_irq_save();

    current->exit_code = SIGSTOP << 8 | 0x7F;
    current->state = TASK_STOPPED;
    wake_up(&child_changed);
    schedule();
    current->exit_code = 0;
    local_irq_restore(flags);
}

void do_signals(void)
{
    unsigned int signal;

    while (current->pending) {
        for (signal = 1; !(current->pending >> signal & 1); signal++)
            ;
        current->pending &= ~(1u << signal);
        if (signal == SIGSTOP)
            stop();
        else
            do_exit((int)signal);
    }
}
