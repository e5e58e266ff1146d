/* SPDX-License-Identifier: MIT */
#include "bus/memory_chip.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool show_bytes(struct memory_chip *chip)
{
    void *bytes;

    if (ftruncate(chip->file, (off_t)chip->size) != 0)
        return false;
    bytes = mmap(NULL, chip->size, PROT_READ | PROT_WRITE, MAP_SHARED,
                 chip->file, 0);
    if (bytes == MAP_FAILED)
        return false;
    chip->bytes = bytes;
    return true;
}

bool memory_chip_init(struct memory_chip *chip, const char *name, uint32_t size,
                      struct error *error)
{
    const uint32_t pages = (uint32_t)(((uint64_t)size + PAGE_SIZE - 1) >> 12);

    *chip = (struct memory_chip){.size = pages << 12,
                                 .file = memfd_create(name, MFD_CLOEXEC)};
    if (chip->file >= 0 && show_bytes(chip))
        return true;
    (void)error_set(error, "no memory for \"%s\": %s", name, strerror(errno));
    if (chip->file >= 0)
        (void)close(chip->file);
    *chip = (struct memory_chip){.bytes = NULL};
    return false;
}

void memory_chip_release(struct memory_chip *chip)
{
    if (!chip->bytes)
        return;
    (void)munmap(chip->bytes, chip->size);
    (void)close(chip->file);
    *chip = (struct memory_chip){.bytes = NULL};
}
