# SPDX-License-Identifier: MIT

# Our processor against the one that this runs on. `make check` takes a short
# while; `make check-host` as many seconds as one likes, 0 for no end.
check_PROGRAMS += tests/host/compare_x87
tests_host_compare_x87_LDADD = $(CPU_LIBS)
tests_host_compare_x87_SOURCES = tests/host/compare_x87.c \
	tests/vectors/harness.c tests/vectors/harness.h
TESTS += tests/host/compare_x87
check_PROGRAMS += tests/host/compare_integer
tests_host_compare_integer_LDADD = $(CPU_LIBS)
tests_host_compare_integer_SOURCES = tests/host/compare_integer.c \
	tests/host/host32.c tests/host/host32.h \
	tests/host/integer_case.c tests/host/integer_case.h \
	tests/vectors/harness.c tests/vectors/harness.h
TESTS += tests/host/compare_integer

HOST_SECONDS = 60
HOST_SEED = 1
check-host: tests/host/compare_integer tests/host/compare_x87
	@$(top_srcdir)/tests/host/check-host $(HOST_SECONDS) $(HOST_SEED)
dist_noinst_SCRIPTS += tests/host/check-host
.PHONY: check-host
