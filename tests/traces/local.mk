# SPDX-License-Identifier: MIT

KEPT_TRACES = addresses bootmem compare dma every_tick fault gfp highmem iomem \
	ioport kmalloc mempool mmap pages percpu process slab swap tlb vmalloc

SCRIPT_TESTS += tests/traces/traces.sh
EXTRA_DIST += tests/traces/README.md tests/traces/manifest \
	tests/traces/setup.sh tests/traces/bless \
	$(KEPT_TRACES:%=tests/traces/%.tar.zst)

bless: all
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/traces/bless
.PHONY: bless
