/* SPDX-License-Identifier: MIT */
#include "tools/trace_export.h"

bool export_sqlite(struct trace_query *query, const char *path,
                   struct error *error)
{
    (void)query;
    return error_set(error, "%s: this pagewalk was built without SQLite", path);
}
