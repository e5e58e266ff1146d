/* SPDX-License-Identifier: MIT */
/*
 * What the programs of the tour have for a C library.
 */
#ifndef USER_USER_H
#define USER_USER_H

#include "kernel/fork.h"
#include "kernel/types.h"
#include "mm/mm.h"

/** A program's own function. `argument` is never 0. */
int main(const char *argument);

void exit(int code) __attribute__((noreturn));
int fork(void);
int getpid(void);
int kill(int pid, int signal);
int waitpid(int pid, int *status, unsigned int options);
int execve(const char *path, const char *argument);
int open(const char *path);
int close(int descriptor);
int read(int descriptor, void *buffer, size_t size);
int write(int descriptor, const void *buffer, size_t size);
void sched_yield(void);

/** Returns where the heap ends now. */
char *brk(const void *end);

/** Returns a value above TASK_SIZE if it failed. */
void *mmap(unsigned long address, size_t length, unsigned int prot,
           unsigned int flags, int descriptor, unsigned long page_offset);
int munmap(const void *address, size_t length);

/** Run `function` in a thread of this process, on a stack of its own. */
int thread_create(int (*function)(void), char *stack_top);

/** Print a line, behind a mark that says that ring 3 says so. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Print a file of /proc, with the same mark before each line. */
void say_file(const char *path);

/** Print `line` of a file such as "MinFlt: 3" as a number; 0 if not there. */
unsigned long status_value(const char *name);

/** Stop, until the tour lets us go on. */
void pause_here(void);

/** Wait for a child, and say how it ended. Returns its status. */
int wait_and_say(int pid);

/** Whether an address is really an error. */
static inline bool failed(const void *address)
{
    return (unsigned long)address >= TASK_SIZE;
}

#endif
