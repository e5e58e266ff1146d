/* SPDX-License-Identifier: MIT */
/* The floppy controller's registers and commands without data, against the
 * 82077AA data sheet. */
#include "tests/unit/devices/fdc_rig.h"

static struct fdc_rig *create(void)
{
    return fdc_rig_create(floppy_format_of(1474560));
}

static unsigned run_one(struct fdc_rig *rig, const uint8_t *bytes,
                        unsigned count)
{
    uint8_t result;

    fdc_send(rig, bytes, count);
    fdc_result(rig, &result, 1);
    return result;
}

START_TEST(reset_interrupts_once_and_is_sensed_four_times)
{
    struct fdc_rig *rig = create();
    const uint8_t sense = 0x08;

    for (unsigned way = 0; way < 3; way++) {
        if (way == 1) {
            fdc_out(rig, OUTPUT, 0x08);
            EXPECT_EQ(fdc_in(rig, MAIN_STATUS), 0);
        }
        if (way == 2) {
            fdc_out(rig, MAIN_STATUS, 0x80); /* data rate select: reset */
            EXPECT_EQ(fdc_in(rig, MAIN_STATUS), 0);
            fdc_settle(rig);
            EXPECT(rig->irq);
            for (unsigned i = 0; i < 4; i++)
                EXPECT_EQ(fdc_sense(rig) >> 8, 0xc0 | i);
        } else {
            fdc_start(rig);
        }
        EXPECT_EQ(fdc_in(rig, MAIN_STATUS), RQM);
        EXPECT_EQ(run_one(rig, &sense, 1), 0x80); /* no fifth */
    }
    EXPECT_EQ(rig->rises, 3);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(reset_without_polling_does_not_interrupt)
{
    struct fdc_rig *rig = create();
    const uint8_t configure[] = {0x13, 0, 0x10, 0};

    fdc_start(rig);
    fdc_send(rig, configure, sizeof configure);
    rig->rises = 0;
    fdc_out(rig, OUTPUT, 0x08);
    fdc_out(rig, OUTPUT, RUN_WITH_DMA);
    fdc_settle(rig);
    EXPECT_EQ(rig->rises, 0);
    EXPECT_EQ(fdc_in(rig, MAIN_STATUS), RQM);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(gate_of_the_output_register_holds_the_interrupt)
{
    struct fdc_rig *rig = create();

    fdc_out(rig, OUTPUT, 0x04);
    fdc_settle(rig);
    EXPECT(!rig->irq);
    fdc_out(rig, OUTPUT, RUN_WITH_DMA);
    EXPECT(rig->irq);
    EXPECT_EQ(fdc_in(rig, OUTPUT), RUN_WITH_DMA);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(heads_move_to_where_they_are_sent)
{
    struct fdc_rig *rig = create();
    const uint8_t recalibrate[] = {0x07, 0};
    const uint8_t inward[] = {0xcf, 0, 3};
    const uint8_t outward[] = {0x8f, 0, 10};

    fdc_start(rig);
    for (unsigned cylinder = 0; cylinder < 80; cylinder += 3)
        fdc_seek(rig, cylinder);
    fdc_send(rig, recalibrate, 2);
    fdc_settle(rig);
    EXPECT_EQ(fdc_sense(rig), 0x2000);
    fdc_seek(rig, 20);
    fdc_send(rig, inward, 3);
    fdc_settle(rig);
    EXPECT_EQ(fdc_sense(rig), 0x2000 | 23);
    fdc_send(rig, outward, 3);
    fdc_settle(rig);
    EXPECT_EQ(fdc_sense(rig), 0x2000 | 13);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(absent_drive_never_finds_track_0)
{
    struct fdc_rig *rig = create();
    const uint8_t recalibrate[] = {0x07, 1};
    const uint8_t read_id[] = {0x4a, 1};
    uint8_t result[7];

    fdc_start(rig);
    fdc_send(rig, recalibrate, 2);
    fdc_settle(rig);
    EXPECT_EQ(fdc_sense(rig) >> 8, 0x71);
    fdc_send(rig, read_id, 2);
    fdc_settle(rig);
    fdc_result(rig, result, 7);
    EXPECT_EQ(result[0], 0x41);
    EXPECT_EQ(result[1], 0x01);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(read_id_tells_where_the_head_is)
{
    struct fdc_rig *rig = create();
    uint8_t result[7];

    fdc_start(rig);
    for (unsigned cylinder = 0; cylinder < 80; cylinder += 9)
        for (unsigned head = 0; head < 2; head++) {
            const uint8_t read_id[] = {0x4a, (uint8_t)(head << 2)};

            fdc_seek(rig, cylinder);
            fdc_send(rig, read_id, 2);
            EXPECT_EQ(fdc_in(rig, MAIN_STATUS), CB);
            fdc_settle(rig);
            EXPECT(rig->irq);
            fdc_result(rig, result, 7);
            EXPECT_EQ(result[0], head << 2);
            EXPECT_EQ(result[3], cylinder);
            EXPECT_EQ(result[4], head);
            EXPECT_EQ(result[6], 2);
        }
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(disk_change_line_falls_with_the_first_step)
{
    struct fdc_rig *rig = create();

    fdc_start(rig);
    EXPECT_EQ(fdc_in(rig, INPUT) & 0x80, 0x80);
    fdc_seek(rig, 1);
    EXPECT_EQ(fdc_in(rig, INPUT) & 0x80, 0);
    fdc_out(rig, OUTPUT, RUN_WITH_DMA | 1); /* the drive that is not there */
    EXPECT_EQ(fdc_in(rig, INPUT) & 0x80, 0x80);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(lock_keeps_the_configuration_over_a_reset)
{
    struct fdc_rig *rig = create();
    const uint8_t configure[] = {0x13, 0, 0x4a, 0x33};
    const uint8_t specify[] = {0x03, 0xaf, 0x1e};
    const uint8_t perpendicular[] = {0x12, 0x84};
    const uint8_t dump = 0x0e;
    uint8_t result[10];

    fdc_start(rig);
    for (unsigned locked = 0; locked < 2; locked++) {
        const uint8_t lock = locked ? 0x94 : 0x14;

        fdc_send(rig, specify, sizeof specify);
        fdc_send(rig, configure, sizeof configure);
        fdc_send(rig, perpendicular, sizeof perpendicular);
        EXPECT_EQ(run_one(rig, &lock, 1), locked ? 0x10 : 0);
        fdc_out(rig, OUTPUT, 0);
        fdc_start(rig);
        fdc_send(rig, &dump, 1);
        fdc_result(rig, result, 10);
        EXPECT_EQ(result[4], 0xaf);
        EXPECT_EQ(result[5], 0x1e);
        EXPECT_EQ(result[7], locked ? 0x84 : 0x04);
        EXPECT_EQ(result[8], locked ? 0x4a : 0x60);
        EXPECT_EQ(result[9], locked ? 0x33 : 0);
    }
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(small_commands_answer_as_listed)
{
    struct fdc_rig *rig = create();
    const uint8_t version = 0x10;
    const uint8_t sense_drive[] = {0x04, 0x04};

    fdc_start(rig);
    EXPECT_EQ(run_one(rig, &version, 1), 0x90);
    EXPECT_EQ(run_one(rig, sense_drive, 2), 0x3c); /* side 1, track 0 */
    fdc_seek(rig, 5);
    EXPECT_EQ(run_one(rig, sense_drive, 2), 0x2c);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(all_other_codes_are_invalid)
{
    static const uint8_t known[] = {0x03, 0x04, 0x07, 0x08, 0x0e, 0x0f,
                                    0x10, 0x12, 0x13, 0x14, 0x94, 0x8f,
                                    0xcf, 0x0a, 0x4a, 0x0d, 0x4d};
    static const uint8_t transfers[] = {0x02, 0x05, 0x06, 0x09, 0x0c, 0x16};
    struct fdc_rig *rig = create();

    fdc_start(rig);
    for (unsigned code = 0; code < 256; code++) {
        const uint8_t byte = (uint8_t)code;
        bool valid = memchr(known, byte, sizeof known) != NULL;

        if (memchr(transfers, byte & 0x1f, sizeof transfers))
            valid = true; /* some with bits that must be 0 are not */
        if (!valid)
            EXPECT_EQ(run_one(rig, &byte, 1), 0x80);
    }
    fdc_rig_destroy(rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reset_interrupts_once_and_is_sensed_four_times,
        reset_without_polling_does_not_interrupt,
        gate_of_the_output_register_holds_the_interrupt,
        heads_move_to_where_they_are_sent,
        absent_drive_never_finds_track_0,
        read_id_tells_where_the_head_is,
        disk_change_line_falls_with_the_first_step,
        lock_keeps_the_configuration_over_a_reset,
        small_commands_answer_as_listed,
        all_other_codes_are_invalid,
    };

    return run_tests("i82077_registers", tests, sizeof tests / sizeof tests[0]);
}
