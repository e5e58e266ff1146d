// SPDX-License-Identifier: MIT
/*
 * Three kinds of kernel memory, and where they lie: what the reference run of
 * the memory model does.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

enum { SMALL = 100, LARGE = 1000000 };

static int __init pagemem_init(void)
{
    unsigned long page = __get_free_page(GFP_KERNEL);
    void *small = kmalloc(SMALL, GFP_KERNEL);
    void *large = vmalloc(LARGE);

    if (!page || !small || !large)
        pr_err("pagemem: out of memory\n");
    pr_info("high_memory=%lx\n", (unsigned long)high_memory);
    pr_info("pagemem addr=%lx\n", page);
    pr_info("kmallocmem addr=%lx\n", (unsigned long)small);
    pr_info("vmallocmem addr=%lx\n", (unsigned long)large);
    free_page(page);
    kfree(small);
    vfree(large);
    return 0;
}

static void __exit pagemem_exit(void)
{
}

module_init(pagemem_init);
module_exit(pagemem_exit);
MODULE_DESCRIPTION("Where a page, kmalloc and vmalloc lie");
MODULE_LICENSE("Dual MIT/GPL");
