/* SPDX-License-Identifier: MIT */
#include "drivers/ramdisk.h"

#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"

struct ramdisk {
    struct block_device device;
    unsigned long have;  /**< pages taken so far */
    struct page *page[]; /**< device.pages of them */
};

static bool transfer(struct block_device *device, unsigned long index,
                     struct page *page, bool write)
{
    struct ramdisk *disk = device->driver;

    if (index >= device->pages)
        return false;
    if (write)
        copy_highpage(disk->page[index], page);
    else
        copy_highpage(page, disk->page[index]);
    return true;
}

struct block_device *ramdisk_create(unsigned long pages)
{
    struct ramdisk *disk =
        kzalloc(sizeof(*disk) + pages * sizeof(disk->page[0]), GFP_KERNEL);

    if (!disk)
        return NULL;
    disk->device = (struct block_device){
        .name = "ram0",
        .pages = pages,
        .transfer = transfer,
        .driver = disk,
    };
    while (disk->have < pages) {
        struct page *page = alloc_page(GFP_HIGHUSER);

        if (!page) {
            ramdisk_destroy(&disk->device);
            return NULL;
        }
        disk->page[disk->have++] = page;
    }
    return &disk->device;
}

void ramdisk_destroy(struct block_device *device)
{
    struct ramdisk *disk = device->driver;

    while (disk->have > 0)
        put_page(disk->page[--disk->have]);
    kfree(disk);
}
