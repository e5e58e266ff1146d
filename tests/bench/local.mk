# SPDX-License-Identifier: MIT
#
# Benchmarks: small kernels, one a file of tests/bench/guest. `make check` runs
# each for a moment and compares its checksum; `make bench` takes the time.

BENCH_GUESTS = int int_paged calls string x87 tlb_rand tlb_rand_cr3 tlb_chase \
	map_churn cr3_switch pagefault allocators syscall irq_pit portio \
	mmio_text mmio_vga mmio_lfb smc smc_data

BENCH_GUEST_FILES = \
	tests/bench/guest/allocators.c \
	tests/bench/guest/boot.S \
	tests/bench/guest/calls.c \
	tests/bench/guest/cr3_switch.c \
	tests/bench/guest/int.c \
	tests/bench/guest/int_core.h \
	tests/bench/guest/int_paged.c \
	tests/bench/guest/irq_pit.c \
	tests/bench/guest/lib.c \
	tests/bench/guest/lib.h \
	tests/bench/guest/link.ld \
	tests/bench/guest/map_churn.c \
	tests/bench/guest/mmio_lfb.c \
	tests/bench/guest/mmio_text.c \
	tests/bench/guest/mmio_vga.c \
	tests/bench/guest/pagefault.c \
	tests/bench/guest/portio.c \
	tests/bench/guest/smc.c \
	tests/bench/guest/smc_data.c \
	tests/bench/guest/string.c \
	tests/bench/guest/syscall.c \
	tests/bench/guest/tlb_chase.c \
	tests/bench/guest/tlb_rand.c \
	tests/bench/guest/tlb_rand_cr3.c \
	tests/bench/guest/x87.c

# The same flags everywhere, so that figures can be compared.
BENCH_GUEST_CFLAGS = -ffreestanding -nostdlib -O2 -march=i486 -mno-sse \
	-mno-mmx -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-fno-strict-aliasing -std=gnu11 -Wall -Wextra
BENCH_GUEST_LINK_FLAGS = -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments

BENCH_IMAGES = $(BENCH_GUESTS:%=tests/bench/guest/%.elf)
BENCH_GUEST_DIRECTORY = $(top_srcdir)/tests/bench/guest

tests/bench/guest/%.elf: $(BENCH_GUEST_FILES)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(GUEST_CC) $(BENCH_GUEST_CFLAGS) $(BENCH_GUEST_LINK_FLAGS) \
	  -Wl,-T,$(BENCH_GUEST_DIRECTORY)/link.ld -o $@ \
	  $(BENCH_GUEST_DIRECTORY)/boot.S $(BENCH_GUEST_DIRECTORY)/lib.c \
	  $(BENCH_GUEST_DIRECTORY)/$*.c

if GUEST
check_DATA += $(BENCH_IMAGES)
endif
SCRIPT_TESTS += tests/bench/same_checksums.sh
EXTRA_DIST += $(BENCH_GUEST_FILES) tests/bench/README.md
EXTRA_DIST += tests/bench/guests.txt tests/bench/guest/.clang-format
CLEANFILES += $(BENCH_IMAGES)

# --- make bench -------------------------------------------------------------

check_PROGRAMS += tests/bench/bench
tests_bench_bench_LDADD = -lm
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/bench.h
tests_bench_bench_SOURCES += tests/bench/measure.c tests/bench/results.c
dist_noinst_SCRIPTS += tests/bench/make-bochsrc tests/bench/make-image

BENCH_ROUNDS = 3
BENCH_DIV = 4
BENCH_ONLY =
BENCH_TABLE =
BENCH_PEERS = qemu bochs

# Disk images hold the command line, so they are made anew each time.
bench: pagewalk tests/bench/bench $(BENCH_IMAGES)
	@qemu=; bochs=; \
	case ' $(BENCH_PEERS) ' in *' qemu '*) qemu='$(QEMU)';; esac; \
	case ' $(BENCH_PEERS) ' in \
	*' bochs '*) bochs=`command -v bochs || :`;; \
	esac; \
	command -v grub-mkimage >/dev/null || bochs=; \
	test -z "$$bochs" || for guest in $(BENCH_GUESTS); do \
	    base=tests/bench/guest/$$guest; \
	    $(srcdir)/tests/bench/make-image $$base.elf $$base.img \
	        'div=$(BENCH_DIV) con=1' && \
	    $(srcdir)/tests/bench/make-bochsrc $$base.img >$$base.bochsrc || \
	    exit 1; \
	done; \
	commit=`git -C $(srcdir) describe --always --dirty 2>/dev/null`; \
	tests/bench/bench --list $(srcdir)/tests/bench/guests.txt \
	    --images tests/bench/guest --pagewalk ./pagewalk \
	    --qemu "$$qemu" --bochs "$$bochs" --rounds '$(BENCH_ROUNDS)' \
	    --div '$(BENCH_DIV)' --table '$(BENCH_TABLE)' \
	    --commit "$${commit:-$(VERSION)}" $(BENCH_ONLY)
CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.img)
CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.bochsrc)

.PHONY: bench
