/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <unistd.h>

#include "tools/trace_export.h"
#include "trace/line.h"

static const char schema[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "CREATE TABLE machine (cpu TEXT, tlb TEXT, events TEXT,"
    " ticks_per_second INTEGER);"
    "CREATE TABLE events (id INTEGER PRIMARY KEY, tick INTEGER, eip INTEGER,"
    " cpl INTEGER, cr3 INTEGER, event TEXT, action TEXT, linear INTEGER,"
    " physical INTEGER, size INTEGER, value INTEGER, name TEXT,"
    " function TEXT, text TEXT, code BLOB);"
    "BEGIN;";

static const char finish[] =
    "COMMIT;"
    "CREATE INDEX events_tick ON events (tick);"
    "CREATE INDEX events_event ON events (event, action);"
    "CREATE INDEX events_linear ON events (linear);"
    "CREATE INDEX events_physical ON events (physical);"
    "CREATE INDEX events_eip ON events (eip);"
    "CREATE VIEW misses_by_page AS SELECT printf('%08x', linear) AS page,"
    " count(*) AS misses FROM events WHERE event = 'tlb' AND action = 'miss'"
    " GROUP BY linear ORDER BY misses DESC;"
    "CREATE VIEW misses_by_function AS SELECT function, count(*) AS misses"
    " FROM events WHERE event = 'tlb' AND action = 'miss'"
    " GROUP BY function ORDER BY misses DESC;"
    "CREATE VIEW accesses_by_page AS SELECT"
    " printf('%08x', linear & ~4095) AS page, action, count(*) AS accesses"
    " FROM events WHERE event = 'mem' GROUP BY linear & ~4095, action"
    " ORDER BY accesses DESC;"
    "CREATE VIEW faults AS SELECT tick, printf('%08x', eip) AS eip, function,"
    " printf('%08x', linear) AS linear, text FROM events"
    " WHERE event = 'fault' ORDER BY id;"
    "CREATE VIEW devices AS SELECT event, name, action, count(*) AS cycles,"
    " sum(size) AS bytes FROM events WHERE event IN ('port', 'mmio', 'dma')"
    " GROUP BY event, name, action ORDER BY cycles DESC;"
    "CREATE VIEW writers AS SELECT printf('%08x', physical) AS physical,"
    " tick, printf('%08x', eip) AS eip, function, value FROM events"
    " WHERE event = 'mem' AND action = 'write' ORDER BY id;";

static const char insertion[] =
    "INSERT INTO events (tick, eip, cpl, cr3, event, action, linear, physical,"
    " size, value, name, function, text, code)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

static bool fail(sqlite3 *database, const char *path, struct error *error)
{
    return error_set(error, "%s: %s", path, sqlite3_errmsg(database));
}

static void bind_number(sqlite3_stmt *statement, int column, bool has,
                        uint32_t value)
{
    if (has)
        (void)sqlite3_bind_int64(statement, column, value);
    else
        (void)sqlite3_bind_null(statement, column);
}

/* A text that stays as it is until the row is in. */
static void bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    (void)sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

static bool insert(sqlite3_stmt *statement, struct export_functions *functions,
                   const struct trace_record *record)
{
    struct export_columns columns;
    char text[LINE_MAX_SIZE];

    export_columns(&columns, record);
    (void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)record->tick);
    bind_number(statement, 2, true, record->eip);
    bind_number(statement, 3, true, record->cpl);
    bind_number(statement, 4, true, record->cr3);
    bind_text(statement, 5, line_event(record->event));
    bind_text(statement, 6, columns.action);
    bind_number(statement, 7, columns.has_linear, columns.linear);
    bind_number(statement, 8, columns.has_physical, columns.physical);
    bind_number(statement, 9, columns.has_size, columns.size);
    bind_number(statement, 10, columns.has_value, columns.value);
    bind_text(statement, 11, columns.name);
    bind_text(statement, 12, export_function(functions, record->eip));
    (void)sqlite3_bind_text(statement, 13, text,
                            (int)line_write_what(text, record), SQLITE_STATIC);
    if (columns.code)
        (void)sqlite3_bind_blob(statement, 14, columns.code, (int)columns.size,
                                SQLITE_STATIC);
    else
        (void)sqlite3_bind_null(statement, 14);
    if (sqlite3_step(statement) != SQLITE_DONE)
        return false;
    return sqlite3_reset(statement) == SQLITE_OK;
}

static bool insert_machine(sqlite3 *database, const struct trace_info *info)
{
    char *command = sqlite3_mprintf(
        "INSERT INTO machine VALUES (%Q, %Q, %Q, %llu)", info->cpu, info->tlb,
        info->events, (unsigned long long)info->ticks_per_second);
    const bool ok = command && sqlite3_exec(database, command, NULL, NULL,
                                            NULL) == SQLITE_OK;

    sqlite3_free(command);
    return ok;
}

static bool fill(sqlite3 *database, struct trace_query *query)
{
    sqlite3_stmt *statement = NULL;
    struct export_functions *functions =
        export_functions_create(query->symbols);
    uint64_t left = query->options->limit;
    struct trace_record record;
    bool ok = functions &&
              sqlite3_exec(database, schema, NULL, NULL, NULL) == SQLITE_OK &&
              insert_machine(database, trace_reader_info(query->reader)) &&
              sqlite3_prepare_v2(database, insertion, -1, &statement, NULL) ==
                  SQLITE_OK;

    while (ok && left-- > 0 && trace_query_next(query, &record))
        ok = insert(statement, functions, &record);
    (void)sqlite3_finalize(statement);
    export_functions_destroy(functions);
    return ok && sqlite3_exec(database, finish, NULL, NULL, NULL) == SQLITE_OK;
}

bool export_sqlite(struct trace_query *query, const char *path,
                   struct error *error)
{
    sqlite3 *database = NULL;
    bool ok;

    if (access(path, F_OK) == 0)
        return error_set(error, "%s: exists; not overwritten", path);
    ok = sqlite3_open(path, &database) == SQLITE_OK && fill(database, query);
    if (!ok)
        (void)fail(database, path, error);
    (void)sqlite3_close(database);
    if (!ok)
        (void)unlink(path);
    return ok;
}
