# SPDX-License-Identifier: MIT
#
# A unit test is a program of Check; two lines in tests/unit/<room>/local.mk:
#     UNIT_TESTS += tests/unit/mmu/test_paging
#     tests_unit_mmu_test_paging_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
# It links its own room and those below, and brings fakes of what it replaces.
# A script test, listed here, exits 0, or 77 and a word where it cannot run:
#     SCRIPT_TESTS += tests/guest/run_tour.sh
# A fuzzer is a program whose only argument is the seconds to run:
#     FUZZERS += tests/fuzz/fuzz_decode
#     tests_fuzz_fuzz_decode_LDADD = $(CPU_LIBS)

UNIT_TESTS =
SCRIPT_TESTS =
FUZZERS =

# --- Unit tests: tests/unit/<room>/test_<file>.c ----------------------------

include tests/unit/base/local.mk
include tests/unit/trace/local.mk
include tests/unit/bus/local.mk
include tests/unit/mmu/local.mk
include tests/unit/cpu/local.mk
include tests/unit/devices/local.mk
include tests/unit/machine/local.mk
include tests/unit/host/local.mk
include tests/unit/tools/local.mk
include tests/unit/guest/local.mk
include tests/unit/bench/local.mk

# --- Scripts that run the command and its guests ----------------------------

SCRIPT_TESTS += tests/cli/bad_input.sh
SCRIPT_TESTS += tests/cli/exit_status.sh
SCRIPT_TESTS += tests/cli/resets.sh
SCRIPT_TESTS += tests/cli/trace_ctf.sh
SCRIPT_TESTS += tests/cli/trace_report.sh
SCRIPT_TESTS += tests/cli/realtime.sh
SCRIPT_TESTS += tests/cli/screenshot.sh
SCRIPT_TESTS += tests/cli/images.sh
SCRIPT_TESTS += tests/cli/input.sh
SCRIPT_TESTS += tests/cli/trace_regress.sh
SCRIPT_TESTS += tests/cli/trace_text.sh
EXTRA_DIST += tests/cli/guests.sh tests/cli/setup.sh
include tests/guest/local.mk

# --- Software from elsewhere -----------------------------------------------

include tests/traces/local.mk
include tests/guests/local.mk

# --- Benchmarks -------------------------------------------------------------

include tests/bench/local.mk

# --- Recorded processor states ----------------------------------------------

include tests/host/local.mk
include tests/vectors/local.mk
include tests/system/local.mk
include tests/coverage/local.mk

# --- Fuzzers ----------------------------------------------------------------

FUZZERS += tests/fuzz/fuzz_decode
tests_fuzz_fuzz_decode_LDADD = $(CPU_LIBS)
FUZZERS += tests/fuzz/fuzz_run
tests_fuzz_fuzz_run_LDADD = $(CPU_LIBS)
FUZZERS += tests/fuzz/fuzz_loader
tests_fuzz_fuzz_loader_LDADD = $(MACHINE_LIBS)
FUZZERS += tests/fuzz/fuzz_devices
tests_fuzz_fuzz_devices_LDADD = $(MACHINE_LIBS)

FUZZERS += tests/fuzz/fuzz_trace
tests_fuzz_fuzz_trace_LDADD = $(TOOLS_LIBS)

# --- Architecture -----------------------------------------------------------

SCRIPT_TESTS += tools/check-layers
SCRIPT_TESTS += tools/check-headers
SCRIPT_TESTS += tools/check-lists
SCRIPT_TESTS += tools/check-lengths
SCRIPT_TESTS += tools/check-format
SCRIPT_TESTS += tools/check-threading
SCRIPT_TESTS += tools/check-x87

# --- How they run -----------------------------------------------------------

if HAVE_CHECK
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
else
SCRIPT_TESTS += tests/skip-unit-tests
endif
check_PROGRAMS += $(FUZZERS)
TESTS += $(SCRIPT_TESTS)
dist_check_SCRIPTS = $(SCRIPT_TESTS)
dist_noinst_SCRIPTS += tests/skip-unit-tests tests/count-results

