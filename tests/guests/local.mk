# SPDX-License-Identifier: MIT
#
# Software from elsewhere, run whole. Not in make check: it needs the network
# and some minutes.
#     make check-guests                         all of them
#     make check-guests GUESTS=--quick          seconds of each
#     make check-guests GUESTS='installer'      one

GUESTS_CACHE = $(abs_top_builddir)/guests.cache
check-guests: pagewalk
	@PAGEWALK='$(abs_top_builddir)/pagewalk' \
	    GUESTS_CACHE='$(GUESTS_CACHE)' top_srcdir='$(top_srcdir)' \
	    $(top_srcdir)/tests/guests/run $(GUESTS) || \
	    { status=$$?; test $$status -eq 77; }

distclean-local:
	rm -rf guests.cache
.PHONY: check-guests

dist_noinst_SCRIPTS += tests/guests/run tests/guests/linux486/build
EXTRA_DIST += \
	tests/guests/guests.sh \
	tests/guests/linux486/Kbuild \
	tests/guests/linux486/config \
	tests/guests/linux486/init.c \
	tests/guests/linux486/initramfs \
	tests/guests/linux486/pagemem.c
