/* SPDX-License-Identifier: MIT */
#include "mmu/refill.h"

#include "mmu/code.h"

/* The rights that an access needs, in one word. */
static uint8_t rights_needed(const struct mmu *mmu, enum privilege privilege,
                             enum access access)
{
    uint8_t needed = 0;

    while (!paging_rights_allow(needed, access, privilege,
                                mmu->mode.write_protect))
        needed = (uint8_t)(needed + PTE_RW);
    return needed;
}

void mmu_choose_way(struct mmu *mmu)
{
    const struct tlb_geometry *geometry = &mmu->data.geometry;
    const bool plain = mmu->paging && !mmu->mode.pae && !mmu->mode.a20_shut &&
                       !mmu->stale && !mmu->watched_count &&
                       geometry->ways == REFILL_WAYS &&
                       geometry->policy == TLB_POLICY_PLRU;

    mmu->short_way = plain && mmu->use_fast && refill_is_untold(mmu);
    mmu->told_way =
        plain && !refill_is_untold(mmu) && (mmu->use_fast || mmu->recording);
    mmu->short_fetch = mmu->paging && !mmu->awaited && !mmu->unified &&
                       !mmu->mode.a20_shut && !mmu->stale &&
                       mmu->code_small.geometry.ways == CODE_WAYS;
    for (unsigned i = 0; i < 4; i++)
        mmu->needed[i / 2][i % 2] =
            rights_needed(mmu, (enum privilege)(i / 2), (enum access)(i % 2));
}

/* A page whose accesses are recorded gets a fast entry because its fill says
 * where they go. */
bool mmu_refill_told(struct mmu *mmu, struct page_request request,
                     physical_addr *physical)
{
    struct page_walk walk;

    if (mmu->recording && !trace_wants(mmu->trace, TRACE_TLB))
        return false;
    walk = walk_tables(mmu->bus, &mmu->mode, request,
                       (struct walk_way){.plain = true});
    *physical = walk.physical;
    return walk.ok && refill_by(mmu, request.linear, request.access,
                                request.privilege, walk, true) == REFILL_DONE;
}

enum refill mmu_refill_failed(struct mmu *mmu, linear_addr linear,
                              physical_addr last, uint32_t error_code,
                              struct fault *fault)
{
    const uint32_t set = linear >> 12 & mmu->data.set_mask;

    if (!bus_is_ram(mmu->bus, last) || refill_is_in_large(mmu, linear) ||
        refill_find(&mmu->data, set, linear & PAGE_FRAME_MASK))
        return REFILL_NONE;
    mmu->counts.data_misses++;
    mmu->counts.walks++;
    mmu->counts.page_faults++;
    *fault = walk_fault(linear, error_code);
    return REFILL_FAULT;
}
