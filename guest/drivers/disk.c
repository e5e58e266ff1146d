/* SPDX-License-Identifier: MIT */
#include "drivers/disk.h"

#include "arch/cpu.h"
#include "arch/io.h"
#include "drivers/pci.h"
#include "kernel/irq.h"
#include "kernel/sched.h"

#define DATA         0x1F0
#define SECTOR_COUNT 0x1F2
#define LBA_LOW      0x1F3
#define LBA_MIDDLE   0x1F4
#define LBA_HIGH     0x1F5
#define DRIVE        0x1F6
#define COMMAND      0x1F7 /* on a write */
#define STATUS       0x1F7 /* on a read */

#define DRIVE_MASTER_LBA 0xE0
#define COMMAND_IDENTIFY 0xEC
#define COMMAND_READ     0xC8 /* READ DMA */
#define COMMAND_WRITE    0xCA /* WRITE DMA */

#define STATUS_BUSY  0x80
#define STATUS_READY 0x40
#define STATUS_FAULT 0x20
#define STATUS_DATA  0x08
#define STATUS_ERROR 0x01

/* Registers of the bus master, from its base address on. */
#define BM_COMMAND 0
#define BM_STATUS  2
#define BM_TABLE   4

#define BM_START     0x01
#define BM_TO_MEMORY 0x08
#define BM_ERROR     0x02
#define BM_INTERRUPT 0x04

#define IRQ_IDE        14
#define SECTORS_A_PAGE (PAGE_SIZE / SECTOR_BYTES)
#define WORD_SECTORS   60 /* of IDENTIFY: the disk's size, two words */
#define MOST_SECTORS   (1u << 28)
#define PATIENCE       10000000u
#define LAST_ENTRY     0x8000u

/** An entry of the table that the bus master reads. */
struct prd {
    dma_addr_t address;
    uint16_t bytes;
    uint16_t flags;
};

const struct device disk_device = {
    .name = "disk",
    .dma_mask = DMA_32BIT_MASK,
};

static struct {
    struct block_device device;
    uint16_t bus_master; /**< its first port; 0 if there is none */
    struct prd *table;
    dma_addr_t table_bus;
    volatile bool done;
    uint8_t result; /**< the bus master's status at the end */
    struct wait_queue wait;
    unsigned long transfers;
    unsigned long interrupts;
} disk = {.wait = WAIT_QUEUE_INIT(disk.wait)};

unsigned long disk_transfers(void)
{
    return disk.transfers;
}

unsigned long disk_interrupts(void)
{
    return disk.interrupts;
}

static bool wait_for_status(uint8_t mask, uint8_t wanted)
{
    unsigned int look;

    for (look = 0; look < PATIENCE; look++) {
        if ((inb(STATUS) & mask) == wanted)
            return true;
    }
    return false;
}

/* ---- the end of a transfer ---------------------------------------------- */

/* The bus master says whether the interrupt is of its transfer. */
static bool end_transfer(void)
{
    const uint8_t status = inb((uint16_t)(disk.bus_master + BM_STATUS));

    if (!(status & BM_INTERRUPT))
        return false;
    outb(0, (uint16_t)(disk.bus_master + BM_COMMAND));
    outb(status | BM_INTERRUPT | BM_ERROR,
         (uint16_t)(disk.bus_master + BM_STATUS));
    disk.result = status | (inb(STATUS) & STATUS_ERROR ? BM_ERROR : 0);
    disk.done = true;
    return true;
}

static void interrupt(void)
{
    if (end_transfer()) {
        disk.interrupts++;
        wake_up(&disk.wait);
    }
}

/* Sleep until the interrupt; or look, where sleeping is not allowed. */
static bool wait_for_end(void)
{
    const uint32_t flags = local_irq_save();
    unsigned int look;

    if (in_atomic() || !(flags & EFLAGS_IF)) {
        for (look = 0; look < PATIENCE && !disk.done; look++)
            end_transfer();
    } else {
        while (!disk.done)
            sleep_on(&disk.wait);
    }
    local_irq_restore(flags);
    return disk.done && !(disk.result & BM_ERROR);
}

/* ---- a transfer --------------------------------------------------------- */

