/* SPDX-License-Identifier: MIT */
/*
 * The MMU of docs/tlb.md written down plainly, for comparison: no fast table,
 * no lists, no shared words. It has a memory of its own.
 */
#ifndef TESTS_UNIT_MMU_MODEL_MMU_H
#define TESTS_UNIT_MMU_MODEL_MMU_H

#include "base/types.h"
#include "mmu/tlb.h"
#include "tests/unit/mmu/model_tlb.h"

enum model_bank { MODEL_DATA, MODEL_DATA_LARGE, MODEL_CODE, MODEL_CODE_LARGE };

enum { MODEL_BANKS = 4 };

struct model_control {
    bool paging;
    bool write_protect;
    bool large_pages;
    bool global_pages;
    bool pae;
};

struct model_counts {
    uint64_t data_lookups;
    uint64_t code_lookups;
    uint64_t data_misses;
    uint64_t code_misses;
    uint64_t walks;
    uint64_t page_faults;
    uint64_t evictions;
};

struct model_access {
    linear_addr linear;
    enum access access;
    bool user;
};

struct model_mmu {
    struct model_tlb bank[MODEL_BANKS];
    bool split;
    uint32_t cr3;
    uint64_t pdpte[4];
    struct model_control control;
    bool a20_shut;
    uint64_t serial; /**< of the last entry made */
    struct model_counts counts;
    bool code_held; /* no flush since it was fetched from */
    bool code_live;
    linear_addr code_page;
    uint64_t code_serial; /**< 0: the translation is in no entry */
    uint8_t *ram;         /**< from physical 0 */
    uint32_t ram_size;
    /** Bytes that are not RAM. */
    uint8_t (*beyond)(physical_addr physical);
};

void model_mmu_init(struct model_mmu *model, const struct tlb_model *tlb,
                    uint32_t ram_size);
void model_mmu_release(struct model_mmu *model);

uint8_t model_byte(const struct model_mmu *model, physical_addr physical);
void model_set_byte(struct model_mmu *model, physical_addr physical,
                    uint8_t byte);
uint32_t model_word(const struct model_mmu *model, physical_addr physical);
void model_set_word(struct model_mmu *model, physical_addr physical,
                    uint32_t word);

/** One data look-up. False: `error_code` of a page fault. */
bool model_translate(struct model_mmu *model, struct model_access access,
                     physical_addr *physical, uint32_t *error_code);

/** One code look-up; the page is then held. */
bool model_fetch(struct model_mmu *model, struct model_access access,
                 physical_addr *physical, uint32_t *error_code);

/** A taken transfer inside the held page: a look-up that hits. */
void model_transfer(struct model_mmu *model);

/** `pdpte`: what stands there in memory, of PAE paging. */
void model_load_cr3(struct model_mmu *model, uint32_t cr3,
                    const uint64_t pdpte[4]);
void model_set_control(struct model_mmu *model, struct model_control control);
void model_invalidate(struct model_mmu *model, linear_addr linear);
void model_set_a20(struct model_mmu *model, bool open);

#endif
