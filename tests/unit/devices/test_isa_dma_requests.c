/* SPDX-License-Identifier: MIT */
/* When the pair of 8237A moves, and what its registers tell. */
#include "tests/unit/devices/dma_rig.h"

START_TEST(request_by_software_passes_the_mask_and_runs_to_the_end)
{
    static const unsigned kinds[] = {DEMAND, SINGLE, BLOCK};
    struct fixture *f = fixture_create();

    for (unsigned channel = 0; channel < ISA_DMA_CHANNELS; channel++)
        for (unsigned kind = 0; kind < 3 && channel != 4; kind++) {
            struct device *device = &f->device[channel];

            device->moved = 0;
            program(f, channel, kinds[kind] | TO_MEMORY, 1, 0, 40);
            write_register(f, channel, MASK, 4 | channel % 4);
            write_register(f, channel, REQUEST, 4 | channel % 4);
            run(f);
            EXPECT_EQ(device->moved, 40);
            EXPECT_EQ(count_register(f, channel), 0xffff);
        }
    fixture_destroy(f);
}
END_TEST

START_TEST(masks_hold_requests_back_until_they_are_lifted)
{
    struct fixture *f = fixture_create();

    for (unsigned masks = 0; masks < 16; masks++) {
        unsigned moved = 0;

        f->served = 0;
        for (unsigned channel = 0; channel < 4; channel++) {
            program(f, channel, SINGLE | TO_MEMORY, 1, 0, 8);
            f->device[channel].burst = 1;
            f->device[channel].moved = 0;
        }
        write_register(f, 0, ALL_MASKS, masks);
        EXPECT_EQ(read_register(f, 0, ALL_MASKS) & 0xf, masks);
        for (unsigned channel = 0; channel < 4; channel++)
            isa_dma_set_request(&f->dma, channel, true);
        /* The status shows requests, masked or not. */
        EXPECT_EQ(read_register(f, 0, STATUS) >> 4, 0xf);
        run(f);
        for (unsigned channel = 0; channel < 4; channel++)
            moved |= f->device[channel].moved << channel;
        EXPECT_EQ(moved, ~masks & 0xf);
        EXPECT_EQ(read_register(f, 0, STATUS) >> 4, masks);
        write_register(f, 0, CLEAR_MASKS, 0);
        run(f);
        EXPECT_EQ(f->served, 4);
        EXPECT_EQ(read_register(f, 0, STATUS) >> 4, 0);
    }
    fixture_destroy(f);
}
END_TEST

static void ask_all(struct fixture *f, unsigned bursts)
{
    f->served = 0;
    for (unsigned channel = 0; channel < 4; channel++) {
        program(f, channel, SINGLE | TO_MEMORY, 1, 0, 100);
        f->device[channel].burst = bursts;
    }
    for (unsigned channel = 0; channel < 4; channel++)
        isa_dma_set_request(&f->dma, channel, true);
    run(f);
    EXPECT_EQ(f->served, 4 * bursts);
}

START_TEST(fixed_priority_serves_channel_0_first)
{
    struct fixture *f = fixture_create();

    ask_all(f, 3);
    for (unsigned i = 0; i < 12; i++)
        EXPECT_EQ(f->order[i], i / 3);
    fixture_destroy(f);
}
END_TEST

