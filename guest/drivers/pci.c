/* SPDX-License-Identifier: MIT */
#include "drivers/pci.h"

#include "arch/io.h"

#define CONFIG_ADDRESS 0xCF8
#define CONFIG_DATA    0xCFC

#define CONFIG_ENABLE    0x80000000u
#define FUNCTIONS        256u /* on one bus: 32 devices of 8 */
#define REGISTER_ID      0x00
#define REGISTER_CLASS   0x08
#define REGISTER_COMMAND 0x04
#define REGISTER_BAR0    0x10
#define REGISTER_BAR4    0x20
#define COMMAND_HALF     0xFFFFu /* the other half is status: 1 clears */
#define COMMAND_PORTS    0x1u
#define COMMAND_MASTER   0x4u
#define BAR_PORTS        0x1u
#define BAR_PORT_BASE    0xFFFCu
#define NO_DEVICE        0xFFFFFFFFu
#define BAR_MEMORY_BASE  0xFFFFFFF0u

static uint32_t config_read(uint32_t function, uint32_t reg)
{
    outl(CONFIG_ENABLE | (function << 8) | reg, CONFIG_ADDRESS);
    return inl(CONFIG_DATA);
}

bool pci_present(void)
{
    outl(CONFIG_ENABLE, CONFIG_ADDRESS);
    return inl(CONFIG_ADDRESS) == CONFIG_ENABLE;
}

static void config_write(uint32_t function, uint32_t reg, uint32_t value)
{
    outl(CONFIG_ENABLE | (function << 8) | reg, CONFIG_ADDRESS);
    outl(value, CONFIG_DATA);
}

/* The first function whose class register, shifted, is `class`. */
static bool find_class(uint32_t class, unsigned int shift, uint32_t *found)
{
    uint32_t function;

    if (!pci_present())
        return false;
    for (function = 0; function < FUNCTIONS; function++) {
        if (config_read(function, REGISTER_ID) != NO_DEVICE &&
            config_read(function, REGISTER_CLASS) >> shift == class) {
            *found = function;
            return true;
        }
    }
    return false;
}

phys_addr_t pci_find_bar0(uint8_t base_class)
{
    uint32_t function;

    if (!find_class(base_class, 24, &function))
        return 0;
    return config_read(function, REGISTER_BAR0) & BAR_MEMORY_BASE;
}

uint16_t pci_enable_bus_master(uint16_t class_and_subclass)
{
    uint32_t function;
    uint32_t bar;

    if (!find_class(class_and_subclass, 16, &function))
        return 0;
    bar = config_read(function, REGISTER_BAR4);
    if (!(bar & BAR_PORTS))
        return 0;
    config_write(function, REGISTER_COMMAND,
                 (config_read(function, REGISTER_COMMAND) & COMMAND_HALF) |
                     COMMAND_PORTS | COMMAND_MASTER);
    return (uint16_t)(bar & BAR_PORT_BASE);
}
