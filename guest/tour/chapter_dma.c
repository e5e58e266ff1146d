/* SPDX-License-Identifier: MIT */
/*
 * Chapter dma: devices that read and write memory themselves. What moves
 * depends on the machine, so it is on "machine: " lines: an 8237 that copies
 * from memory to memory, a disk whose controller is master of the bus.
 */
#include "drivers/disk.h"
#include "drivers/i8237.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"
#include "mm/vmalloc.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define BYTES  1024u
#define PIECES 4u

static void show_addresses(const char *what, const void *linear, dma_addr_t bus)
{
    printk("  %-22s linear %p  physical %08x  bus %08x\n", what, linear,
           page_walk((unsigned long)linear).physical, bus);
}

/* Whether bus addresses of 24 bits lead to any memory. */
static bool isa_reaches_memory(void)
{
    if (dma_offset() <= DMA_24BIT_MASK / 2)
        return true;
    printk("  with this offset no memory is within the reach of ISA\n");
    return false;
}

static void coherent_isa(void)
{
    dma_addr_t bus = 0;
    uint32_t *memory;

    if (!isa_reaches_memory())
        return;
    memory = dma_alloc_coherent(&isa_device, BYTES, &bus, GFP_KERNEL);
    if (!check_have(memory, "a device of the ISA bus gets some"))
        return;
    show_addresses("ISA, 24 bits", memory, bus);
    check(bus + BYTES - 1 <= DMA_24BIT_MASK, "it lies where 24 bits reach");
    dma_free_coherent(&isa_device, BYTES, memory, bus);
}

static void coherent_pci(void)
{
    dma_addr_t bus = 0;
    uint32_t *memory;

    memory = dma_alloc_coherent(&disk_device, BYTES, &bus, GFP_KERNEL);
    if (!check_have(memory, "a device of the PCI bus gets some"))
        return;
    show_addresses("PCI, 32 bits", memory, bus);
    check(bus_to_phys(bus) == __pa(memory) && memory[0] == 0,
          "bus less offset is physical; the memory is zeroed");
    dma_free_coherent(&disk_device, BYTES, memory, bus + PAGE_SIZE);
    check_refused(COMPLAINT_MISMATCH, "the wrong handle is refused");
    dma_free_coherent(&disk_device, BYTES, memory, bus);
}

static void coherent(void)
{
    section("dma_alloc_coherent: memory shared with a device for long");
    printk("  a bus address is the physical one + %08x\n", dma_offset());
    coherent_isa();
    coherent_pci();
}

static void one_mapping(const char *what, void *buffer,
                        enum dma_data_direction direction)
{
    const dma_addr_t bus =
        dma_map_single(&disk_device, buffer, BYTES, direction);

    show_addresses(what, buffer, bus);
    check(bus == phys_to_bus(__pa(buffer)) && dma_mappings() == 1,
          "it is lent to the device");
    dma_unmap_single(&disk_device, bus, BYTES, direction);
    check(dma_mappings() == 0, "and taken back");
}

static void streaming(void)
{
    void *buffer = kmalloc(BYTES, GFP_KERNEL);

    section("dma_map_single: a buffer lent for one transfer");
    one_mapping("DMA_TO_DEVICE", buffer, DMA_TO_DEVICE);
    one_mapping("DMA_FROM_DEVICE", buffer, DMA_FROM_DEVICE);
    one_mapping("DMA_BIDIRECTIONAL", buffer, DMA_BIDIRECTIONAL);
    kfree(buffer);
}

/* ---- the 8237 ----------------------------------------------------------- */

static bool is_copy(const uint32_t *to, const uint32_t *from)
{
    return memcmp(to, from, BYTES) == 0;
}

