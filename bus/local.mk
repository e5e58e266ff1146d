# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libbus.a
libbus_a_SOURCES =
