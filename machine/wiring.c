/* SPDX-License-Identifier: MIT */
#include "machine/wiring.h"

/* Interrupt requests of a PC: 0 to 7 at the master, 8 to 15 at the slave. */
enum { IRQ_TIMER = 0, IRQ_CASCADE = 2, IRQ_COM1 = 4, IRQ_COPROCESSOR = 13 };

/*
 * Those whose trigger can be chosen: not timer, keyboard, cascade, clock and
 * coprocessor. 82371SB (PIIX3) data sheet, "Edge/Level Control Registers".
 */
enum { ELCR_MASTER = 0xf8, ELCR_SLAVE = 0xde };

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

static void init_devices(struct board *board, struct ports *ports,
                         struct clock *clock, struct trace *trace)
{
    const struct board_options *options = &board->options;
    const struct irq_line intr = {.set = drive_intr, .context = board};

    pci_init(&board->pci, board->bus, ports);
    i8259_pic_init(&board->master_pic, ELCR_MASTER, intr);
    i8259_pic_init(&board->slave_pic, ELCR_SLAVE,
                   request_line(board, IRQ_CASCADE));
    i8254_pit_init(&board->pit, clock, request_line(board, IRQ_TIMER));
    system_port_b_init(&board->port_b, clock, &board->pit);
    ns16550_uart_init(&board->com1, clock, request_line(board, IRQ_COM1));
    board->com1.transmit = options->serial_out;
    board->com1.transmit_context = options->context;
    isa_dma_init(&board->dma, board->bus, clock);
    vga_init(&board->vga, clock);
    bochs_vbe_init(&board->vbe, board->bus, &board->vga,
                   BOARD_LINEAR_FRAMEBUFFER);
    board->debug_console =
        (struct debug_console){options->debug_out, options->context};
    board->exit_port = (struct exit_port){options->leave, options->context};
    board->power_port =
        (struct power_port){options->power_off, options->context};
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
        {"system port B", 0x061, 1, 1,
         system_port_b_read, system_port_b_write, &board->port_b},
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
        {"COM1", 0x3f8, 8, 1,
         ns16550_uart_read, ns16550_uart_write, &board->com1},
        {"master ELCR", 0x4d0, 1, 1,
         i8259_pic_read_elcr, i8259_pic_write_elcr, &board->master_pic},
        {"slave ELCR", 0x4d1, 1, 1,
         i8259_pic_read_elcr, i8259_pic_write_elcr, &board->slave_pic},
        {"counter port", 0x5c0, 8, 4,
         counter_port_read, counter_port_write, &board->counter_port},
        {"marker port", 0x5cc, 4, 4,
         marker_port_read, marker_port_write, &board->marker_port},
        {"power port", 0x604, 2, 2,
         power_port_read, power_port_write, &board->power_port},
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

static bool add_memory(struct bus *bus, const char *name, physical_addr first,
                       uint32_t size, struct error *error)
{
    const struct bus_range range = {
        .name = name, .kind = BUS_RAM, .first = first, .size = size};

    return bus_add(bus, &range, error);
}

bool board_init(struct board *board, struct bus *bus, struct ports *ports,
                struct clock *clock, struct trace *trace,
                const struct board_options *options, struct error *error)
{
    *board = (struct board){.bus = bus, .options = *options};
    init_devices(board, ports, clock, trace);
    return add_ports(board, ports, error) &&
           add_memory(bus, "VGA text memory", BOARD_TEXT_MEMORY,
                      BOARD_TEXT_MEMORY_BYTES, error) &&
           add_memory(bus, "VBE framebuffer", BOARD_LINEAR_FRAMEBUFFER,
                      VBE_MEMORY_BYTES, error);
}

bool board_map_memory(struct board *board, uint64_t bytes, struct error *error)
{
    const uint32_t upper = BOARD_TEXT_MEMORY + BOARD_TEXT_MEMORY_BYTES;

    if (bytes < BOARD_EXTENDED_START || bytes > BOARD_MEMORY_MAX ||
        bytes % PAGE_SIZE != 0)
        return error_set(error,
                         "memory of %llu bytes: must be whole pages, "
                         "1 MiB to 3 GiB",
                         (unsigned long long)bytes);
    if (!add_memory(board->bus, "RAM", 0, BOARD_CONVENTIONAL_END, error) ||
        !add_memory(board->bus, "upper RAM", upper,
                    BOARD_EXTENDED_START - upper, error))
        return false;
    return bytes == BOARD_EXTENDED_START ||
           add_memory(board->bus, "RAM", BOARD_EXTENDED_START,
                      (uint32_t)bytes - BOARD_EXTENDED_START, error);
}

void board_reset(struct board *board)
{
    pci_reset(&board->pci);
    i8259_pic_reset(&board->master_pic);
    i8259_pic_reset(&board->slave_pic);
    i8254_pit_reset(&board->pit);
    system_port_b_reset(&board->port_b);
    ns16550_uart_reset(&board->com1);
    isa_dma_reset(&board->dma);
    vga_reset(&board->vga);
    bochs_vbe_reset(&board->vbe);
    board->counter_port.latched = 0;
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
