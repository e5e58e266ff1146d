/* SPDX-License-Identifier: MIT */
/*
 * The loader: puts an image, its modules and what a boot loader tells them
 * into the machine's memory and sets the processor to the first instruction.
 *
 *   in    bytes of an image and of modules, a command line
 *   out   a machine ready to run, or one line that names what does not fit
 *   next  machine/machine.h runs it
 *
 * What lies where: docs/loading.md.
 */
#ifndef MACHINE_LOADER_H
#define MACHINE_LOADER_H

#include "machine/image.h"
#include "machine/machine.h"
#include "machine/places.h"

/** A multiboot module. */
struct loader_module {
    struct image file;
    const char *text; /**< its command line */
};

struct loader_request {
    struct image image;
    struct image initrd;   /**< for a Linux kernel; 0 bytes: none */
    const char *arguments; /**< guest command line, or NULL */
    const struct loader_module *modules;
    unsigned module_count;
};

/** What lies where, after a good load. */
struct loader_result {
    enum image_kind kind;
    uint32_t entry;
};

/**
 * Load into a machine in RESET. Fails, naming the file:
 * whatever image_plan() refuses, a segment outside RAM, a module or initrd
 * that does not fit, a command line that is too long for a Linux kernel. The
 * machine must then not be run.
 */
bool loader_load(struct machine *machine, const struct loader_request *request,
                 struct loader_result *result, struct error *error);

#endif
