# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/devices/test_bochs_vbe
tests_unit_devices_test_bochs_vbe_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_i8254_counter
tests_unit_devices_test_i8254_counter_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_i8254_pit
tests_unit_devices_test_i8254_pit_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_i8259_pic
tests_unit_devices_test_i8259_pic_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_ns16550_uart
tests_unit_devices_test_ns16550_uart_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_small_ports
tests_unit_devices_test_small_ports_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_vga
tests_unit_devices_test_vga_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_isa_dma
tests_unit_devices_test_isa_dma_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/devices/test_isa_dma_requests
tests_unit_devices_test_isa_dma_requests_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
EXTRA_DIST += tests/unit/devices/dma_rig.h
UNIT_TESTS += tests/unit/devices/test_pci
tests_unit_devices_test_pci_LDADD = $(DEVICES_LIBS) $(CHECK_LIBS)
