# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libbus.a
libbus_a_SOURCES = \
	bus/bus.c bus/bus.h \
	bus/clock.c bus/clock.h \
	bus/irq.h \
	bus/large_pages.c bus/large_pages.h \
	bus/memory_chip.c bus/memory_chip.h \
	bus/ports.c bus/ports.h
