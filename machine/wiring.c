/* SPDX-License-Identifier: MIT */
#include "machine/wiring.h"

#include <string.h>

#include "machine/stand_in.h"

/* Interrupt requests of a PC: 0 to 7 at the master, 8 to 15 at the slave. */
enum {
    IRQ_TIMER = 0,
    IRQ_KEYBOARD = 1,
    IRQ_CASCADE = 2,
    IRQ_COM1 = 4,
    IRQ_FLOPPY = 6,
    IRQ_CLOCK = 8,
    IRQ_MOUSE = 12,
    IRQ_COPROCESSOR = 13,
    IRQ_PRIMARY_ATA = 14,
    IRQ_SECONDARY_ATA = 15
};

/*
 * Those whose trigger can be chosen: not timer, keyboard, cascade, clock and
 * coprocessor. 82371SB (PIIX3) data sheet, "Edge/Level Control Registers".
 */
enum { ELCR_MASTER = 0xf8, ELCR_SLAVE = 0xde };

/* Functions on the PCI bus. Slot 0 has the host bridge. */
enum { SLOT_PIIX = 1, FUNCTION_POWER = 3, SLOT_VIDEO = 2 };

static void drive_intr(void *context, unsigned line, bool level)
{
    const struct board *board = context;

    (void)line;
    if (board->options.intr)
        board->options.intr(board->options.context, level);
}

/* Interrupt request `irq` of the pair. */
static struct irq_line request_line(struct board *board, unsigned irq)
{
    return (struct irq_line){
        .set = i8259_pic_set_line,
        .context = irq < 8 ? &board->master_pic : &board->slave_pic,
        .line = irq % 8,
    };
}

static void pull_reset(void *context)
{
    const struct board *board = context;

    if (board->options.reset)
        board->options.reset(board->options.context);
}

static void set_a20(void *context, bool open)
{
    const struct board *board = context;

    if (board->options.set_a20)
        board->options.set_a20(board->options.context, open);
}

static bool a20(void *context)
{
    const struct board *board = context;

    return !board->options.a20 || board->options.a20(board->options.context);
}

static void init_keyboard(struct board *board, struct clock *clock)
{
    struct i8042 *controller = &board->keyboard_controller;

    i8042_init(controller, clock, request_line(board, IRQ_KEYBOARD),
               request_line(board, IRQ_MOUSE));
    controller->set_a20 = set_a20;
    controller->a20 = a20;
    controller->reset = pull_reset;
    controller->context = board;
}

static void init_devices(struct board *board, struct ports *ports,
                         struct clock *clock, struct trace *trace)
{
    const struct board_options *options = &board->options;
    const struct irq_line intr = {.set = drive_intr, .context = board};

    pci_init(&board->pci, board->bus, ports);
    i8259_pic_init(&board->master_pic, ELCR_MASTER, intr);
    i8259_pic_init(&board->slave_pic, ELCR_SLAVE,
                   request_line(board, IRQ_CASCADE));
    board->master_pic.traced = (struct trace_lines){trace, "8259A master", 0};
    board->slave_pic.traced = (struct trace_lines){trace, "8259A slave", 8};
    i8254_pit_init(&board->pit, clock, request_line(board, IRQ_TIMER));
    board->port_a = (struct system_port_a){0, set_a20, a20, pull_reset, board};
    system_port_b_init(&board->port_b, clock, &board->pit);
    init_keyboard(board, clock);
    mc146818_init(&board->rtc, clock, request_line(board, IRQ_CLOCK));
    mc146818_set_time(&board->rtc, options->clock_start);
    fw_cfg_init(&board->fw_cfg, board->bus);
    ns16550_uart_init(&board->com1, clock, request_line(board, IRQ_COM1));
    board->com1.transmit = options->serial_out;
    board->com1.transmit_context = options->context;
    isa_dma_init(&board->dma, board->bus, clock);
    board->debug_console =
        (struct debug_console){options->debug_out, options->context};
    board->exit_port = (struct exit_port){options->leave, options->context};
    board->coprocessor_port =
        (struct coprocessor_port){options->ignore_x87_error, options->context};
    board->counter_port = (struct counter_port){.counter = options->counter,
                                                .context = options->context};
    board->marker_port = (struct marker_port){trace};
}

