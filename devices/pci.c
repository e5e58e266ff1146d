/* SPDX-License-Identifier: MIT */
#include "devices/pci.h"

#include <assert.h>
#include <string.h>

#include "bus/bus.h"
#include "bus/ports.h"

enum {
    OFFSET_RESET_CONTROL = 1, /* CF9, from CF8 */
    OFFSET_DATA = 4,
    BAR_BYTES = 4,
    BAR_IS_PORTS = 1,
    MULTIFUNCTION = 0x80,
    PORT_BAR_MIN = 4,
    PORT_BAR_MAX = 256
};

#define ADDRESS_ENABLE   0x80000000u
#define ADDRESS_WRITABLE 0x80fffffcu

/* --- Life --- */

void pci_init(struct pci *pci, struct bus *bus, struct ports *ports)
{
    *pci = (struct pci){.bus = bus, .ports = ports};
}

void pci_function_init(struct pci_function *function,
                       const struct pci_identity *identity)
{
    memset(function, 0, sizeof *function);
    pci_config_set(function, PCI_VENDOR, 2, identity->vendor);
    pci_config_set(function, PCI_DEVICE, 2, identity->device);
    pci_config_set(function, PCI_REVISION, 4,
                   identity->class_code << 8 | identity->revision);
    function->config[PCI_INTERRUPT_PIN] = identity->interrupt_pin;
    function->writable[PCI_COMMAND] =
        PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
    if (identity->interrupt_pin)
        function->writable[PCI_INTERRUPT_LINE] = 0xff;
}

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Make the register writable down to the size. */
static void open_bar(struct pci_function *function, unsigned index,
                     enum pci_bar_kind kind, uint32_t size)
{
    const unsigned at = PCI_BAR + BAR_BYTES * index;
    const uint32_t mask = ~(size - 1);

    function->bar[index].kind = kind;
    function->bar[index].size = size;
    function->config[at] = kind == PCI_BAR_PORTS ? BAR_IS_PORTS : 0;
    for (unsigned i = 0; i < BAR_BYTES; i++)
        function->writable[at + i] = (uint8_t)(mask >> 8 * i);
}

bool pci_add_memory(struct pci *pci, struct pci_function *function,
                    unsigned index, const struct bus_range *range,
                    struct error *error)
{
    struct bus_range hidden = *range;

    assert(index < PCI_BARS);
    if (!is_power_of_two(range->size))
        return error_set(error, "BAR \"%s\" of %#x bytes: no power of two",
                         range->name, range->size);
    hidden.first = 0;
    hidden.hidden = true;
    open_bar(function, index, PCI_BAR_MEMORY, range->size);
    function->bar[index].number = bus_add(pci->bus, &hidden, error);
    return function->bar[index].number != 0;
}

bool pci_add_ports(struct pci *pci, struct pci_function *function,
                   unsigned index, const struct port_range *range,
                   struct error *error)
{
    assert(index < PCI_BARS);
    if (!is_power_of_two(range->count) || range->count < PORT_BAR_MIN ||
        range->count > PORT_BAR_MAX)
        return error_set(error, "BAR \"%s\" of %u ports", range->name,
                         range->count);
    open_bar(function, index, PCI_BAR_PORTS, range->count);
    function->bar[index].number = ports_add_movable(pci->ports, range, error);
    return function->bar[index].number != 0;
}

/* Function 0 says whether there are others. */
static void mark_multifunction(struct pci *pci, unsigned slot)
{
    struct pci_function *first = pci->function[slot][0];

    for (unsigned number = 1; first && number < PCI_FUNCTIONS; number++) {
        if (!pci->function[slot][number])
            continue;
        first->config[PCI_HEADER_TYPE] |= MULTIFUNCTION;
        first->initial[PCI_HEADER_TYPE] |= MULTIFUNCTION;
    }
}

void pci_add(struct pci *pci, struct pci_function *function, unsigned slot,
             unsigned number)
{
    assert(slot < PCI_SLOTS && number < PCI_FUNCTIONS &&
           !pci->function[slot][number]);
    memcpy(function->initial, function->config, sizeof function->initial);
    function->pci = pci;
    function->slot = (uint8_t)slot;
    function->number = (uint8_t)number;
    pci->function[slot][number] = function;
    mark_multifunction(pci, slot);
}

/* --- Base address registers --- */

static bool decodes(const struct pci_function *function, unsigned index)
{
    const struct pci_bar *bar = &function->bar[index];
    const uint8_t command = function->config[PCI_COMMAND];

    if (bar->kind == PCI_BAR_MEMORY)
        return (command & PCI_COMMAND_MEMORY) != 0;
    return bar->kind == PCI_BAR_PORTS && (command & PCI_COMMAND_IO) != 0;
}

/* Where the register points, decoded or not. */
static uint32_t bar_base(const struct pci_function *function, unsigned index)
{
    const uint32_t value =
        pci_config_read(function, PCI_BAR + BAR_BYTES * index, BAR_BYTES);

    return value & ~(function->bar[index].size - 1);
}

uint32_t pci_bar_address(const struct pci_function *function, unsigned index)
{
    uint32_t base;

    if (!decodes(function, index))
        return 0;
    base = bar_base(function, index);
    /* Ports above 64 K, as a register under test shows, are nowhere. */
    if (function->bar[index].kind == PCI_BAR_PORTS && base >= PORT_COUNT)
        return 0;
    return base;
}

