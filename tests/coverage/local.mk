# SPDX-License-Identifier: MIT

# What the tests of the processor run: docs/coverage.md.
check_PROGRAMS += tests/coverage/rows
tests_coverage_rows_LDADD = $(CPU_LIBS)

COVERED_TESTS = $(filter tests/unit/cpu/%, $(UNIT_TESTS)) \
	tests/host/compare_x87 tests/host/compare_integer
coverage-doc: tests/coverage/rows tests/vectors/replay $(COVERED_TESTS)
	@$(AM_TESTS_ENVIRONMENT) \
	    $(top_srcdir)/tests/coverage/coverage-doc $(top_srcdir) \
	    $(COVERED_TESTS) tests/vectors/check-vectors
dist_noinst_SCRIPTS += tests/coverage/coverage-doc
.PHONY: coverage-doc
