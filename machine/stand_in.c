/* SPDX-License-Identifier: MIT */
#include "machine/stand_in.h"

#include "machine/wiring.h"

enum {
    REQUEST_POWER = 9,
    PAM_ALL_RAM = 0x33,
    FIRST_PORT_BAR = 0xc000,
    COMMAND = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER,
    /* Requests of PIRQA# to PIRQD#: level, shared in pairs. */
    REQUEST_LOW = 10,
    REQUEST_HIGH = 11,
    ELCR_SLAVE_LEVELS = 1 << (REQUEST_LOW - 8) | 1 << (REQUEST_HIGH - 8)
};

/* Where the next BAR goes. */
struct places {
    uint32_t memory;
    uint32_t ports;
};

/* The next place for `size` bytes, at a multiple of them. */
static uint32_t take_place(uint32_t *next, uint32_t size)
{
    const uint32_t place = (*next + size - 1) & ~(size - 1);

    *next = place + size;
    return place;
}

static void place_bars(struct pci_function *function, struct places *places)
{
    for (unsigned i = 0; i < PCI_BARS; i++) {
        const struct pci_bar *bar = &function->bar[i];
        uint32_t *next = &places->memory;

        if (bar->kind == PCI_BAR_NONE)
            continue;
        if (bar->kind == PCI_BAR_PORTS)
            next = &places->ports;
        pci_config_write(function, PCI_BAR + 4 * i, 4,
                         take_place(next, bar->size));
    }
}

static void set_up_function(struct pci_function *function,
                            struct places *places)
{
    const uint8_t pin = function->config[PCI_INTERRUPT_PIN];
    const unsigned line = (function->slot + pin + 2u) % PCI_PINS;

    place_bars(function, places);
    pci_config_write(function, PCI_COMMAND, 2, COMMAND);
    if (pin)
        pci_config_write(function, PCI_INTERRUPT_LINE, 1,
                         line < 2 ? REQUEST_LOW : REQUEST_HIGH);
}

static void set_up_interrupts(struct board *board)
{
    struct pci_function *bridge = &board->isa_bridge.function;

    for (unsigned line = 0; line < PCI_PINS; line++)
        pci_config_write(bridge, PIIX3_PIRQ_ROUTE + line, 1,
                         line < 2 ? REQUEST_LOW : REQUEST_HIGH);
    i8259_pic_write_elcr(&board->slave_pic, 0, 1, ELCR_SLAVE_LEVELS);
}

/* Channels 0 to 3 come through channel 4. */
static void open_dma_cascade(struct board *board)
{
    enum { MASK = 2 * 10, MODE = 2 * 11, CASCADE = 0xc0 };

    isa_dma_write_words(&board->dma, MODE, 1, CASCADE);
    isa_dma_write_words(&board->dma, MASK, 1, 0);
}

void stand_in_for_firmware(struct board *board)
{
    struct places places = {BOARD_LINEAR_FRAMEBUFFER, FIRST_PORT_BAR};
    struct pci_function *host = &board->host_bridge.function;
    struct pci_function *power = &board->power.function;

    for (unsigned i = 0; i < I82441FX_PAM_REGISTERS; i++)
        pci_config_write(host, I82441FX_PAM + i, 1, PAM_ALL_RAM);
    set_up_interrupts(board);
    open_dma_cascade(board);
    for (unsigned slot = 0; slot < PCI_SLOTS; slot++) {
        for (unsigned number = 0; number < PCI_FUNCTIONS; number++) {
            if (board->pci.function[slot][number])
                set_up_function(board->pci.function[slot][number], &places);
        }
    }
    board->keyboard_controller.ram[0] = I8042_TRANSLATE | I8042_MOUSE_OFF |
                                        I8042_SYSTEM_FLAG |
                                        I8042_KEYBOARD_INTERRUPT;
    pci_config_write(power, PIIX4_PM_BASE, 2, BOARD_POWER_PORTS);
    pci_config_write(power, PIIX4_PM_MISC, 1, 1);
    pci_config_write(power, PCI_INTERRUPT_LINE, 1, REQUEST_POWER);
}
