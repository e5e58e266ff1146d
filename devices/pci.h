/* SPDX-License-Identifier: MIT */
/*
 * The PCI bus: configuration space by mechanism 1, base address registers
 * that move ranges of memory and ports, and the interrupt pins. A device has
 * a struct pci_function inside it, fills in its identity, adds its BARs and
 * then itself; whatever the guest writes into its configuration space, it
 * hears of through `written`.
 *
 *   in    ports CF8 to CFF
 *   out   ranges of the bus and the ports, placed; interrupt lines
 *   next  the south bridge routes the pins (devices/piix3_isa.h)
 *
 * "PCI Local Bus Specification", 2.1, chapter 6 and 3.7.4.
 */
#ifndef DEVICES_PCI_H
#define DEVICES_PCI_H

#include "base/error.h"
#include "base/types.h"

struct bus;
struct bus_range;
struct ports;
struct port_range;
struct pci;

enum {
    PCI_SLOTS = 32,
    PCI_FUNCTIONS = 8, /**< of a slot */
    PCI_CONFIG_BYTES = 256,
    PCI_BARS = 6,
    PCI_PINS = 4
};

/** Offsets in the header of type 0. */
enum {
    PCI_VENDOR = 0x00,
    PCI_DEVICE = 0x02,
    PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06,
    PCI_REVISION = 0x08,
    PCI_INTERFACE = 0x09,
    PCI_CLASS = 0x0a, /**< word: subclass, class */
    PCI_HEADER_TYPE = 0x0e,
    PCI_BAR = 0x10, /**< the first of six doublewords */
    PCI_SUBSYSTEM_VENDOR = 0x2c,
    PCI_SUBSYSTEM = 0x2e,
    PCI_INTERRUPT_LINE = 0x3c,
    PCI_INTERRUPT_PIN = 0x3d /**< 0: none, 1 to 4: INTA# to INTD# */
};

/** Bits of the command register. */
enum { PCI_COMMAND_IO = 1, PCI_COMMAND_MEMORY = 2, PCI_COMMAND_MASTER = 4 };

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_MEMORY, PCI_BAR_PORTS };

struct pci_bar {
    enum pci_bar_kind kind;
    uint32_t size;   /**< bytes, a power of two */
    unsigned number; /**< of the range on the bus or the ports */
};

/** What never changes about a function. */
struct pci_identity {
    uint16_t vendor;
    uint16_t device;
    uint8_t revision;
    uint32_t class_code; /**< class, subclass, interface: 0xCCSSII */
    uint8_t interrupt_pin;
};

struct pci_function {
    uint8_t config[PCI_CONFIG_BYTES];
    uint8_t writable[PCI_CONFIG_BYTES]; /**< bits that take what is written */
    uint8_t clears[PCI_CONFIG_BYTES];   /**< bits that a written 1 clears */
    uint8_t initial[PCI_CONFIG_BYTES];  /**< what RESET gives */
    struct pci_bar bar[PCI_BARS];
    /**
     * After the guest has written `size` bytes at `offset`, and after RESET
     * with all of them. BARs are placed already. May be NULL.
     */
    void (*written)(void *context, unsigned offset, unsigned size);
    void *context;
    struct pci *pci;
    uint8_t slot;
    uint8_t number; /**< in its slot */
    bool pin_level; /**< what its interrupt pin asks */
};

struct pci {
    uint32_t address; /**< what CF8 holds */
    struct pci_function *function[PCI_SLOTS][PCI_FUNCTIONS];
    struct bus *bus;
    struct ports *ports;
    /** Pin 0 to 3 of a slot was pulled or let go; each call is a change. */
    void (*pin)(void *context, unsigned slot, unsigned pin, bool level);
    void *pin_context;
    /** Byte port CF9, which lies inside the address register. */
    uint32_t (*reset_read)(void *context);
    void (*reset_write)(void *context, uint8_t value);
    void *reset_context;
};

/** An empty bus. */
void pci_init(struct pci *pci, struct bus *bus, struct ports *ports);

/** RESET: each function as it was when it was added, its BARs nowhere. */
void pci_reset(struct pci *pci);

/**
 * Fill in the header. Command and interrupt line become writable; the rest of
 * `writable`, `clears` and `config` is for the caller, before pci_add().
 */
void pci_function_init(struct pci_function *function,
                       const struct pci_identity *identity);

/**
 * Give BAR `index` to a range of memory; its `first` does not matter. It is
 * hidden until the guest places it. Ranges added to the bus afterwards win
 * over it, as RAM and ROM do. Fails unless its size is a power of two.
 */
bool pci_add_memory(struct pci *pci, struct pci_function *function,
                    unsigned index, const struct bus_range *range,
                    struct error *error);

/** The same for ports; `count` is a power of two from 4 to 256. */
bool pci_add_ports(struct pci *pci, struct pci_function *function,
                   unsigned index, const struct port_range *range,
                   struct error *error);

/** Put the function, complete, on the bus: as `number` of `slot`. */
void pci_add(struct pci *pci, struct pci_function *function, unsigned slot,
             unsigned number);

/** Bytes of the configuration space, lowest first. `size` is 1, 2 or 4. */
uint32_t pci_config_read(const struct pci_function *function, unsigned offset,
                         unsigned size);

/** A configuration write cycle, as the guest makes it. */
void pci_config_write(struct pci_function *function, unsigned offset,
                      unsigned size, uint32_t value);

/** Set the bytes themselves, whether writable or not. */
void pci_config_set(struct pci_function *function, unsigned offset,
                    unsigned size, uint32_t value);

/** Where BAR `index` is, or 0 while it decodes nothing. */
uint32_t pci_bar_address(const struct pci_function *function, unsigned index);

/** Drive the function's interrupt pin. */
void pci_set_interrupt(struct pci_function *function, bool level);

/** Ports CF8 to CFF by their offset from CF8. */
uint32_t pci_read(void *context, uint32_t offset, unsigned size);
void pci_write(void *context, uint32_t offset, unsigned size, uint32_t value);

#endif
