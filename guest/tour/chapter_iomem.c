/* SPDX-License-Identifier: MIT */
/*
 * Chapter iomem: a device's memory, by memory cycles that go through page
 * tables; and the same device by ports. What the adapter does is on
 * "machine: " lines: not every machine has one.
 */
#include "arch/mmio.h"
#include "drivers/framebuffer.h"
#include "drivers/vga_planes.h"
#include "kernel/printk.h"
#include "kernel/resource.h"
#include "mm/page_alloc.h"
#include "mm/paging.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/measure.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define PIXELS 64u
#define NOBODY 0xD0000000ul

/* Addresses where no machine of ours has anything. */
static void regions(void)
{
    section("request_mem_region: who owns which physical addresses");
    check(request_mem_region(NOBODY, 2 * PAGE_SIZE, "demo") != NULL,
          "addresses that nobody has can be had");
    check_denied(request_mem_region(NOBODY + PAGE_SIZE, PAGE_SIZE, "other"),
                 COMPLAINT_BUSY, "a part of them is refused to others");
    release_mem_region(NOBODY, 2 * PAGE_SIZE);
    check_refused(COMPLAINT_NONE, "release_mem_region gives them back");
}

/* The listing has addresses of the machine's. */
static void show_iomem(void)
{
    const struct resource *node;

    for (node = iomem_resource.child; node; node = node->sibling)
        printk("machine: %08lx-%08lx : %s\n", node->start, node->end,
               node->name);
}

static void all_widths(volatile uint8_t *memory)
{
    uint32_t whole;

    iowrite32(0x44332211, memory);
    whole = ioread32(memory);
    printk("machine: iowrite32 44332211: ioread8 %02x, ioread16 %04x, "
           "ioread32 %08x\n",
           ioread8(memory), ioread16(memory), whole);
    iowrite8(0xAA, memory + 1);
    iowrite16(0xCCBB, memory + 2);
    printk("machine: then iowrite8 aa at 1, iowrite16 ccbb at 2: %08x\n",
           ioread32(memory));
    if (whole != 0x44332211 || ioread32(memory) != 0xCCBBAA11)
        check(false, "what was written to the device is read from it");
}

/* Turning the mode on clears the memory: a port reaches it as well. */
static void by_port_and_by_memory(const struct framebuffer *framebuffer,
                                  volatile uint32_t *pixels)
{
    writel(0x00C0FFEE, pixels);
    printk("machine: by memory: pixel 0 is %08x\n", readl(pixels));
    framebuffer_turn_on(framebuffer);
    printk("machine: by port: the mode was turned on anew; pixel 0 is %08x\n",
           readl(pixels));
}

static void ordering(volatile uint32_t *pixels)
{
    struct counters before;
    unsigned int i;

    measure_head();
    before = counters_read();
    for (i = 0; i < PIXELS; i++)
        writel(i, pixels + i);
    measure_row("64 times writel", &before);
    before = counters_read();
    for (i = 0; i < PIXELS; i++) {
        writel(i, pixels + i);
        mb();
    }
    measure_row("with mb(), a locked instruction, behind each", &before);
}

static void use_device(const struct framebuffer *framebuffer)
{
    volatile uint32_t *pixels =
        ioremap(framebuffer->physical, framebuffer->size);
    struct page_walk walk;

    if (!check_have((void *)(unsigned long)pixels, "they can be mapped"))
        return;
    walk = page_walk((unsigned long)pixels);
    check((walk.pte & PTE_PCD) != 0, "uncached: each access is a bus cycle");
    check(walk.physical == framebuffer->physical, "to the device");
    section("readb, readw, readl; ioread8, ioread16, ioread32");
    if (framebuffer->present) {
        all_widths((volatile uint8_t *)pixels);
        section("the same device by port and by memory");
        by_port_and_by_memory(framebuffer, pixels);
        section("order: barriers");
        ordering(pixels);
    } else {
        printk("machine: no Bochs VBE adapter; the mapping stays unused\n");
    }
    iounmap(pixels);
    check_refused(COMPLAINT_NONE, "iounmap takes the mapping away");
    check_unmapped(pixels, "and then nobody can touch the device");
    iounmap(pixels);
    check_refused(COMPLAINT_FOREIGN, "a second iounmap is refused");
}

/*
 * A framebuffer is memory of the adapter's own: the bus only has to find it.
 * Behind the VGA's planes stands a chip that takes part in each cycle, and
 * ports tell it how.
 */
static void ports_and_planes(void)
{
    volatile uint8_t *memory = ioremap(VGA_PLANES_MEMORY, PAGE_SIZE);
    struct vga_registers before;
    uint8_t plane;

    section("the VGA's planes: ports say what a memory cycle does");
    if (!check_have((void *)(unsigned long)memory, "they can be mapped"))
        return;
    check(page_walk((unsigned long)memory).physical == VGA_PLANES_MEMORY,
          "their addresses lie below 1 MiB, where RAM leaves a hole");
    framebuffer_turn_off();
    before = vga_planes_begin();
    printk("machine: by port: writes go to all planes; by memory: 5a\n");
    writeb(0x5A, memory);
    printk("machine: by port: only to plane 2; by memory, same address: a5\n");
    vga_write_planes(1u << 2);
    writeb(0xA5, memory);
    printk("machine: by port, plane after plane; by memory:");
    for (plane = 0; plane < VGA_PLANES; plane++) {
        vga_read_plane(plane);
        printk(" %02x", readb(memory));
    }
    printk("\n");
    vga_planes_end(&before);
    iounmap(memory);
}

static void bad_input(void)
{
    section("bad input");
    check_denied(request_mem_region(0x200000, PAGE_SIZE, "demo"),
                 COMPLAINT_BUSY, "memory of the kernel's is refused");
    check_denied(request_mem_region(0xFFFFF000, 2 * PAGE_SIZE, "demo"),
                 COMPLAINT_BAD_SIZE, "what ends beyond 4 GiB is refused");
    check_denied(request_mem_region(NOBODY, 0, "demo"), COMPLAINT_BAD_SIZE,
                 "0 bytes are refused");
    release_mem_region(NOBODY, PAGE_SIZE);
    check_refused(COMPLAINT_FOREIGN, "a release without a request is refused");
    check_denied(ioremap(0x300000, PAGE_SIZE), COMPLAINT_FOREIGN,
                 "ioremap of ordinary memory is refused");
    check_denied(ioremap(NOBODY, 0), COMPLAINT_BAD_SIZE,
                 "ioremap of 0 bytes is refused");
}

void iomem_chapter(void)
{
    const struct framebuffer framebuffer = framebuffer_probe();
    unsigned long before;
    unsigned int tables;

    free_caches();
    before = nr_free_pages();
    tables = page_tables_made();
    regions();
    section("ioremap of a framebuffer's addresses");
    if (check_have(request_mem_region(framebuffer.physical, framebuffer.size,
                                      "framebuffer"),
                   "nobody else has them")) {
        show_iomem();
        use_device(&framebuffer);
        release_mem_region(framebuffer.physical, framebuffer.size);
    }
    ports_and_planes();
    bad_input();
    free_caches();
    tables = page_tables_made() - tables;
    check(nr_free_pages() + tables == before,
          "no page was lost in this chapter");
}
