# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libdevices.a
libdevices_a_SOURCES = \
	devices/bochs_vbe.c devices/bochs_vbe.h \
	devices/counter_port.c devices/counter_port.h \
	devices/debug_console.c devices/debug_console.h \
	devices/exit_port.c devices/exit_port.h \
	devices/i8237_dma.c devices/i8237_dma.h \
	devices/i8254_counter.c devices/i8254_counter.h \
	devices/i8254_pit.c devices/i8254_pit.h \
	devices/i8259_pic.c devices/i8259_pic.h \
	devices/isa_dma.c devices/isa_dma.h \
	devices/marker_port.c devices/marker_port.h \
	devices/ns16550_uart.c devices/ns16550_uart.h \
	devices/coprocessor_port.c devices/coprocessor_port.h \
	devices/system_port_b.c devices/system_port_b.h \
	devices/pci.c devices/pci.h \
	devices/i82441fx_host.c devices/i82441fx_host.h \
	devices/piix3_isa.c devices/piix3_isa.h \
	devices/piix4_pm.c devices/piix4_pm.h \
	devices/vga.c devices/vga.h \
	devices/vga_attribute.c \
	devices/vga_crtc.c \
	devices/vga_dac.c \
	devices/vga_font.c \
	devices/vga_graphics.c \
	devices/vga_memory.c \
	devices/vga_picture.h \
	devices/vga_registers.h \
	devices/vga_render.c \
	devices/vga_text.c
