/* SPDX-License-Identifier: MIT */
/*
 * Exit statuses of `pagewalk run`. Ours are even; odd ones are the guest's
 * own, ((value & 0x7f) << 1) | 1, through the exit port.
 */
#ifndef TOOLS_EXIT_STATUS_H
#define TOOLS_EXIT_STATUS_H

enum exit_status {
    STATUS_OK = 0,           /**< power off, or a stop condition was met */
    STATUS_USAGE = 2,        /**< the command line */
    STATUS_SHUTDOWN = 4,     /**< triple fault */
    STATUS_FILE = 6,         /**< image or file trouble */
    STATUS_UNFINISHED = 8,   /**< --timeout, or --stop-on was not seen */
    STATUS_FINDING = 10,     /**< a checker found something; --strict too */
    STATUS_DEAD_HALT = 12,   /**< HLT that nothing can end */
    STATUS_INTERRUPTED = 130 /**< Ctrl-C, or another signal to end */
};

#endif
