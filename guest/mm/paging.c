/* SPDX-License-Identifier: MIT */
#include "mm/paging.h"

#include "arch/cpu.h"
#include "arch/tlb.h"
#include "kernel/printk.h"
#include "mm/bootmem.h"
#include "mm/page_alloc.h"

#define LOWMEM_TABLES (MAX_LOWMEM_PFN / PTRS_PER_PTE)

/* From the linker script. */
extern char _text[];
extern char _erodata[];

/* The tables of the direct map, kept while a 4 MiB page stands for one. */
static pde_t direct_map_pde[LOWMEM_TABLES];
static unsigned int tables_made;

static bool is_kernel_constant(unsigned long linear)
{
    return linear >= (unsigned long)_text &&
           linear < ALIGN_UP((unsigned long)_erodata, PAGE_SIZE);
}

static void fill_direct_map_table(pte_t *table, unsigned long first_pfn)
{
    unsigned long i;

    for (i = 0; i < PTRS_PER_PTE && first_pfn + i < max_low_pfn; i++) {
        const phys_addr_t physical = pfn_to_phys(first_pfn + i);
        const unsigned long linear = (unsigned long)__va(physical);

        table[i] = physical |
                   (is_kernel_constant(linear) ? PAGE_KERNEL_RO : PAGE_KERNEL);
    }
}

/*
 * The boot tables stay in force for an address until its new table is
 * complete, so the kernel does not notice the change.
 */
void paging_init(void)
{
    static const char what[] = "page tables of the direct map";
    unsigned long pfn;
    unsigned int tables = 0;

    for (pfn = 0; pfn < max_low_pfn; pfn += PTRS_PER_PTE) {
        pte_t *table = alloc_bootmem_low_pages(PAGE_SIZE);
        const pde_t pde = __pa(table) | PAGE_KERNEL_TABLE;

        fill_direct_map_table(table, pfn);
        swapper_pg_dir[pgd_index(PAGE_OFFSET) + tables] = pde;
        direct_map_pde[tables] = pde;
        bootmem_note(what, __pa(table), PAGE_SIZE);
        tables++;
    }
    for (pfn = 0; pfn < pgd_index(PAGE_OFFSET); pfn++)
        swapper_pg_dir[pfn] = 0;
    flush_tlb_all();
}

static pde_t *directory_in_force(void)
{
    return __va(read_cr3() & PTE_FRAME);
}

struct page_walk page_walk_in(const pde_t *directory, unsigned long linear)
{
    struct page_walk walk = {
        .linear = linear,
        .pde = directory[pgd_index(linear)],
    };
    const pte_t *table;

    if (!(walk.pde & PTE_P))
        return walk;
    if (walk.pde & PDE_PS && cpu.has_pse) {
        walk.large = true;
        walk.present = true;
        walk.physical = (phys_addr_t)((walk.pde & ~(LARGE_PAGE_SIZE - 1)) |
                                      (linear & (LARGE_PAGE_SIZE - 1)));
        return walk;
    }
    table = __va(walk.pde & PTE_FRAME);
    walk.pte = table[pte_index(linear)];
    walk.present = (walk.pte & PTE_P) != 0;
    walk.physical =
        (phys_addr_t)((walk.pte & PTE_FRAME) | (linear & (PAGE_SIZE - 1)));
    return walk;
}

struct page_walk page_walk(unsigned long linear)
{
    return page_walk_in(directory_in_force(), linear);
}

static void print_entry_bits(uint32_t entry)
{
    printk(" %s%s%s%s%s%s", entry & PTE_P ? "P" : "-",
           entry & PTE_RW ? " RW" : " RO", entry & PTE_US ? " user" : " kernel",
           entry & PTE_PCD ? " PCD" : "", entry & PTE_A ? " A" : "",
           entry & PTE_D ? " D" : "");
}

void print_page_walk(const struct page_walk *walk)
{
    printk("    PDE %4u = %08x", pgd_index(walk->linear), walk->pde);
    if (!(walk->pde & PTE_P)) {
        printk("  not present\n");
        return;
    }
    print_entry_bits(walk->pde);
    if (walk->large) {
        printk("  4 MiB page, physical %08x\n", walk->physical);
        return;
    }
    printk("\n    PTE %4u = %08x", pte_index(walk->linear), walk->pte);
    if (!walk->present) {
        printk("  not present\n");
        return;
    }
    print_entry_bits(walk->pte);
    printk("  frame %05lx, physical %08x\n", phys_to_pfn(walk->physical),
           walk->physical);
}

pte_t *pte_lookup_in(pde_t *directory, unsigned long linear)
{
    const pde_t pde = directory[pgd_index(linear)];
    pte_t *table;

    if (!(pde & PTE_P) || (pde & PDE_PS && cpu.has_pse))
        return NULL;
    table = __va(pde & PTE_FRAME);
    return table + pte_index(linear);
}

pte_t *pte_alloc_in(pde_t *directory, unsigned long linear)
{
    pde_t *pde = directory + pgd_index(linear);
    unsigned long table;

    if (!(*pde & PTE_P)) {
        table = get_zeroed_page(GFP_KERNEL);
        if (!table)
            return NULL;
        *pde = __pa(table) |
               (linear < PAGE_OFFSET ? PAGE_TABLE : PAGE_KERNEL_TABLE);
        tables_made++;
    }
    return pte_lookup_in(directory, linear);
}

static pde_t *directory_of(unsigned long linear)
{
    return linear < PAGE_OFFSET ? directory_in_force() : swapper_pg_dir;
}

pte_t *pte_lookup(unsigned long linear)
{
    return pte_lookup_in(directory_of(linear), linear);
}

pte_t *pte_alloc(unsigned long linear)
{
    return pte_alloc_in(directory_of(linear), linear);
}

bool sync_kernel_entry(unsigned long linear)
{
    pde_t *pde = directory_in_force() + pgd_index(linear);
    const pde_t master = swapper_pg_dir[pgd_index(linear)];

    if (linear < PAGE_OFFSET || *pde & PTE_P || !(master & PTE_P))
        return false;
    *pde = master;
    return true;
}

unsigned int page_tables_made(void)
{
    return tables_made;
}

void direct_map_use_large_page(unsigned long linear, bool large)
{
    const phys_addr_t physical = __pa(ALIGN_DOWN(linear, LARGE_PAGE_SIZE));
    const pde_t pde = large ? physical | PAGE_KERNEL | PDE_PS
                            : direct_map_pde[physical >> PGDIR_SHIFT];

    swapper_pg_dir[pgd_index(linear)] = pde;
    directory_in_force()[pgd_index(linear)] = pde;
    flush_tlb_all();
}
