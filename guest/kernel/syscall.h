/* SPDX-License-Identifier: MIT */
/*
 * System calls: INT 0x80 with the number in EAX and up to six arguments in
 * EBX, ECX, EDX, ESI, EDI and EBP; the result in EAX, a negative error if
 * it failed. Numbers and meaning are those of Linux on i386.
 *
 * Programs in user/ read this file as well.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#define SYS_EXIT        1
#define SYS_FORK        2
#define SYS_READ        3
#define SYS_WRITE       4
#define SYS_OPEN        5
#define SYS_CLOSE       6
#define SYS_WAITPID     7
#define SYS_EXECVE      11
#define SYS_GETPID      20
#define SYS_KILL        37
#define SYS_BRK         45
#define SYS_MUNMAP      91
#define SYS_CLONE       120
#define SYS_SCHED_YIELD 158
#define SYS_MMAP2       192

struct trap_frame;

/** Called by arch/traps.c, with interrupts on. */
void system_call(struct trap_frame *frame);

#endif
