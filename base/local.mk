# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libbase.a
libbase_a_SOURCES =
