/* SPDX-License-Identifier: MIT */
/*
 * How tasks begin and end.
 *
 *   in    a function, a program, or the task that calls fork or clone
 *   out   a new task in the run queue; later its exit code to its parent
 */
#ifndef KERNEL_FORK_H
#define KERNEL_FORK_H

#include "kernel/sched.h"

#define CLONE_VM 0x100u /* the child shares the address space */

/* Signals, with Linux's numbers. Each has its default action alone. */
#define SIGILL  4
#define SIGBUS  7
#define SIGFPE  8
#define SIGKILL 9
#define SIGSEGV 11
#define SIGCONT 18
#define SIGSTOP 19

/* Of waitpid. */
#define WNOHANG   1u
#define WUNTRACED 2u

/** Start a kernel thread. Returns its pid, or a negative error. */
int kernel_thread(int (*function)(void *), void *argument, const char *name);

/** Start the program `path` in a process of its own. Returns its pid. */
int run_program(const char *path, const char *argument);

/**
 * The system calls fork and clone: a child that returns 0 from the same
 * call. `stack` is its stack pointer in ring 3, 0 for the caller's.
 */
int do_fork(unsigned int clone_flags, unsigned long stack,
            const struct trap_frame *frame);

/** End the current task; `status` is what its parent gets from waitpid. */
void do_exit(int status) __attribute__((noreturn));

/** End a kernel thread whose function returned `code`. */
void kernel_thread_exit(int code) __attribute__((noreturn));

/**
 * Wait for a child, any if `pid` is -1, to end; with WUNTRACED, or to stop.
 * Returns its pid; `*status` says how, as in Linux: an exit code times 256,
 * a signal, or a stop signal times 256 plus 0x7F.
 */
int do_waitpid(int pid, int *status, unsigned int options);

/** Send a signal. */
int do_kill(int pid, unsigned int signal);

/** Let pending signals have their effect, on the way out to ring 3. */
void do_signals(void);

#endif