static void memory_to_memory(void)
{
    uint32_t *from;
    uint32_t *to;
    dma_addr_t from_bus;
    dma_addr_t to_bus;
    unsigned int i;

    section("the 8237: channels 0 and 1 copy from memory to memory");
    if (!isa_reaches_memory())
        return;
    from = kmalloc(BYTES, GFP_DMA);
    to = kmalloc(BYTES, GFP_DMA);
    for (i = 0; i < BYTES / sizeof(*from); i++) {
        from[i] = i * 2654435761u;
        to[i] = 0;
    }
    from_bus = dma_map_single(&isa_device, from, BYTES, DMA_TO_DEVICE);
    to_bus = dma_map_single(&isa_device, to, BYTES, DMA_FROM_DEVICE);
    show_addresses("from", from, from_bus);
    show_addresses("to", to, to_bus);
    if (!i8237_present()) {
        printk("machine: there is no 8237\n");
    } else if (!i8237_copy(to_bus, from_bus, BYTES)) {
        printk("machine: this 8237 does not copy from memory to memory\n");
    } else {
        printk("machine: the 8237 has copied %u bytes\n", BYTES);
        if (!is_copy(to, from))
            check(false, "the copy is as the original");
    }
    dma_unmap_single(&isa_device, to_bus, BYTES, DMA_FROM_DEVICE);
    dma_unmap_single(&isa_device, from_bus, BYTES, DMA_TO_DEVICE);
    kfree(to);
    kfree(from);
}

/* ---- scatter lists ------------------------------------------------------ */

/* Pages that are not neighbours: of a block of pages, every second one. */
static bool take_pieces(struct scatterlist *list)
{
    struct page *gap[PIECES];
    bool complete = true;
    unsigned int i;

    for (i = 0; i < PIECES; i++) {
        list[i] = (struct scatterlist){.page = alloc_page(GFP_KERNEL),
                                       .length = PAGE_SIZE};
        gap[i] = alloc_page(GFP_KERNEL);
        complete = complete && list[i].page && gap[i];
    }
    for (i = 0; i < PIECES; i++) {
        if (gap[i])
            put_page(gap[i]);
    }
    return complete;
}

static void fill_pieces(const struct scatterlist *list, uint32_t seed)
{
    unsigned int i;
    unsigned int word;

    for (i = 0; i < PIECES; i++) {
        uint32_t *words = page_address(list[i].page);

        for (word = 0; word < PAGE_SIZE / sizeof(*words); word++)
            words[word] = seed + i * 4096 + word;
    }
}

static bool same_pieces(const struct scatterlist *one,
                        const struct scatterlist *other)
{
    unsigned int i;

    for (i = 0; i < PIECES; i++) {
        if (memcmp(page_address(one[i].page), page_address(other[i].page),
                   PAGE_SIZE) != 0)
            return false;
    }
    return true;
}

static void put_pieces(const struct scatterlist *list)
{
    unsigned int i;

    for (i = 0; i < PIECES; i++) {
        if (list[i].page)
            put_page(list[i].page);
    }
}

static bool move(struct scatterlist *list, bool write)
{
    const enum dma_data_direction direction =
        write ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
    bool moved;

    if (dma_map_sg(&disk_device, list, PIECES, direction) == 0)
        return false;
    moved = disk_transfer(0, list, PIECES, write);
    dma_unmap_sg(&disk_device, list, PIECES, direction);
    return moved;
}

/* Keep what the disk has there, and put it back in the end. */
static void disk_and_back(struct scatterlist *ours, struct scatterlist *kept,
                          struct scatterlist *back)
{
    const unsigned long transfers = disk_transfers();
    bool moved;

    moved = move(kept, false) && move(ours, true) && move(back, false) &&
            move(kept, true);
    printk("machine: the disk moved the list out and in: %lu transfers, %lu "
           "interrupts so far\n",
           disk_transfers() - transfers, disk_interrupts());
    if (!moved || !same_pieces(ours, back))
        check(false, "what came back from the disk is what went there");
}

