# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libdevices.a
libdevices_a_SOURCES =
