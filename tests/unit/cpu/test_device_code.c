/* SPDX-License-Identifier: MIT */
/* Code that a device answers: fetched byte by byte, decoded anew each time. */
#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

#define DEVICE 0x00800000u

enum { ROUNDS = 100, TICKS = 300 };

/* jmp +0; add [ebx], eax; jmp back to the start. */
static const uint8_t loop[] = {0xeb, 0x00, 0x01, 0x03, 0xeb, 0xfa};

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    ++*(unsigned *)context;
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)loop[(offset + i) % sizeof loop] << 8 * i;
    return value;
}

START_TEST(loop_in_a_device_runs_as_it_would_in_memory)
{
    static struct rig rig;
    unsigned reads = 0;
    const struct bus_range device = {.name = "device",
                                     .kind = BUS_MMIO,
                                     .first = DEVICE,
                                     .size = PAGE_SIZE,
                                     .read = device_read,
                                     .context = &reads};
    struct error error;

    rig_init(&rig, "486");
    EXPECT(bus_add(&rig.bus, &device, &error));
    rig_enter(&rig, 0);
    rig.cpu.gpr[EBX] = RIG_DATA;
    rig.cpu.gpr[EAX] = 1;
    rig.cpu.eip = DEVICE;
    while (rig.clock.now < TICKS && !rig.cpu.shutdown)
        (void)cpu_run(&rig.cpu, TICKS);
    EXPECT_EQ(rig_load(&rig, RIG_DATA, 4), ROUNDS);
    EXPECT_EQ(rig.cpu.eip, DEVICE);
    EXPECT(!rig.cpu.shutdown);
    EXPECT(reads >= 2 * TICKS);
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        loop_in_a_device_runs_as_it_would_in_memory,
    };

    return run_tests("device code", tests, sizeof tests / sizeof tests[0]);
}
