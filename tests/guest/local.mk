# SPDX-License-Identifier: MIT

SCRIPT_TESTS += tests/guest/boot_drives.sh
SCRIPT_TESTS += tests/guest/check_tlb.sh
SCRIPT_TESTS += tests/guest/ends.sh
SCRIPT_TESTS += tests/guest/every_tick.sh
SCRIPT_TESTS += tests/guest/kallsyms.sh
SCRIPT_TESTS += tests/guest/lines.sh
SCRIPT_TESTS += tests/guest/probes.sh
SCRIPT_TESTS += tests/guest/readme.sh
SCRIPT_TESTS += tests/guest/same_trace.sh
SCRIPT_TESTS += tests/guest/short_cuts.sh
SCRIPT_TESTS += tests/guest/seabios.sh
SCRIPT_TESTS += tests/guest/tour_disk.sh
SCRIPT_TESTS += tests/guest/tour_docs.sh
SCRIPT_TESTS += tests/guest/trace_stat.sh
SCRIPT_TESTS += tests/guest/trace_tools.sh
SCRIPT_TESTS += tests/guest/tour_like_qemu.sh
SCRIPT_TESTS += tests/guest/tour_models.sh
SCRIPT_TESTS += tests/guest/tour_shell.sh
SCRIPT_TESTS += tests/guest/tour_sizes.sh
SCRIPT_TESTS += tests/guest/window.sh
EXTRA_DIST += tests/guest/setup.sh tests/guest/every_tick.S
EXTRA_DIST += tests/guest/kallsyms.S
EXTRA_DIST += tests/guest/lines.S
EXTRA_DIST += tests/guest/probes.S
EXTRA_DIST += tests/guest/echo_keys.S
EXTRA_DIST += tests/guest/boot_sector.S
