/* SPDX-License-Identifier: MIT */
/*
 * How a chapter runs programs of ring 3: it starts one, waits until it stops
 * itself, looks at it, and lets it go on.
 */
#ifndef TOUR_PROGRAMS_H
#define TOUR_PROGRAMS_H

#include "kernel/sched.h"
#include "mm/mm.h"

/** Start a program and run it to where it stops. Returns 0 if it does not. */
struct task_struct *program_start(const char *path, const char *argument);

/** Let it go on, up to its next stop. Returns whether it stopped. */
bool program_continue(struct task_struct *task);

/** Let it go on to its end. Says how it ended, and returns its status. */
int program_finish(struct task_struct *task);

/** Run a program that does not stop. Says how it ended. */
int program_run(const char *path, const char *argument);

/** Wait, letting others run, until a task is stopped or has ended. */
bool wait_until_stopped(const struct task_struct *task);

/** The frame behind a user address of a task; 0 if it is not mapped. */
phys_addr_t frame_of(const struct task_struct *task, unsigned long address);

/** The first area of a task that maps this file with this right. */
const struct vm_area_struct *area_of(const struct task_struct *task,
                                     const char *path, unsigned int vm_flag);

/** Print /proc/PID/maps, and all tasks as ps does. */
void show_maps(const struct task_struct *task);
void show_tasks(void);

/** Free what only waits to be used again: page cache, empty slabs. */
void free_caches(void);

#endif