static void scatter(void)
{
    struct block_device *disk = disk_probe();
    struct scatterlist ours[PIECES];
    struct scatterlist kept[PIECES];
    struct scatterlist back[PIECES];
    bool contiguous = true;
    bool complete;
    unsigned int i;

    section("dma_map_sg: one transfer, pieces anywhere in memory");
    complete = take_pieces(ours);
    complete = take_pieces(kept) && complete;
    complete = take_pieces(back) && complete;
    check(complete, "there are pages for three lists");
    fill_pieces(ours, 0xD15C0000);
    check(dma_map_sg(&disk_device, ours, PIECES, DMA_TO_DEVICE) == PIECES,
          "all pieces are lent");
    for (i = 0; i < PIECES; i++) {
        printk("  piece %u: bus %08x, %u bytes\n", i, ours[i].dma_address,
               ours[i].length);
        contiguous = contiguous &&
                     ours[i].dma_address == ours[0].dma_address + i * PAGE_SIZE;
    }
    check(!contiguous, "they are not contiguous: only the list joins them");
    dma_unmap_sg(&disk_device, ours, PIECES, DMA_TO_DEVICE);
    if (disk && disk->pages >= PIECES)
        disk_and_back(ours, kept, back);
    else
        printk("machine: there is no disk to move them\n");
    put_pieces(ours);
    put_pieces(kept);
    put_pieces(back);
}

static void bad_input(void)
{
    char *area = vmalloc(PAGE_SIZE);
    char *buffer = kmalloc(BYTES, GFP_KERNEL);
    dma_addr_t bus;

    section("bad input");
    dma_map_single(&disk_device, area, BYTES, DMA_TO_DEVICE);
    check_refused(COMPLAINT_FOREIGN, "a vmalloc address is refused");
    dma_map_single(&disk_device, buffer, 0, DMA_TO_DEVICE);
    check_refused(COMPLAINT_BAD_SIZE, "0 bytes are refused");
    dma_map_single(&disk_device, buffer, BYTES, DMA_NONE);
    check_refused(COMPLAINT_BAD_SIZE, "no direction is refused");
    if (max_low_pfn > MAX_DMA_PFN) {
        dma_map_single(&isa_device, __va(MAX_DMA_PFN << PAGE_SHIFT), BYTES,
                       DMA_TO_DEVICE);
        check_refused(COMPLAINT_MISUSE,
                      "for ISA, a buffer above 16 MiB is refused");
    } else {
        printk("  all memory here is within the reach of ISA\n");
    }
    bus = dma_map_single(&disk_device, buffer, BYTES, DMA_TO_DEVICE);
    dma_unmap_single(&disk_device, bus, BYTES / 2, DMA_TO_DEVICE);
    check_refused(COMPLAINT_MISMATCH, "an unmap of half of it is refused");
    dma_unmap_single(&disk_device, bus, BYTES, DMA_FROM_DEVICE);
    check_refused(COMPLAINT_MISMATCH, "one in the other direction too");
    dma_unmap_single(&disk_device, bus, BYTES, DMA_TO_DEVICE);
    dma_unmap_single(&disk_device, bus, BYTES, DMA_TO_DEVICE);
    check_refused(COMPLAINT_FOREIGN, "and so is a second unmap");
    check_denied(dma_alloc_coherent(&isa_device, 0, &bus, GFP_KERNEL),
                 COMPLAINT_BAD_SIZE, "coherent memory of 0 bytes is refused");
    check(!i8237_copy(0xFFFE, 0, 16), "the 8237 cannot leave its 64 KiB");
    kfree(buffer);
    vfree(area);
}

void dma_chapter(void)
{
    unsigned long before;

    disk_probe();
    free_caches();
    before = nr_free_pages();
    coherent();
    streaming();
    memory_to_memory();
    scatter();
    bad_input();
    check(dma_mappings() == 0, "no buffer is lent any more");
    free_caches();
    check(before - nr_free_pages() <= 1, "no page was lost in this chapter");
}
