# SPDX-License-Identifier: MIT

# All but main(): what reads traces is also driven by a fuzzer.
bin_PROGRAMS += pagewalk
noinst_LIBRARIES += libtools.a
libtools_a_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS) $(LIBDW_CFLAGS) \
	$(SQLITE_CFLAGS)
pagewalk_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
pagewalk_LDADD = $(TOOLS_LIBS)
pagewalk_SOURCES = tools/main.c
libtools_a_SOURCES =
libtools_a_SOURCES += tools/autopsy.c tools/autopsy.h
libtools_a_SOURCES += tools/code_image.c tools/code_image.h
libtools_a_SOURCES += tools/commands.h
libtools_a_SOURCES += tools/check_tlb.c tools/check_tlb.h
libtools_a_SOURCES += tools/probe_spec.c tools/probe_spec.h
libtools_a_SOURCES += tools/probes.c tools/probes.h
libtools_a_SOURCES += tools/probes_allocators.c
libtools_a_SOURCES += tools/console.c tools/console.h
libtools_a_SOURCES += tools/disassemble.h
libtools_a_SOURCES += tools/display.c tools/display.h
libtools_a_SOURCES += tools/drives.c tools/drives.h
libtools_a_SOURCES += tools/figures.c tools/figures.h
libtools_a_SOURCES += tools/exit_status.h
libtools_a_SOURCES += tools/firmware_files.c tools/firmware_files.h
libtools_a_SOURCES += tools/input_keys.c tools/input_keys.h
libtools_a_SOURCES += tools/input_player.c tools/input_player.h
libtools_a_SOURCES += tools/input_script.c tools/input_script.h
libtools_a_SOURCES += tools/input_tokens.c tools/input_tokens.h
libtools_a_SOURCES += tools/inspect.c tools/inspect.h
libtools_a_SOURCES += tools/inspect_pages.c
libtools_a_SOURCES += tools/kallsyms.c tools/kallsyms.h
libtools_a_SOURCES += tools/option_values.c tools/option_values.h
libtools_a_SOURCES += tools/options.c tools/options.h
libtools_a_SOURCES += tools/pace.c tools/pace.h
libtools_a_SOURCES += tools/parse.c tools/parse.h
libtools_a_SOURCES += tools/peek.c tools/peek.h
libtools_a_SOURCES += tools/peek_code.c
libtools_a_SOURCES += tools/progress.c tools/progress.h
libtools_a_SOURCES += tools/recorder.c tools/recorder.h
libtools_a_SOURCES += tools/report.c tools/report.h
libtools_a_SOURCES += tools/run.c
libtools_a_SOURCES += tools/session.c tools/session.h
libtools_a_SOURCES += tools/session_marks.c
libtools_a_SOURCES += tools/session_run.c
libtools_a_SOURCES += tools/session_symbols.c
libtools_a_SOURCES += tools/session_trace.c
libtools_a_SOURCES += tools/source_lines.h
libtools_a_SOURCES += tools/statistics.c tools/statistics.h
libtools_a_SOURCES += tools/symbol_filter.c tools/symbol_filter.h
libtools_a_SOURCES += tools/symbol_taker.h
libtools_a_SOURCES += tools/symbols.c tools/symbols.h
libtools_a_SOURCES += tools/symbols_elf.c tools/symbols_elf.h
libtools_a_SOURCES += tools/text_watch.c tools/text_watch.h
libtools_a_SOURCES += tools/reuse.c tools/reuse.h
libtools_a_SOURCES += tools/tally.c tools/tally.h
libtools_a_SOURCES += tools/tlb_simulation.c tools/tlb_simulation.h
libtools_a_SOURCES += tools/trace.c tools/trace_commands.h
libtools_a_SOURCES += tools/trace_code.c tools/trace_code.h
libtools_a_SOURCES += tools/trace_columns.c
libtools_a_SOURCES += tools/trace_compare.c tools/trace_compare.h
libtools_a_SOURCES += tools/trace_diff.c
libtools_a_SOURCES += tools/trace_export.c tools/trace_export.h
libtools_a_SOURCES += tools/trace_export_callgrind.c
libtools_a_SOURCES += tools/trace_export_text.c
libtools_a_SOURCES += tools/trace_export_vcd.c
libtools_a_SOURCES += tools/trace_held.c tools/trace_held.h
libtools_a_SOURCES += tools/trace_line.c tools/trace_line.h
libtools_a_SOURCES += tools/trace_moment.c tools/trace_moment.h
libtools_a_SOURCES += tools/trace_moment_show.c
libtools_a_SOURCES += tools/trace_options.c tools/trace_options.h
libtools_a_SOURCES += tools/trace_print.c
libtools_a_SOURCES += tools/timeline.c tools/timeline.h
libtools_a_SOURCES += tools/trace_heap.c tools/trace_heap.h
libtools_a_SOURCES += tools/trace_picture.c tools/trace_picture.h
libtools_a_SOURCES += tools/trace_picture_write.c tools/trace_picture_write.h
libtools_a_SOURCES += tools/trace_report.c tools/trace_report_page.h
libtools_a_SOURCES += tools/trace_slots.c tools/trace_slots.h
libtools_a_SOURCES += tools/trace_query.c tools/trace_query.h
libtools_a_SOURCES += tools/trace_regress.c
libtools_a_SOURCES += tools/trace_stat.c
libtools_a_SOURCES += tools/trace_statistics.c tools/trace_statistics.h
libtools_a_SOURCES += tools/trace_statistics_heap.c
libtools_a_SOURCES += tools/trace_statistics_show.c
if HAVE_CAPSTONE
libtools_a_SOURCES += tools/disassemble_capstone.c
else
libtools_a_SOURCES += tools/disassemble_none.c
endif
if HAVE_LIBDW
libtools_a_SOURCES += tools/source_lines_dwarf.c
else
libtools_a_SOURCES += tools/source_lines_none.c
endif
if HAVE_SQLITE
libtools_a_SOURCES += tools/trace_export_sqlite.c
else
libtools_a_SOURCES += tools/trace_export_no_sqlite.c
endif
EXTRA_DIST += tools/trace_export_sqlite.c tools/trace_export_no_sqlite.c
EXTRA_DIST += tools/disassemble_capstone.c tools/disassemble_none.c
EXTRA_DIST += tools/source_lines_dwarf.c tools/source_lines_none.c

# What the rooms that touch the outside world link with.
PAGEWALK_LIBS = $(CAPSTONE_LIBS) $(SQLITE_LIBS) $(LIBDW_LIBS) \
	$(LIBELF_LIBS) $(LIBPNG_LIBS) $(LIBZSTD_LIBS)
TOOLS_LIBS = libtools.a $(HOST_LIBS) $(PAGEWALK_LIBS)

# The page of `trace report`, as lines of C: outside the rooms, whose files are
# checked as written by hand.
REPORT_FILES = tools/report/page.html tools/report/page.css \
	tools/report/numbers.js tools/report/strips.js tools/report/maps.js \
	tools/report/page.js
EXTRA_DIST += tools/report/embed.awk $(REPORT_FILES)
CLEANFILES += generated/trace_report_page.c
nodist_libtools_a_SOURCES = generated/trace_report_page.c
generated/trace_report_page.c: tools/report/embed.awk $(REPORT_FILES)
	$(AM_V_GEN)$(MKDIR_P) generated && $(AWK) -v from=$(top_srcdir)/tools/report \
	    -f $(top_srcdir)/tools/report/embed.awk \
	    $(top_srcdir)/tools/report/page.html >$@.new && mv $@.new $@
