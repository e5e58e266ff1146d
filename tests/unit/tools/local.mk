# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/tools/test_input
tests_unit_tools_test_input_SOURCES = tests/unit/tools/test_input.c \
	tools/input_keys.c tools/input_script.c tools/input_tokens.c \
	tools/parse.c tools/text_watch.c
tests_unit_tools_test_input_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_figures
tests_unit_tools_test_figures_SOURCES = tests/unit/tools/test_figures.c \
	tools/figures.c
tests_unit_tools_test_figures_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_pace
tests_unit_tools_test_pace_SOURCES = tests/unit/tools/test_pace.c tools/pace.c
tests_unit_tools_test_pace_LDADD = $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_timeline
tests_unit_tools_test_timeline_SOURCES = tests/unit/tools/test_timeline.c \
	tools/timeline.c
tests_unit_tools_test_timeline_LDADD = $(BASE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_trace_heap
tests_unit_tools_test_trace_heap_SOURCES = \
	tests/unit/tools/test_trace_heap.c tools/timeline.c tools/trace_heap.c
tests_unit_tools_test_trace_heap_LDADD = $(BASE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_kallsyms
tests_unit_tools_test_kallsyms_SOURCES = \
	tests/unit/tools/test_kallsyms.c tools/kallsyms.c
tests_unit_tools_test_kallsyms_LDADD = $(BASE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_trace_moment
tests_unit_tools_test_trace_moment_LDADD = $(TOOLS_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/tools/test_trace_damage
tests_unit_tools_test_trace_damage_SOURCES = \
	tests/unit/tools/test_trace_damage.c tests/unit/trace/small_trace.c
tests_unit_tools_test_trace_damage_LDADD = $(TOOLS_LIBS) $(CHECK_LIBS)
