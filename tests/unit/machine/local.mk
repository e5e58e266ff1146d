# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/machine/test_wiring
tests_unit_machine_test_wiring_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)

UNIT_TESTS += tests/unit/machine/test_loader
tests_unit_machine_test_loader_SOURCES = tests/unit/machine/test_loader.c \
	tests/unit/machine/images.h tests/unit/machine/loader_rig.h
tests_unit_machine_test_loader_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)

UNIT_TESTS += tests/unit/machine/test_loader_linux
tests_unit_machine_test_loader_linux_SOURCES = \
	tests/unit/machine/test_loader_linux.c \
	tests/unit/machine/images.h tests/unit/machine/loader_rig.h
tests_unit_machine_test_loader_linux_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)

UNIT_TESTS += tests/unit/machine/test_screen_text
tests_unit_machine_test_screen_text_SOURCES = \
	tests/unit/machine/test_screen_text.c \
	tests/unit/machine/loader_rig.h
tests_unit_machine_test_screen_text_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/machine/test_firmware
tests_unit_machine_test_firmware_LDADD = $(MACHINE_LIBS) $(CHECK_LIBS)
