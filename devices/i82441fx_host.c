/* SPDX-License-Identifier: MIT */
#include "devices/i82441fx_host.h"

#include "base/bytes.h"
#include "bus/bus.h"

enum {
    PAM_READ = 1,
    PAM_WRITE = 2,
    PAM_BITS = PAM_READ | PAM_WRITE,
    PAM_BYTE = PAM_BITS | PAM_BITS << 4,
    SMRAM_DEFAULT = 0x02,
    SMRAM_ENABLE = 0x08,
    SMRAM_OPEN = 0x40,
    SMRAM_LOCK = 0x10,
    SMRAM_WRITABLE = 0x78,
    LAST_SEGMENT = I82441FX_SEGMENTS - 1
};

#define RAM_START     0x000a0000u
#define SMRAM_BYTES   0x00020000u
#define PAM_START     0x000c0000u
#define SEGMENT_BYTES 0x00004000u
#define LAST_START    0x000f0000u
#define ROM_START     0x000e0000u
#define RAM_END       0x00100000u

/* Order of the registers: PAM0 has the last segment in its upper half, PAM1
 * the first two, and so on. */
static uint8_t attributes(const struct i82441fx_host *host, unsigned index)
{
    const uint8_t *pam = &host->function.config[I82441FX_PAM];

    if (index == LAST_SEGMENT)
        return pam[0] >> 4 & PAM_BITS;
    return pam[1 + index / 2] >> 4 * (index % 2) & PAM_BITS;
}

/* RAM is written while something else is read. */
static void write_ram(void *context, uint32_t offset, unsigned size,
                      uint32_t value)
{
    const struct pam_segment *segment = context;

    bytes_store(segment->host->ram.bytes + segment->ram_offset + offset, size,
                value);
}

/* What is on the PCI side of the segment: ROM, or what other cards show. */
static void take_pci_side(const struct i82441fx_host *host,
                          struct bus_range *range)
{
    const struct memory_chip *rom = host->rom;
    const uint32_t below_end = RAM_END - range->first;

    if (rom && range->first >= ROM_START && rom->size >= below_end) {
        range->kind = BUS_ROM;
        range->chip = rom;
        range->chip_offset = rom->size - below_end;
        range->hidden = false;
    } else {
        range->kind = BUS_OPEN;
        range->chip = NULL;
        range->chip_offset = 0;
        range->hidden = true;
    }
}

static void take_ram(const struct i82441fx_host *host, struct bus_range *range,
                     enum bus_kind kind)
{
    range->kind = kind;
    range->chip = &host->ram;
    range->chip_offset = range->first - RAM_START;
    range->hidden = false;
}

static void update_segment(struct i82441fx_host *host, unsigned index)
{
    struct pam_segment *segment = &host->segment[index];
    const struct bus_range *now = &host->bus->range[segment->number];
    const uint8_t pam = attributes(host, index);
    struct bus_range range = *now;

    if (pam & PAM_READ)
        take_ram(host, &range, pam & PAM_WRITE ? BUS_RAM : BUS_ROM);
    else
        take_pci_side(host, &range);
    range.write = NULL;
    if (pam == PAM_WRITE) {
        range.write = write_ram;
        range.kind = range.hidden ? BUS_MMIO : BUS_ROM;
        range.hidden = false;
    }
    if (range.kind != now->kind || range.hidden != now->hidden ||
        range.chip != now->chip || range.write != now->write)
        bus_change(host->bus, segment->number, &range);
}

static void update_smram(struct i82441fx_host *host)
{
    const unsigned open = SMRAM_ENABLE | SMRAM_OPEN;
    const bool hidden = (host->function.config[I82441FX_SMRAM] & open) != open;

    if (host->bus->range[host->smram_number].hidden != hidden)
        bus_hide(host->bus, host->smram_number, hidden);
}

/* Once locked, the register stays as it is, and closed. */
static void lock_smram(struct i82441fx_host *host)
{
    uint8_t *smram = &host->function.config[I82441FX_SMRAM];

    if (*smram & SMRAM_LOCK) {
        *smram &= (uint8_t)~SMRAM_OPEN;
        host->function.writable[I82441FX_SMRAM] = 0;
    } else {
        host->function.writable[I82441FX_SMRAM] = SMRAM_WRITABLE;
    }
}

static void written(void *context, unsigned offset, unsigned size)
{
    struct i82441fx_host *host = context;

    if (offset < I82441FX_PAM + I82441FX_PAM_REGISTERS &&
        offset + size > I82441FX_PAM) {
        for (unsigned i = 0; i < I82441FX_SEGMENTS; i++)
            update_segment(host, i);
    }
    if (offset <= I82441FX_SMRAM && offset + size > I82441FX_SMRAM) {
        lock_smram(host);
        update_smram(host);
    }
}

static void init_function(struct i82441fx_host *host)
{
    static const struct pci_identity identity = {
        .vendor = 0x8086,
        .device = 0x1237,
        .revision = 2,
        .class_code = 0x060000 /* host bridge */
    };
    struct pci_function *function = &host->function;

    pci_function_init(function, &identity);
    pci_config_set(function, PCI_COMMAND, 2,
                   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    function->writable[PCI_COMMAND] = 0;
    /* By which firmware knows QEMU's boards, and so this one. */
    pci_config_set(function, PCI_SUBSYSTEM_VENDOR, 2, 0x1af4);
    pci_config_set(function, PCI_SUBSYSTEM, 2, 0x1100);
    function->writable[I82441FX_PAM] = PAM_BITS << 4;
    for (unsigned i = 1; i < I82441FX_PAM_REGISTERS; i++)
        function->writable[I82441FX_PAM + i] = PAM_BYTE;
    function->config[I82441FX_SMRAM] = SMRAM_DEFAULT;
    function->writable[I82441FX_SMRAM] = SMRAM_WRITABLE;
    function->written = written;
    function->context = host;
}

static bool add_segment(struct i82441fx_host *host, unsigned index,
                        struct error *error)
{
    struct pam_segment *segment = &host->segment[index];
    const physical_addr first = PAM_START + index * SEGMENT_BYTES;
    const struct bus_range range = {
        .name = index == LAST_SEGMENT ? "BIOS area" : "expansion area",
        .kind = BUS_OPEN,
        .hidden = true,
        .first = first,
        .size = index == LAST_SEGMENT ? RAM_END - LAST_START : SEGMENT_BYTES,
        .context = segment};

    *segment = (struct pam_segment){host, first - RAM_START,
                                    bus_add(host->bus, &range, error)};
    return segment->number != 0;
}

bool i82441fx_host_init(struct i82441fx_host *host, struct pci *pci,
                        const struct memory_chip *rom, struct error *error)
{
    struct bus_range smram = {.name = "SMRAM",
                              .kind = BUS_RAM,
                              .hidden = true,
                              .first = RAM_START,
                              .size = SMRAM_BYTES};

    *host = (struct i82441fx_host){.rom = rom, .bus = pci->bus};
    if (!memory_chip_init(&host->ram, "upper RAM", RAM_END - RAM_START, error))
        return false;
    smram.chip = &host->ram;
    host->smram_number = bus_add(host->bus, &smram, error);
    if (!host->smram_number)
        return false;
    for (unsigned i = 0; i < I82441FX_SEGMENTS; i++) {
        if (!add_segment(host, i, error))
            return false;
    }
    init_function(host);
    pci_add(pci, &host->function, 0, 0);
    written(host, 0, PCI_CONFIG_BYTES);
    return true;
}

void i82441fx_host_release(struct i82441fx_host *host)
{
    memory_chip_release(&host->ram);
}
