/* SPDX-License-Identifier: MIT */
#include "tests/unit/mmu/model_mmu.h"

#include <string.h>

#include "tests/unit/run_tests.h"

#define LARGE_BYTES     0x400000u
#define LARGE_BYTES_PAE 0x200000u

/* Where everything beyond 4 GiB stands. */
#define NOWHERE 0xfec00000u

enum { ENTRY_P = 1, ENTRY_RW = 2, ENTRY_US = 4, ENTRY_A = 32, ENTRY_D = 64 };
enum { ENTRY_PS = 128, ENTRY_PAT = 128, ENTRY_G = 256 };

struct model_place {
    struct model_tlb *tlb; /* NULL: nowhere */
    unsigned slot;
};

/* What a walk found out. */
struct model_walk {
    bool ok;
    uint32_t error_code;
    physical_addr physical;
    physical_addr pde_at;
    physical_addr pte_at; /* unless `large` */
    uint64_t pde;
    uint64_t pte;
    bool large;
};

void model_mmu_init(struct model_mmu *model, const struct tlb_model *tlb,
                    uint32_t ram_size)
{
    *model = (struct model_mmu){.split = tlb->split, .ram_size = ram_size};
    model_tlb_init(&model->bank[MODEL_DATA], &tlb->data, PAGE_SIZE);
    model_tlb_init(&model->bank[MODEL_DATA_LARGE], &tlb->data_large,
                   LARGE_BYTES);
    model_tlb_init(&model->bank[MODEL_CODE], &tlb->code, PAGE_SIZE);
    model_tlb_init(&model->bank[MODEL_CODE_LARGE], &tlb->code_large,
                   LARGE_BYTES);
    model->ram = calloc(1, ram_size);
    ck_assert_ptr_nonnull(model->ram);
}

void model_mmu_release(struct model_mmu *model)
{
    for (unsigned i = 0; i < MODEL_BANKS; i++)
        model_tlb_release(&model->bank[i]);
    free(model->ram);
}

uint8_t model_byte(const struct model_mmu *model, physical_addr physical)
{
    if (physical < model->ram_size)
        return model->ram[physical];
    return model->beyond(physical);
}

void model_set_byte(struct model_mmu *model, physical_addr physical,
                    uint8_t byte)
{
    if (physical < model->ram_size)
        model->ram[physical] = byte;
}

uint32_t model_word(const struct model_mmu *model, physical_addr physical)
{
    uint32_t word = 0;

    for (unsigned i = 0; i < 4; i++)
        word |= (uint32_t)model_byte(model, physical + i) << 8 * i;
    return word;
}

void model_set_word(struct model_mmu *model, physical_addr physical,
                    uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        model_set_byte(model, physical + i, (uint8_t)(word >> 8 * i));
}

static physical_addr at_the_pins(const struct model_mmu *model,
                                 physical_addr physical)
{
    return model->a20_shut ? physical & ~0x100000u : physical;
}

static bool rights_suffice(const struct model_mmu *model,
                           struct model_access access, bool writable, bool user)
{
    if (access.user && !user)
        return false;
    if (access.access != ACCESS_WRITE || writable)
        return true;
    return !access.user && !model->control.write_protect;
}

static struct model_walk refuse(struct model_walk walk,
                                struct model_access access, uint32_t cause)
{
    walk.error_code =
        cause + (access.access == ACCESS_WRITE ? 2 : 0) + (access.user ? 4 : 0);
    return walk;
}

static struct model_walk judge_walk(const struct model_mmu *model,
                                    struct model_access access,
                                    struct model_walk walk)
{
    const uint64_t both = walk.large ? walk.pde : walk.pde & walk.pte;

    if (!rights_suffice(model, access, both & ENTRY_RW, both & ENTRY_US))
        return refuse(walk, access, 1);
    walk.ok = true;
    return walk;
}

static struct model_walk walk_32(const struct model_mmu *model,
                                 struct model_access access)
{
    const linear_addr linear = access.linear;
    struct model_walk walk = {.large = false};

