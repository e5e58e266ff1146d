/* SPDX-License-Identifier: MIT */
#include "devices/piix4_pm.h"

#include "bus/ports.h"

/* Offsets of registers in the block. */
enum {
    PMSTS = 0x00,
    PMEN = 0x02,
    PMCNTRL = 0x04,
    PMTMR = 0x08,
    GPSTS = 0x0c,
    GPEN = 0x0e,
    PROCESSOR_LEVELS = 0x14 /* two bytes whose reading slows the chip down */
};

enum {
    EVENT_TIMER = 0x0001,
    EVENT_GLOBAL = 0x0020,
    EVENT_BUTTON = 0x0100,
    EVENT_CLOCK = 0x0400,
    ENABLE_BITS = EVENT_TIMER | EVENT_GLOBAL | EVENT_BUTTON | EVENT_CLOCK,
    CONTROL_SCI = 0x0001,
    CONTROL_SLEEP_TYPE = 0x1c00, /* 0: soft off */
    CONTROL_SLEEP = 0x2000,      /* a pulse: reads as 0 */
    CONTROL_BITS = 0x1c03,
    TIMER_MASK = 0x00ffffff,
    TIMER_HALF = 0x00800000,
    MISC_DECODE = 0x01,
    DEVACTB_APMC = 0x02, /* in the upper byte of the second word */
    APM_ACPI_ON = 0xf1,
    APM_ACPI_OFF = 0xf0
};

/* --- Timer and events --- */

/* All that the timer has counted; what is read is the low 24 bits. */
static uint64_t timer(struct piix4_pm *pm)
{
    return clock_periods_in(pm->clock, clock_now(pm->clock),
                            PIIX4_PM_TIMER_HERTZ);
}

/* The timer's bit is set each time that its highest bit changes. */
static uint16_t status(struct piix4_pm *pm)
{
    const bool over = timer(pm) / TIMER_HALF != pm->timer_seen / TIMER_HALF;

    return (uint16_t)(pm->status | (over ? EVENT_TIMER : 0));
}

/* Wake up when the timer's bit will be set, if somebody waits for it. */
static void await_overflow(struct piix4_pm *pm)
{
    const uint64_t next = (timer(pm) / TIMER_HALF + 1) * TIMER_HALF;

    if ((pm->enable & EVENT_TIMER) && (pm->control & CONTROL_SCI) &&
        !(status(pm) & EVENT_TIMER))
        clock_schedule(pm->clock, &pm->overflow,
                       clock_ticks_of(pm->clock, next, PIIX4_PM_TIMER_HERTZ));
    else
        clock_cancel(pm->clock, &pm->overflow);
}

static void update(struct piix4_pm *pm)
{
    const bool event = (status(pm) & pm->enable) != 0 ||
                       (pm->gpe_status & pm->gpe_enable) != 0;

    if (pm->sci)
        pm->sci(pm->context, event && (pm->control & CONTROL_SCI));
    await_overflow(pm);
}

static void overflow(void *context)
{
    update(context);
}

void piix4_pm_press_button(struct piix4_pm *pm)
{
    pm->status |= EVENT_BUTTON;
    update(pm);
}

/* --- Ports --- */

/* Byte `offset` of a register of two or four bytes that begins at `first`. */
static uint8_t byte_of(uint32_t value, uint32_t offset, uint32_t first)
{
    return (uint8_t)(value >> 8 * (offset - first));
}

static uint16_t with_byte(uint16_t value, uint32_t upper, uint8_t byte)
{
    return (uint16_t)(upper ? (value & 0x00ff) | byte << 8
                            : (value & 0xff00) | byte);
}

static uint8_t read_byte(struct piix4_pm *pm, uint32_t offset)
{
    switch (offset) {
    case PMSTS:
    case PMSTS + 1: return byte_of(status(pm), offset, PMSTS);
    case PMEN:
    case PMEN + 1: return byte_of(pm->enable, offset, PMEN);
    case PMCNTRL:
    case PMCNTRL + 1: return byte_of(pm->control, offset, PMCNTRL);
    case PMTMR:
    case PMTMR + 1:
    case PMTMR + 2:
    case PMTMR + 3: return byte_of(timer(pm) & TIMER_MASK, offset, PMTMR);
    case GPSTS:
    case GPSTS + 1: return byte_of(pm->gpe_status, offset, GPSTS);
    case GPEN:
    case GPEN + 1: return byte_of(pm->gpe_enable, offset, GPEN);
    case PROCESSOR_LEVELS:
    case PROCESSOR_LEVELS + 1: return 0;
    default: return pm->block[offset];
    }
}

/* A written 1 clears. */
static void clear_status(struct piix4_pm *pm, uint32_t upper, uint8_t byte)
{
    const unsigned cleared = upper ? (unsigned)byte << 8 : byte;

    pm->status = (uint16_t)(pm->status & ~cleared);
    if (cleared & EVENT_TIMER)
        pm->timer_seen = timer(pm);
}

static void write_control(struct piix4_pm *pm, uint32_t upper, uint8_t byte)
{
    const uint16_t value = with_byte(pm->control, upper, byte);

    pm->control = value & CONTROL_BITS;
    if ((value & (CONTROL_SLEEP | CONTROL_SLEEP_TYPE)) == CONTROL_SLEEP &&
        pm->power_off)
        pm->power_off(pm->context);
}

