/* SPDX-License-Identifier: MIT */
/*
 * One run, with all that belongs to it: options, files, machine, console and
 * trace. Opened, run to its end, reported on, closed.
 */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "bus/large_pages.h"
#include "host/files.h"
#include "host/terminal.h"
#include "machine/loader.h"
#include "machine/machine.h"
#include "tools/check_tlb.h"
#include "tools/console.h"
#include "tools/display.h"
#include "tools/drives.h"
#include "tools/exit_status.h"
#include "tools/firmware_files.h"
#include "tools/options.h"
#include "tools/pace.h"
#include "tools/probes.h"
#include "tools/recorder.h"
#include "tools/symbols.h"

/** Why the command ended a run that the machine would have gone on with. */
enum session_cause {
    SESSION_MACHINE,   /**< it did not: see machine->end */
    SESSION_TIMEOUT,   /**< --timeout */
    SESSION_INTERRUPT, /**< Ctrl-C, or another signal to end */
    SESSION_QUIT,      /**< Ctrl-A X */
    SESSION_ERROR      /**< `error` says what */
};

/** Places in the code that were asked for. */
struct marks {
    bool has_stop; /**< --stop-at */
    linear_addr stop;
    linear_addr walks[INSPECTIONS_MAX]; /**< of each INSPECT_WALK */
    uint64_t fetched; /**< tick at which fetching last began at a place */
};

/** Where the guest's symbols come from, and how far that is. */
struct symbol_source {
    struct symbols *symbols; /**< NULL: not asked for yet */
    /** Out of the running Linux, once it has turned paging on. */
    bool kernel;
    bool found; /**< the kernel's are there */
    bool met;   /**< they were, if only before the guest's last reset */
    unsigned looks;
    bool names_wait; /**< of options, for those of the kernel */
    bool failed;     /**< a name is not among them: see the session's error */
};

struct session {
    struct run_options options;
    struct machine *machine;
    struct firmware_files firmware;
    struct host_file image;
    struct host_file initrd;
    struct host_file module[MODULE_OPTIONS_MAX];
    char *module_name[MODULE_OPTIONS_MAX]; /**< FILE of FILE[:ARGUMENTS] */
    char *module_text[MODULE_OPTIONS_MAX]; /**< "FILE ARGUMENTS" */
    struct drives drives;
    struct console console;
    struct display display;
    struct input_script input;
    struct input_player player; /**< of `input`, if there is one */
    struct pace pace;
    struct large_pages large_pages;
    struct terminal terminal;
    struct recorder recorder;
    struct trace_span span;
    struct trace_filter filter;
    struct clock_event trace_turn; /**< the span has changed */
    struct loader_result loaded;
    struct check_tlb *check_tlb; /**< NULL: no --check tlb */
    struct probes *probes;       /**< NULL: none */
    struct symbol_source source; /**< see session_symbols() */
    struct marks marks;
    enum session_cause cause;
    struct error error;
    enum exit_status refusal; /**< status when session_open() fails */
    uint64_t started;         /**< host nanoseconds */
    uint64_t finished;        /**< host nanoseconds */
};

/** Read the files and build the machine. Close in either case. */
bool session_open(struct session *session);

/** Load the image into the machine, which is in RESET. */
bool session_boot(struct session *session);

/** Decide where symbols come from, and read them where that is a file. */
bool session_symbols_open(struct session *session);

/**
 * The guest's symbols: those of --symbols, else of the image, else of the
 * running kernel; maybe none. Not NULL once session_symbols_open() was well.
 */
const struct symbols *session_symbols(struct session *session);

/** Find the places and functions that options name, or wait for a kernel
 * that knows them. */
bool session_names_open(struct session *session);

/** The guest was reset: forget what its kernel knew, and wait for the next. */
bool session_names_reset(struct session *session);

/** Which of the options' places and functions are to be found. */
enum names {
    NAMES_ALL,
    NAMES_NUMBERS, /**< only what needs no symbols, yet */
    NAMES_SYMBOLS  /**< the others, later */
};

/** Find the places that options name, and be called at them. */
bool session_marks_open(struct session *session, enum names names);

/** True if names in options waited for symbols that did not come. */
bool session_names_unmet(const struct session *session);

/** Open what --trace names, and what records it. */
bool session_trace_open(struct session *session);

/** Ticks that may pass until the trace begins or ends, `most` at most. */
uint64_t session_trace_ticks(const struct session *session, uint64_t most);

/** Between two slices: begin or end the trace, if it is time. */
void session_trace_turn(struct session *session);

/** End the trace here, and complete it; the run goes on. */
void session_trace_end(struct session *session);

/** Run until something ends it; sets `cause`. */
void session_run(struct session *session);

/** Put the terminal back and complete the files. False, with `error`. */
bool session_finish(struct session *session);

/** Release all. */
void session_close(struct session *session);

#endif
