# SPDX-License-Identifier: MIT

EXTRA_DIST += tests/unit/random.h
MMU_BOARD = tests/unit/mmu/board.c tests/unit/mmu/board.h
MODEL_TLB = tests/unit/mmu/model_tlb.c tests/unit/mmu/model_tlb.h

UNIT_TESTS += tests/unit/mmu/test_paging
tests_unit_mmu_test_paging_SOURCES = tests/unit/mmu/test_paging.c $(MMU_BOARD)
tests_unit_mmu_test_paging_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_pae
tests_unit_mmu_test_pae_SOURCES = tests/unit/mmu/test_pae.c $(MMU_BOARD)
tests_unit_mmu_test_pae_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_tlb
tests_unit_mmu_test_tlb_SOURCES = tests/unit/mmu/test_tlb.c $(MODEL_TLB)
tests_unit_mmu_test_tlb_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_mmu
tests_unit_mmu_test_mmu_SOURCES = tests/unit/mmu/test_mmu.c $(MMU_BOARD) \
	tests/unit/mmu/compare.c tests/unit/mmu/compare.h \
	tests/unit/mmu/model_mmu.c tests/unit/mmu/model_mmu.h $(MODEL_TLB)
tests_unit_mmu_test_mmu_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_mmu_rules
tests_unit_mmu_test_mmu_rules_SOURCES = tests/unit/mmu/test_mmu_rules.c \
	$(MMU_BOARD)
tests_unit_mmu_test_mmu_rules_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_memory
tests_unit_mmu_test_memory_SOURCES = tests/unit/mmu/test_memory.c $(MMU_BOARD)
tests_unit_mmu_test_memory_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_segment
tests_unit_mmu_test_segment_LDADD = $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_stale
tests_unit_mmu_test_stale_SOURCES = tests/unit/mmu/test_stale.c $(MMU_BOARD)
tests_unit_mmu_test_stale_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/mmu/test_short_way
tests_unit_mmu_test_short_way_SOURCES = tests/unit/mmu/test_short_way.c \
	$(MMU_BOARD)
tests_unit_mmu_test_short_way_LDADD = $(MMU_LIBS) $(CHECK_LIBS)
