# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libtrace.a
libtrace_a_SOURCES =
libtrace_a_SOURCES += trace/text.h
libtrace_a_SOURCES += trace/trace.c
libtrace_a_SOURCES += trace/trace.h
