/* SPDX-License-Identifier: MIT */
/*
 * A guest's worst at the whole board: random accesses to ports, device memory
 * and PCI configuration, commands for drives that are nearly right, keys,
 * bytes and resets, while time goes on. Nothing may crash, no drive may leave
 * its medium, no clock may stand still; and the same storm twice must give
 * the same answers.
 *
 * Usage: fuzz_devices SECONDS [SEED]    a seed is that of the first storm
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/wiring.h"
#include "tests/unit/random.h"
#include "trace/trace.h"

enum {
    MEMORY_BYTES = 2 << 20,
    DISK_BYTES = 3000 * 512,
    CDROM_BYTES = 100 * 2048 - 77,
    FLOPPY_BYTES = 1474560,
    STEPS = 3000,
    EVENTS_AT_ONCE_MAX = 100000,
    TICKS_PER_SECOND = 100000000
};

/* Bytes in a drive; one in eight accesses to a bad one fails. */
struct fake_medium {
    uint8_t *bytes;
    uint64_t size;
    unsigned accesses;
    bool bad;
};

enum { FAKE_DISK, FAKE_CDROM, FAKE_FLOPPY_A, FAKE_FLOPPY_B, FAKES };

struct storm {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct clock clock;
    struct board board;
    struct fake_medium fake[FAKES];
    struct random random;
    uint64_t answers; /* hash of all that was read */
};

static void die(const char *what)
{
    (void)fprintf(stderr, "fuzz_devices: %s\n", what);
    abort();
}

static void note(struct storm *storm, uint64_t answer)
{
    storm->answers = (storm->answers ^ answer) * 0x9e3779b97f4a7c15u;
    storm->answers ^= storm->answers >> 29;
}

/* --- Media --- */

static bool fails(struct fake_medium *fake, uint64_t offset, uint32_t size)
{
    if (offset > fake->size || size > fake->size - offset)
        die("a drive has left its medium");
    return fake->bad && ++fake->accesses % 8 == 0;
}

static bool fake_read(void *context, uint64_t offset, void *data, uint32_t size)
{
    struct fake_medium *fake = context;

    if (fails(fake, offset, size))
        return false;
    memcpy(data, fake->bytes + offset, size);
    return true;
}

static bool fake_write(void *context, uint64_t offset, const void *data,
                       uint32_t size)
{
    struct fake_medium *fake = context;

    if (fails(fake, offset, size))
        return false;
    memcpy(fake->bytes + offset, data, size);
    return true;
}

static bool fake_flush(void *context)
{
    struct fake_medium *fake = context;

    return !fails(fake, 0, 0);
}

static struct medium make_medium(struct storm *storm, unsigned index,
                                 uint32_t size)
{
    struct fake_medium *fake = &storm->fake[index];

    *fake = (struct fake_medium){.bytes = calloc(1, size),
                                 .size = size,
                                 .bad = random_below(&storm->random, 4) == 0};
    if (!fake->bytes)
        die("no memory");
    return (struct medium){.size = size,
                           .read = fake_read,
                           .write = fake_write,
                           .flush = fake_flush,
                           .context = fake};
}

/* --- The board --- */

static void take_byte(void *context, uint8_t byte)
{
    note(context, byte);
}

static void take_value(void *context, uint32_t value)
{
    note(context, value);
}

static void take_level(void *context, bool level)
{
    note(context, level);
}

static void take_pulse(void *context)
{
    note(context, 1);
}

static void locate(void *context, struct trace_record *record)
{
    (void)context;
    (void)record;
}

static void record(void *context, const struct trace_record *record)
{
    note(context, record->event);
}

static uint64_t counter(void *context, unsigned index)
{
    (void)context;
    return index;
}

static struct board_options make_options(struct storm *storm)
{
    return (struct board_options){
        .intr = take_level,
        .serial_out = take_byte,
        .debug_out = take_byte,
        .leave = take_value,
        .power_off = take_pulse,
        .reset = take_pulse,
        .ignore_x87_error = take_pulse,
        .set_a20 = take_level,
        .counter = counter,
        .context = storm,
        .media = {.disk = {make_medium(storm, FAKE_DISK, DISK_BYTES)},
                  .cdrom = make_medium(storm, FAKE_CDROM, CDROM_BYTES),
                  .floppy = {make_medium(storm, FAKE_FLOPPY_A, FLOPPY_BYTES),
                             make_medium(storm, FAKE_FLOPPY_B, 368640)}}};
}

static struct storm *storm_create(uint64_t seed)
{
    struct storm *storm = calloc(1, sizeof *storm);
    struct board_options options;
    struct error error;

    if (!storm)
        die("no memory");
    storm->random = random_seeded(seed);
    options = make_options(storm);
    storm->trace.locate = locate;
    storm->trace.record = record;
    storm->trace.record_context = storm;
    storm->trace.enabled = 1u << TRACE_DMA | 1u << TRACE_MMIO;
    clock_init(&storm->clock, TICKS_PER_SECOND);
    ports_init(&storm->ports, &storm->trace);
    if (!bus_init(&storm->bus, &storm->trace, &error) ||
        !board_init(&storm->board, &storm->bus, &storm->ports, &storm->clock,
                    &storm->trace, &options, &error) ||
        !board_map_memory(&storm->board, MEMORY_BYTES, &error))
        die(error.text);
    return storm;
}

