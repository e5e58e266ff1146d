/* SPDX-License-Identifier: MIT */
#include "mm/dma.h"

#include "kernel/cmdline.h"
#include "kernel/preempt.h"
#include "kernel/string.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"

#define MAPPINGS    64
#define VALUE_BYTES 16

/** A buffer that a device has now. */
struct mapping {
    const struct device *device; /**< 0: this row is free */
    dma_addr_t bus;
    size_t size;
    enum dma_data_direction direction;
};

static struct mapping mappings[MAPPINGS];
static dma_addr_t offset_of_bus;

static uint32_t parse_hex(const char *text)
{
    uint32_t value = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        text += 2;
    for (; *text; text++) {
        const char lower = (char)(*text | 0x20);

        if (*text >= '0' && *text <= '9')
            value = value << 4 | (uint32_t)(*text - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value << 4 | (uint32_t)(lower - 'a' + 10);
        else
            break;
    }
    return value;
}

void dma_init(void)
{
    char value[VALUE_BYTES];

    if (cmdline_get("dma_offset", value, sizeof(value)))
        offset_of_bus = parse_hex(value);
}

dma_addr_t dma_offset(void)
{
    return offset_of_bus;
}

dma_addr_t phys_to_bus(phys_addr_t physical)
{
    return physical + offset_of_bus;
}

phys_addr_t bus_to_phys(dma_addr_t bus)
{
    return bus - offset_of_bus;
}

/* ---- the list of mappings ----------------------------------------------- */

static bool remember(const struct mapping *mapping)
{
    unsigned int i;

    preempt_disable();
    for (i = 0; i < MAPPINGS && mappings[i].device; i++)
        ;
    if (i < MAPPINGS)
        mappings[i] = *mapping;
    preempt_enable();
    return i < MAPPINGS;
}

unsigned int dma_mappings(void)
{
    unsigned int count = 0;
    unsigned int i;

    for (i = 0; i < MAPPINGS; i++)
        count += mappings[i].device != NULL;
    return count;
}

static struct mapping *find_mapping(const struct device *device, dma_addr_t bus)
{
    unsigned int i;

    for (i = 0; i < MAPPINGS; i++) {
        if (mappings[i].device == device && mappings[i].bus == bus)
            return &mappings[i];
    }
    return NULL;
}

/* ---- streaming mappings ------------------------------------------------- */

static bool is_reachable(const struct device *device, phys_addr_t physical,
                         size_t size)
{
    const dma_addr_t first = phys_to_bus(physical);
    const dma_addr_t last = first + (dma_addr_t)(size - 1);

    return last >= first && last <= device->dma_mask;
}

static dma_addr_t map(const struct device *device, const char *caller,
                      phys_addr_t physical, size_t size,
                      enum dma_data_direction direction)
{
    const struct mapping mapping = {
        device,
        phys_to_bus(physical),
        size,
        direction,
    };

    if (size == 0 || direction >= DMA_NONE) {
        complain(COMPLAINT_BAD_SIZE, "%s(%s): %s", caller, device->name,
                 size == 0 ? "0 bytes" : "in no direction");
        return DMA_ERROR_CODE;
    }
    if (!is_reachable(device, physical, size)) {
        complain(COMPLAINT_MISUSE,
                 "%s(%s): bus address %08x is out of its reach, %08x", caller,
                 device->name, mapping.bus, device->dma_mask);
        return DMA_ERROR_CODE;
    }
    if (!remember(&mapping)) {
        complain(COMPLAINT_NO_MEMORY, "%s(%s): %d buffers are lent already",
                 caller, device->name, MAPPINGS);
        return DMA_ERROR_CODE;
    }
    return mapping.bus;
}

dma_addr_t dma_map_single(const struct device *device, const void *buffer,
                          size_t size, enum dma_data_direction direction)
{
    if (!virt_addr_valid(buffer)) {
        complain(COMPLAINT_FOREIGN,
                 "dma_map_single(%s): %p is not direct-mapped", device->name,
                 buffer);
        return DMA_ERROR_CODE;
    }
    return map(device, "dma_map_single", __pa(buffer), size, direction);
}

dma_addr_t dma_map_page(const struct device *device, const struct page *page,
                        unsigned int offset, size_t size,
                        enum dma_data_direction direction)
{
    return map(device, "dma_map_page", page_to_phys(page) + offset, size,
               direction);
}

void dma_unmap_single(const struct device *device, dma_addr_t bus, size_t size,
                      enum dma_data_direction direction)
{
    struct mapping *mapping = find_mapping(device, bus);

    if (!mapping)
        complain(COMPLAINT_FOREIGN, "dma_unmap_single(%s): %08x is not mapped",
                 device->name, bus);
    else if (mapping->size != size || mapping->direction != direction)
        complain(COMPLAINT_MISMATCH,
                 "dma_unmap_single(%s): %08x was mapped with another %s",
                 device->name, bus,
                 mapping->size != size ? "size" : "direction");
    else
        mapping->device = NULL;
}

unsigned int dma_map_sg(const struct device *device, struct scatterlist *list,
                        unsigned int count, enum dma_data_direction direction)
{
    unsigned int i;

    for (i = 0; i < count; i++) {
        list[i].dma_address = dma_map_page(device, list[i].page, list[i].offset,
                                           list[i].length, direction);
        if (list[i].dma_address == DMA_ERROR_CODE) {
            dma_unmap_sg(device, list, i, direction);
            return 0;
        }
    }
    return count;
}

void dma_unmap_sg(const struct device *device, struct scatterlist *list,
                  unsigned int count, enum dma_data_direction direction)
{
    unsigned int i;

    for (i = 0; i < count; i++)
        dma_unmap_single(device, list[i].dma_address, list[i].length,
                         direction);
}

/* ---- coherent memory ---------------------------------------------------- */

void *dma_alloc_coherent(const struct device *device, size_t size,
                         dma_addr_t *handle, gfp_t gfp)
{
    const unsigned int order = get_order(size);
    unsigned long linear;

    if (size == 0) {
        complain(COMPLAINT_BAD_SIZE, "dma_alloc_coherent(%s): 0 bytes",
                 device->name);
        return NULL;
    }
    if (device->dma_mask < DMA_32BIT_MASK)
        gfp |= __GFP_DMA;
    linear = __get_free_pages(gfp | __GFP_ZERO, order);
    if (!linear)
        return NULL;
    if (!is_reachable(device, __pa(linear), size)) {
        complain(COMPLAINT_NO_MEMORY,
                 "dma_alloc_coherent(%s): no memory within its reach, %08x",
                 device->name, device->dma_mask);
        free_pages(linear, order);
        return NULL;
    }
    *handle = phys_to_bus(__pa(linear));
    return (void *)linear;
}

void dma_free_coherent(const struct device *device, size_t size, void *memory,
                       dma_addr_t handle)
{
    if (phys_to_bus(__pa(memory)) != handle) {
        complain(COMPLAINT_MISMATCH,
                 "dma_free_coherent(%s): %p and %08x are not the same memory",
                 device->name, memory, handle);
        return;
    }
    free_pages((unsigned long)memory, get_order(size));
}
