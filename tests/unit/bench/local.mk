# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/bench/test_results
tests_unit_bench_test_results_SOURCES = tests/unit/bench/test_results.c \
	tests/bench/lists.c tests/bench/results.c tests/bench/statistics.c
tests_unit_bench_test_results_LDADD = $(CHECK_LIBS) -lm