static void storm_destroy(struct storm *storm)
{
    board_release(&storm->board);
    bus_release(&storm->bus);
    for (unsigned i = 0; i < FAKES; i++)
        free(storm->fake[i].bytes);
    free(storm);
}

/* --- What a guest can do --- */

static uint32_t below(struct storm *storm, uint32_t limit)
{
    return random_below(&storm->random, limit);
}

/* Small numbers and single bits more often than others. */
static uint32_t any_value(struct storm *storm)
{
    switch (below(storm, 4)) {
    case 0: return below(storm, 4);
    case 1: return 1u << below(storm, 32);
    case 2: return below(storm, 256);
    default: return (uint32_t)random_next(&storm->random);
    }
}

static void out(struct storm *storm, unsigned port, unsigned size,
                uint32_t value)
{
    ports_write(&storm->ports, (uint16_t)port, size, value);
}

static void in(struct storm *storm, unsigned port, unsigned size)
{
    note(storm, ports_read(&storm->ports, (uint16_t)port, size));
}

/* Any port, but mostly one that has a device behind it. */
static unsigned any_port(struct storm *storm)
{
    const struct ports *ports = &storm->ports;
    const struct port_range *range;

    if (below(storm, 16) == 0)
        return below(storm, PORT_COUNT);
    range = &ports->range[1 + below(storm, ports->range_count - 1)];
    return range->first + below(storm, range->count);
}

static void access_port(struct storm *storm)
{
    const unsigned port = any_port(storm);
    const unsigned size = 1u << below(storm, 3);

    if (below(storm, 2))
        in(storm, port, size);
    else
        out(storm, port, size, any_value(storm));
}

static void access_memory(struct storm *storm)
{
    static const uint32_t bases[] = {0xa0000, 0xb0000,    0xb8000,
                                     0xc0000, 0xe0000000, 0x100000};
    const uint32_t physical =
        (bases[below(storm, 6)] + below(storm, 0x10000)) & ~3u;
    const unsigned size = 1u << below(storm, 3);
    const enum bus_master master = below(storm, 2) ? BUS_CPU : BUS_DMA;

    if (below(storm, 2))
        note(storm, bus_read(&storm->bus, master, physical, size));
    else
        bus_write(&storm->bus, master, physical, size, any_value(storm));
}

static void configure_pci(struct storm *storm)
{
    const uint32_t slot = below(storm, 4);
    const uint32_t function = below(storm, 4);

    out(storm, 0xcf8, 4,
        0x80000000u | slot << 11 | function << 8 | (below(storm, 64) << 2));
    if (below(storm, 2))
        in(storm, 0xcfc + below(storm, 4), 1u << below(storm, 3));
    else
        out(storm, 0xcfc, 4, any_value(storm));
}

/* A command for the disk or the CD-ROM drive, with somewhat sane parameters,
 * and some of its data. */
static void command_ata(struct storm *storm)
{
    static const uint8_t codes[] = {0x20, 0x30, 0x40, 0x91, 0xa0, 0xa0,
                                    0xa1, 0xc4, 0xc5, 0xc6, 0xc8, 0xca,
                                    0xe7, 0xec, 0xef, 0x08, 0x90};
    const unsigned base = below(storm, 2) ? 0x1f0 : 0x170;
    const bool reads = below(storm, 2);
    const unsigned size = 2u << below(storm, 2);

    out(storm, base + 6, 1, 0xa0 | below(storm, 0x60));
    out(storm, base + 1, 1, any_value(storm));
    out(storm, base + 2, 1, any_value(storm));
    out(storm, base + 3, 1, any_value(storm));
    out(storm, base + 4, 1, below(storm, 16));
    out(storm, base + 5, 1, below(storm, 4));
    out(storm, base + 7, 1, codes[below(storm, sizeof codes)]);
    for (unsigned i = below(storm, 600); i > 0; i--) {
        if (below(storm, 32) == 0)
            clock_advance(&storm->clock, storm->clock.now + 2000);
        if (reads)
            in(storm, base, size);
        else
            out(storm, base, size, any_value(storm));
    }
}

