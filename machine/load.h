/* SPDX-License-Identifier: MIT */
/*
 * A load on its way: what the files of the loader share. Others include
 * machine/loader.h.
 */
#ifndef MACHINE_LOAD_H
#define MACHINE_LOAD_H

#include "machine/entry.h"
#include "machine/loader.h"
#include "machine/places.h"

struct load {
    struct machine *machine;
    const struct loader_request *request;
    struct image_plan plan;
    struct places places;
    struct error *error;
};

/** Where boot blocks go: low, but clear of tables and stacks of real mode. */
enum { BOOT_BLOCK_FIRST = 0x9000 };

/** First free place for a boot block of `size` bytes; false, with an error. */
bool load_find_block(struct load *load, size_t size, uint64_t *at);

/**
 * Place the initrd and the zero page of the Linux kernel that the plan is for,
 * and say how it is entered. Fails where one does not fit.
 */
bool load_linux(struct load *load, struct entry_flat *entry);

#endif
