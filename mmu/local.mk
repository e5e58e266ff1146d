# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libmmu.a
libmmu_a_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
libmmu_a_SOURCES =
