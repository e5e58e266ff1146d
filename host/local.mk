# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libhost.a
libhost_a_CPPFLAGS = $(AM_CPPFLAGS) $(SDL_CFLAGS) $(LIBPNG_CFLAGS)
libhost_a_SOURCES =
