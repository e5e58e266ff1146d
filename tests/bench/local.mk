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

# The same library, with a command line of its own.
tests/bench/guest/growth.elf: tests/bench/growth/growth.c $(BENCH_GUEST_FILES)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(GUEST_CC) $(BENCH_GUEST_CFLAGS) $(BENCH_GUEST_LINK_FLAGS) \
	  -iquote $(top_srcdir) -Wl,--wrap=kmain \
	  -Wl,-T,$(BENCH_GUEST_DIRECTORY)/link.ld -o $@ \
	  $(BENCH_GUEST_DIRECTORY)/boot.S $(BENCH_GUEST_DIRECTORY)/lib.c \
	  $(top_srcdir)/tests/bench/growth/growth.c

if GUEST
check_DATA += $(BENCH_IMAGES) tests/bench/guest/growth.elf
endif
SCRIPT_TESTS += tests/bench/same_checksums.sh
SCRIPT_TESTS += tests/bench/growth/growth.sh
EXTRA_DIST += $(BENCH_GUEST_FILES) tests/bench/growth/growth.c
EXTRA_DIST += tests/bench/README.md
EXTRA_DIST += tests/bench/guests.txt tests/bench/guest/.clang-format
CLEANFILES += $(BENCH_IMAGES) tests/bench/guest/growth.elf

# --- make bench -------------------------------------------------------------

check_PROGRAMS += tests/bench/bench
tests_bench_bench_LDADD = -lm
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/bench.h \
	tests/bench/lists.c tests/bench/measure.c tests/bench/results.c \
	tests/bench/statistics.c tests/bench/statistics.h \
	tests/bench/watch.c tests/bench/watch.h
dist_noinst_SCRIPTS += tests/bench/run-bochs tests/bench/make-image
EXTRA_DIST += tests/bench/machines.txt tests/bench/plugin.c

# What is not built here, but loaded by QEMU.
tests/bench/plugin.so: tests/bench/plugin.c
	$(AM_V_CCLD)$(CC) -std=c11 -D_GNU_SOURCE -O2 -shared -fPIC -o $@ \
	    $(top_srcdir)/tests/bench/plugin.c
CLEANFILES += tests/bench/plugin.so

BENCH_ROUNDS = 5
BENCH_DIV = 4
BENCH_TRACE_DIV = 16
BENCH_MODELS_DIV = 8
BENCH_GROWTH_DIV = 4
BENCH_ONLY =
BENCH_TRACE_ONLY = int_paged
BENCH_MODELS_ONLY = int_paged tlb_rand allocators cr3_switch
BENCH_TABLE =
BENCH_PEERS = qemu bochs

# Whichever is wanted and there; words why not go to the terminal.
RUN_BENCH = \
	peer() { \
	    case ' $(BENCH_PEERS) ' in \
	    *" $$1 "*) command -v "$$2" || :;; \
	    esac; \
	}; \
	qemu=`peer qemu '$(QEMU)'`; bochs=`peer bochs bochs`; \
	if test -n "$$bochs" && ! command -v grub-mkimage >/dev/null; then \
	    echo 'Bochs needs grub-mkimage, of grub-pc-bin, to boot' >&2; \
	    bochs=; \
	fi; \
	commit=`git -C $(srcdir) describe --always --dirty 2>/dev/null`; \
	tests/bench/bench --machines $(srcdir)/tests/bench/machines.txt \
	    --guests $(srcdir)/tests/bench/guests.txt \
	    --images tests/bench/guest --program pagewalk=./pagewalk \
	    --program "qemu=$$qemu" --program "bochs=$$bochs" \
	    --program run-bochs=$(srcdir)/tests/bench/run-bochs \
	    --program plugin=tests/bench/plugin.so \
	    --table '$(BENCH_TABLE)' --commit "$${commit:-$(VERSION)}"
BENCH_NEEDS = pagewalk tests/bench/bench $(BENCH_IMAGES)

bench: $(BENCH_NEEDS)
	@$(RUN_BENCH) --set bench --rounds '$(BENCH_ROUNDS)' \
	    --div '$(BENCH_DIV)' $(BENCH_ONLY)

bench-trace: $(BENCH_NEEDS) tests/bench/plugin.so
	@$(RUN_BENCH) --set trace --rounds '$(BENCH_ROUNDS)' \
	    --div '$(BENCH_TRACE_DIV)' $(BENCH_TRACE_ONLY)

bench-models: $(BENCH_NEEDS)
	@$(RUN_BENCH) --set models --rounds '$(BENCH_ROUNDS)' \
	    --div '$(BENCH_MODELS_DIV)' $(BENCH_MODELS_ONLY)

bench-growth: $(BENCH_NEEDS) tests/bench/guest/growth.elf
	@$(RUN_BENCH) --set growth --rounds '$(BENCH_ROUNDS)' \
	    --div '$(BENCH_GROWTH_DIV)' growth
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    $(srcdir)/tests/bench/growth/growth.sh --show $(BENCH_TABLE)

CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.img)
CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.img.lock)
CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.bochsrc)
CLEANFILES += $(BENCH_GUESTS:%=tests/bench/guest/%.rc)

# All of them, for docs/performance.md.
bench-all: bench bench-trace bench-models bench-growth

.PHONY: bench-all bench bench-trace bench-models bench-growth
