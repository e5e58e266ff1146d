# SPDX-License-Identifier: MIT

EXTRA_DIST += tests/unit/run_tests.h
UNIT_TESTS += tests/unit/bus/test_bus
tests_unit_bus_test_bus_LDADD = $(BUS_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/bus/test_clock
tests_unit_bus_test_clock_LDADD = $(BUS_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/bus/test_memory_chip
tests_unit_bus_test_memory_chip_LDADD = $(BUS_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/bus/test_ports
tests_unit_bus_test_ports_LDADD = $(BUS_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/bus/test_large_pages
tests_unit_bus_test_large_pages_LDADD = $(BUS_LIBS) $(CHECK_LIBS)