static void write_byte(struct piix4_pm *pm, uint32_t offset, uint8_t byte)
{
    switch (offset) {
    case PMSTS:
    case PMSTS + 1: clear_status(pm, offset - PMSTS, byte); break;
    case PMEN:
    case PMEN + 1:
        pm->enable = with_byte(pm->enable, offset - PMEN, byte) & ENABLE_BITS;
        break;
    case PMCNTRL:
    case PMCNTRL + 1: write_control(pm, offset - PMCNTRL, byte); break;
    case GPSTS:
    case GPSTS + 1:
        pm->gpe_status =
            (uint16_t)(pm->gpe_status & ~with_byte(0, offset - GPSTS, byte));
        break;
    case GPEN:
    case GPEN + 1:
        pm->gpe_enable = with_byte(pm->gpe_enable, offset - GPEN, byte);
        break;
    case PMTMR:
    case PMTMR + 1:
    case PMTMR + 2:
    case PMTMR + 3: break;
    default: pm->block[offset] = byte; break;
    }
}

uint32_t piix4_pm_read(void *context, uint32_t offset, unsigned size)
{
    struct piix4_pm *pm = context;
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)read_byte(pm, (offset + i) % PIIX4_PM_PORTS)
                 << 8 * i;
    return value;
}

void piix4_pm_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value)
{
    struct piix4_pm *pm = context;

    for (unsigned i = 0; i < size; i++)
        write_byte(pm, (offset + i) % PIIX4_PM_PORTS,
                   (uint8_t)(value >> 8 * i));
    update(pm);
}

uint32_t piix4_pm_read_gpe(void *context, uint32_t offset, unsigned size)
{
    return piix4_pm_read(context, GPSTS + offset, size);
}

void piix4_pm_write_gpe(void *context, uint32_t offset, unsigned size,
                        uint32_t value)
{
    piix4_pm_write(context, GPSTS + offset, size, value);
}

uint32_t piix4_pm_read_apm(void *context, uint32_t offset, unsigned size)
{
    const struct piix4_pm *pm = context;

    (void)size;
    return pm->apm[offset % 2];
}

void piix4_pm_write_apm(void *context, uint32_t offset, unsigned size,
                        uint32_t value)
{
    struct piix4_pm *pm = context;

    (void)size;
    pm->apm[offset % 2] = (uint8_t)value;
    if (offset != 0)
        return;
    if (value == APM_ACPI_ON)
        pm->control |= CONTROL_SCI;
    else if (value == APM_ACPI_OFF)
        pm->control &= (uint16_t)~CONTROL_SCI;
    update(pm);
}

/* --- Configuration --- */

static void place_ports(struct piix4_pm *pm)
{
    const struct pci_function *function = &pm->function;
    const uint32_t base =
        pci_config_read(function, PIIX4_PM_BASE, 2) & ~(PIIX4_PM_PORTS - 1u);
    const bool decoded = function->config[PIIX4_PM_MISC] & MISC_DECODE;

    ports_move(function->pci->ports, pm->port_number, (uint16_t)base,
               !decoded || base == 0);
}

static void reset(struct piix4_pm *pm)
{
    pm->status = pm->enable = pm->control = 0;
    pm->gpe_status = pm->gpe_enable = 0;
    pm->apm[0] = pm->apm[1] = 0;
    for (unsigned i = 0; i < PIIX4_PM_PORTS; i++)
        pm->block[i] = 0;
    pm->timer_seen = timer(pm);
    update(pm);
}

static void written(void *context, unsigned offset, unsigned size)
{
    struct piix4_pm *pm = context;

    if (size == PCI_CONFIG_BYTES)
        reset(pm);
    if ((offset < PIIX4_PM_BASE + 4 && offset + size > PIIX4_PM_BASE) ||
        (offset <= PIIX4_PM_MISC && offset + size > PIIX4_PM_MISC))
        place_ports(pm);
}

static void init_function(struct piix4_pm *pm)
{
    static const struct pci_identity identity = {
        .vendor = 0x8086,
        .device = 0x7113,
        .revision = 3,
        .class_code = 0x068000, /* another bridge */
        .interrupt_pin = 1};
    struct pci_function *function = &pm->function;

    pci_function_init(function, &identity);
    pci_config_set(function, PCI_STATUS, 2, 0x0280);
    function->config[PIIX4_PM_BASE] = 1; /* it is ports */
    function->writable[PIIX4_PM_BASE] = 0xc0;
    function->writable[PIIX4_PM_BASE + 1] = 0xff;
    function->writable[PIIX4_PM_MISC] = MISC_DECODE;
    /* Says to a BIOS that it has set system management mode up already. */
    function->config[PIIX4_PM_DEVACTB + 3] = DEVACTB_APMC;
    for (unsigned i = 0; i < 4; i++)
        function->writable[PIIX4_PM_DEVACTB + i] = i < 3 ? 0xff : 0;
    function->written = written;
    function->context = pm;
}

bool piix4_pm_init(struct piix4_pm *pm, struct pci *pci, struct clock *clock,
                   unsigned slot, unsigned number, struct error *error)
{
    const struct port_range range = {.name = "PIIX4 power management",
                                     .count = PIIX4_PM_PORTS,
                                     .sizes = 1 | 2 | 4,
                                     .read = piix4_pm_read,
                                     .write = piix4_pm_write,
                                     .context = pm};

    *pm = (struct piix4_pm){.clock = clock};
    pm->overflow = (struct clock_event){.name = "PM timer",
                                        .callback = overflow,
                                        .context = pm,
                                        .when = CLOCK_NEVER};
    pm->port_number = ports_add_movable(pci->ports, &range, error);
    if (!pm->port_number)
        return false;
    init_function(pm);
    pci_add(pci, &pm->function, slot, number);
    return true;
}