START_TEST(rotating_priority_puts_the_served_channel_last)
{
    struct fixture *f = fixture_create();

    write_register(f, 0, COMMAND, 0x10);
    ask_all(f, 3);
    for (unsigned i = 0; i < 12; i++)
        EXPECT_EQ(f->order[i], i % 4);
    /* Channel 3 was last; after channel 1 alone, 2 comes first. */
    f->served = 0;
    f->device[1].burst = 1;
    isa_dma_set_request(&f->dma, 1, true);
    run(f);
    ask_all(f, 1);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(f->order[i], (2 + i) % 4);
    write_register(f, 0, COMMAND, 0);
    ask_all(f, 2);
    EXPECT_EQ(f->order[0], 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(bytes_need_channel_4_in_cascade_mode_and_come_before_words)
{
    struct fixture *f = fixture_create();

    write_register(f, 4, MASK, 4);
    program(f, 2, SINGLE | TO_MEMORY, 1, 0, 4);
    program(f, 5, SINGLE | TO_MEMORY, 2, 0, 4);
    f->device[2].burst = 2;
    f->device[5].burst = 2;
    isa_dma_set_request(&f->dma, 2, true);
    run(f);
    EXPECT_EQ(f->served, 0);
    isa_dma_set_request(&f->dma, 5, true);
    write_register(f, 4, MASK, 0);
    run(f);
    EXPECT_EQ(f->served, 4);
    EXPECT_EQ(f->order[0], 2);
    EXPECT_EQ(f->order[1], 2);
    EXPECT_EQ(f->order[2], 5);
    EXPECT_EQ(f->order[3], 5);
    fixture_destroy(f);
}
END_TEST

START_TEST(disabled_controller_asks_for_nothing)
{
    struct fixture *f = fixture_create();

    write_register(f, 0, COMMAND, 4);
    program(f, 1, SINGLE | TO_MEMORY, 1, 0, 4);
    f->device[1].burst = 1;
    isa_dma_set_request(&f->dma, 1, true);
    write_register(f, 0, REQUEST, 4 | 2);
    run(f);
    EXPECT_EQ(f->served, 0);
    write_register(f, 0, COMMAND, 0);
    run(f);
    EXPECT(f->served > 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(requests_may_be_active_low)
{
    struct fixture *f = fixture_create();

    write_register(f, 0, COMMAND, 0x40);
    EXPECT_EQ(read_register(f, 0, STATUS) >> 4, 0xf);
    isa_dma_set_request(&f->dma, 3, true);
    EXPECT_EQ(read_register(f, 0, STATUS) >> 4, 0x7);
    fixture_destroy(f);
}
END_TEST

START_TEST(one_flip_flop_serves_all_addresses_and_counts)
{
    struct fixture *f = fixture_create();

    for (unsigned channel = 0; channel < 8; channel += 4) {
        write_register(f, channel, CLEAR_FLIP_FLOP, 0);
        write_register(f, channel, 0, 0x11);           /* low of address 0 */
        write_register(f, channel, 3, 0x22);           /* high of count 1 */
        write_register(f, channel, 5, 0x33);           /* low of count 2 */
        EXPECT_EQ(read_register(f, channel, 3), 0x22); /* high again */
        EXPECT_EQ(read_register(f, channel, 0), 0x11);
        write_register(f, channel, CLEAR_FLIP_FLOP, 0);
        EXPECT_EQ(read_register(f, channel, 5), 0x33);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(master_clear_masks_all_and_forgets_requests)
{
    struct fixture *f = fixture_create();

    write_register(f, 0, CLEAR_MASKS, 0);
    write_register(f, 0, 0, 0x12);
    write_register(f, 0, COMMAND, 4);
    write_register(f, 0, REQUEST, 4 | 1);
    write_register(f, 0, MASTER_CLEAR, 0);
    EXPECT_EQ(read_register(f, 0, ALL_MASKS) & 0xf, 0xf);
    EXPECT_EQ(read_register(f, 0, STATUS), 0);
    EXPECT_EQ(read_register(f, 0, TEMPORARY), 0);
    EXPECT_EQ(read_register(f, 0, 0), 0x12); /* low first, and kept */
    run(f);
    EXPECT_EQ(f->served, 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(page_registers_hold_what_is_written)
{
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < 16; i++)
        isa_dma_write_page(&f->dma, i, 1, 0xa0 + i);
    isa_dma_reset(&f->dma);
    for (unsigned i = 0; i < 16; i++)
        EXPECT_EQ(isa_dma_read_page(&f->dma, i, 1), 0xa0 + i);
    fixture_destroy(f);
}
END_TEST

START_TEST(each_cycle_is_recorded_with_its_channel)
{
    struct fixture *f = fixture_create();

    f->trace.enabled = 1u << TRACE_DMA;
    write_register(f, 0, COMMAND, 1);
    program(f, 0, BLOCK | FROM_MEMORY, 1, 0x10, 2);
    program(f, 1, BLOCK | TO_MEMORY, 2, 0x20, 2);
    write_register(f, 0, REQUEST, 4);
    run(f);
    EXPECT_EQ(f->cycles, 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_str_eq(f->cycle[i].name,
                         i & 1 ? "8237 channel 1" : "8237 channel 0");
        EXPECT_EQ(f->cycle[i].write, i & 1);
        EXPECT_EQ(f->cycle[i].size, 1);
        EXPECT_EQ(f->cycle[i].where, (i & 1 ? 0x20020u : 0x10010u) + i / 2);
    }
    program(f, 6, SINGLE | TO_MEMORY, 4, 0x8000, 1);
    isa_dma_set_request(&f->dma, 6, true);
    run(f);
    ck_assert_str_eq(f->cycle[4].name, "8237 channel 6");
    EXPECT_EQ(f->cycle[3].channel, 1);
    EXPECT_EQ(f->cycle[4].channel, 6);
    EXPECT_EQ(f->cycle[4].size, 2);
    EXPECT_EQ(f->cycle[4].where, 0x50000);
    EXPECT_EQ(f->cycle[4].value, 1);
    EXPECT_EQ(f->bus.dma_cycles, 5);
    ck_assert_ptr_null(f->bus.dma_holder);
    fixture_destroy(f);
}
END_TEST

/* On a board whose devices see memory further up. */
START_TEST(each_cycle_is_recorded_with_both_its_addresses)
{
    struct fixture *f = fixture_create();

    f->trace.enabled = 1u << TRACE_DMA;
    f->bus.dma_offset = 0x30000;
    program(f, 1, SINGLE | TO_MEMORY, 4, 0x8000, 1);
    isa_dma_set_request(&f->dma, 1, true);
    run(f);
    EXPECT_EQ(f->cycles, 1);
    EXPECT_EQ(f->cycle[0].bus, 0x48000);
    EXPECT_EQ(f->cycle[0].where, 0x18000);
    fixture_destroy(f);
}
END_TEST

START_TEST(lines_of_a_channel_are_recorded_around_its_transfers)
{
    static const struct {
        unsigned number;
        bool dack;
        enum line_action action;
    } expected[] = {
        {2, false, LINE_RAISE}, {4, false, LINE_RAISE}, {4, true, LINE_RAISE},
        {2, true, LINE_RAISE},  {2, false, LINE_LOWER}, {2, true, LINE_LOWER},
        {4, false, LINE_LOWER}, {4, true, LINE_LOWER},
    };
    enum { CHANGES = sizeof expected / sizeof expected[0] };
    struct fixture *f = fixture_create();

    f->trace.enabled = 1u << TRACE_DREQ;
    program(f, 2, DEMAND | TO_MEMORY, 1, 0, 100);
    f->device[2].burst = 3;
    isa_dma_set_request(&f->dma, 2, true);
    isa_dma_set_request(&f->dma, 2, true);
    run(f);
    EXPECT_EQ(f->device[2].moved, 3);
    EXPECT_EQ(f->changes, CHANGES);
    for (unsigned i = 0; i < CHANGES; i++) {
        EXPECT_EQ(f->change[i].number, expected[i].number);
        EXPECT_EQ(f->change[i].dack, expected[i].dack);
        ck_assert_int_eq(f->change[i].action, expected[i].action);
        ck_assert_str_eq(f->change[i].controller, f->change[i].number < 4
                                                      ? "8237A bytes"
                                                      : "8237A words");
    }
    fixture_destroy(f);
}
END_TEST

/* A device that never lets go leaves the processor time in between. */
START_TEST(endless_request_does_not_stop_the_clock)
{
    struct fixture *f = fixture_create();

    program(f, 1, DEMAND | TO_MEMORY | AUTOINITIALIZE, 1, 0, 16);
    program(f, 2, SINGLE | TO_MEMORY | AUTOINITIALIZE, 1, 0, 16);
    isa_dma_set_request(&f->dma, 1, true);
    isa_dma_set_request(&f->dma, 2, true);
    clock_advance(&f->clock, TICKS_PER_SECOND / 100);
    EXPECT(f->device[1].moved > 1000);
    EXPECT(f->device[1].moved < 30000);
    EXPECT(clock_next(&f->clock) > f->clock.now);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        request_by_software_passes_the_mask_and_runs_to_the_end,
        masks_hold_requests_back_until_they_are_lifted,
        fixed_priority_serves_channel_0_first,
        rotating_priority_puts_the_served_channel_last,
        bytes_need_channel_4_in_cascade_mode_and_come_before_words,
        disabled_controller_asks_for_nothing,
        requests_may_be_active_low,
        one_flip_flop_serves_all_addresses_and_counts,
        master_clear_masks_all_and_forgets_requests,
        page_registers_hold_what_is_written,
        each_cycle_is_recorded_with_its_channel,
        each_cycle_is_recorded_with_both_its_addresses,
        lines_of_a_channel_are_recorded_around_its_transfers,
        endless_request_does_not_stop_the_clock,
    };

    return run_tests("isa_dma_requests", tests, sizeof tests / sizeof tests[0]);
}