    walk.pde_at =
        at_the_pins(model, model->cr3 / 4096 * 4096 + linear / LARGE_BYTES * 4);
    walk.pde = model_word(model, walk.pde_at);
    if (!(walk.pde & ENTRY_P))
        return refuse(walk, access, 0);
    if (model->control.large_pages && walk.pde & ENTRY_PS) {
        walk.large = true;
        if (walk.pde >> 12 & 0x3ff)
            return refuse(walk, access, 9);
        walk.physical = (uint32_t)walk.pde / LARGE_BYTES * LARGE_BYTES +
                        linear % LARGE_BYTES;
        return judge_walk(model, access, walk);
    }
    walk.pte_at = at_the_pins(model, (uint32_t)walk.pde / 4096 * 4096 +
                                         linear % LARGE_BYTES / 4096 * 4);
    walk.pte = model_word(model, walk.pte_at);
    if (!(walk.pte & ENTRY_P))
        return refuse(walk, access, 0);
    if (model->control.large_pages && walk.pte & ENTRY_PAT)
        return refuse(walk, access, 9);
    walk.physical = (uint32_t)walk.pte / 4096 * 4096 + linear % 4096;
    return judge_walk(model, access, walk);
}

static uint64_t long_word(const struct model_mmu *model, physical_addr physical)
{
    return model_word(model, physical) |
           (uint64_t)model_word(model, physical + 4) << 32;
}

/* Of a page or table: the bits of an entry from 12 to 35. */
static physical_addr place_of(uint64_t entry)
{
    return entry >> 32 & 15 ? NOWHERE : (uint32_t)entry / 4096 * 4096;
}

static struct model_walk walk_pae(const struct model_mmu *model,
                                  struct model_access access)
{
    const linear_addr linear = access.linear;
    const uint64_t pdpte = model->pdpte[linear / 0x40000000];
    struct model_walk walk = {.large = false};

    if (!(pdpte & ENTRY_P))
        return refuse(walk, access, 0);
    walk.pde_at = at_the_pins(model, place_of(pdpte) +
                                         linear / LARGE_BYTES_PAE % 512 * 8);
    walk.pde = long_word(model, walk.pde_at);
    if (!(walk.pde & ENTRY_P))
        return refuse(walk, access, 0);
    walk.large = walk.pde & ENTRY_PS;
    if (walk.pde >> 36 || (walk.large && walk.pde >> 12 & 0x1ff))
        return refuse(walk, access, 9);
    if (walk.large) {
        walk.physical = place_of(walk.pde) + linear % LARGE_BYTES_PAE;
        return judge_walk(model, access, walk);
    }
    walk.pte_at =
        at_the_pins(model, place_of(walk.pde) + linear / 4096 % 512 * 8);
    walk.pte = long_word(model, walk.pte_at);
    if (!(walk.pte & ENTRY_P))
        return refuse(walk, access, 0);
    if (walk.pte >> 36 || walk.pte & ENTRY_PAT)
        return refuse(walk, access, 9);
    walk.physical = place_of(walk.pte) + linear % 4096;
    return judge_walk(model, access, walk);
}

static struct model_walk walk_tables(const struct model_mmu *model,
                                     struct model_access access)
{
    return model->control.pae ? walk_pae(model, access)
                              : walk_32(model, access);
}

static void mark_tables(struct model_mmu *model, struct model_access access,
                        const struct model_walk *walk)
{
    const uint32_t leaf =
        ENTRY_A | (access.access == ACCESS_WRITE ? ENTRY_D : 0u);

    model_set_word(model, walk->pde_at,
                   (uint32_t)walk->pde | (walk->large ? leaf : ENTRY_A));
    if (!walk->large)
        model_set_word(model, walk->pte_at, (uint32_t)walk->pte | leaf);
}

static void kill_entry(struct model_mmu *model, struct model_entry *entry)
{
    if (entry->valid && entry->serial == model->code_serial)
        model->code_live = false;
    entry->valid = false;
}

static uint32_t large_bytes(const struct model_mmu *model)
{
    return model->control.pae ? LARGE_BYTES_PAE : LARGE_BYTES;
}

