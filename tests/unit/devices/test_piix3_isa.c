/* SPDX-License-Identifier: MIT */
#include "devices/piix3_isa.h"

#include <string.h>

#include "tests/unit/run_tests.h"

enum { SLOT = 1, CF9 = 1, CARD_SLOTS = 8 };

struct fixture {
    struct pci pci;
    struct piix3_isa bridge;
    struct pci_function card[CARD_SLOTS][PCI_PINS];
    unsigned levels;
    unsigned resets;
};

static void take_request(void *context, unsigned line, bool level)
{
    struct fixture *f = context;

    f->levels = (f->levels & ~(1u << line)) | (unsigned)level << line;
}

static void take_reset(void *context)
{
    struct fixture *f = context;

    f->resets++;
}

/* Cards in slots 2 to 7, with a function on every pin. */
static struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);

    ck_assert_ptr_nonnull(f);
    pci_init(&f->pci, NULL, NULL);
    piix3_isa_init(&f->bridge, &f->pci, SLOT);
    f->bridge.reset = take_reset;
    f->bridge.context = f;
    for (unsigned i = 0; i < PIIX3_REQUESTS; i++)
        f->bridge.request[i] = (struct irq_line){take_request, f, i};
    for (unsigned slot = 2; slot < CARD_SLOTS; slot++) {
        for (unsigned pin = 0; pin < PCI_PINS; pin++) {
            const struct pci_identity identity = {
                .vendor = 0x1234, .interrupt_pin = (uint8_t)(pin + 1)};

            pci_function_init(&f->card[slot][pin], &identity);
            pci_add(&f->pci, &f->card[slot][pin], slot, pin);
        }
    }
    return f;
}

static void route(struct fixture *f, unsigned line, unsigned value)
{
    pci_config_write(&f->bridge.function, PIIX3_PIRQ_ROUTE + line, 1, value);
}

START_TEST(each_pin_pulls_the_line_it_is_soldered_to)
{
    struct fixture *f = fixture_create();

    for (unsigned line = 0; line < PCI_PINS; line++)
        route(f, line, 3 + line);
    for (unsigned slot = 2; slot < CARD_SLOTS; slot++) {
        for (unsigned pin = 0; pin < PCI_PINS; pin++) {
            const unsigned line = (slot - 1 + pin) % PCI_PINS;

            pci_set_interrupt(&f->card[slot][pin], true);
            EXPECT_EQ(f->levels, 1u << (3 + line));
            pci_set_interrupt(&f->card[slot][pin], false);
            EXPECT_EQ(f->levels, 0);
        }
    }
    free(f);
}
END_TEST

START_TEST(line_goes_to_the_request_of_its_register_where_that_is_allowed)
{
    struct fixture *f = fixture_create();

    pci_set_interrupt(&f->card[2][0], true); /* PIRQB# */
    for (unsigned value = 0; value < 256; value++) {
        const unsigned irq = value & 0xf;
        const bool allowed =
            !(value & 0x80) && irq > 2 && irq != 8 && irq != 13;

        route(f, 1, value);
        EXPECT_EQ(f->levels, allowed ? 1u << irq : 0);
        EXPECT_EQ(f->bridge.function.config[PIIX3_PIRQ_ROUTE + 1],
                  value & 0x8f);
    }
    free(f);
}
END_TEST

START_TEST(shared_request_stays_up_until_the_last_lets_go)
{
    struct fixture *f = fixture_create();

    for (unsigned line = 0; line < PCI_PINS; line++)
        route(f, line, 9);
    piix3_isa_set_sci(&f->bridge, true);
    pci_set_interrupt(&f->card[2][0], true);
    pci_set_interrupt(&f->card[6][0], true); /* the same line */
    pci_set_interrupt(&f->card[3][0], true); /* another */
    EXPECT_EQ(f->levels, 1u << 9);
    pci_set_interrupt(&f->card[2][0], false);
    EXPECT_EQ(f->levels, 1u << 9);
    pci_set_interrupt(&f->card[3][0], false);
    piix3_isa_set_sci(&f->bridge, false);
    EXPECT_EQ(f->levels, 1u << 9);
    pci_set_interrupt(&f->card[6][0], false);
    EXPECT_EQ(f->levels, 0);
    free(f);
}
END_TEST

START_TEST(reset_routes_nothing)
{
    struct fixture *f = fixture_create();

    route(f, 1, 11);
    pci_set_interrupt(&f->card[2][0], true);
    pci_reset(&f->pci);
    EXPECT_EQ(f->levels, 0);
    EXPECT_EQ(f->bridge.function.config[PIIX3_PIRQ_ROUTE + 1], 0x80);
    free(f);
}
END_TEST

START_TEST(reset_comes_with_the_rising_edge_of_the_control_bit)
{
    struct fixture *f = fixture_create();

    for (unsigned before = 0; before < 256; before++) {
        for (unsigned after = 0; after < 256; after++) {
            pci_write(&f->pci, CF9, 1, before);
            f->resets = 0;
            pci_write(&f->pci, CF9, 1, after);
            EXPECT_EQ(f->resets, !(before & 4) && (after & 4));
            EXPECT_EQ(pci_read(&f->pci, CF9, 1), after & 6);
        }
    }
    free(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_pin_pulls_the_line_it_is_soldered_to,
        line_goes_to_the_request_of_its_register_where_that_is_allowed,
        shared_request_stays_up_until_the_last_lets_go,
        reset_routes_nothing,
        reset_comes_with_the_rising_edge_of_the_control_bit,
    };

    return run_tests("PIIX3", tests, sizeof tests / sizeof tests[0]);
}
