# SPDX-License-Identifier: MIT

noinst_LIBRARIES += libmmu.a
libmmu_a_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
libmmu_a_SOURCES =
libmmu_a_SOURCES += mmu/code.h
libmmu_a_SOURCES += mmu/memory.c
libmmu_a_SOURCES += mmu/memory.h
libmmu_a_SOURCES += mmu/mmu.c
libmmu_a_SOURCES += mmu/mmu.h
libmmu_a_SOURCES += mmu/paging.c
libmmu_a_SOURCES += mmu/paging.h
libmmu_a_SOURCES += mmu/segment.h
libmmu_a_SOURCES += mmu/tlb.c
libmmu_a_SOURCES += mmu/tlb.h
libmmu_a_SOURCES += mmu/tlb_models.c
libmmu_a_SOURCES += mmu/fast.c
libmmu_a_SOURCES += mmu/fast.h
libmmu_a_SOURCES += mmu/record.c
libmmu_a_SOURCES += mmu/record.h
libmmu_a_SOURCES += mmu/refill.c
libmmu_a_SOURCES += mmu/refill.h
libmmu_a_SOURCES += mmu/slot.h
libmmu_a_SOURCES += mmu/stale.c
libmmu_a_SOURCES += mmu/stale.h
libmmu_a_SOURCES += mmu/translate.c
libmmu_a_SOURCES += mmu/walk.h
