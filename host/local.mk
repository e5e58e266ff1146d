# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libhost.a
libhost_a_CPPFLAGS = $(AM_CPPFLAGS) $(SDL_CFLAGS) $(LIBPNG_CFLAGS)
libhost_a_SOURCES =
libhost_a_SOURCES += host/disk_image.c host/disk_image.h
libhost_a_SOURCES += host/files.c host/files.h
libhost_a_SOURCES += host/terminal.c host/terminal.h
libhost_a_SOURCES += host/picture.h
if HAVE_LIBPNG
libhost_a_SOURCES += host/picture_png.c
else
libhost_a_SOURCES += host/picture_none.c
endif
EXTRA_DIST += host/picture_png.c host/picture_none.c
libhost_a_SOURCES += host/window.h
if HAVE_SDL
libhost_a_SOURCES += host/window_sdl.c
else
libhost_a_SOURCES += host/window_none.c
endif
EXTRA_DIST += host/window_sdl.c host/window_none.c
