/* SPDX-License-Identifier: MIT */
/*
 * What the allocators do about bad input: refuse it, name it, go on.
 */
#ifndef MM_COMPLAIN_H
#define MM_COMPLAIN_H

#include "kernel/types.h"

enum complaint {
    COMPLAINT_NONE,
    COMPLAINT_BAD_SIZE,    /**< 0, or more than the call can ever give */
    COMPLAINT_NO_MEMORY,   /**< more than there is now */
    COMPLAINT_DOUBLE_FREE, /**< given back already */
    COMPLAINT_FOREIGN,     /**< never came from this allocator */
    COMPLAINT_MISMATCH,    /**< ours, but not as it was given out */
    COMPLAINT_BUSY,        /**< still in use */
    COMPLAINT_OVERRUN,     /**< somebody wrote behind its end */
    COMPLAINT_MISUSE       /**< not now, or not with these flags */
};

/** Print a line that names the trouble, and remember its kind. */
void complain(enum complaint kind, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Print nothing for a while: for who makes thousands of mistakes. */
void complain_quietly(bool quiet);

/** The kind of the last complaint, which is forgotten thereby. */
enum complaint take_complaint(void);

/** All complaints so far. */
unsigned int complaint_count(void);

#endif
