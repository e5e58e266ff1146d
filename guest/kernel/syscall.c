/* SPDX-License-Identifier: MIT */
#include "kernel/syscall.h"

#include "arch/traps.h"
#include "arch/uaccess.h"
#include "fs/file.h"
#include "kernel/errno.h"
#include "kernel/exec.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "mm/mm.h"

#define PATH_BYTES  64
#define CHUNK_BYTES 128
#define STDOUT      1
#define FIRST_FILE  3 /* 0 to 2 are the console */
#define EXIT_SHIFT  8

static struct file *file_of(uint32_t descriptor)
{
    return descriptor >= FIRST_FILE && descriptor < FIRST_FILE + TASK_FILES
               ? current->file[descriptor - FIRST_FILE]
               : NULL;
}

static int sys_write(uint32_t descriptor, unsigned long buffer, size_t size)
{
    char chunk[CHUNK_BYTES];
    size_t done = 0;
    size_t i;

    if (descriptor != STDOUT)
        return -EBADF;
    while (done < size) {
        const size_t part =
            size - done < CHUNK_BYTES ? size - done : CHUNK_BYTES;

        if (!copy_from_user(chunk, buffer + done, part))
            return -EFAULT;
        for (i = 0; i < part; i++)
            console_put(chunk[i]);
        done += part;
    }
    return (int)done;
}

static int sys_read(uint32_t descriptor, unsigned long buffer, size_t size)
{
    struct file *file = file_of(descriptor);
    char chunk[CHUNK_BYTES];
    size_t done = 0;

    if (!file)
        return -EBADF;
    while (done < size) {
        const size_t want =
            size - done < CHUNK_BYTES ? size - done : CHUNK_BYTES;
        const size_t part = read_file(file, chunk, want);

        if (part == 0)
            break;
        if (!copy_to_user(buffer + done, chunk, part))
            return -EFAULT;
        done += part;
    }
    return (int)done;
}

static int sys_open(unsigned long user_path)
{
    char path[PATH_BYTES];
    unsigned int i;

    if (!strncpy_from_user(path, user_path, sizeof(path)))
        return -EFAULT;
    for (i = 0; i < TASK_FILES && current->file[i]; i++)
        ;
    if (i == TASK_FILES)
        return -EMFILE;
    current->file[i] = open_file(path);
    return current->file[i] ? (int)i + FIRST_FILE : -ENOENT;
}

static int sys_close(uint32_t descriptor)
{
    if (!file_of(descriptor))
        return -EBADF;
    put_file(current->file[descriptor - FIRST_FILE]);
    current->file[descriptor - FIRST_FILE] = NULL;
    return 0;
}

static int sys_execve(unsigned long user_path, unsigned long user_argument,
                      struct trap_frame *frame)
{
    char path[PATH_BYTES];
    char argument[PATH_BYTES] = "";

    if (!strncpy_from_user(path, user_path, sizeof(path)) ||
        (user_argument &&
         !strncpy_from_user(argument, user_argument, sizeof(argument))))
        return -EFAULT;
    return do_execve(path, argument, frame);
}

static int sys_waitpid(int pid, unsigned long user_status, unsigned int options)
{
    int status = 0;
    const int result = do_waitpid(pid, &status, options);

    if (result > 0 && user_status &&
        !copy_to_user(user_status, &status, sizeof(status)))
        return -EFAULT;
    return result;
}

static int sys_fork(unsigned int flags, unsigned long stack,
                    const struct trap_frame *frame)
{
    struct mm_struct *mm = current->mm;
    int result;

    mutex_lock(&mm->lock);
    result = do_fork(flags, stack, frame);
    mutex_unlock(&mm->lock);
    return result;
}

static int sys_brk(unsigned long brk)
{
    int result;

    mutex_lock(&current->mm->lock);
    result = (int)do_brk(current->mm, brk);
    mutex_unlock(&current->mm->lock);
    return result;
}

static int sys_munmap(unsigned long address, unsigned long length)
{
    int result;

    mutex_lock(&current->mm->lock);
    result = do_munmap(current->mm, address, length);
    mutex_unlock(&current->mm->lock);
    return result;
}

static int sys_mmap2(const struct trap_frame *frame)
{
    const unsigned int flags = frame->esi;
    struct file *file = NULL;
    unsigned long address;

    if (!(flags & MAP_ANONYMOUS)) {
        file = file_of(frame->edi);
        if (!file)
            return -EBADF;
    } else if (flags & MAP_SHARED) {
        /* Memory to share is mapped from a file below /tmp. */
        return -EINVAL;
    }
    mutex_lock(&current->mm->lock);
    address = do_mmap(current->mm, file, frame->ebx, frame->ecx, frame->edx,
                      flags, frame->ebp);
    mutex_unlock(&current->mm->lock);
    return (int)address;
}

static int dispatch(struct trap_frame *frame)
{
    switch (frame->eax) {
    case SYS_EXIT: do_exit((int)(frame->ebx & 0xFF) << EXIT_SHIFT);
    case SYS_FORK: return sys_fork(0, 0, frame);
    case SYS_READ: return sys_read(frame->ebx, frame->ecx, frame->edx);
    case SYS_WRITE: return sys_write(frame->ebx, frame->ecx, frame->edx);
    case SYS_OPEN: return sys_open(frame->ebx);
    case SYS_CLOSE: return sys_close(frame->ebx);
    case SYS_WAITPID:
        return sys_waitpid((int)frame->ebx, frame->ecx, frame->edx);
    case SYS_EXECVE: return sys_execve(frame->ebx, frame->ecx, frame);
    case SYS_GETPID: return current->pid;
    case SYS_KILL: return do_kill((int)frame->ebx, frame->ecx);
    case SYS_BRK: return sys_brk(frame->ebx);
    case SYS_MUNMAP: return sys_munmap(frame->ebx, frame->ecx);
    case SYS_CLONE: return sys_fork(frame->ebx & CLONE_VM, frame->ecx, frame);
    case SYS_SCHED_YIELD: schedule(); return 0;
    case SYS_MMAP2: return sys_mmap2(frame);
    default: return -ENOSYS;
    }
}

void system_call(struct trap_frame *frame)
{
    const uint32_t number = frame->eax;
    const int result = dispatch(frame);

    /* After exec there is nobody to return a result to. */
    if (number != SYS_EXECVE || result < 0)
        frame->eax = (uint32_t)result;
}
