# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libmachine.a
libmachine_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBELF_CFLAGS)
libmachine_a_SOURCES =
libmachine_a_SOURCES += machine/boot_block.c machine/boot_block.h
libmachine_a_SOURCES += machine/entry.c machine/entry.h
libmachine_a_SOURCES += machine/firmware.c machine/firmware.h
libmachine_a_SOURCES += machine/image.c machine/image.h
libmachine_a_SOURCES += machine/image_elf.c machine/image_elf.h
libmachine_a_SOURCES += machine/image_linux.c machine/image_linux.h
libmachine_a_SOURCES += machine/image_multiboot.c machine/image_multiboot.h
libmachine_a_SOURCES += machine/linux_block.c machine/linux_block.h
libmachine_a_SOURCES += machine/load.h
libmachine_a_SOURCES += machine/loader.c machine/loader.h
libmachine_a_SOURCES += machine/loader_linux.c
libmachine_a_SOURCES += machine/machine.c machine/machine.h
libmachine_a_SOURCES += machine/memory_map.c machine/memory_map.h
libmachine_a_SOURCES += machine/places.c machine/places.h
libmachine_a_SOURCES += machine/screen_text.c machine/screen_text.h
libmachine_a_SOURCES += machine/stand_in.c machine/stand_in.h
libmachine_a_SOURCES += machine/trace_state.c machine/trace_state.h
libmachine_a_SOURCES += machine/wiring.c machine/wiring.h
libmachine_a_SOURCES += machine/wiring_storage.c machine/wiring_storage.h
