# SPDX-License-Identifier: MIT

EXTRA_DIST += tests/unit/random.h
MMU_BOARD = tests/unit/mmu/board.c tests/unit/mmu/board.h
MODEL_TLB = tests/unit/mmu/model_tlb.c tests/unit/mmu/model_tlb.h

UNIT_TESTS += tests/unit/mmu/test_paging
tests_unit_mmu_test_paging_SOURCES = tests/unit/mmu/test_paging.c $(MMU_BOARD)
tests_unit_mmu_test_paging_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_tlb
tests_unit_mmu_test_tlb_SOURCES = tests/unit/mmu/test_tlb.c $(MODEL_TLB)
tests_unit_mmu_test_tlb_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