static bool same_large_page(const struct model_mmu *model,
                            const struct model_entry *entry, linear_addr linear)
{
    const uint32_t bytes = large_bytes(model);

    return entry->piece &&
           entry->page_number / (bytes / 4096) == linear / bytes;
}

/* After a flush, the next fetch looks its page up again. */
static void let_go_of_code(struct model_mmu *model)
{
    model->code_held = false;
    model->code_live = false;
}

static void drop_translations(struct model_mmu *model, linear_addr linear)
{
    for (unsigned i = 0; i < MODEL_BANKS; i++) {
        struct model_tlb *tlb = &model->bank[i];
        const int found = model_tlb_find(tlb, linear);

        if (found != MODEL_MISS)
            kill_entry(model, &tlb->entry[found]);
        for (unsigned slot = 0; slot < tlb->set_count * tlb->ways; slot++) {
            if (tlb->entry[slot].valid &&
                same_large_page(model, &tlb->entry[slot], linear))
                kill_entry(model, &tlb->entry[slot]);
        }
    }
    let_go_of_code(model);
}

static void drop_all(struct model_mmu *model, bool keep_global)
{
    for (unsigned i = 0; i < MODEL_BANKS; i++) {
        struct model_tlb *tlb = &model->bank[i];

        for (unsigned slot = 0; slot < tlb->set_count * tlb->ways; slot++) {
            if (!keep_global || !tlb->entry[slot].global)
                kill_entry(model, &tlb->entry[slot]);
        }
    }
    let_go_of_code(model);
}

static struct model_place look_up(struct model_mmu *model, bool code,
                                  linear_addr linear)
{
    const unsigned first = code && model->split ? MODEL_CODE : MODEL_DATA;

    for (unsigned i = first; i < first + 2; i++) {
        const int slot = model_tlb_find(&model->bank[i], linear);

        if (slot != MODEL_MISS)
            return (struct model_place){&model->bank[i], (unsigned)slot};
    }
    return (struct model_place){NULL, 0};
}

static struct model_tlb *home_of(struct model_mmu *model, bool code, bool large)
{
    const unsigned first = code && model->split ? MODEL_CODE : MODEL_DATA;

    if (large && model->bank[first + 1].set_count)
        return &model->bank[first + 1];
    return model->bank[first].set_count ? &model->bank[first] : NULL;
}

static unsigned make_room(struct model_mmu *model, struct model_tlb *tlb,
                          linear_addr linear)
{
    const unsigned slot = model_tlb_choose(tlb, linear);

    model->counts.evictions += tlb->entry[slot].valid;
    kill_entry(model, &tlb->entry[slot]);
    return slot;
}

/* A bank never has two entries for one page. */
static unsigned slot_for(struct model_mmu *model, struct model_tlb *tlb,
                         linear_addr linear)
{
    const int there = model_tlb_find(tlb, linear);

    if (there == MODEL_MISS)
        return make_room(model, tlb, linear);
    kill_entry(model, &tlb->entry[there]);
    return (unsigned)there;
}

/* `old` is the entry that did not serve, if there was one. */
static struct model_place remember(struct model_mmu *model,
                                   struct model_access access,
                                   const struct model_walk *walk,
                                   struct model_place old)
{
    const bool code = access.access == ACCESS_EXECUTE;
    const uint64_t both = walk->large ? walk->pde : walk->pde & walk->pte;
    const uint64_t leaf = walk->large ? walk->pde : walk->pte;
    struct model_place place = {home_of(model, code, walk->large), 0};

    if (old.tlb)
        kill_entry(model, &old.tlb->entry[old.slot]);
    if (!place.tlb)
        return place;
    place.slot = old.tlb == place.tlb
                     ? old.slot
                     : slot_for(model, place.tlb, access.linear);
    place.tlb->entry[place.slot] = (struct model_entry){
        .valid = true,
        .writable = both & ENTRY_RW,
        .user = both & ENTRY_US,
        .global = model->control.global_pages && leaf & ENTRY_G,
        .dirty = leaf & ENTRY_D || access.access == ACCESS_WRITE,
        .piece = walk->large && place.tlb->page_bytes == PAGE_SIZE,
        .page_number = access.linear / place.tlb->page_bytes,
        .frame = walk->physical / place.tlb->page_bytes * place.tlb->page_bytes,
        .serial = ++model->serial};
    model_tlb_use(place.tlb, place.slot);
    return place;
}