static void fill_table(const struct scatterlist *list, unsigned int count)
{
    unsigned int i;

    for (i = 0; i < count; i++)
        disk.table[i] = (struct prd){
            .address = list[i].dma_address,
            .bytes = (uint16_t)list[i].length,
            .flags = i == count - 1 ? LAST_ENTRY : 0,
        };
}

static void start(unsigned long sector, unsigned int sectors, bool write)
{
    const uint8_t direction = write ? 0 : BM_TO_MEMORY;

    outb(direction, (uint16_t)(disk.bus_master + BM_COMMAND));
    outb(BM_INTERRUPT | BM_ERROR, (uint16_t)(disk.bus_master + BM_STATUS));
    outl(disk.table_bus, (uint16_t)(disk.bus_master + BM_TABLE));
    outb((uint8_t)(DRIVE_MASTER_LBA | (sector >> 24 & 0x0F)), DRIVE);
    outb((uint8_t)sectors, SECTOR_COUNT);
    outb((uint8_t)sector, LBA_LOW);
    outb((uint8_t)(sector >> 8), LBA_MIDDLE);
    outb((uint8_t)(sector >> 16), LBA_HIGH);
    outb(write ? COMMAND_WRITE : COMMAND_READ, COMMAND);
    outb(direction | BM_START, (uint16_t)(disk.bus_master + BM_COMMAND));
}

bool disk_transfer(unsigned long sector, const struct scatterlist *list,
                   unsigned int count, bool write)
{
    unsigned int bytes = 0;
    unsigned int i;

    for (i = 0; i < count; i++)
        bytes += list[i].length;
    if (count == 0 || count > DISK_MOST_SG || bytes % SECTOR_BYTES != 0 ||
        !wait_for_status(STATUS_BUSY | STATUS_DATA, 0))
        return false;
    fill_table(list, count);
    disk.done = false;
    disk.transfers++;
    start(sector, bytes / SECTOR_BYTES, write);
    return wait_for_end();
}

/* Page by page: what swapping asks for. */
static bool transfer_page(struct block_device *device, unsigned long index,
                          struct page *page, bool write)
{
    const enum dma_data_direction direction =
        write ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
    struct scatterlist list = {.page = page, .length = PAGE_SIZE};
    bool done;

    if (index >= device->pages ||
        dma_map_sg(&disk_device, &list, 1, direction) == 0)
        return false;
    done = disk_transfer(index * SECTORS_A_PAGE, &list, 1, write);
    dma_unmap_sg(&disk_device, &list, 1, direction);
    return done;
}

/* ---- finding it --------------------------------------------------------- */

/* The size in sectors; 0 if nobody answers. */
static unsigned long identify(void)
{
    uint16_t words[SECTOR_BYTES / sizeof(uint16_t)] = {0};

    outb(DRIVE_MASTER_LBA, DRIVE);
    outb(COMMAND_IDENTIFY, COMMAND);
    if (inb(STATUS) == 0 || inb(STATUS) == 0xFF ||
        !wait_for_status(STATUS_BUSY, 0) ||
        !wait_for_status(STATUS_BUSY | STATUS_DATA, STATUS_DATA))
        return 0;
    insw(DATA, words, ARRAY_SIZE(words));
    return words[WORD_SECTORS] | (unsigned long)words[WORD_SECTORS + 1] << 16;
}

struct block_device *disk_probe(void)
{
    unsigned long sectors;

    if (disk.device.driver)
        return &disk.device;
    disk.bus_master = pci_enable_bus_master(PCI_CLASS_IDE);
    if (!disk.bus_master)
        return NULL;
    sectors = identify();
    if (sectors < SECTORS_A_PAGE || sectors > MOST_SECTORS)
        return NULL;
    disk.table =
        dma_alloc_coherent(&disk_device, DISK_MOST_SG * sizeof(*disk.table),
                           &disk.table_bus, GFP_KERNEL);
    if (!disk.table || !request_irq(IRQ_IDE, interrupt))
        return NULL;
    disk.device = (struct block_device){
        .name = "disk",
        .pages = sectors / SECTORS_A_PAGE,
        .transfer = transfer_page,
        .driver = &disk,
    };
    return &disk.device;
}