static void place_memory(struct bus *bus, unsigned number, uint32_t address)
{
    struct bus_range range = bus->range[number];

    range.hidden = address == 0;
    if (address)
        range.first = address;
    if (range.hidden != bus->range[number].hidden ||
        range.first != bus->range[number].first)
        bus_change(bus, number, &range);
}

static void place_bars(struct pci_function *function)
{
    for (unsigned i = 0; i < PCI_BARS; i++) {
        const struct pci_bar *bar = &function->bar[i];
        const uint32_t address = pci_bar_address(function, i);

        if (bar->kind == PCI_BAR_MEMORY)
            place_memory(function->pci->bus, bar->number, address);
        else if (bar->kind == PCI_BAR_PORTS)
            ports_move(function->pci->ports, bar->number, (uint16_t)address,
                       address == 0);
    }
}

static bool overlaps(unsigned offset, unsigned size, unsigned first,
                     unsigned count)
{
    return offset < first + count && first < offset + size;
}

/* Configuration bytes have changed: let it be seen outside. */
static void announce(struct pci_function *function, unsigned offset,
                     unsigned size)
{
    if (overlaps(offset, size, PCI_COMMAND, 1) ||
        overlaps(offset, size, PCI_BAR, BAR_BYTES * PCI_BARS))
        place_bars(function);
    if (function->written)
        function->written(function->context, offset, size);
}

void pci_reset(struct pci *pci)
{
    pci->address = 0;
    for (unsigned slot = 0; slot < PCI_SLOTS; slot++) {
        for (unsigned number = 0; number < PCI_FUNCTIONS; number++) {
            struct pci_function *function = pci->function[slot][number];

            if (!function)
                continue;
            memcpy(function->config, function->initial,
                   sizeof function->config);
            announce(function, 0, PCI_CONFIG_BYTES);
            pci_set_interrupt(function, false);
        }
    }
}

/* --- Configuration space --- */

uint32_t pci_config_read(const struct pci_function *function, unsigned offset,
                         unsigned size)
{
    uint32_t value = 0;

    assert(offset + size <= PCI_CONFIG_BYTES);
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)function->config[offset + i] << 8 * i;
    return value;
}

void pci_config_write(struct pci_function *function, unsigned offset,
                      unsigned size, uint32_t value)
{
    assert(offset + size <= PCI_CONFIG_BYTES);
    for (unsigned i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)(value >> 8 * i);
        const uint8_t taken = function->writable[offset + i];
        uint8_t *config = &function->config[offset + i];

        *config = (uint8_t)((*config & ~taken) | (byte & taken));
        *config &= (uint8_t) ~(byte & function->clears[offset + i]);
    }
    announce(function, offset, size);
}

void pci_config_set(struct pci_function *function, unsigned offset,
                    unsigned size, uint32_t value)
{
    assert(offset + size <= PCI_CONFIG_BYTES);
    for (unsigned i = 0; i < size; i++)
        function->config[offset + i] = (uint8_t)(value >> 8 * i);
}

void pci_set_interrupt(struct pci_function *function, bool level)
{
    const struct pci *pci = function->pci;
    const uint8_t pin = function->config[PCI_INTERRUPT_PIN];

    if (function->pin_level == level || pin == 0)
        return;
    function->pin_level = level;
    if (pci->pin)
        pci->pin(pci->pin_context, function->slot, (pin - 1u) % PCI_PINS,
                 level);
}

/* --- Mechanism 1 --- */

/* The function that the address register selects, or NULL. */
static struct pci_function *selected(const struct pci *pci)
{
    const unsigned bus = pci->address >> 16 & 0xff;
    const unsigned slot = pci->address >> 11 & (PCI_SLOTS - 1);
    const unsigned number = pci->address >> 8 & (PCI_FUNCTIONS - 1);

    if (!(pci->address & ADDRESS_ENABLE) || bus != 0)
        return NULL;
    return pci->function[slot][number];
}

/* The data ports reach the doubleword of the address register, and in it the
 * bytes that the port's own low bits name. */
static unsigned data_offset(const struct pci *pci, uint32_t offset)
{
    return (pci->address & 0xfc) + (offset - OFFSET_DATA);
}

uint32_t pci_read(void *context, uint32_t offset, unsigned size)
{
    const struct pci *pci = context;
    const struct pci_function *function = selected(pci);

    if (offset == 0 && size == 4)
        return pci->address;
    if (offset == OFFSET_RESET_CONTROL && size == 1 && pci->reset_read)
        return pci->reset_read(pci->reset_context);
    if (offset < OFFSET_DATA || offset + size > OFFSET_DATA + 4 || !function)
        return UINT32_MAX;
    return pci_config_read(function, data_offset(pci, offset), size);
}

void pci_write(void *context, uint32_t offset, unsigned size, uint32_t value)
{
    struct pci *pci = context;
    struct pci_function *function = selected(pci);

    if (offset == 0 && size == 4)
        pci->address = value & ADDRESS_WRITABLE;
    else if (offset == OFFSET_RESET_CONTROL && size == 1 && pci->reset_write)
        pci->reset_write(pci->reset_context, (uint8_t)value);
    else if (offset >= OFFSET_DATA && offset + size <= OFFSET_DATA + 4 &&
             function)
        pci_config_write(function, data_offset(pci, offset), size, value);
}
