/* SPDX-License-Identifier: MIT */
/* Ports: who may reach them, and what reaches a device in which order. */
#include "cpu/insn/io.h"

#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { PORT = 0x240, PORTS = 8, LOG_MAX = 64, MAP = 0x80 };

static struct rig rig;

/** What a device saw. */
struct access_log {
    struct {
        uint32_t offset, size, value;
        bool write;
        uint64_t tick;
    } entry[LOG_MAX];
    unsigned count;
    bool raise_attention;
};

static struct access_log seen;

static void note(uint32_t offset, unsigned size, uint32_t value, bool write)
{
    EXPECT(seen.count < LOG_MAX);
    seen.entry[seen.count].offset = offset;
    seen.entry[seen.count].size = size;
    seen.entry[seen.count].value = value;
    seen.entry[seen.count].write = write;
    seen.entry[seen.count].tick = cpu_now(&rig.cpu);
    seen.count++;
    if (seen.raise_attention)
        rig.cpu.attention = true;
}

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    note(offset, size, 0, false);
    return 0xc0de0000u + seen.count;
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    (void)context;
    note(offset, size, value, true);
}

static void start(uint8_t cpl)
{
    rig_enter(&rig, cpl);
    seen = (struct access_log){0};
    rig.cpu.gpr[EDX] = PORT;
}

static void run(uint64_t ticks)
{
    rig.faults = 0;
    (void)cpu_run(&rig.cpu, rig.clock.now + ticks);
}

/* True if IN may reach `size` ports from `port` on; else a fault is waiting. */
static bool may_reach(uint16_t port, unsigned size)
{
    const struct insn insn = {.width = (uint8_t)(size * 8)};

    rig.cpu.gpr[EDX] = port;
    return op_in(&rig.cpu, &insn);
}

/* --- Permission ------------------------------------------------------------
 */

START_TEST(iopl_alone_decides_where_cpl_is_not_above_it)
{
    for (uint8_t cpl = 0; cpl < 4; cpl++) {
        for (uint32_t iopl = 0; iopl < 4; iopl++) {
            start(cpl);
            rig_store(&rig, RIG_TSS + 102, 2, 0xffff); /* no map */
            cpu_set_eflags(&rig.cpu, iopl << FLAG_IOPL_SHIFT);
            EXPECT_EQ(may_reach(PORT, 4), cpl <= iopl);
            if (cpl > iopl) {
                EXPECT_EQ(rig.cpu.fault.vector, VECTOR_GP);
                EXPECT_EQ(rig.cpu.fault.error_code, 0);
            }
        }
    }
}
END_TEST

START_TEST(virtual_8086_mode_asks_the_map_whatever_iopl_is)
{
    for (unsigned iopl = 0; iopl < 4; iopl++) {
        rig_enter_v86(&rig, iopl);
        rig_store(&rig, RIG_TSS + 102, 2, 0xffff);
        EXPECT(!may_reach(PORT, 1));
    }
}
END_TEST

START_TEST(real_mode_may_reach_every_port)
{
    rig_enter_real(&rig);
    EXPECT(may_reach(0xffff, 1));
}
END_TEST

/** Ring 3, IOPL 0, all bits of the map set but one, and room for it. */
static void start_with_map(uint16_t open_port, uint32_t limit)
{
    start(3);
    rig_store(&rig, RIG_TSS + 102, 2, MAP);
    for (uint32_t i = 0; i < 64; i++)
        rig_store(&rig, RIG_TSS + MAP + i, 1, 0xff);
    rig_store(&rig, RIG_TSS + MAP + open_port / 8u, 1,
              0xff & ~(1u << open_port % 8));
    rig.cpu.tr.limit = limit;
}

START_TEST(every_bit_of_the_ports_touched_must_be_clear)
{
    for (uint16_t open_port = 0; open_port < 24; open_port++) {
        start_with_map(open_port, MAP + 63);
        for (uint16_t port = 0; port < 24; port++) {
            EXPECT_EQ(may_reach(port, 1), port == open_port);
            EXPECT(!may_reach(port, 2));
            EXPECT(!may_reach(port, 4));
        }
        for (unsigned size = 1; size <= 4; size *= 2) {
            rig_store(&rig, RIG_TSS + MAP, 4, ~(((1u << size) - 1) << 5));
            EXPECT(may_reach(5, size));
            EXPECT(!may_reach(4, size));
            EXPECT(!may_reach(6, size));
        }
    }
}
END_TEST

