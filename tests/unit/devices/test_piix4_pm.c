/* SPDX-License-Identifier: MIT */
#include "devices/piix4_pm.h"

#include <string.h>

#include "bus/ports.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum {
    BASE = 0x600,
    PMSTS = BASE,
    PMEN = BASE + 2,
    PMCNTRL = BASE + 4,
    PMTMR = BASE + 8,
    TICKS_PER_SECOND = 100000000
};

struct fixture {
    struct trace trace;
    struct clock clock;
    struct ports ports;
    struct pci pci;
    struct piix4_pm pm;
    bool sci;
    bool off;
};

static void take_sci(void *context, bool level)
{
    struct fixture *f = context;

    f->sci = level;
}

static void take_power_off(void *context)
{
    struct fixture *f = context;

    f->off = true;
}

static struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    ports_init(&f->ports, &f->trace);
    clock_init(&f->clock, TICKS_PER_SECOND);
    pci_init(&f->pci, NULL, &f->ports);
    EXPECT(piix4_pm_init(&f->pm, &f->pci, &f->clock, 1, 3, &error));
    f->pm.sci = take_sci;
    f->pm.power_off = take_power_off;
    f->pm.context = f;
    pci_config_write(&f->pm.function, PIIX4_PM_BASE, 4, BASE);
    pci_config_write(&f->pm.function, PIIX4_PM_MISC, 1, 1);
    return f;
}

static void out16(struct fixture *f, uint16_t port, unsigned value)
{
    ports_write(&f->ports, port, 2, value);
}

static unsigned in16(struct fixture *f, uint16_t port)
{
    return ports_read(&f->ports, port, 2);
}

START_TEST(ports_are_where_the_base_says_while_they_are_decoded)
{
    struct fixture *f = fixture_create();

    for (unsigned base = 0x40; base < 0x10000; base += 0x940) {
        const unsigned place = base & 0xffc0;

        pci_config_write(&f->pm.function, PIIX4_PM_BASE, 4, base | 0x3f);
        EXPECT_EQ(pci_config_read(&f->pm.function, PIIX4_PM_BASE, 4),
                  place | 1);
        ck_assert_ptr_nonnull(ports_name(&f->ports, (uint16_t)place));
        ck_assert_ptr_nonnull(ports_name(&f->ports, (uint16_t)(place + 63)));
        ck_assert_ptr_null(ports_name(&f->ports, (uint16_t)(place - 1)));
        pci_config_write(&f->pm.function, PIIX4_PM_MISC, 1, 0xfe);
        ck_assert_ptr_null(ports_name(&f->ports, (uint16_t)place));
        pci_config_write(&f->pm.function, PIIX4_PM_MISC, 1, 1);
    }
    free(f);
}
END_TEST

START_TEST(timer_counts_24_bits_at_its_frequency)
{
    struct fixture *f = fixture_create();

    for (uint64_t second = 0; second < 40; second++) {
        clock_advance(&f->clock, second * TICKS_PER_SECOND);
        EXPECT_EQ(ports_read(&f->ports, PMTMR, 4), second * 3579545 & 0xffffff);
    }
    ports_write(&f->ports, PMTMR, 4, 0);
    EXPECT_EQ(ports_read(&f->ports, PMTMR, 4), 39u * 3579545 & 0xffffff);
    free(f);
}
END_TEST

START_TEST(timer_event_comes_when_its_highest_bit_changes)
{
    /* 2^23 counts last 2.34348 seconds. */
    const uint64_t half = 234348443;
    struct fixture *f = fixture_create();

    out16(f, PMCNTRL, 1);
    out16(f, PMEN, 1);
    for (unsigned i = 1; i < 6; i++) {
        clock_advance(&f->clock, half * i - 1000);
        EXPECT(!f->sci);
        EXPECT_EQ(in16(f, PMSTS), 0);
        clock_advance(&f->clock, half * i + 1000);
        EXPECT(f->sci);
        EXPECT_EQ(in16(f, PMSTS), 1);
        out16(f, PMSTS, 1);
        EXPECT(!f->sci);
    }
    out16(f, PMEN, 0);
    clock_advance(&f->clock, half * 8);
    EXPECT(!f->sci);
    EXPECT_EQ(in16(f, PMSTS), 1);
    free(f);
}
END_TEST

