# SPDX-License-Identifier: MIT

UNIT_TESTS += tests/unit/cpu/test_alu
tests_unit_cpu_test_alu_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_decode
tests_unit_cpu_test_decode_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
if HAVE_CAPSTONE
UNIT_TESTS += tests/unit/cpu/test_decode_capstone
tests_unit_cpu_test_decode_capstone_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS)
tests_unit_cpu_test_decode_capstone_LDADD = $(CPU_LIBS) $(CAPSTONE_LIBS) \
	$(CHECK_LIBS)
endif
CPU_RIG = tests/unit/cpu/rig.c tests/unit/cpu/rig.h tests/unit/cpu/same.h
UNIT_TESTS += tests/unit/cpu/test_descriptor
tests_unit_cpu_test_descriptor_SOURCES = tests/unit/cpu/test_descriptor.c \
	$(CPU_RIG)
tests_unit_cpu_test_descriptor_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_device_code
tests_unit_cpu_test_device_code_SOURCES = tests/unit/cpu/test_device_code.c \
	$(CPU_RIG)
tests_unit_cpu_test_device_code_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_exception
tests_unit_cpu_test_exception_SOURCES = tests/unit/cpu/test_exception.c \
	$(CPU_RIG)
tests_unit_cpu_test_exception_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_far
tests_unit_cpu_test_far_SOURCES = tests/unit/cpu/test_far.c \
	$(CPU_RIG)
tests_unit_cpu_test_far_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_interrupt
tests_unit_cpu_test_interrupt_SOURCES = tests/unit/cpu/test_interrupt.c \
	$(CPU_RIG)
tests_unit_cpu_test_interrupt_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_iret
tests_unit_cpu_test_iret_SOURCES = tests/unit/cpu/test_iret.c \
	$(CPU_RIG)
tests_unit_cpu_test_iret_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_patch
tests_unit_cpu_test_patch_SOURCES = tests/unit/cpu/test_patch.c \
	tests/unit/cpu/patched.h $(CPU_RIG)
tests_unit_cpu_test_patch_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_patch_programs
tests_unit_cpu_test_patch_programs_SOURCES = \
	tests/unit/cpu/test_patch_programs.c tests/unit/cpu/patched.h $(CPU_RIG)
tests_unit_cpu_test_patch_programs_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_pae
tests_unit_cpu_test_pae_SOURCES = tests/unit/cpu/test_pae.c \
	$(CPU_RIG)
tests_unit_cpu_test_pae_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
CPU_RESTART = $(CPU_RIG) tests/unit/cpu/restart.c tests/unit/cpu/restart.h
UNIT_TESTS += tests/unit/cpu/test_restart
tests_unit_cpu_test_restart_SOURCES = tests/unit/cpu/test_restart.c \
	$(CPU_RESTART)
tests_unit_cpu_test_restart_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_restart_rows
tests_unit_cpu_test_restart_rows_SOURCES = \
	tests/unit/cpu/test_restart_rows.c $(CPU_RESTART)
tests_unit_cpu_test_restart_rows_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_refill
tests_unit_cpu_test_refill_SOURCES = tests/unit/cpu/test_refill.c \
	$(CPU_RIG)
tests_unit_cpu_test_refill_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_segment
tests_unit_cpu_test_segment_SOURCES = tests/unit/cpu/test_segment.c \
	$(CPU_RIG)
tests_unit_cpu_test_segment_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_system
tests_unit_cpu_test_system_SOURCES = tests/unit/cpu/test_system.c \
	$(CPU_RIG)
tests_unit_cpu_test_system_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_task
tests_unit_cpu_test_task_SOURCES = tests/unit/cpu/test_task.c \
	$(CPU_RIG)
tests_unit_cpu_test_task_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_v86
tests_unit_cpu_test_v86_SOURCES = tests/unit/cpu/test_v86.c \
	$(CPU_RIG)
tests_unit_cpu_test_v86_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_bcd
tests_unit_cpu_test_bcd_SOURCES = tests/unit/cpu/test_bcd.c \
	$(CPU_RIG)
tests_unit_cpu_test_bcd_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_io
tests_unit_cpu_test_io_SOURCES = tests/unit/cpu/test_io.c \
	$(CPU_RIG)
tests_unit_cpu_test_io_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_string
tests_unit_cpu_test_string_SOURCES = tests/unit/cpu/test_string.c \
	$(CPU_RIG)
tests_unit_cpu_test_string_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_blocks
tests_unit_cpu_test_blocks_SOURCES = tests/unit/cpu/test_blocks.c \
	$(CPU_RIG)
tests_unit_cpu_test_blocks_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_quiet
tests_unit_cpu_test_quiet_SOURCES = tests/unit/cpu/test_quiet.c \
	$(CPU_RIG)
tests_unit_cpu_test_quiet_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_fixed
tests_unit_cpu_test_fixed_SOURCES = tests/unit/cpu/test_fixed.c \
	$(CPU_RIG)
tests_unit_cpu_test_fixed_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_debug
tests_unit_cpu_test_debug_SOURCES = tests/unit/cpu/test_debug.c \
	$(CPU_RIG)
tests_unit_cpu_test_debug_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_x87
tests_unit_cpu_test_x87_SOURCES = tests/unit/cpu/test_x87.c \
	$(CPU_RIG)
tests_unit_cpu_test_x87_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_x87_runs
tests_unit_cpu_test_x87_runs_SOURCES = tests/unit/cpu/test_x87_runs.c \
	$(CPU_RIG)
tests_unit_cpu_test_x87_runs_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_alignment
tests_unit_cpu_test_alignment_SOURCES = tests/unit/cpu/test_alignment.c \
	$(CPU_RIG)
tests_unit_cpu_test_alignment_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_recorded
tests_unit_cpu_test_recorded_SOURCES = tests/unit/cpu/test_recorded.c \
	$(CPU_RIG)
tests_unit_cpu_test_recorded_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_exits
tests_unit_cpu_test_exits_SOURCES = tests/unit/cpu/test_exits.c \
	$(CPU_RIG)
tests_unit_cpu_test_exits_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_code_look_ups
tests_unit_cpu_test_code_look_ups_SOURCES = \
	tests/unit/cpu/test_code_look_ups.c $(CPU_RIG)
tests_unit_cpu_test_code_look_ups_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/cpu/test_no_memory
tests_unit_cpu_test_no_memory_SOURCES = tests/unit/cpu/test_no_memory.c \
	$(CPU_RIG)
tests_unit_cpu_test_no_memory_LDADD = $(CPU_LIBS) $(CHECK_LIBS)
tests_unit_cpu_test_no_memory_LDFLAGS = -Wl,--wrap=calloc
