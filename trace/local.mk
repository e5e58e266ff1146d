# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libtrace.a
libtrace_a_SOURCES =
libtrace_a_SOURCES += trace/events.c
libtrace_a_SOURCES += trace/filter.c trace/filter.h
libtrace_a_SOURCES += trace/line.c trace/line.h
libtrace_a_SOURCES += trace/names.c trace/names.h
libtrace_a_SOURCES += trace/text.c trace/text.h
libtrace_a_SOURCES += trace/trace.c
libtrace_a_SOURCES += trace/trace.h
