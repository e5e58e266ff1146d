# SPDX-License-Identifier: MIT

SCRIPT_TESTS += tests/traces/traces.sh
EXTRA_DIST += tests/traces

bless: all
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/traces/bless
.PHONY: bless
