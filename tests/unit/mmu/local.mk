# SPDX-License-Identifier: MIT

MMU_BOARD = tests/unit/mmu/board.c tests/unit/mmu/board.h

UNIT_TESTS += tests/unit/mmu/test_paging
tests_unit_mmu_test_paging_SOURCES = tests/unit/mmu/test_paging.c $(MMU_BOARD)
tests_unit_mmu_test_paging_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
