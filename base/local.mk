# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libbase.a
libbase_a_SOURCES =
libbase_a_SOURCES += base/error.c
libbase_a_SOURCES += base/error.h
libbase_a_SOURCES += base/fault.h
libbase_a_SOURCES += base/types.h
libbase_a_SOURCES += base/bytes.h