static bool add_ports(struct board *board, struct ports *ports,
                      struct error *error)
{
    /* clang-format off */
    const struct port_range rows[] = {
        /* name, first, count, sizes, read, write, context */
        {"8237A bytes", 0x000, 16, 1,
         isa_dma_read_bytes, isa_dma_write_bytes, &board->dma},
        {"8259A master", 0x020, 2, 1,
         i8259_pic_read, i8259_pic_write, &board->master_pic},
        {"8254 timer", 0x040, 4, 1,
         i8254_pit_read, i8254_pit_write, &board->pit},
        {"system port A", 0x092, 1, 1,
         system_port_a_read, system_port_a_write, &board->port_a},
        {"8042 data", 0x060, 1, 1,
         i8042_read_data, i8042_write_data, &board->keyboard_controller},
        {"8042 command", 0x064, 1, 1,
         i8042_read_status, i8042_write_command, &board->keyboard_controller},
        {"system port B", 0x061, 1, 1,
         system_port_b_read, system_port_b_write, &board->port_b},
        {"MC146818 clock", 0x070, 2, 1,
         mc146818_read, mc146818_write, &board->rtc},
        {"DMA pages", 0x080, 16, 1,
         isa_dma_read_page, isa_dma_write_page, &board->dma},
        {"8259A slave", 0x0a0, 2, 1,
         i8259_pic_read, i8259_pic_write, &board->slave_pic},
        {"8237A words", 0x0c0, 32, 1,
         isa_dma_read_words, isa_dma_write_words, &board->dma},
        {"debug console", 0x0e9, 1, 1,
         debug_console_read, debug_console_write, &board->debug_console},
        {"coprocessor", 0x0f0, 2, 1,
         coprocessor_port_read, coprocessor_port_write,
         &board->coprocessor_port},
        {"exit port", 0x0f4, 4, 1 | 2 | 4,
         exit_port_read, exit_port_write, &board->exit_port},
        {"Bochs VBE", 0x1ce, 4, 2,
         bochs_vbe_read, bochs_vbe_write, &board->vbe},
        {"VGA", 0x3c0, 16, 1,
         vga_read, vga_write, &board->vga},
        {"VGA CRTC", 0x3d4, 2, 1,
         vga_read_crtc, vga_write_crtc, &board->vga},
        {"VGA status", 0x3da, 1, 1,
         vga_read_status, vga_write_feature, &board->vga},
        {"VGA mono", 0x3b4, 7, 1,
         vga_read_mono, vga_write_mono, &board->vga},
        {"COM1", 0x3f8, 8, 1,
         ns16550_uart_read, ns16550_uart_write, &board->com1},
        {"firmware's messages", 0x402, 1, 1,
         debug_console_read, debug_console_write, &board->debug_console},
        {"master ELCR", 0x4d0, 1, 1,
         i8259_pic_read_elcr, i8259_pic_write_elcr, &board->master_pic},
        {"slave ELCR", 0x4d1, 1, 1,
         i8259_pic_read_elcr, i8259_pic_write_elcr, &board->slave_pic},
        {"fw_cfg", 0x510, 2, 1 | 2,
         fw_cfg_read, fw_cfg_write, &board->fw_cfg},
        {"fw_cfg DMA", 0x514, 8, 4,
         fw_cfg_read_dma, fw_cfg_write_dma, &board->fw_cfg},
        {"counter port", 0x5c0, 8, 4,
         counter_port_read, counter_port_write, &board->counter_port},
        {"marker port", 0x5cc, 4, 4,
         marker_port_read, marker_port_write, &board->marker_port},
        {"APM", 0x0b2, 2, 1,
         piix4_pm_read_apm, piix4_pm_write_apm, &board->power},
        {"general purpose events", 0xafe0, 4, 1 | 2 | 4,
         piix4_pm_read_gpe, piix4_pm_write_gpe, &board->power},
        {"PCI configuration", 0xcf8, 8, 1 | 2 | 4,
         pci_read, pci_write, &board->pci},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!ports_add(ports, &rows[i], error))
            return false;
    }
    return true;
}

static void power_off(void *context)
{
    const struct board *board = context;

    if (board->options.power_off)
        board->options.power_off(board->options.context);
}

static void drive_sci(void *context, bool level)
{
    struct board *board = context;

    piix3_isa_set_sci(&board->isa_bridge, level);
}

/* Behind the fixed ports, which win over what the guest moves, and in front
 * of RAM and ROM, which win too. */
static bool add_pci(struct board *board, struct clock *clock,
                    struct error *error)
{
    struct piix3_isa *isa = &board->isa_bridge;

    piix3_isa_init(isa, &board->pci, SLOT_PIIX);
    isa->reset = pull_reset;
    isa->context = board;
    for (unsigned irq = 0; irq < PIIX3_REQUESTS; irq++)
        isa->request[irq] = request_line(board, irq);
    if (!piix4_pm_init(&board->power, &board->pci, clock, SLOT_PIIX,
                       FUNCTION_POWER, error))
        return false;
    board->power.sci = drive_sci;
    board->power.power_off = power_off;
    board->power.context = board;
    return true;
}

static bool add_storage(struct board *board, struct ports *ports,
                        struct clock *clock, struct error *error)
{
    const struct storage_wiring wiring = {
        .bus = board->bus,
        .ports = ports,
        .clock = clock,
        .pci = &board->pci,
        .dma = &board->dma,
        .floppy_irq = request_line(board, IRQ_FLOPPY),
        .ide_irq = {request_line(board, IRQ_PRIMARY_ATA),
                    request_line(board, IRQ_SECONDARY_ATA)}};

    return board_storage_init(&board->storage, &wiring, &board->options.media,
                              error);
}