/* Two bytes are read, so the one behind the last port's must be in the TSS.
 * SDM 1, "I/O Permission Bit Map". */
START_TEST(the_map_ends_with_the_tss)
{
    for (uint32_t limit = MAP - 2; limit < MAP + 8; limit++) {
        for (uint16_t port = 0; port < 64; port++) {
            start_with_map(port, limit);
            EXPECT_EQ(may_reach(port, 1), MAP + port / 8u + 1 <= limit);
        }
    }
}
END_TEST

START_TEST(a_tss_too_short_or_of_16_bits_has_no_map)
{
    start_with_map(0, MAP + 63);
    EXPECT(may_reach(0, 1));
    rig.cpu.tr.usable = false;
    EXPECT(!may_reach(0, 1));
    start(3);
    rig_store(&rig, RIG_TSS + 102, 2, 0); /* a map of other fields */
    rig_store(&rig, RIG_TSS, 2, 0);
    rig.cpu.tr.limit = 103;
    EXPECT(may_reach(0, 1));
    rig.cpu.tr.limit = 102;
    EXPECT(!may_reach(0, 1));
    start_with_map(0, MAP + 63);
    rig.cpu.tr.rights = DESC_P | 3 << DESC_TYPE_SHIFT;
    EXPECT(!may_reach(0, 1));
}
END_TEST

START_TEST(refused_ports_are_not_reached)
{
    start(3);
    rig_store(&rig, RIG_TSS + 102, 2, 0xffff);
    EXPECT(!RIG_RUN(&rig, 0xec));
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    start(3);
    EXPECT(!RIG_RUN(&rig, 0xee));
    start(3);
    EXPECT(!RIG_RUN(&rig, 0x6c));
    EXPECT_EQ(seen.count, 0);
}
END_TEST

/* --- Transfers -------------------------------------------------------------
 */

START_TEST(in_and_out_reach_the_device_whole)
{
    start(0);
    rig.cpu.gpr[EAX] = 0x11223344;
    EXPECT(RIG_RUN(&rig, 0xef));       /* OUT DX, EAX */
    EXPECT(RIG_RUN(&rig, 0x66, 0xef)); /* OUT DX, AX */
    EXPECT(RIG_RUN(&rig, 0xee));       /* OUT DX, AL */
    EXPECT_EQ(seen.entry[0].value, 0x11223344);
    EXPECT_EQ(seen.entry[0].size, 4);
    EXPECT_EQ(seen.entry[1].value, 0x3344);
    EXPECT_EQ(seen.entry[2].value, 0x44);
    EXPECT(RIG_RUN(&rig, 0xec)); /* IN AL, DX */
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x11223304);
    EXPECT(RIG_RUN(&rig, 0x66, 0xed));
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x11220005);
    EXPECT(RIG_RUN(&rig, 0xed));
    EXPECT_EQ(rig.cpu.gpr[EAX], 0xc0de0006);
}
END_TEST

START_TEST(immediate_ports_are_one_byte)
{
    start(0);
    EXPECT(RIG_RUN(&rig, 0xe5, 0xf0)); /* IN EAX, F0 */
    EXPECT_EQ(rig.cpu.gpr[EAX], 0xffffffff);
    EXPECT(RIG_RUN(&rig, 0xe4, 0x40)); /* IN AL, 40: the device at 240 not */
    EXPECT_EQ(seen.count, 0);
}
END_TEST

