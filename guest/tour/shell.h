/* SPDX-License-Identifier: MIT */
/*
 * A small shell, on the serial line and on keyboard and screen: the state of
 * memory by name, and chapters when one likes.
 */
#ifndef TOUR_SHELL_H
#define TOUR_SHELL_H

/** Read and obey commands until `exit`. */
void shell_run(void);

#endif
