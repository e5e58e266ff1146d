/* SPDX-License-Identifier: MIT */
/*
 * The kernel's main line, from the boot loader to power off.
 */
#include "arch/cpu.h"
#include "arch/descriptors.h"
#include "arch/traps.h"
#include "boot/multiboot.h"
#include "drivers/counters.h"
#include "drivers/debugcon.h"
#include "drivers/pic.h"
#include "drivers/power.h"
#include "drivers/screen.h"
#include "drivers/serial.h"
#include "fs/file.h"
#include "kernel/cmdline.h"
#include "kernel/fork.h"
#include "kernel/jiffies.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/resource.h"
#include "mm/dma.h"
#include "mm/init.h"
#include "mm/layout.h"
#include "mm/show.h"
#include "tour/tour.h"

/* What boot/entry.S mapped; the loader's information must lie in it. */
#define BOOT_MAPPED (8u << 20)

void start_kernel(uint32_t magic, phys_addr_t info_address);

static const struct multiboot_info *read_boot_info(uint32_t magic,
                                                   phys_addr_t info_address)
{
    const struct multiboot_info *info = __va(info_address);

    if (magic != MULTIBOOT_LOADER_MAGIC)
        panic("no multiboot loader: EAX was %08x", magic);
    if (info_address >= BOOT_MAPPED)
        panic("multiboot information at %08x is out of reach", info_address);
    if (info->flags & MULTIBOOT_HAS_MMAP &&
        (info->mmap_addr >= BOOT_MAPPED ||
         info->mmap_length > BOOT_MAPPED - info->mmap_addr))
        panic("memory map at %08x is out of reach", info->mmap_addr);
    if (info->flags & MULTIBOOT_HAS_CMDLINE && info->cmdline < BOOT_MAPPED)
        cmdline_save(__va(info->cmdline));
    return info;
}

static void print_banner(void)
{
    printk("pagewalk tour: a small i386 kernel shows its memory\n");
    printk("machine: processor family %u model %u stepping %u %s\n", cpu.family,
           cpu.model, cpu.stepping, cpu.vendor);
    printk("machine: features%s%s%s%s%s\n", cpu.has_invlpg ? " invlpg wp" : "",
           cpu.has_cpuid ? " cpuid" : "", cpu.has_tsc ? " tsc" : "",
           cpu.has_pse ? " pse" : "", cpu.has_pge ? " pge" : "");
    printk("machine: counter port %s\n",
           counters_present() ? "present" : "absent, its columns say n/a");
}

/* Pid 1, the parent of all. */
static int tour_thread(void *nothing)
{
    (void)nothing;
    tour_run();
    printk("power off\n");
    machine_power_off();
}

void start_kernel(uint32_t magic, phys_addr_t info_address)
{
    const struct multiboot_info *info;
    char consoles[CMDLINE_BYTES];

    serial_init();
    debugcon_init();
    screen_init();
    info = read_boot_info(magic, info_address);
    if (cmdline_get("console", consoles, sizeof(consoles)))
        console_select(consoles);
    gdt_init();
    traps_init();
    cpu_detect();
    pic_init();
    print_banner();

    mem_init_early(info);
    tour_select();
    tour_run_early();
    mem_init();
    show_layout();

    local_irq_enable();
    if (!timer_init())
        panic("the timer does not tick");
    printk("timer: IRQ 0 ticks at %d Hz\n", HZ);
    dma_init();
    resources_init();
    files_init();
    sched_init();
    if (kernel_thread(tour_thread, NULL, "tour") < 0)
        panic("no memory for the first thread");
    cpu_idle();
}
