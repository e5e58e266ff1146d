# SPDX-License-Identifier: MIT

# Our processor against the one that this runs on. `make check` takes a short
# while; tests/host/compare_x87 COUNT SEED as long as one likes.
check_PROGRAMS += tests/host/compare_x87
tests_host_compare_x87_LDADD = $(CPU_LIBS)
tests_host_compare_x87_SOURCES = tests/host/compare_x87.c \
	tests/vectors/harness.c tests/vectors/harness.h
TESTS += tests/host/compare_x87