static bool walk_and_remember(struct model_mmu *model,
                              struct model_access access,
                              struct model_place *place,
                              physical_addr *physical, uint32_t *error_code)
{
    const struct model_walk walk = walk_tables(model, access);

    model->counts.walks++;
    if (!walk.ok) {
        model->counts.page_faults++;
        *error_code = walk.error_code;
        if (place->tlb)
            drop_translations(model, access.linear);
        return false;
    }
    mark_tables(model, access, &walk);
    *place = remember(model, access, &walk, *place);
    *physical = at_the_pins(model, walk.physical);
    return true;
}

static bool translate(struct model_mmu *model, struct model_access access,
                      struct model_place *place, physical_addr *physical,
                      uint32_t *error_code)
{
    const bool code = access.access == ACCESS_EXECUTE;
    const struct model_entry *entry;

    *place = look_up(model, code, access.linear);
    if (!place->tlb) {
        *(code ? &model->counts.code_misses : &model->counts.data_misses) += 1;
        return walk_and_remember(model, access, place, physical, error_code);
    }
    entry = &place->tlb->entry[place->slot];
    if (!rights_suffice(model, access, entry->writable, entry->user) ||
        (access.access == ACCESS_WRITE && !entry->dirty))
        return walk_and_remember(model, access, place, physical, error_code);
    model_tlb_use(place->tlb, place->slot);
    *physical = at_the_pins(model, entry->frame +
                                       access.linear % place->tlb->page_bytes);
    return true;
}

bool model_translate(struct model_mmu *model, struct model_access access,
                     physical_addr *physical, uint32_t *error_code)
{
    struct model_place place;

    if (!model->control.paging) {
        *physical = at_the_pins(model, access.linear);
        return true;
    }
    model->counts.data_lookups++;
    return translate(model, access, &place, physical, error_code);
}

bool model_fetch(struct model_mmu *model, struct model_access access,
                 physical_addr *physical, uint32_t *error_code)
{
    struct model_place place = {NULL, 0};

    let_go_of_code(model);
    if (model->control.paging) {
        model->counts.code_lookups++;
        if (!translate(model, access, &place, physical, error_code))
            return false;
    } else {
        *physical = at_the_pins(model, access.linear);
    }
    model->code_held = true;
    model->code_live = true;
    model->code_page = access.linear / 4096 * 4096;
    model->code_serial = place.tlb ? place.tlb->entry[place.slot].serial : 0;
    return true;
}

void model_transfer(struct model_mmu *model)
{
    const struct model_place place = look_up(model, true, model->code_page);

    model->counts.code_lookups += model->control.paging;
    if (model->code_serial)
        model_tlb_use(place.tlb, place.slot);
}

void model_load_cr3(struct model_mmu *model, uint32_t cr3,
                    const uint64_t pdpte[4])
{
    model->cr3 = cr3;
    memcpy(model->pdpte, pdpte, sizeof model->pdpte);
    drop_all(model, true);
}

void model_set_control(struct model_mmu *model, struct model_control control)
{
    const struct model_control old = model->control;

    model->control = control;
    if (control.paging != old.paging)
        let_go_of_code(model);
    if (control.paging != old.paging ||
        control.large_pages != old.large_pages ||
        control.global_pages != old.global_pages || control.pae != old.pae)
        drop_all(model, false);
    model->bank[MODEL_DATA_LARGE].page_bytes = large_bytes(model);
    model->bank[MODEL_CODE_LARGE].page_bytes = large_bytes(model);
}

void model_invalidate(struct model_mmu *model, linear_addr linear)
{
    drop_translations(model, linear);
}

void model_set_a20(struct model_mmu *model, bool open)
{
    if (open == model->a20_shut)
        let_go_of_code(model);
    model->a20_shut = !open;
}
