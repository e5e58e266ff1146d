# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libtrace.a
libtrace_a_SOURCES =
libtrace_a_SOURCES += trace/append.h
libtrace_a_SOURCES += trace/codes.c trace/codes.h
libtrace_a_SOURCES += trace/ctf.c trace/ctf.h
libtrace_a_SOURCES += trace/ctf_files.c trace/ctf_files.h
libtrace_a_SOURCES += trace/ctf_ids.h
libtrace_a_SOURCES += trace/ctf_metadata.c trace/ctf_metadata.h
libtrace_a_SOURCES += trace/ctf_packet.h
libtrace_a_SOURCES += trace/ctf_rows.c
libtrace_a_SOURCES += trace/ctf_state.c trace/ctf_state.h
libtrace_a_SOURCES += trace/ctf_table.c trace/ctf_table.h
libtrace_a_SOURCES += trace/derive.c trace/derive.h
libtrace_a_SOURCES += trace/events.c
libtrace_a_SOURCES += trace/filter.c trace/filter.h
libtrace_a_SOURCES += trace/fold.c trace/fold.h
libtrace_a_SOURCES += trace/line.c trace/line.h
libtrace_a_SOURCES += trace/lines.c trace/lines.h
libtrace_a_SOURCES += trace/names.c trace/names.h
libtrace_a_SOURCES += trace/reader.c trace/reader.h
libtrace_a_SOURCES += trace/source.c trace/source.h
libtrace_a_SOURCES += trace/span.c trace/span.h
libtrace_a_SOURCES += trace/state.h
libtrace_a_SOURCES += trace/text.c trace/text.h
libtrace_a_SOURCES += trace/trace.c
libtrace_a_SOURCES += trace/trace.h
