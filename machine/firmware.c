/* SPDX-License-Identifier: MIT */
#include "machine/firmware.h"

#include "machine/wiring.h"

enum {
    KIB = 1024,
    MEMORY_16M = 16 << 20,
    UNIT_ABOVE_16M = 64 << 10,
    EQUIPMENT_FLOPPY = 0x01,
    EQUIPMENT_FPU = 0x02,
    EQUIPMENT_MOUSE = 0x04,
    EQUIPMENT_TWO_FLOPPIES = 0x40,
    BOOT_FLOPPY = 1,
    BOOT_DISK = 2,
    BOOT_CDROM = 3,
    BOOT_ANY_FLOPPY = 1, /* also without a signature */
    CENTURY = 0x20,
    E820_ENTRY_BYTES = 20,
    E820_RAM = 1
};

static void put_word(struct mc146818_rtc *rtc, unsigned index, uint64_t value)
{
    if (value > UINT16_MAX)
        value = UINT16_MAX;
    rtc->bytes[index] = (uint8_t)value;
    rtc->bytes[index + 1] = (uint8_t)(value >> 8);
}

static void fill_cmos(struct mc146818_rtc *rtc, uint64_t memory_bytes)
{
    const uint64_t extended = (memory_bytes - BOARD_EXTENDED_START) / KIB;
    const uint64_t above =
        memory_bytes > MEMORY_16M ? memory_bytes - MEMORY_16M : 0;

    rtc->bytes[CMOS_EQUIPMENT] = EQUIPMENT_FPU | EQUIPMENT_MOUSE;
    put_word(rtc, CMOS_BASE_MEMORY, BOARD_CONVENTIONAL_END / KIB);
    put_word(rtc, CMOS_EXTENDED_MEMORY, extended);
    put_word(rtc, CMOS_EXTENDED_COPY, extended);
    rtc->bytes[CMOS_CENTURY] = CENTURY;
    put_word(rtc, CMOS_MEMORY_ABOVE_16M, above / UNIT_ABOVE_16M);
    /* What one puts in goes first: floppy, CD, disk. */
    rtc->bytes[CMOS_BOOT_FIRST] = BOOT_CDROM << 4 | BOOT_FLOPPY;
    rtc->bytes[CMOS_BOOT_THIRD] = BOOT_DISK << 4 | BOOT_ANY_FLOPPY;
}

/* The drives' kinds, drive A in the upper half, and how many there are. */
static void fill_floppies(struct mc146818_rtc *rtc,
                          const struct i82077_fdc *fdc)
{
    const struct floppy_format *first = fdc->drive[0].format;
    const struct floppy_format *second = fdc->drive[1].format;

    if (!first)
        return;
    rtc->bytes[CMOS_FLOPPIES] =
        (uint8_t)(first->drive << 4 | (second ? second->drive : 0u));
    rtc->bytes[CMOS_EQUIPMENT] |= EQUIPMENT_FLOPPY;
    if (second)
        rtc->bytes[CMOS_EQUIPMENT] |= EQUIPMENT_TWO_FLOPPIES;
}

/* One run of RAM; what lies inside it a BIOS knows itself. */
static void fill_memory_map(uint8_t *entry, uint64_t memory_bytes)
{
    for (unsigned i = 0; i < 8; i++) {
        entry[i] = 0;
        entry[8 + i] = (uint8_t)(memory_bytes >> 8 * i);
    }
    entry[16] = E820_RAM;
}

static void fill_fw_cfg(struct board *board, uint64_t memory_bytes)
{
    const struct firmware *firmware = &board->options.firmware;
    struct fw_cfg *fw_cfg = &board->fw_cfg;

    fw_cfg_add_number(fw_cfg, FW_CFG_RAM_SIZE, memory_bytes, 8);
    fw_cfg_add_number(fw_cfg, FW_CFG_NO_GRAPHIC, 0, 2);
    fw_cfg_add_number(fw_cfg, FW_CFG_CPU_COUNT, 1, 2);
    fw_cfg_add_number(fw_cfg, FW_CFG_MAX_CPUS, 1, 2);
    fw_cfg_add_number(fw_cfg, FW_CFG_BOOT_MENU, 0, 2);
    fill_memory_map(board->memory_map, memory_bytes);
    fw_cfg_add_file(fw_cfg, "etc/e820", board->memory_map,
                    sizeof board->memory_map);
    /* By its being there SeaBIOS knows that power management belongs at
     * BOARD_POWER_PORTS; without a table in it, it makes its own. */
    fw_cfg_add_file(fw_cfg, "etc/table-loader", board->memory_map, 0);
    if (firmware->vga_bios)
        fw_cfg_add_file(fw_cfg, "pci1234,1111.rom", firmware->vga_bios,
                        firmware->vga_bios_bytes);
}

void firmware_tell(struct board *board, uint64_t memory_bytes)
{
    fill_cmos(&board->rtc, memory_bytes);
    fill_floppies(&board->rtc, &board->storage.fdc);
    fill_fw_cfg(board, memory_bytes);
}
