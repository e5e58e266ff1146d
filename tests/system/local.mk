# SPDX-License-Identifier: MIT

# The system side of the processor against QEMU's: README.md.
PEER_GUEST_FILES = \
	tests/system/guest/start.S \
	tests/system/guest/cases.c \
	tests/system/guest/monitor.c \
	tests/system/guest/out.c
EXTRA_DIST += $(PEER_GUEST_FILES) tests/system/guest/layout.h
EXTRA_DIST += tests/system/README.md tests/system/compare.awk
SCRIPT_TESTS += tests/system/check-peer

if GUEST
tests/system/monitor.elf: $(PEER_GUEST_FILES) tests/system/guest/layout.h
	$(AM_V_GEN)$(MKDIR_P) tests/system && \
	  $(GUEST_CC) $(GUEST_MACHINE_FLAGS) $(GUEST_KERNEL_FLAGS) -O2 -iquote $(srcdir) \
	  -Wall -Wextra -nostdlib -static -Wl,--build-id=none -Wl,-N \
	  -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
	  -Wl,-Ttext=0x100000 -o $@ \
	  $(PEER_GUEST_FILES:%=$(srcdir)/%)
check_DATA += tests/system/monitor.elf
CLEANFILES += tests/system/monitor.elf
endif

PEER_SEED = 1
PEER_CASES = 5000
check-peer: pagewalk $(check_DATA)
	@$(AM_TESTS_ENVIRONMENT) \
	    $(top_srcdir)/tests/system/check-peer $(PEER_SEED) $(PEER_CASES)
.PHONY: check-peer
