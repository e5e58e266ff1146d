/* SPDX-License-Identifier: MIT */
/*
 * The page that `pagewalk trace report` fills in: tools/report/ as text. The
 * build makes tools/trace_report_page.c from it.
 */
#ifndef TOOLS_TRACE_REPORT_PAGE_H
#define TOOLS_TRACE_REPORT_PAGE_H

/** Lines up to where the numbers belong, then those behind; NULL ends each. */
extern const char *const trace_report_head[];
extern const char *const trace_report_tail[];

#endif
