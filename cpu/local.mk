# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libcpu.a
libcpu_a_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
libcpu_a_SOURCES =
libcpu_a_SOURCES += cpu/block.h
libcpu_a_SOURCES += cpu/cpu.h
libcpu_a_SOURCES += cpu/exception.h
libcpu_a_SOURCES += cpu/exec.h
libcpu_a_SOURCES += cpu/flags.h
libcpu_a_SOURCES += cpu/insn.h
libcpu_a_SOURCES += cpu/interrupt.h
libcpu_a_SOURCES += cpu/model.h
libcpu_a_SOURCES += cpu/opcodes.h
libcpu_a_SOURCES += cpu/operand.h
