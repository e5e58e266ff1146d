# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libmachine.a
libmachine_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBELF_CFLAGS)
libmachine_a_SOURCES =
libmachine_a_SOURCES += machine/machine.h
libmachine_a_SOURCES += machine/wiring.c machine/wiring.h
