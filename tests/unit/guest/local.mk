# SPDX-License-Identifier: MIT
#
# The guest's allocators, built for the host: fake/ stands before guest/ for
# what only a processor of its own can do.

GUEST_ON_HOST_CPPFLAGS = -iquote $(top_srcdir)/tests/unit/guest/fake \
	-iquote $(top_srcdir)/guest $(AM_CPPFLAGS) \
	-include $(top_srcdir)/tests/unit/guest/host.h
GUEST_ON_HOST = tests/unit/guest/host.c tests/unit/guest/host.h \
	tests/unit/guest/fake/arch/cpu.h guest/mm/kmalloc.c \
	guest/mm/page_alloc.c guest/mm/slab.c

UNIT_TESTS += tests/unit/guest/test_bootmem
tests_unit_guest_test_bootmem_SOURCES = tests/unit/guest/test_bootmem.c \
	$(GUEST_ON_HOST) guest/mm/bootmem.c
tests_unit_guest_test_bootmem_CPPFLAGS = $(GUEST_ON_HOST_CPPFLAGS)
tests_unit_guest_test_bootmem_LDADD = $(CHECK_LIBS)
UNIT_TESTS += tests/unit/guest/test_page_alloc
tests_unit_guest_test_page_alloc_SOURCES = \
	tests/unit/guest/test_page_alloc.c $(GUEST_ON_HOST)
tests_unit_guest_test_page_alloc_CPPFLAGS = $(GUEST_ON_HOST_CPPFLAGS)
tests_unit_guest_test_page_alloc_LDADD = $(CHECK_LIBS)
UNIT_TESTS += tests/unit/guest/test_slab
tests_unit_guest_test_slab_SOURCES = tests/unit/guest/test_slab.c \
	$(GUEST_ON_HOST) guest/mm/mempool.c
tests_unit_guest_test_slab_CPPFLAGS = $(GUEST_ON_HOST_CPPFLAGS)
tests_unit_guest_test_slab_LDADD = $(CHECK_LIBS)
