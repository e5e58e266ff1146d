/* SPDX-License-Identifier: MIT */
/*
 * The shared library of the tour: one function, at the file's entry point.
 */
#ifndef USER_LIBTOUR_H
#define USER_LIBTOUR_H

#define LIBRARY_MULTIPLY 0 /* the product of both */
#define LIBRARY_COUNT    1 /* how often this was called, in this process */

typedef int library_function(int command, int a, int b);

#endif
