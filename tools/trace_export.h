/* SPDX-License-Identifier: MIT */
/*
 * Formats that a trace can be exported to. Each takes the open query and
 * writes what it lets through to `file`, or to the path for a database.
 */
#ifndef TOOLS_TRACE_EXPORT_H
#define TOOLS_TRACE_EXPORT_H

#include <stdio.h>

#include "tools/trace_query.h"

bool export_text(struct trace_query *query, FILE *file, struct error *error);
bool export_csv(struct trace_query *query, FILE *file, struct error *error);
bool export_chrome(struct trace_query *query, FILE *file, struct error *error);
bool export_vcd(struct trace_query *query, FILE *file, struct error *error);
bool export_callgrind(struct trace_query *query, FILE *file,
                      struct error *error);

/** A new database; fails where there is something already. */
bool export_sqlite(struct trace_query *query, const char *path,
                   struct error *error);

/** What an event says in numbers, as columns of a table. */
struct export_columns {
    bool has_linear;
    bool has_physical;
    bool has_size;
    bool has_value;
    uint32_t linear;
    uint32_t physical;
    uint32_t size;
    uint32_t value;
    const uint8_t *code; /**< of a fetch: `size` bytes */
    const char *action;  /**< "read", "miss", "enter" and so on; never NULL */
    const char *name;    /**< of a device; or "" */
};

/** Functions by EIP, remembered: a trace comes back to the same places. */
struct export_functions;

/** NULL: out of memory. */
struct export_functions *export_functions_create(const struct symbols *symbols);
void export_functions_destroy(struct export_functions *functions);

/** The function that `eip` lies in, or ""; the text lives until the next call.
 */
const char *export_function(struct export_functions *functions, uint32_t eip);

void export_columns(struct export_columns *columns,
                    const struct trace_record *record);

#endif
