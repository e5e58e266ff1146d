# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libcpu.a
libcpu_a_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
libcpu_a_SOURCES =
