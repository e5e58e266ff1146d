/* SPDX-License-Identifier: MIT */
/*
 * What each option of `pagewalk run` takes: one function an option, from text
 * to a field. A message does not name the option; the parser puts that before.
 */
#ifndef TOOLS_OPTION_VALUES_H
#define TOOLS_OPTION_VALUES_H

#include "tools/options.h"

/** Take `value` (NULL for an option without one, or left out). */
typedef bool option_value(struct run_options *options, const char *value,
                          struct error *error);

option_value option_memory;
option_value option_cpu;
option_value option_tlb;
option_value option_mips;
option_value option_dma_offset;
option_value option_rtc;
option_value option_bios;
option_value option_vga_bios;
option_value option_append;
option_value option_module;
option_value option_initrd;
option_value option_disk;
option_value option_floppy;
option_value option_cdrom;
option_value option_input;
option_value option_serial;
option_value option_debugcon;
option_value option_display;
option_value option_realtime;
option_value option_screenshot;
option_value option_stop_after;
option_value option_stop_on;
option_value option_stop_at;
option_value option_timeout;
option_value option_no_reboot;
option_value option_strict;
option_value option_check;
option_value option_probe;
option_value option_probe_allocators;
option_value option_on_finding;
option_value option_trace;
option_value option_ring;
option_value option_events;
option_value option_trace_from;
option_value option_trace_to;
option_value option_only;
option_value option_symbols;
option_value option_stats;
option_value option_inspect;
option_value option_help;

#endif