START_TEST(button_interrupts_where_it_is_enabled_and_acpi_is_on)
{
    struct fixture *f = fixture_create();

    piix4_pm_press_button(&f->pm);
    EXPECT_EQ(in16(f, PMSTS), 0x100);
    EXPECT(!f->sci);
    out16(f, PMEN, 0x100);
    EXPECT(!f->sci);
    out16(f, PMCNTRL, 1);
    EXPECT(f->sci);
    out16(f, PMSTS, 0xfeff);
    EXPECT(f->sci);
    out16(f, PMSTS, 0x100);
    EXPECT(!f->sci);
    EXPECT_EQ(in16(f, PMSTS), 0);
    free(f);
}
END_TEST

START_TEST(only_sleep_of_type_0_is_power_off)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 0x10000; value++) {
        f->off = false;
        out16(f, PMCNTRL, value);
        EXPECT(f->off == ((value & 0x3c00) == 0x2000));
        EXPECT_EQ(in16(f, PMCNTRL), value & 0x1c03);
    }
    free(f);
}
END_TEST

START_TEST(apm_commands_switch_acpi_and_the_ports_are_kept)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 256; value++) {
        piix4_pm_write_apm(&f->pm, 1, 1, value ^ 0xff);
        piix4_pm_write_apm(&f->pm, 0, 1, value);
        EXPECT_EQ(piix4_pm_read_apm(&f->pm, 0, 1), value);
        EXPECT_EQ(piix4_pm_read_apm(&f->pm, 1, 1), value ^ 0xff);
    }
    EXPECT_EQ(in16(f, PMCNTRL), 1);
    piix4_pm_write_apm(&f->pm, 0, 1, 0xf0);
    EXPECT_EQ(in16(f, PMCNTRL), 0);
    piix4_pm_write_apm(&f->pm, 0, 1, 0xf1);
    EXPECT_EQ(in16(f, PMCNTRL), 1);
    free(f);
}
END_TEST

START_TEST(every_port_takes_every_size_and_reset_clears_all)
{
    struct fixture *f = fixture_create();

    for (unsigned size = 1; size <= 4; size *= 2) {
        for (unsigned offset = 0; offset < 64; offset += size) {
            if (offset < 0x20 || offset + size > 0x30)
                continue;
            ports_write(&f->ports, (uint16_t)(BASE + offset), size, 0xa1b2c3d4);
            EXPECT_EQ(ports_read(&f->ports, (uint16_t)(BASE + offset), size),
                      0xa1b2c3d4 & (size == 4 ? ~0u : (1u << 8 * size) - 1));
        }
    }
    out16(f, PMEN, 0x521);
    piix4_pm_write_gpe(&f->pm, 2, 2, 0xffff);
    EXPECT_EQ(piix4_pm_read_gpe(&f->pm, 0, 4), 0xffff0000);
    pci_reset(&f->pci);
    EXPECT_EQ(piix4_pm_read_gpe(&f->pm, 0, 4), 0);
    EXPECT_EQ(piix4_pm_read(&f->pm, 2, 2), 0);
    EXPECT_EQ(piix4_pm_read(&f->pm, 0x20, 4), 0);
    ck_assert_ptr_null(ports_name(&f->ports, BASE));
    free(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        ports_are_where_the_base_says_while_they_are_decoded,
        timer_counts_24_bits_at_its_frequency,
        timer_event_comes_when_its_highest_bit_changes,
        button_interrupts_where_it_is_enabled_and_acpi_is_on,
        only_sleep_of_type_0_is_power_off,
        apm_commands_switch_acpi_and_the_ports_are_kept,
        every_port_takes_every_size_and_reset_clears_all,
    };

    return run_tests("PIIX4", tests, sizeof tests / sizeof tests[0]);
}
