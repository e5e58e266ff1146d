# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libdevices.a
libdevices_a_SOURCES =
libdevices_a_SOURCES += devices/bochs_vbe.c devices/bochs_vbe.h
libdevices_a_SOURCES += devices/calendar.c devices/calendar.h
libdevices_a_SOURCES += devices/coprocessor_port.c devices/coprocessor_port.h
libdevices_a_SOURCES += devices/counter_port.c devices/counter_port.h
libdevices_a_SOURCES += devices/debug_console.c devices/debug_console.h
libdevices_a_SOURCES += devices/exit_port.c devices/exit_port.h
libdevices_a_SOURCES += devices/i8237_dma.c devices/i8237_dma.h
libdevices_a_SOURCES += devices/i82441fx_host.c devices/i82441fx_host.h
libdevices_a_SOURCES += devices/i8254_counter.c devices/i8254_counter.h
libdevices_a_SOURCES += devices/i8254_pit.c devices/i8254_pit.h
libdevices_a_SOURCES += devices/i8259_pic.c devices/i8259_pic.h
libdevices_a_SOURCES += devices/isa_dma.c devices/isa_dma.h
libdevices_a_SOURCES += devices/marker_port.c devices/marker_port.h
libdevices_a_SOURCES += devices/mc146818_rtc.c devices/mc146818_rtc.h
libdevices_a_SOURCES += devices/ns16550_uart.c devices/ns16550_uart.h
libdevices_a_SOURCES += devices/pci.c devices/pci.h
libdevices_a_SOURCES += devices/piix3_isa.c devices/piix3_isa.h
libdevices_a_SOURCES += devices/piix4_pm.c devices/piix4_pm.h
libdevices_a_SOURCES += devices/system_port_b.c devices/system_port_b.h
libdevices_a_SOURCES += devices/vga.c devices/vga.h
libdevices_a_SOURCES += devices/vga_attribute.c
libdevices_a_SOURCES += devices/vga_crtc.c
libdevices_a_SOURCES += devices/vga_dac.c
libdevices_a_SOURCES += devices/vga_font.c
libdevices_a_SOURCES += devices/vga_graphics.c
libdevices_a_SOURCES += devices/vga_memory.c
libdevices_a_SOURCES += devices/vga_picture.h
libdevices_a_SOURCES += devices/vga_registers.h
libdevices_a_SOURCES += devices/vga_render.c
libdevices_a_SOURCES += devices/vga_text.c
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
	devices/calendar.c devices/calendar.h \
	devices/mc146818_rtc.c devices/mc146818_rtc.h \
	devices/fw_cfg.c devices/fw_cfg.h \
	devices/system_port_a.c devices/system_port_a.h \
	devices/vga.c devices/vga.h