/* Packets that the CD-ROM drive knows. */
static void command_packet(struct storm *storm)
{
    static const uint8_t codes[] = {0x00, 0x03, 0x12, 0x1b, 0x1e, 0x25,
                                    0x28, 0x2b, 0x42, 0x43, 0x46, 0x4a,
                                    0x51, 0x5a, 0xa8, 0xbd, 0xbe};
    uint8_t packet[12] = {codes[below(storm, sizeof codes)]};

    for (unsigned i = 1; i < sizeof packet; i++)
        packet[i] = (uint8_t)(below(storm, 3) ? 0 : any_value(storm));
    out(storm, 0x176, 1, 0xa0);
    out(storm, 0x171, 1, below(storm, 2));
    out(storm, 0x174, 1, any_value(storm));
    out(storm, 0x175, 1, any_value(storm));
    out(storm, 0x177, 1, 0xa0);
    for (unsigned i = 0; i < sizeof packet; i += 2)
        out(storm, 0x170, 2, packet[i] | (uint32_t)packet[i + 1] << 8);
    clock_advance(&storm->clock, storm->clock.now + 5000);
    in(storm, 0x177, 1);
    for (unsigned i = below(storm, 2000); i > 0; i--)
        in(storm, 0x170, 2);
}

/* A bus master, with a table anywhere. */
static void start_master(struct storm *storm)
{
    const unsigned base = 0xc000 + 8 * below(storm, 2);

    out(storm, base + 4, 4, any_value(storm));
    out(storm, base + 2, 1, any_value(storm));
    out(storm, base, 1, 1 | below(storm, 2) << 3);
}

static void command_floppy(struct storm *storm)
{
    static const uint8_t codes[] = {0x46, 0xc6, 0x45, 0x4d, 0x56, 0x42,
                                    0x4c, 0x07, 0x0f, 0x08, 0x4a, 0x13,
                                    0x12, 0x03, 0x0e, 0xcf, 0x8f};

    out(storm, 0x3f2, 1, below(storm, 8) ? 0x1c : any_value(storm));
    out(storm, 0x3f7, 1, below(storm, 3));
    clock_advance(&storm->clock, storm->clock.now + 5000);
    out(storm, 0x3f5, 1, codes[below(storm, sizeof codes)]);
    for (unsigned i = below(storm, 10); i > 0; i--)
        out(storm, 0x3f5, 1, below(storm, below(storm, 4) ? 6 : 256));
    for (unsigned i = below(storm, 20); i > 0; i--) {
        clock_advance(&storm->clock, storm->clock.now + below(storm, 10000));
        in(storm, 0x3f5, 1);
    }
}

static void program_dma(struct storm *storm)
{
    const unsigned base = below(storm, 2) ? 0x00 : 0xc0;
    const unsigned shift = base ? 1 : 0;

    for (unsigned i = below(storm, 12); i > 0; i--)
        out(storm, base + (below(storm, 16) << shift), 1, any_value(storm));
    out(storm, 0x80 + below(storm, 16), 1, any_value(storm));
}

static void touch_outside(struct storm *storm)
{
    struct board *board = &storm->board;

    switch (below(storm, 4)) {
    case 0: board_key(board, (uint8_t)any_value(storm), below(storm, 2)); break;
    case 1:
        board_mouse(board, (int)below(storm, 600) - 300,
                    (int)below(storm, 600) - 300, (int)below(storm, 3) - 1,
                    below(storm, 8));
        break;
    case 2:
        note(storm, board_serial_in(board, (uint8_t)any_value(storm)));
        break;
    default: note(storm, board_acknowledge(board)); break;
    }
}

/* Time, up to ten milliseconds of it; an event that keeps itself due would
 * never let it pass. */
static void let_time_pass(struct storm *storm)
{
    const uint64_t until =
        storm->clock.now + below(storm, 1u << below(storm, 21));
    unsigned events = 0;

    while (clock_next(&storm->clock) <= until) {
        if (++events > EVENTS_AT_ONCE_MAX)
            die("the clock stands still");
        clock_advance(&storm->clock, clock_next(&storm->clock));
    }
    clock_advance(&storm->clock, until);
}

static void step(struct storm *storm)
{
    switch (below(storm, 16)) {
    case 0: access_memory(storm); break;
    case 1: configure_pci(storm); break;
    case 2: command_ata(storm); break;
    case 3: command_packet(storm); break;
    case 4: start_master(storm); break;
    case 5: command_floppy(storm); break;
    case 6: program_dma(storm); break;
    case 7: touch_outside(storm); break;
    case 8:
    case 9: let_time_pass(storm); break;
    case 10:
        if (below(storm, 200) == 0)
            board_reset(&storm->board);
        break;
    default: access_port(storm); break;
    }
}

static uint64_t run_storm(uint64_t seed)
{
    struct storm *storm = storm_create(seed);
    uint64_t answers;

    for (unsigned i = 0; i < STEPS; i++)
        step(storm);
    note(storm, storm->clock.now);
    answers = storm->answers;
    storm_destroy(storm);
    return answers;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const time_t start = time(NULL);
    const uint64_t first = seed;

    while (difftime(time(NULL), start) < seconds) {
        if (run_storm(seed) != run_storm(seed)) {
            (void)fprintf(stderr,
                          "fuzz_devices: seed %llu: not the same twice\n",
                          (unsigned long long)seed);
            return 1;
        }
        seed++;
    }
    printf("%llu storms, from seed %llu\n", (unsigned long long)(seed - first),
           (unsigned long long)first);
    return 0;
}
