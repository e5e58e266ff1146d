/* SPDX-License-Identifier: MIT */
/*
 * ioremap: the display's memory under linear addresses, uncached. What
 * concerns the adapter is on "machine: " lines: not every machine has one.
 */
#include "drivers/framebuffer.h"
#include "kernel/printk.h"
#include "mm/paging.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/ioremap.h"

#define BAR_TOP    200u /* the zones: a bar in the middle of the picture */
#define BAR_HEIGHT 80u
#define FREE_SHADE 2u /* free memory is drawn brighter by this divisor */

static const uint32_t zone_colours[MAX_NR_ZONES] = {
    [ZONE_DMA] = 0xC04040,
    [ZONE_NORMAL] = 0x40A040,
    [ZONE_HIGHMEM] = 0x4060C0,
};

/* From black at the top left to blue and yellow. */
static void draw_gradient(volatile uint32_t *pixels,
                          const struct framebuffer *framebuffer)
{
    unsigned int x;
    unsigned int y;

    for (y = 0; y < framebuffer->height; y++) {
        const uint32_t blue = y * 255 / framebuffer->height;

        for (x = 0; x < framebuffer->width; x++) {
            const uint32_t light = x * 255 / framebuffer->width;

            *pixels++ = light << 16 | light << 8 | blue;
        }
    }
}

static void draw_column(volatile uint32_t *pixels,
                        const struct framebuffer *framebuffer, unsigned int x,
                        uint32_t colour)
{
    unsigned int y;

    for (y = BAR_TOP; y < BAR_TOP + BAR_HEIGHT; y++)
        pixels[y * framebuffer->width + x] = colour;
}

/* All memory from left to right, one colour for each zone. */
static void draw_zones(volatile uint32_t *pixels,
                       const struct framebuffer *framebuffer)
{
    const unsigned long step = max_pfn / framebuffer->width + 1;
    unsigned long pfn = 0;
    unsigned int x;

    for (x = 0; x < framebuffer->width && pfn < max_pfn; x++, pfn += step) {
        const struct page *page = pfn_to_page(pfn);
        uint32_t colour = zone_colours[page_zone(page) - zones];

        if (!page_is_free(page))
            colour = (colour / FREE_SHADE) & 0x7F7F7F;
        draw_column(pixels, framebuffer, x, colour);
    }
}

static bool reads_back(volatile uint32_t *pixels)
{
    static const uint32_t pattern[] = {0x00FF0000, 0x0000FF00, 0x000000FF,
                                       0x00FFFFFF, 0x00A5A5A5, 0x005A5A5A};
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(pattern); i++)
        pixels[i] = pattern[i];
    for (i = 0; i < ARRAY_SIZE(pattern); i++) {
        if (pixels[i] != pattern[i])
            return false;
    }
    return true;
}

static void use_adapter(volatile uint32_t *pixels,
                        const struct framebuffer *framebuffer)
{
    bool same;

    if (!framebuffer->present) {
        printk("machine: no Bochs VBE adapter; the mapping stays unused\n");
        return;
    }
    framebuffer_turn_on(framebuffer);
    same = reads_back(pixels);
    printk("machine: Bochs VBE adapter, framebuffer at %08x (%s)\n",
           framebuffer->physical,
           framebuffer->on_pci ? "PCI BAR0" : "fixed address");
    printk("machine: the pattern reads back %s\n",
           same ? "as it was" : "WRONG");
    if (!same)
        check(false, "the framebuffer's pattern reads back as it was written");
    draw_gradient(pixels, framebuffer);
    draw_zones(pixels, framebuffer);
}

void ioremap_part(void)
{
    const struct framebuffer framebuffer = framebuffer_probe();
    volatile uint32_t *pixels = ioremap(framebuffer.physical, framebuffer.size);
    struct page_walk walk;

    section("ioremap of a framebuffer");
    if (!pixels) {
        check(false, "the framebuffer can be mapped");
        return;
    }
    walk = page_walk((unsigned long)pixels);
    printk("  %lu KiB mapped at %p\n", framebuffer.size >> 10,
           (void *)(unsigned long)pixels);
    printk("machine: first entry %08x, last physical address %08lx\n", walk.pte,
           framebuffer.physical + framebuffer.size - 1);
    check((walk.pte & PTE_PCD) != 0, "its entries are uncached (PCD)");
    check(walk.physical == framebuffer.physical,
          "they lead to the device, not to memory");
    use_adapter(pixels, &framebuffer);
    iounmap(pixels);
    check_unmapped(pixels, "after iounmap nothing of it is mapped");
}