/* The ROM's last byte lies below 4 GiB. */
static bool init_bios(struct board *board, struct error *error)
{
    const struct firmware *firmware = &board->options.firmware;
    struct memory_chip *chip = &board->bios;

    if (!firmware->bios)
        return true;
    if (firmware->bios_bytes == 0 || firmware->bios_bytes > BOARD_BIOS_MAX)
        return error_set(error, "firmware of %u bytes: must be up to %u",
                         firmware->bios_bytes, BOARD_BIOS_MAX);
    if (!memory_chip_init(chip, "BIOS", firmware->bios_bytes, error))
        return false;
    memcpy(chip->bytes + (chip->size - firmware->bios_bytes), firmware->bios,
           firmware->bios_bytes);
    return true;
}

static bool add_memory(struct bus *bus, const char *name, physical_addr first,
                       uint32_t size, struct error *error)
{
    const struct bus_range range = {
        .name = name, .kind = BUS_RAM, .first = first, .size = size};

    return bus_add(bus, &range, error) != 0;
}

/* The VGA's window lies behind the SMRAM range of the host bridge. */
static bool init_video(struct board *board, struct clock *clock,
                       struct error *error)
{
    return vga_init(&board->vga, clock, board->bus, BOARD_VIDEO_MEMORY,
                    error) &&
           bochs_vbe_init(&board->vbe, &board->vga, &board->pci, SLOT_VIDEO,
                          error);
}

bool board_init(struct board *board, struct bus *bus, struct ports *ports,
                struct clock *clock, struct trace *trace,
                const struct board_options *options, struct error *error)
{
    *board = (struct board){.bus = bus, .options = *options};
    init_devices(board, ports, clock, trace);
    return init_bios(board, error) && add_ports(board, ports, error) &&
           init_video(board, clock, error) && add_pci(board, clock, error) &&
           add_storage(board, ports, clock, error) &&
           i82441fx_host_init(&board->host_bridge, &board->pci,
                              board->bios.bytes ? &board->bios : NULL, error);
}

void board_release(struct board *board)
{
    bochs_vbe_release(&board->vbe);
    i82441fx_host_release(&board->host_bridge);
    memory_chip_release(&board->bios);
}

static bool add_bios(struct board *board, struct error *error)
{
    const struct bus_range range = {.name = "BIOS",
                                    .kind = BUS_ROM,
                                    .first = 0u - board->bios.size,
                                    .size = board->bios.size,
                                    .chip = &board->bios};

    return !board->bios.bytes || bus_add(board->bus, &range, error) != 0;
}

bool board_map_memory(struct board *board, uint64_t bytes, struct error *error)
{
    const uint32_t extended = (uint32_t)bytes - BOARD_EXTENDED_START;

    if (bytes < BOARD_EXTENDED_START || bytes > BOARD_MEMORY_MAX ||
        bytes % PAGE_SIZE != 0)
        return error_set(error,
                         "memory of %llu bytes: must be whole pages, "
                         "1 MiB to 3 GiB",
                         (unsigned long long)bytes);
    if (!add_memory(board->bus, "RAM", 0, BOARD_CONVENTIONAL_END, error) ||
        !add_bios(board, error))
        return false;
    if (extended &&
        !add_memory(board->bus, "RAM", BOARD_EXTENDED_START, extended, error))
        return false;
    firmware_tell(board, bytes);
    board_reset(board);
    return true;
}

uint64_t board_frames(const struct board *board)
{
    return vga_frames(&board->vga);
}

void board_screen(struct board *board, struct picture *picture)
{
    if (bochs_vbe_is_on(&board->vbe))
        bochs_vbe_render(&board->vbe, picture);
    else
        vga_render(&board->vga, picture);
}

void board_reset(struct board *board)
{
    pci_reset(&board->pci);
    i8259_pic_reset(&board->master_pic);
    i8259_pic_reset(&board->slave_pic);
    i8254_pit_reset(&board->pit);
    system_port_a_reset(&board->port_a);
    system_port_b_reset(&board->port_b);
    i8042_reset(&board->keyboard_controller);
    mc146818_reset(&board->rtc);
    fw_cfg_reset(&board->fw_cfg);
    ns16550_uart_reset(&board->com1);
    isa_dma_reset(&board->dma);
    board_storage_reset(&board->storage);
    vga_reset(&board->vga);
    bochs_vbe_reset(&board->vbe);
    board->counter_port.latched = 0;
    if (!board->bios.bytes)
        stand_in_for_firmware(board);
}

uint8_t board_acknowledge(struct board *board)
{
    return i8259_pic_acknowledge(&board->master_pic, &board->slave_pic);
}

void board_set_ferr(struct board *board, bool level)
{
    const struct irq_line line = request_line(board, IRQ_COPROCESSOR);

    line.set(line.context, line.line, level);
}

bool board_serial_in(struct board *board, uint8_t byte)
{
    return uart_receive(&board->com1, byte);
}

void board_key(struct board *board, uint8_t usage, bool down)
{
    ps2_keyboard_key(&board->keyboard_controller.keyboard, usage, down);
}

void board_press_power(struct board *board)
{
    piix4_pm_press_button(&board->power);
}

void board_mouse(struct board *board, int dx, int dy, int dz, unsigned buttons)
{
    ps2_mouse_move(&board->keyboard_controller.mouse, dx, dy, -dz,
                   (uint8_t)buttons);
}
