/* SPDX-License-Identifier: MIT */
#include "devices/system_port_a.h"

#include "tests/unit/run_tests.h"

struct seen {
    bool a20;
    unsigned resets;
};

static void set_a20(void *context, bool open)
{
    struct seen *seen = context;

    seen->a20 = open;
}

static bool a20(void *context)
{
    const struct seen *seen = context;

    return seen->a20;
}

static void reset(void *context)
{
    struct seen *seen = context;

    seen->resets++;
}

START_TEST(bit_1_is_the_gate_and_bit_0_pulses_reset_when_it_rises)
{
    for (unsigned before = 0; before < 256; before++) {
        for (unsigned after = 0; after < 256; after++) {
            struct seen seen = {false, 0};
            struct system_port_a port = {0, set_a20, a20, reset, &seen};

            system_port_a_write(&port, 0, 1, before);
            seen.resets = 0;
            system_port_a_write(&port, 0, 1, after);
            EXPECT_EQ(seen.resets, (after & ~before & 1));
            EXPECT(seen.a20 == ((after & 2) != 0));
            EXPECT_EQ(system_port_a_read(&port, 0, 1) & 0xdb, after & 0xdb);
        }
    }
}
END_TEST

START_TEST(gate_that_another_opens_is_read_as_open)
{
    struct seen seen = {false, 0};
    struct system_port_a port = {0, set_a20, a20, reset, &seen};

    EXPECT_EQ(system_port_a_read(&port, 0, 1), 0);
    seen.a20 = true;
    EXPECT_EQ(system_port_a_read(&port, 0, 1), 2);
    system_port_a_write(&port, 0, 1, 1);
    system_port_a_reset(&port);
    EXPECT_EQ(system_port_a_read(&port, 0, 1), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        bit_1_is_the_gate_and_bit_0_pulses_reset_when_it_rises,
        gate_that_another_opens_is_read_as_open,
    };

    return run_tests("port 92", tests, sizeof tests / sizeof tests[0]);
}
