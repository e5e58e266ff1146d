# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libtrace.a
libtrace_a_SOURCES =
