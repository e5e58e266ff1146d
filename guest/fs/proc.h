/* SPDX-License-Identifier: MIT */
/*
 * Files below /proc: text that the kernel makes when one is opened.
 */
#ifndef FS_PROC_H
#define FS_PROC_H

/**
 * The text of `/proc/self/maps` or `/proc/self/status`, cut off after one
 * page, in a page of its own; 0 if there is no such file, or no memory.
 */
char *proc_text(const char *path);

#endif
