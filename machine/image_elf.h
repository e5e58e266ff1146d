/* SPDX-License-Identifier: MIT */
/*
 * ELF32 executables for the i386: loadable segments by physical address.
 * "Tool Interface Standard: ELF", 1.2, "Program Loading".
 */
#ifndef MACHINE_IMAGE_ELF_H
#define MACHINE_IMAGE_ELF_H

#include "machine/image.h"

/**
 * Plan an image for which image_is_elf() holds. The entry point is made
 * physical where its segment's virtual address differs from the physical one.
 */
bool image_elf_plan(const struct image *image, struct image_plan *plan,
                    struct error *error);

#endif
