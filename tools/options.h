/* SPDX-License-Identifier: MIT */
/*
 * The options of `pagewalk run`: one table that the parser and --help read.
 * A value is judged here, where the option's name is known for the message.
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdio.h>

#include "bus/clock.h"
#include "cpu/model.h"
#include "machine/wiring_storage.h"
#include "mmu/tlb.h"
#include "trace/filter.h"

enum { MODULE_OPTIONS_MAX = 64, INSPECTIONS_MAX = 32, PROBE_OPTIONS_MAX = 64 };

/** Where a guest's bytes go. */
enum sink_kind { SINK_NULL, SINK_STDIO, SINK_FILE };

struct sink_choice {
    enum sink_kind kind;
    const char *path; /**< of SINK_FILE */
};

/** Words in the place of a ROM's file name. */
#define FIRMWARE_DEFAULT "default" /**< the one that is installed */
#define FIRMWARE_NONE    "none"

/** What --inspect shows. */
enum inspection_kind {
    INSPECT_WALK,
    INSPECT_PAGES,
    INSPECT_TLB,
    INSPECT_REGISTERS,
    INSPECT_SYMBOLS
};

struct inspection {
    enum inspection_kind kind;
    const char *where; /**< address or symbol, of INSPECT_WALK */
};

enum statistics_format { STATISTICS_NONE, STATISTICS_TEXT, STATISTICS_JSON };

enum display_kind { DISPLAY_NONE, DISPLAY_SDL };

struct run_options {
    const char *image;
    uint64_t memory_bytes;
    const struct cpu_model *cpu;
    struct tlb_model tlb;
    const char *tlb_name;
    uint64_t mips;
    uint32_t dma_offset;
    bool tlb_given;
    bool clock_host;      /**< the clock chip shows the host's time */
    int64_t clock_start;  /**< else this, since 1970, UTC */
    const char *bios;     /**< file or word; NULL: the image is loaded */
    const char *vga_bios; /**< file or word, or NULL */
    const char *append;   /**< --append */
    char *after_dashes;   /**< words behind --, on the heap, or NULL */
    const char *modules[MODULE_OPTIONS_MAX]; /**< FILE[:ARGUMENTS] */
    unsigned module_count;
    enum display_kind display;
    const char *initrd;
    const char *disks[BOARD_DISKS];       /**< FILE[,rw] */
    const char *floppies[BOARD_FLOPPIES]; /**< FILE[,rw] */
    unsigned disk_count;
    unsigned floppy_count;
    const char *cdrom; /**< FILE, or NULL */
    struct sink_choice serial;
    struct sink_choice debugcon;
    const char *screenshot; /**< PNG file for the end, or NULL */
    uint64_t stop_after;    /**< ticks, or CLOCK_NEVER */
    const char *stop_on;
    const char *stop_at;
    const char *input; /**< script of keys and serial text, or NULL */
    uint64_t timeout;  /**< milliseconds, or 0 */
    const char *trace;
    uint64_t ring; /**< packets of --ring, or 0 */
    uint32_t events;
    bool realtime;
    bool no_reboot;
    bool strict;
    const char *trace_from;
    const char *trace_to;
    struct trace_filter only;              /**< its ranges */
    const char *probes[PROBE_OPTIONS_MAX]; /**< --probe */
    unsigned probe_count;
    bool probe_allocators;
    bool check_tlb;       /**< --check tlb */
    bool stop_on_finding; /**< --on-finding stop */
    const char *symbols;
    struct inspection inspections[INSPECTIONS_MAX];
    unsigned inspection_count;
    enum statistics_format statistics;
    bool help;
};

/**
 * Parse the words behind `run`. Fails with one line for the user. Release in
 * either case.
 */
bool run_options_parse(struct run_options *options, int count, char **words,
                       struct error *error);
void run_options_release(struct run_options *options);

/** The guest's command line, or NULL. */
const char *run_options_arguments(const struct run_options *options);

/** Print the help, option by option. */
void run_options_help(FILE *file);

#endif
