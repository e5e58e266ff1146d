# SPDX-License-Identifier: MIT

bin_PROGRAMS += pagewalk
pagewalk_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS) $(LIBDW_CFLAGS)
pagewalk_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
pagewalk_LDADD = $(HOST_LIBS) $(PAGEWALK_LIBS)
pagewalk_SOURCES =
pagewalk_SOURCES += tools/commands.h
pagewalk_SOURCES += tools/console.c tools/console.h
pagewalk_SOURCES += tools/exit_status.h
pagewalk_SOURCES += tools/main.c
pagewalk_SOURCES += tools/option_values.c tools/option_values.h
pagewalk_SOURCES += tools/options.c tools/options.h
pagewalk_SOURCES += tools/parse.c tools/parse.h
pagewalk_SOURCES += tools/run.c
pagewalk_SOURCES += tools/session.c tools/session.h
pagewalk_SOURCES += tools/session_run.c

# What the rooms that touch the outside world link with.
PAGEWALK_LIBS = $(SDL_LIBS) $(CAPSTONE_LIBS) $(SQLITE_LIBS) $(LIBDW_LIBS) \
	$(LIBELF_LIBS) $(LIBPNG_LIBS) $(LIBZSTD_LIBS)
