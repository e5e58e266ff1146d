/* SPDX-License-Identifier: MIT */
/*
 * Files, as little of them as memory management needs.
 *
 *   in    a path
 *   out   an inode with its page cache: the pages of the file that are in
 *         memory, shared by all who read or map it
 *
 * The built-in files (the programs of user/, a library, a text) lie in the
 * kernel's image, which plays the disk: to read one of their pages is to copy
 * it from there into the page cache, and counts as a major fault. Files
 * below /tmp have no disk behind them: the page cache is all there is of
 * them. A file below /proc is a text made when it is opened.
 */
#ifndef FS_FILE_H
#define FS_FILE_H

#include "mm/page.h"

struct inode {
    unsigned int number;
    const char *path;
    const uint8_t *image; /**< on the "disk"; 0 for a file of /tmp */
    size_t size;
    struct page **page;  /**< the page cache, one slot for each page; or 0 */
    unsigned long reads; /**< pages copied from the image so far */
};

/** An open file. */
struct file {
    struct inode *inode; /**< 0 for a file of /proc */
    char *text;          /**< of a file of /proc: one page */
    unsigned long position;
    unsigned int count; /**< users */
};

/** Number the built-in files. */
void files_init(void);

/** Open a file; 0 if there is none of that path, or no memory. */
struct file *open_file(const char *path);

/** One more user, one less; 0 is nothing to do. */
struct file *get_file(struct file *file);
void put_file(struct file *file);

/** Read from the file's position on. Returns how many bytes, 0 at its end. */
size_t read_file(struct file *file, void *buffer, size_t size);

/** The inode behind a path; 0 if there is none. */
struct inode *find_inode(const char *path);

/**
 * A page of the file, read if it was not in memory, which sets `*major`. The
 * caller becomes a user of it. Returns 0 beyond the end or without memory.
 */
struct page *find_get_page(struct inode *inode, unsigned long index,
                           bool *major);

/** How many pages of the file are in memory. */
unsigned long cached_pages(const struct inode *inode);

/** Free the cached pages that nobody uses and the disk has. */
unsigned long drop_page_cache(void);

/** Forget what a file of /tmp holds. */
void truncate_inode(struct inode *inode);

#endif