START_TEST(rep_outs_gives_each_element_its_tick)
{
    const uint64_t begin = rig.clock.now;

    start(0);
    rig.cpu.gpr[ESI] = RIG_DATA;
    rig.cpu.gpr[ECX] = 5;
    for (uint32_t i = 0; i < 5; i++)
        rig_store(&rig, RIG_DATA + i * 2, 2, 0x1000 + i);
    rig_store(&rig, RIG_CODE, 4, 0x906f66f3); /* REP OUTSW, NOP */
    rig.cpu.eip = RIG_CODE;
    run(6);
    EXPECT_EQ(seen.count, 5);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQ(seen.entry[i].value, 0x1000 + i);
        EXPECT_EQ(seen.entry[i].tick, begin + i);
    }
    EXPECT_EQ(rig.cpu.gpr[ESI], RIG_DATA + 10);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 4);
    EXPECT_EQ(rig.clock.now, begin + 6);
}
END_TEST

START_TEST(rep_ins_stores_in_order_downwards_too)
{
    start(0);
    rig.cpu.eflags |= FLAG_DF;
    rig.cpu.gpr[EDI] = RIG_DATA + 8;
    rig.cpu.gpr[ECX] = 3;
    rig_store(&rig, RIG_CODE, 2, 0x6df3); /* REP INSD */
    rig.cpu.eip = RIG_CODE;
    run(3);
    EXPECT_EQ(rig_load(&rig, RIG_DATA + 8, 4), 0xc0de0001);
    EXPECT_EQ(rig_load(&rig, RIG_DATA, 4), 0xc0de0003);
    EXPECT_EQ(rig.cpu.gpr[EDI], RIG_DATA - 4);
    EXPECT_EQ(rig.cpu.gpr[ECX], 0);
}
END_TEST

START_TEST(ins_reads_no_port_where_it_cannot_store)
{
    start(0);
    rig.cpu.gpr[EDI] = RIG_DATA;
    rig.cpu.gpr[ECX] = 4;
    rig.cpu.segment[ES].limit = RIG_DATA + 1; /* two bytes fit */
    cpu_update_mode(&rig.cpu);
    rig_store(&rig, RIG_CODE, 2, 0x6cf3); /* REP INSB */
    rig.cpu.eip = RIG_CODE;
    run(3);
    EXPECT_EQ(rig.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT_EQ(seen.count, 2);
    EXPECT_EQ(rig.cpu.gpr[ECX], 2);
    EXPECT_EQ(rig.cpu.gpr[EDI], RIG_DATA + 2);
}
END_TEST

START_TEST(a_device_that_wants_attention_stops_rep_between_elements)
{
    start(0);
    seen.raise_attention = true;
    rig.cpu.gpr[ESI] = RIG_DATA;
    rig.cpu.gpr[ECX] = 4;
    rig_store(&rig, RIG_CODE, 2, 0x6ef3); /* REP OUTSB */
    rig.cpu.eip = RIG_CODE;
    for (unsigned i = 1; i <= 4; i++) {
        const uint64_t before = rig.clock.now;

        run(100);
        EXPECT_EQ(seen.count, i);
        EXPECT_EQ(rig.cpu.gpr[ECX], 4 - i);
        EXPECT_EQ(rig.clock.now, before + 1);
        EXPECT_EQ(rig.cpu.eip, i < 4 ? RIG_CODE : RIG_CODE + 2);
    }
}
END_TEST

int main(void)
{
    const struct port_range range = {.name = "device",
                                     .first = PORT,
                                     .count = PORTS,
                                     .sizes = 7,
                                     .read = device_read,
                                     .write = device_write};
    const TTest *const tests[] = {
        iopl_alone_decides_where_cpl_is_not_above_it,
        virtual_8086_mode_asks_the_map_whatever_iopl_is,
        real_mode_may_reach_every_port,
        every_bit_of_the_ports_touched_must_be_clear,
        the_map_ends_with_the_tss,
        a_tss_too_short_or_of_16_bits_has_no_map,
        refused_ports_are_not_reached,
        in_and_out_reach_the_device_whole,
        immediate_ports_are_one_byte,
        rep_outs_gives_each_element_its_tick,
        rep_ins_stores_in_order_downwards_too,
        ins_reads_no_port_where_it_cannot_store,
        a_device_that_wants_attention_stops_rep_between_elements,
    };
    struct error error;

    rig_init(&rig, "pentiumpro");
    if (!ports_add(&rig.ports, &range, &error))
        return EXIT_FAILURE;
    return run_tests("io", tests, sizeof tests / sizeof *tests);
}
