# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/trace/test_text
tests_unit_trace_test_text_LDADD = $(TRACE_LIBS) $(CHECK_LIBS)
