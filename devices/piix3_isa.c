/* SPDX-License-Identifier: MIT */
#include "devices/piix3_isa.h"

enum {
    ROUTE_OFF = 0x80,
    ROUTE_BITS = 0x8f,
    ROUTE_REQUEST = 0x0f,
    /* Requests 0, 1, 2, 8 and 13 cannot be chosen. */
    ROUTABLE = 0xdef8,
    SCI_REQUEST = 9,
    RESET_WRITABLE = 0x06,
    RESET_CPU = 0x04
};

/* Drive each request that has a line behind it, or had one. */
static void update_requests(struct piix3_isa *bridge)
{
    unsigned levels = bridge->sci ? 1u << SCI_REQUEST : 0;
    unsigned changed;

    for (unsigned line = 0; line < PCI_PINS; line++) {
        const uint8_t route = bridge->function.config[PIIX3_PIRQ_ROUTE + line];

        if (!(route & ROUTE_OFF) && bridge->asked[line])
            levels |= 1u << (route & ROUTE_REQUEST) & ROUTABLE;
    }
    changed = levels ^ bridge->levels;
    bridge->levels = (uint16_t)levels;
    for (unsigned i = 0; i < PIIX3_REQUESTS; i++) {
        if (changed >> i & 1)
            irq_set(&bridge->request[i], levels >> i & 1);
    }
}

/* Slot 1's INTA# is on PIRQA#, and each slot is one further. */
static void take_pin(void *context, unsigned slot, unsigned pin, bool level)
{
    struct piix3_isa *bridge = context;
    uint16_t *asked = &bridge->asked[(slot + PCI_PINS - 1 + pin) % PCI_PINS];

    *asked = (uint16_t)(level ? *asked + 1 : *asked - 1);
    update_requests(bridge);
}

void piix3_isa_set_sci(struct piix3_isa *bridge, bool level)
{
    bridge->sci = level;
    update_requests(bridge);
}

static uint32_t reset_read(void *context)
{
    const struct piix3_isa *bridge = context;

    return bridge->reset_control;
}

/* RESET comes with the change of the CPU bit from 0 to 1. The other bit says
 * how much of the board is reset: here it is always all. */
static void reset_write(void *context, uint8_t value)
{
    struct piix3_isa *bridge = context;
    const bool pulled =
        (value & RESET_CPU) && !(bridge->reset_control & RESET_CPU);

    bridge->reset_control = value & RESET_WRITABLE;
    if (pulled && bridge->reset)
        bridge->reset(bridge->context);
}

static void written(void *context, unsigned offset, unsigned size)
{
    struct piix3_isa *bridge = context;

    if (size == PCI_CONFIG_BYTES)
        bridge->reset_control = 0;
    if (offset < PIIX3_PIRQ_ROUTE + PCI_PINS &&
        offset + size > PIIX3_PIRQ_ROUTE)
        update_requests(bridge);
}

void piix3_isa_init(struct piix3_isa *bridge, struct pci *pci, unsigned slot)
{
    static const struct pci_identity identity = {
        .vendor = 0x8086,
        .device = 0x7000,
        .class_code = 0x060100 /* ISA bridge */
    };
    struct pci_function *function = &bridge->function;

    *bridge = (struct piix3_isa){.asked = {0}};
    pci_function_init(function, &identity);
    pci_config_set(function, PCI_COMMAND, 2,
                   PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pci_config_set(function, PCI_STATUS, 2, 0x0200); /* medium decoding */
    function->writable[PCI_COMMAND] = 0;
    for (unsigned line = 0; line < PCI_PINS; line++) {
        function->config[PIIX3_PIRQ_ROUTE + line] = ROUTE_OFF;
        function->writable[PIIX3_PIRQ_ROUTE + line] = ROUTE_BITS;
    }
    function->config[0x4c] = 0x4d; /* I/O recovery timer */
    function->config[0x4e] = 0x03; /* X-bus: keyboard and clock decoded */
    function->writable[0x4c] = 0x7f;
    function->writable[0x4e] = 0xff;
    function->writable[0x4f] = 0x01;
    function->config[0x69] = 0x02; /* top of memory for ISA masters */
    function->writable[0x69] = 0xfe;
    function->written = written;
    function->context = bridge;
    pci->pin = take_pin;
    pci->pin_context = bridge;
    pci->reset_read = reset_read;
    pci->reset_write = reset_write;
    pci->reset_context = bridge;
    pci_add(pci, function, slot, 0);
}
