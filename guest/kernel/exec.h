/* SPDX-License-Identifier: MIT */
/*
 * exec: the current task becomes another program.
 *
 *   in    the path of an ELF executable
 *   out   a new address space, whose areas map the file; not a byte of it is
 *         read before the program touches it
 */
#ifndef KERNEL_EXEC_H
#define KERNEL_EXEC_H

struct trap_frame;

/**
 * Load `path`. `frame` is what the task will leave the kernel with: its entry
 * point and stack pointer are set, with `argument` (may be 0) as the
 * program's only argument. Returns 0, or a negative error, and then all is
 * as before.
 */
int do_execve(const char *path, const char *argument, struct trap_frame *frame);

#endif
