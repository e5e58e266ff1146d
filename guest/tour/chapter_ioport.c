/* SPDX-License-Identifier: MIT */
/*
 * Chapter ioport: a second address space, of 65536 ports, that no page table
 * has anything to do with.
 */
#include "arch/cpu.h"
#include "arch/io.h"
#include "drivers/pci.h"
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "kernel/resource.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "tour/check.h"
#include "tour/measure.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define SCRATCH    0x3FF /* of the serial chip: it only remembers */
#define NOBODY     0x300 /* where add-in cards used to be */
#define CONFIG     0xCF8 /* PCI's address register: 32 bits or nothing */
#define FREE_PORTS 32

static void regions(void)
{
    struct resource *region;

    section("request_region: who owns which ports");
    region = request_region(NOBODY, FREE_PORTS, "demo");
    if (!check_have(region, "ports that nobody has can be had"))
        return;
    show_resources(&ioport_resource);
    check_denied(request_region(NOBODY + 8, 8, "other"), COMPLAINT_BUSY,
                 "a part of them is refused to others");
    release_region(NOBODY, FREE_PORTS);
    check_refused(COMPLAINT_NONE, "release_region gives them back");
    region = request_region(NOBODY + 8, 8, "other");
    check(region != NULL, "and then others can have them");
    release_region(NOBODY + 8, 8);
}

static void widths(void)
{
    uint32_t address;

    section("one, two and four bytes");
    outb(0x5A, SCRATCH);
    printk("  outb 5a, inb: %02x\n", inb(SCRATCH));
    check(inb(SCRATCH) == 0x5A, "a byte goes to one port");
    check(inw(SCRATCH - 1) >> 8 == 0x5A,
          "two bytes from a port of one byte: its neighbour is read as well");
    if (pci_present()) {
        outl(0x80000000, CONFIG);
        address = inl(CONFIG);
        printk("machine: outl 80000000 to port cf8, inl: %08x\n", address);
        if (address != 0x80000000)
            check(false, "a register of four bytes keeps them");
    } else {
        printk("machine: no PCI, whose registers have four bytes\n");
    }
    check(inb(NOBODY) == 0xFF && inw(NOBODY) == 0xFFFF &&
              inl(NOBODY) == 0xFFFFFFFF,
          "where nobody answers, all bits read as 1");
}

static void strings(void)
{
    static const char text[] = "port";
    char back[sizeof(text)] = "....";

    section("the string forms: many units, one port, one instruction");
    outsb(SCRATCH, text, 4);
    insb(SCRATCH, back, 4);
    printk("  outsb \"%s\", insb \"%s\": a register keeps the last byte\n",
           text, back);
    check(strcmp(back, "tttt") == 0, "all four went to the same port");
    insw(NOBODY, back, 2);
    check(back[0] == '\xFF' && back[3] == '\xFF', "insw takes two at a time");
    insl(NOBODY, back, 1);
    check(back[0] == '\xFF' && back[3] == '\xFF', "insl four");
}

static void no_page_tables(void)
{
    const uint32_t flags = local_irq_save();
    struct counters before;
    unsigned int i;

    section("port cycles ask no page table: 100 of them");
    measure_head();
    for (i = 0; i < 2; i++)
        inb(SCRATCH);
    before = counters_read();
    for (i = 0; i < 100; i++)
        inb(SCRATCH);
    measure_row("100 times inb (look-ups are code and stack)", &before);
    local_irq_restore(flags);
}

static void bad_input(void)
{
    section("bad input");
    check_denied(request_region(0x3F8, 8, "demo"), COMPLAINT_BUSY,
                 "the serial chip's ports are refused");
    check_denied(request_region(0xFFF0, 32, "demo"), COMPLAINT_BAD_SIZE,
                 "ports behind the last one are refused");
    check_denied(request_region(NOBODY, 0, "demo"), COMPLAINT_BAD_SIZE,
                 "no ports at all are refused");
    release_region(NOBODY, FREE_PORTS);
    check_refused(COMPLAINT_FOREIGN, "a release without a request is refused");
    release_region(0x20, 2);
    check_refused(COMPLAINT_FOREIGN,
                  "a release of the kernel's own is refused");
    check(program_run("/bin/segv", "port") == SIGSEGV,
          "a program that reads a port in ring 3 is ended");
}

void ioport_chapter(void)
{
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    regions();
    widths();
    strings();
    no_page_tables();
    bad_input();
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
