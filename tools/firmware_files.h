/* SPDX-License-Identifier: MIT */
/*
 * The ROM files of --bios and --vga-bios, and where those are that
 * distributions install.
 */
#ifndef TOOLS_FIRMWARE_FILES_H
#define TOOLS_FIRMWARE_FILES_H

#include "host/files.h"
#include "machine/firmware.h"
#include "tools/options.h"

struct firmware_files {
    struct host_file bios;
    struct host_file vga_bios;
};

/**
 * Read what the options ask for, nothing where they ask for no BIOS. Release
 * in either case. Fails, naming the file or saying where it was looked for.
 */
bool firmware_files_read(struct firmware_files *files,
                         const struct run_options *options,
                         struct error *error);
void firmware_files_release(struct firmware_files *files);

/** As the machine wants them. The bytes stay the files'. */
struct firmware firmware_files_roms(const struct firmware_files *files);

#endif
