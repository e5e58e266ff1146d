# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/machine/test_wiring
tests_unit_machine_test_wiring_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)
