# SPDX-License-Identifier: MIT

bin_PROGRAMS += pagewalk
pagewalk_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS) $(LIBDW_CFLAGS)
pagewalk_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
pagewalk_LDADD = $(HOST_LIBS) $(PAGEWALK_LIBS)
pagewalk_SOURCES =
pagewalk_SOURCES += tools/main.c

# What the rooms that touch the outside world link with.
PAGEWALK_LIBS = $(SDL_LIBS) $(CAPSTONE_LIBS) $(SQLITE_LIBS) $(LIBDW_LIBS) \
	$(LIBELF_LIBS) $(LIBPNG_LIBS) $(LIBZSTD_LIBS)
