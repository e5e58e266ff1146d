# SPDX-License-Identifier: MIT

bin_PROGRAMS += pagewalk
pagewalk_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS) $(LIBDW_CFLAGS) \
	$(SQLITE_CFLAGS)
pagewalk_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
pagewalk_LDADD = $(HOST_LIBS) $(PAGEWALK_LIBS)
pagewalk_SOURCES =
pagewalk_SOURCES += tools/autopsy.c tools/autopsy.h
pagewalk_SOURCES += tools/code_image.c tools/code_image.h
pagewalk_SOURCES += tools/commands.h
pagewalk_SOURCES += tools/check_tlb.c tools/check_tlb.h
pagewalk_SOURCES += tools/probe_spec.c tools/probe_spec.h
pagewalk_SOURCES += tools/probes.c tools/probes.h
pagewalk_SOURCES += tools/console.c tools/console.h
pagewalk_SOURCES += tools/disassemble.h
pagewalk_SOURCES += tools/display.c tools/display.h
pagewalk_SOURCES += tools/drives.c tools/drives.h
pagewalk_SOURCES += tools/figures.c tools/figures.h
pagewalk_SOURCES += tools/exit_status.h
pagewalk_SOURCES += tools/firmware_files.c tools/firmware_files.h
pagewalk_SOURCES += tools/input_keys.c tools/input_keys.h
pagewalk_SOURCES += tools/input_player.c tools/input_player.h
pagewalk_SOURCES += tools/input_script.c tools/input_script.h
pagewalk_SOURCES += tools/input_tokens.c tools/input_tokens.h
pagewalk_SOURCES += tools/inspect.c tools/inspect.h
pagewalk_SOURCES += tools/inspect_pages.c
pagewalk_SOURCES += tools/kallsyms.c tools/kallsyms.h
pagewalk_SOURCES += tools/main.c
pagewalk_SOURCES += tools/option_values.c tools/option_values.h
pagewalk_SOURCES += tools/options.c tools/options.h
pagewalk_SOURCES += tools/pace.c tools/pace.h
pagewalk_SOURCES += tools/parse.c tools/parse.h
pagewalk_SOURCES += tools/peek.c tools/peek.h
pagewalk_SOURCES += tools/peek_code.c
pagewalk_SOURCES += tools/progress.c tools/progress.h
pagewalk_SOURCES += tools/recorder.c tools/recorder.h
pagewalk_SOURCES += tools/report.c tools/report.h
pagewalk_SOURCES += tools/run.c
pagewalk_SOURCES += tools/session.c tools/session.h
pagewalk_SOURCES += tools/session_marks.c
pagewalk_SOURCES += tools/session_run.c
pagewalk_SOURCES += tools/session_symbols.c
pagewalk_SOURCES += tools/source_lines.h
pagewalk_SOURCES += tools/statistics.c tools/statistics.h
pagewalk_SOURCES += tools/symbol_taker.h
pagewalk_SOURCES += tools/symbols.c tools/symbols.h
pagewalk_SOURCES += tools/symbols_elf.c tools/symbols_elf.h
pagewalk_SOURCES += tools/text_watch.c tools/text_watch.h
pagewalk_SOURCES += tools/reuse.c tools/reuse.h
pagewalk_SOURCES += tools/tally.c tools/tally.h
pagewalk_SOURCES += tools/tlb_simulation.c tools/tlb_simulation.h
pagewalk_SOURCES += tools/trace.c tools/trace_commands.h
pagewalk_SOURCES += tools/trace_columns.c
pagewalk_SOURCES += tools/trace_compare.c tools/trace_compare.h
pagewalk_SOURCES += tools/trace_diff.c
pagewalk_SOURCES += tools/trace_export.c tools/trace_export.h
pagewalk_SOURCES += tools/trace_export_callgrind.c
pagewalk_SOURCES += tools/trace_export_text.c
pagewalk_SOURCES += tools/trace_export_vcd.c
pagewalk_SOURCES += tools/trace_held.c tools/trace_held.h
pagewalk_SOURCES += tools/trace_line.c tools/trace_line.h
pagewalk_SOURCES += tools/trace_options.c tools/trace_options.h
pagewalk_SOURCES += tools/trace_print.c
pagewalk_SOURCES += tools/timeline.c tools/timeline.h
pagewalk_SOURCES += tools/trace_heap.c tools/trace_heap.h
pagewalk_SOURCES += tools/trace_picture.c tools/trace_picture.h
pagewalk_SOURCES += tools/trace_picture_write.c tools/trace_picture_write.h
pagewalk_SOURCES += tools/trace_report.c tools/trace_report_page.h
pagewalk_SOURCES += tools/trace_slots.c tools/trace_slots.h
pagewalk_SOURCES += tools/trace_query.c tools/trace_query.h
pagewalk_SOURCES += tools/trace_regress.c
pagewalk_SOURCES += tools/trace_stat.c
pagewalk_SOURCES += tools/trace_statistics.c tools/trace_statistics.h
pagewalk_SOURCES += tools/trace_statistics_heap.c
pagewalk_SOURCES += tools/trace_statistics_show.c
if HAVE_CAPSTONE
pagewalk_SOURCES += tools/disassemble_capstone.c
else
pagewalk_SOURCES += tools/disassemble_none.c
endif
if HAVE_LIBDW
pagewalk_SOURCES += tools/source_lines_dwarf.c
else
pagewalk_SOURCES += tools/source_lines_none.c
endif
if HAVE_SQLITE
pagewalk_SOURCES += tools/trace_export_sqlite.c
else
pagewalk_SOURCES += tools/trace_export_no_sqlite.c
endif
EXTRA_DIST += tools/trace_export_sqlite.c tools/trace_export_no_sqlite.c
EXTRA_DIST += tools/disassemble_capstone.c tools/disassemble_none.c
EXTRA_DIST += tools/source_lines_dwarf.c tools/source_lines_none.c

# What the rooms that touch the outside world link with.
PAGEWALK_LIBS = $(CAPSTONE_LIBS) $(SQLITE_LIBS) $(LIBDW_LIBS) \
	$(LIBELF_LIBS) $(LIBPNG_LIBS) $(LIBZSTD_LIBS)

# The page of `trace report`, as lines of C: outside the rooms, whose files are
# checked as written by hand.
REPORT_FILES = tools/report/page.html tools/report/page.css \
	tools/report/numbers.js tools/report/strips.js tools/report/maps.js \
	tools/report/page.js
EXTRA_DIST += tools/report/embed.awk $(REPORT_FILES)
CLEANFILES += generated/trace_report_page.c
nodist_pagewalk_SOURCES = generated/trace_report_page.c
generated/trace_report_page.c: tools/report/embed.awk $(REPORT_FILES)
	$(AM_V_GEN)$(MKDIR_P) generated && $(AWK) -v from=$(top_srcdir)/tools/report \
	    -f $(top_srcdir)/tools/report/embed.awk \
	    $(top_srcdir)/tools/report/page.html >$@.new && mv $@.new $@
