/* SPDX-License-Identifier: MIT */
/*
 * Memory for devices that read and write it themselves.
 *
 *   in    memory of the kernel's, and what the device can reach
 *   out   the bus address that the device must be told
 *   next  drivers hand it to their chip
 *
 * A device on a bus knows no linear address: neither MMU nor TLB stands
 * between it and memory. It may not even know physical addresses as the
 * processor does: on a board whose bridge adds an offset, the bus address is
 * another number. The command line's `dma_offset=HEX` tells us of it.
 *
 *   linear  -- page tables -->  physical  -- + offset -->  bus
 *
 * The caches of an x86 see what devices do, so "coherent" memory is ordinary
 * memory here; what matters is where it lies. Mappings are kept in a list, to
 * find those who use them wrongly.
 */
#ifndef MM_DMA_H
#define MM_DMA_H

#include "mm/page_alloc.h"

typedef uint32_t dma_addr_t;

#define DMA_ERROR_CODE (~(dma_addr_t)0)
#define DMA_24BIT_MASK 0x00FFFFFFu /* the ISA bus */
#define DMA_32BIT_MASK 0xFFFFFFFFu

enum dma_data_direction {
    DMA_BIDIRECTIONAL,
    DMA_TO_DEVICE,
    DMA_FROM_DEVICE,
    DMA_NONE
};

/** What the mapping calls must know of a device. */
struct device {
    const char *name;
    dma_addr_t dma_mask; /**< the highest bus address that it reaches */
};

/** A piece of a buffer whose pieces lie anywhere. */
struct scatterlist {
    struct page *page;
    unsigned int offset;
    unsigned int length;
    dma_addr_t dma_address; /**< filled in by dma_map_sg() */
};

/** Read the offset from the command line. */
void dma_init(void);

/** What a bus address is more than a physical one. */
dma_addr_t dma_offset(void);
dma_addr_t phys_to_bus(phys_addr_t physical);
phys_addr_t bus_to_phys(dma_addr_t bus);

/** Zeroed memory that processor and device share for long; 0 if none. */
void *dma_alloc_coherent(const struct device *device, size_t size,
                         dma_addr_t *handle, gfp_t gfp);
void dma_free_coherent(const struct device *device, size_t size, void *memory,
                       dma_addr_t handle);

/**
 * Lend a buffer of the direct map to the device, for one transfer. Returns
 * DMA_ERROR_CODE after a complaint: not direct-mapped, out of the device's
 * reach, 0 bytes, no direction.
 */
dma_addr_t dma_map_single(const struct device *device, const void *buffer,
                          size_t size, enum dma_data_direction direction);

/** The same for a page, which may be high memory. */
dma_addr_t dma_map_page(const struct device *device, const struct page *page,
                        unsigned int offset, size_t size,
                        enum dma_data_direction direction);

/** Take it back, as it was lent. */
void dma_unmap_single(const struct device *device, dma_addr_t bus, size_t size,
                      enum dma_data_direction direction);

/** Lend all pieces, or none. Returns how many; 0 after a complaint. */
unsigned int dma_map_sg(const struct device *device, struct scatterlist *list,
                        unsigned int count, enum dma_data_direction direction);
void dma_unmap_sg(const struct device *device, struct scatterlist *list,
                  unsigned int count, enum dma_data_direction direction);

/** Buffers that are lent now. */
unsigned int dma_mappings(void);

#endif
