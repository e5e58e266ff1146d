/* SPDX-License-Identifier: MIT */
#include "drivers/pci.h"

#include "arch/io.h"

#define CONFIG_ADDRESS 0xCF8
#define CONFIG_DATA    0xCFC

#define CONFIG_ENABLE   0x80000000u
#define FUNCTIONS       256u /* on one bus: 32 devices of 8 */
#define REGISTER_ID     0x00
#define REGISTER_CLASS  0x08
#define REGISTER_BAR0   0x10
#define NO_DEVICE       0xFFFFFFFFu
#define BAR_MEMORY_BASE 0xFFFFFFF0u

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

phys_addr_t pci_find_bar0(uint8_t base_class)
{
    uint32_t function;

    if (!pci_present())
        return 0;
    for (function = 0; function < FUNCTIONS; function++) {
        if (config_read(function, REGISTER_ID) == NO_DEVICE)
            continue;
        if (config_read(function, REGISTER_CLASS) >> 24 == base_class)
            return config_read(function, REGISTER_BAR0) & BAR_MEMORY_BASE;
    }
    return 0;
}
