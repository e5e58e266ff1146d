/* SPDX-License-Identifier: MIT */
#include "tools/firmware_files.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine/wiring.h"

#define BIOS_NAME     "bios-256k.bin"
#define VGA_BIOS_NAME "vgabios-stdvga.bin"

enum { VGA_BIOS_MAX = 64 << 10 };

/* Where the packages of distributions put SeaBIOS, in this order. */
static const char *const directories[] = {
    "/usr/share/seabios", "/usr/share/qemu", "/usr/local/share/qemu"};

enum { DIRECTORIES = sizeof directories / sizeof directories[0] };

/* Write `directory`/`name` to `path`; true if there is such a file. */
static bool is_there(char *path, const char *directory, size_t length,
                     const char *name)
{
    const int size =
        snprintf(path, PATH_MAX, "%.*s/%s", (int)length, directory, name);

    return size > 0 && size < PATH_MAX && access(path, R_OK) == 0;
}

static bool find(char *path, const char *name)
{
    for (unsigned i = 0; i < DIRECTORIES; i++) {
        if (is_there(path, directories[i], strlen(directories[i]), name))
            return true;
    }
    return false;
}

static bool read_rom(const char *path, size_t limit, struct host_file *file,
                     struct error *error)
{
    if (!host_file_read(path, file, error))
        return false;
    if (file->size == 0)
        return error_set(error, "%s: the file is empty", path);
    if (file->size > limit)
        return error_set(error, "%s: too large for a ROM of %zu KiB", path,
                         limit / 1024);
    return true;
}

static bool read_bios(struct firmware_files *files, const char *given,
                      struct error *error)
{
    char path[PATH_MAX];

    if (strcmp(given, FIRMWARE_DEFAULT) != 0)
        return read_rom(given, BOARD_BIOS_MAX, &files->bios, error);
    if (!find(path, BIOS_NAME))
        return error_set(error,
                         "no BIOS found: install the package seabios, or give "
                         "--bios FILE (looked for %s in %s, %s and %s)",
                         BIOS_NAME, directories[0], directories[1],
                         directories[2]);
    return read_rom(path, BOARD_BIOS_MAX, &files->bios, error);
}

/* The one beside the BIOS, or one that is installed, or none. */
static bool read_vga_bios(struct firmware_files *files,
                          const struct run_options *options,
                          struct error *error)
{
    const char *given = options->vga_bios;
    const char *slash = strrchr(options->bios, '/');
    char path[PATH_MAX];

    if (given && strcmp(given, FIRMWARE_NONE) == 0)
        return true;
    if (given && strcmp(given, FIRMWARE_DEFAULT) != 0)
        return read_rom(given, VGA_BIOS_MAX, &files->vga_bios, error);
    if (!(slash && is_there(path, options->bios,
                            (size_t)(slash - options->bios), VGA_BIOS_NAME)) &&
        !find(path, VGA_BIOS_NAME))
        return true;
    return read_rom(path, VGA_BIOS_MAX, &files->vga_bios, error);
}

bool firmware_files_read(struct firmware_files *files,
                         const struct run_options *options, struct error *error)
{
    return !options->bios || (read_bios(files, options->bios, error) &&
                              read_vga_bios(files, options, error));
}

void firmware_files_release(struct firmware_files *files)
{
    host_file_release(&files->bios);
    host_file_release(&files->vga_bios);
}

struct firmware firmware_files_roms(const struct firmware_files *files)
{
    return (struct firmware){.bios = files->bios.bytes,
                             .bios_bytes = (uint32_t)files->bios.size,
                             .vga_bios = files->vga_bios.bytes,
                             .vga_bios_bytes = (uint32_t)files->vga_bios.size};
}
