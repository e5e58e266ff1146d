# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/trace/test_text
tests_unit_trace_test_text_LDADD = $(TRACE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/trace/test_ctf
tests_unit_trace_test_ctf_LDADD = $(TRACE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/trace/test_fold
tests_unit_trace_test_fold_LDADD = $(TRACE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/trace/test_damage
tests_unit_trace_test_damage_SOURCES = tests/unit/trace/test_damage.c \
	tests/unit/trace/small_trace.c tests/unit/trace/small_trace.h
tests_unit_trace_test_damage_LDADD = $(TRACE_LIBS) $(CHECK_LIBS)