# Seen from the top of the sources, where check-headers goes.
if GUEST
GUEST_COMPILE = $(GUEST_CC) $(GUEST_MACHINE_FLAGS) $(GUEST_KERNEL_FLAGS) \
	-iquote guest
endif
COMPILE_ALONE = $(CC) $(AM_CPPFLAGS) $(CPPFLAGS) -std=c11 $(WARNING_CFLAGS)

# What every test finds in its environment. Tests write into directories of
# their own under TMPDIR, never beside the sources.
AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; export LC_ALL; \
	CK_DEFAULT_TIMEOUT=120; export CK_DEFAULT_TIMEOUT; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	PAGEWALK='$(abs_top_builddir)/pagewalk'; export PAGEWALK; \
	GUEST_COMPILE='$(GUEST_COMPILE)'; export GUEST_COMPILE; \
	COMPILE='$(COMPILE_ALONE)'; export COMPILE; \
	OBJECT_CFLAGS='$(CFLAGS) $(INSTRUMENT_CFLAGS)'; \
	export OBJECT_CFLAGS; \
	CHECK_LIBS='$(CHECK_LIBS)'; export CHECK_LIBS; \
	CLANG_FORMAT='$(CLANG_FORMAT)'; export CLANG_FORMAT; \
	QEMU='$(QEMU)'; export QEMU; \
	GDB='$(GDB)'; export GDB; \
	BABELTRACE='$(BABELTRACE)'; export BABELTRACE; \
	ZSTD='$(ZSTD)'; export ZSTD;

# A test that hangs fails.
LOG_COMPILER = timeout
AM_LOG_FLAGS = 900

FUZZ_SECONDS = 10
fuzz: $(FUZZERS)
	@for fuzzer in $(FUZZERS); do \
	    echo "$$fuzzer: $(FUZZ_SECONDS) seconds"; \
	    ./$$fuzzer $(FUZZ_SECONDS) || exit 1; \
	done

# Not in make check: some minutes.
check-mutants:
	@$(top_srcdir)/tests/mutants/run $(abs_top_srcdir)
EXTRA_DIST += tests/mutants/list
dist_noinst_SCRIPTS += tests/mutants/run

results:
	@$(top_srcdir)/tests/count-results $(TEST_LOGS)

check-format:
	@CLANG_FORMAT='$(CLANG_FORMAT)' \
	    $(top_srcdir)/tools/check-format $(top_srcdir) || \
	    { status=$$?; test $$status -eq 77; }

format:
	@CLANG_FORMAT='$(CLANG_FORMAT)' \
	    $(top_srcdir)/tools/check-format --write $(top_srcdir)

TIDY_FLAGS = -std=c11 -iquote . -D_GNU_SOURCE $(DEFS) $(CHECK_CFLAGS) \
	$(LIBELF_CFLAGS) $(LIBDW_CFLAGS) $(SDL_CFLAGS) $(CAPSTONE_CFLAGS) \
	$(SQLITE_CFLAGS) $(LIBPNG_CFLAGS) $(LIBZSTD_CFLAGS)
tidy:
	@test -n '$(CLANG_TIDY)' || { echo 'clang-tidy is not installed'; exit 1; }
	@cd $(top_srcdir) && status=0; \
	for source in $$(find base trace bus mmu cpu devices machine host tools \
	                     tests -name '*.c' ! -path 'tests/bench/guest/*' \
	                     ! -path 'tests/bench/growth/*' \
	                     ! -path 'tests/system/guest/*' | \
	                 sort); do \
	    $(CLANG_TIDY) --quiet $$source -- $(TIDY_FLAGS) || status=1; \
	done; exit $$status

.PHONY: fuzz check-mutants results check-format format tidy
