/* SPDX-License-Identifier: MIT */
/*
 * The board: which devices there are and how they are connected. The only
 * place with port numbers, interrupt numbers and addresses of device memory.
 *
 *   in    bus, ports and clock; callbacks for what leaves the board
 *   out   devices on their ports, RAM on the bus, INTR to the processor
 */
#ifndef MACHINE_WIRING_H
#define MACHINE_WIRING_H

#include "base/error.h"
#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/ports.h"
#include "devices/bochs_vbe.h"
#include "devices/coprocessor_port.h"
#include "devices/counter_port.h"
#include "devices/debug_console.h"
#include "devices/exit_port.h"
#include "devices/fw_cfg.h"
#include "devices/i8042_controller.h"
#include "devices/i82441fx_host.h"
#include "devices/i8254_pit.h"
#include "devices/i8259_pic.h"
#include "devices/isa_dma.h"
#include "devices/marker_port.h"
#include "devices/mc146818_rtc.h"
#include "devices/ns16550_uart.h"
#include "devices/pci.h"
#include "devices/piix3_isa.h"
#include "devices/piix4_pm.h"
#include "devices/system_port_a.h"
#include "devices/system_port_b.h"
#include "devices/vga.h"
#include "machine/firmware.h"
#include "machine/wiring_storage.h"

struct trace;

/** Physical addresses that a loader or a reader of the screen must know. */
#define BOARD_CONVENTIONAL_END   0x000a0000u /**< 640 KiB */
#define BOARD_VIDEO_MEMORY       0x000a0000u
#define BOARD_EXTENDED_START     0x00100000u /**< 1 MiB */
#define BOARD_MEMORY_MAX         0xc0000000u /**< 3 GiB */
#define BOARD_LINEAR_FRAMEBUFFER 0xe0000000u
#define BOARD_BIOS_MAX           0x00040000u /**< 256 KiB, up to 4 GiB */

/** Where power management is, unless the guest moves it. */
#define BOARD_POWER_PORTS 0x0600u

/** What leaves the board. Each callback may be NULL. */
struct board_options {
    void (*intr)(void *context, bool level); /**< the processor's INTR pin */
    void (*serial_out)(void *context, uint8_t byte); /**< COM1 */
    void (*debug_out)(void *context, uint8_t byte);  /**< port 0xE9 */
    void (*leave)(void *context, uint32_t value);    /**< the exit port */
    void (*power_off)(void *context);
    void (*reset)(void *context); /**< the guest pulled the reset line */
    void (*ignore_x87_error)(void *context); /**< the IGNNE# pin */
    void (*set_a20)(void *context, bool open);
    bool (*a20)(void *context); /**< is the gate open? NULL: yes */
    /** Value of counter `index`, an enum counter_index. */
    uint64_t (*counter)(void *context, unsigned index);
    void *context; /**< of all of them */
    struct firmware firmware;
    int64_t clock_start;      /**< what the clock chip shows, since 1970, UTC */
    struct board_media media; /**< what lies in the drives */
};

struct board {
    struct i8259_pic master_pic;
    struct i8259_pic slave_pic;
    struct i8254_pit pit;
    struct system_port_a port_a;
    struct system_port_b port_b;
    struct i8042 keyboard_controller;
    struct mc146818_rtc rtc;
    struct fw_cfg fw_cfg;
    uint8_t memory_map[20]; /**< the file etc/e820 */
    struct ns16550_uart com1;
    struct isa_dma dma;
    struct vga vga;
    struct bochs_vbe vbe;
    struct debug_console debug_console;
    struct exit_port exit_port;
    struct coprocessor_port coprocessor_port;
    struct counter_port counter_port;
    struct marker_port marker_port;
    struct pci pci;
    struct i82441fx_host host_bridge;
    struct piix3_isa isa_bridge;
    struct piix4_pm power;
    struct board_storage storage;
    struct memory_chip bios; /**< the firmware's ROM, or none */
    struct bus *bus;
    struct board_options options;
};

/**
 * Connect all devices; the board must not move afterwards. Fails when two
 * claim the same port, which is a mistake in the wiring, and for want of host
 * memory. Release in either case.
 */
bool board_init(struct board *board, struct bus *bus, struct ports *ports,
                struct clock *clock, struct trace *trace,
                const struct board_options *options, struct error *error);

void board_release(struct board *board);

/**
 * Put RAM on the bus: `bytes` of it from 0 up, with the hole that a PC has
 * for video memory, and pull RESET. Fails unless `bytes` is whole pages, 1 MiB
 * to 3 GiB.
 */
bool board_map_memory(struct board *board, uint64_t bytes, struct error *error);

/** How many frames the screen has had. */
uint64_t board_frames(const struct board *board);

/** Draw what the monitor shows. */
void board_screen(struct board *board, struct picture *picture);

/**
 * The RESET line of the board; memory stays as it is. Where there is no
 * firmware, the board is then set up as one would leave it: see stand_in.h.
 */
void board_reset(struct board *board);

/** The processor's interrupt acknowledge cycle: the vector. */
uint8_t board_acknowledge(struct board *board);

/** The processor's FERR# pin. */
void board_set_ferr(struct board *board, bool level);

/**
 * A key goes down or up, by its usage on page 7 of the "HID Usage Tables",
 * which SDL's scan codes are too.
 */
void board_key(struct board *board, uint8_t usage, bool down);

/** The power button: an event of ACPI for the guest, if it asked for them. */
void board_press_power(struct board *board);

/**
 * The mouse moved: right, down and the wheel up are positive. `buttons` as
 * they now are, bits PS2_MOUSE_LEFT and so on.
 */
void board_mouse(struct board *board, int dx, int dy, int dz, unsigned buttons);

/** A byte from the terminal to COM1; false while it has no room. */
bool board_serial_in(struct board *board, uint8_t byte);

#endif
